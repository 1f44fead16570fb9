"""Loading schemes from data files."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from ajj.audit.services import record
from ajj.kernel.errors import Invalid
from ajj.people.models import User
from ajj.skema.models import (
    BuktiAdministratif,
    Elemen,
    Kuk,
    PersyaratanDasar,
    Skema,
    SkemaUnit,
    Standar,
    UnitKompetensi,
)
from ajj.skema.rules import document_kind

DATA = Path(__file__).parents[1] / "data"
ADDITIONS = DATA / "tambahan" / "lsp-contoh.json"
ADDED_FIELDS = (
    "judul_en",
    "bidang",
    "bidang_en",
    "kode_bidang",
    "kbli",
    "kbji",
    "jenjang",
    "biaya",
    "ringkasan",
)


def load_files(
    paths: Sequence[Path] | None = None, *, actor: User | None, now: datetime
) -> list[Skema]:
    """Load scheme files (the project's own when none are named), each in its own transaction."""
    chosen = sorted(DATA.glob("*.json")) if paths is None else list(paths)
    additions = json.loads(ADDITIONS.read_text())
    loaded = []
    for path in chosen:
        try:
            data = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise Invalid(f"{path.name} tidak dapat dibaca: {error}", code="bad_file") from error
        loaded.append(load_skema(path.stem, data, additions=additions, actor=actor, now=now))
    return loaded


@transaction.atomic
def load_skema(
    key: str,
    data: Mapping[str, Any],
    *,
    additions: Mapping[str, Any] | None = None,
    actor: User | None,
    now: datetime,
) -> Skema:
    """Create or refresh the scheme ``key`` from one data file; loading again changes nothing.

    Units, elemen and KUK keep their primary keys, because marks point at them. ``additions`` is
    the LSP's own file (English titles, field, fee). Raises ``Invalid`` naming a missing part.
    """
    additions = additions or {}
    try:
        standar = _standar(data["standar"])
        skema = _skema(key, data, standar, additions.get("skema", {}).get(key, {}))
        titles = additions.get("units_en", {})
        for order, row in enumerate(data["units"], start=1):
            unit = _unit(row, standar, titles.get(row["kode"], ""))
            SkemaUnit.objects.filter(skema=skema, order=order).exclude(unit=unit).delete()
            SkemaUnit.objects.update_or_create(
                skema=skema,
                unit=unit,
                defaults={"order": order, "kelompok": row.get("kelompok") or ""},
            )
        _requirements(skema, data)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(
            f"Berkas skema “{key}” tidak lengkap: {error!r}.", code="bad_skema"
        ) from error
    record(actor, "skema.load", skema, {"units": len(data["units"])}, now=now)
    return skema


def _standar(row: Mapping[str, Any]) -> Standar:
    standar, _ = Standar.objects.update_or_create(
        jenis=row["jenis"], nomor=row["nomor"], tahun=row["tahun"], defaults={"judul": row["judul"]}
    )
    return standar


def _skema(key: str, data: Mapping[str, Any], standar: Standar, added: Mapping[str, Any]) -> Skema:
    values: dict[str, Any] = {
        "nomor": data["nomor"] or "",
        "judul": data["judul"],
        "jenis": data["jenis"],
        "jenjang": data["jenjang"],
        "standar": standar,
        "masa_berlaku_tahun": data["masa_berlaku_tahun"],
        "lengkap": data["lengkap"],
        "kbli": data.get("kbli") or "",
        "kbji": data.get("kbji") or "",
        "catatan": data.get("catatan", []),
        "sumber": data.get("sumber", []),
    }
    examples = list(data.get("gk_bidang", []))
    for field in ADDED_FIELDS:
        if added.get(field) and not values.get(field):
            values[field] = added[field]
            if field not in ("judul_en", "ringkasan"):
                examples.append(field)
    values["contoh"] = sorted(set(examples))
    skema, _ = Skema.objects.update_or_create(kunci=key, defaults=values)
    return skema


def _unit(row: Mapping[str, Any], standar: Standar, title_en: str) -> UnitKompetensi:
    defaults: dict[str, Any] = {"standar": standar, "judul": row["judul"]}
    defaults["lengkap"] = row.get("lengkap", True)
    if title_en:
        defaults["judul_en"] = title_en
    unit, _ = UnitKompetensi.objects.update_or_create(kode=row["kode"], defaults=defaults)
    for element in row["elemen"]:
        elemen, _ = Elemen.objects.update_or_create(
            unit=unit, no=element["no"], defaults={"judul": element["judul"]}
        )
        for order, criterion in enumerate(element["kuk"], start=1):
            Kuk.objects.update_or_create(
                elemen=elemen,
                no=criterion["no"],
                defaults={
                    "teks": criterion["teks"],
                    "urutan": order,
                    "contoh": criterion.get("gk", False),
                },
            )
    return unit


def _requirements(skema: Skema, data: Mapping[str, Any]) -> None:
    for no, text in enumerate(data["persyaratan_dasar"], start=1):
        PersyaratanDasar.objects.update_or_create(skema=skema, no=no, defaults={"teks": text})
    PersyaratanDasar.objects.filter(skema=skema, no__gt=len(data["persyaratan_dasar"])).delete()
    for no, text in enumerate(data["bukti_administratif"], start=1):
        BuktiAdministratif.objects.update_or_create(
            skema=skema, no=no, defaults={"teks": text, "jenis": document_kind(text)}
        )
    BuktiAdministratif.objects.filter(skema=skema, no__gt=len(data["bukti_administratif"])).delete()
