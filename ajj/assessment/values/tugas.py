"""What the asesi's tasks say: FR.IA.02, FR.IA.04A and, of the asesor's questions, FR.IA.04B."""

from collections.abc import Iterable
from typing import Any

from ajj.assessment.ujian import Item, Question, Standing
from ajj.skema.models import Butir, Kuk, Muk
from ajj.skema.tugas import Tugas

Row = dict[str, Any]


def task_values(held: Standing, groups: list[Row]) -> Row:
    """The facts of one task; its items are put into the ``groups`` that their units belong to."""
    jenis = held.ujian.jenis
    tasks = [item.butir for item in held.in_order if isinstance(item.butir, Butir)]
    for group in groups:
        codes = {unit["kode"] for unit in group["units"]}
        here = [butir for butir in tasks if butir.unit.kode in codes]
        group[jenis] = _project(here) if jenis == Muk.Jenis.TERSTRUKTUR else _practice(here)
        group["penilaian"] = [*group.get("penilaian", []), *_probes(held.asked, codes)]
    if jenis != Muk.Jenis.TERSTRUKTUR:
        return _practice(tasks)
    whole = _project(tasks)
    facts = {
        "persiapan": _lines([whole["skenario"], _timed("Waktu", whole["waktu_siap"])]),
        "demonstrasi": _lines([whole["hasil"], _timed("Waktu", whole["waktu_presentasi"])]),
    }
    if held.ujian.concluded_at is not None:
        rekomendasi = "K" if held.ujian.tercapai else "BK"
        facts |= {"umpan_balik": _feedback(held), "rekomendasi": rekomendasi}
    return facts


def _practice(tasks: list[Butir]) -> Row:
    said = [Tugas.of(butir.tugas) for butir in tasks]
    return {
        "skenario": _numbered(_scenario(butir) for butir in tasks),
        "peralatan": _numbered(tugas.perlengkapan for tugas in said),
        "waktu": _minutes(tugas.minutes for tugas in said),
    }


def _project(tasks: list[Butir]) -> Row:
    said = [Tugas.of(butir.tugas) for butir in tasks]
    return {
        "skenario": _numbered(_scenario(butir) for butir in tasks),
        "waktu_siap": _minutes(tugas.minutes for tugas in said),
        "hasil": _numbered(tugas.hasil for tugas in said),
        "waktu_presentasi": _minutes(tugas.hasil_minutes for tugas in said),
    }


def _scenario(butir: Butir) -> str:
    return _lines([butir.pertanyaan, Tugas.of(butir.tugas).rincian])


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _numbered(texts: Iterable[str]) -> str:
    """One text as it is, several under their numbers."""
    said = list(texts)
    return said[0] if len(said) == 1 else _lines(f"{no}) {t}" for no, t in enumerate(said, 1))


def _minutes(times: Iterable[int | None]) -> str:
    total = sum(minutes or 0 for minutes in times)
    return f"{total} menit" if total else ""


def _timed(name: str, minutes: str) -> str:
    return f"{name}: {minutes}" if minutes else ""


def _feedback(held: Standing) -> str:
    row = held.ujian
    lacking = "" if row.tercapai else f"Belum tercapai: {row.belum_tercapai}"
    return _lines([row.umpan_balik, lacking])


def _probes(asked: Iterable[Item], codes: set[str]) -> list[Row]:
    """The rows of FR.IA.04B whose unit is one of ``codes``."""
    rows = []
    for item in asked:
        butir = item.butir
        if not isinstance(butir, Question) or butir.unit.kode not in codes:
            continue
        rows.append(
            {
                "no": str(item.no),
                "lingkup": butir.lingkup,
                "pertanyaan": _lines([butir.pertanyaan, f"Tanggapan: {item.value or '-'}"]),
                "kesesuaian": _fits(butir.kuk),
                "hasil": item.result,
            }
        )
    return rows


def _fits(pks: Iterable[int]) -> str:
    rows = Kuk.objects.filter(pk__in=list(pks)).select_related("elemen__unit")
    by_unit: dict[str, list[str]] = {}
    for kuk in rows.order_by("elemen__unit", "elemen__no", "urutan"):
        by_unit.setdefault(kuk.elemen.unit.kode, []).append(kuk.no)
    return _lines(f"{code}: KUK {', '.join(numbers)}" for code, numbers in by_unit.items())
