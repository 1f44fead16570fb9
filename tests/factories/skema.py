"""Schemes: a small one made here, and the real ones of the project's data files."""

import itertools
import json
from datetime import date
from typing import Any

from ajj.skema.models import Skema
from ajj.skema.services import DATA, approve_ajj, load_files, load_skema
from tests.factories.people import NOW

_numbers = itertools.count(1)


def data(
    units: int = 2, elemen: int = 2, kuk: int = 2, *, key: int = 0, **changes
) -> dict[str, Any]:
    number = key or next(_numbers)
    return {
        "nomor": f"SKM/{number}",
        "judul": f"Skema Uji {number}",
        "jenis": "Okupasi",
        "jenjang": 2,
        "standar": {"jenis": "SKKNI", "nomor": str(number), "tahun": 2024, "judul": "Bidang uji"},
        "units": [
            {
                "kode": f"U.{number}.{u}",
                "judul": f"Mengerjakan {u}",
                "kelompok": None,
                "elemen": [
                    {
                        "no": e,
                        "judul": f"Elemen {e}",
                        "kuk": [
                            {"no": f"{e}.{k}", "teks": f"Kriteria {e}.{k}."}
                            for k in range(1, kuk + 1)
                        ],
                    }
                    for e in range(1, elemen + 1)
                ],
            }
            for u in range(1, units + 1)
        ],
        "persyaratan_dasar": ["Lulusan SMK"],
        "bukti_administratif": ["Fotokopi KTP atau kartu identitas", "Pas foto berwarna 3x4"],
        "masa_berlaku_tahun": 3,
        "lengkap": True,
        **changes,
    }


def small(*, ajj: bool = True, **changes) -> Skema:
    row = data(**changes)
    skema = load_skema(f"uji-{row['standar']['nomor']}", row, actor=None, now=NOW)
    if ajj:
        letter(skema)
    return skema


def letter(skema: Skema, *, until: date | None = date(2029, 12, 31)) -> None:
    approve_ajj(
        skema,
        nomor_surat=f"B.{skema.pk}/BNSP/X/2025",
        tanggal=date(2025, 10, 1),
        berlaku_sampai=until,
        actor=None,
        now=NOW,
        contoh=True,
    )


def real(key: str) -> Skema:
    (skema,) = load_files([DATA / f"{key}.json"], actor=None, now=NOW)
    return skema


def opened(key: str) -> Skema:
    """A real scheme; one whose units are a part of the standard as if they were all of it."""
    row = json.loads((DATA / f"{key}.json").read_text())
    return load_skema(key, row | {"lengkap": True}, actor=None, now=NOW)
