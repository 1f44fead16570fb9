"""What a task says beyond its scenario: FR.IA.02 and FR.IA.04A. Pure.

A task hangs on a kelompok pekerjaan, not on one unit: its KUK are named ``KODE 1.1``, since every
unit has a 1.1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

PRACTICE = "tugas_praktik"
"""FR.IA.02: a scenario, the equipment, the time."""
PROJECT = "terstruktur"
"""FR.IA.04A: what is prepared, what is presented, a time for each."""
TASKS = frozenset({PRACTICE, PROJECT})
MAX_MINUTES = 300
MAX_TEXT = 4000
TEXTS = ("rincian", "perlengkapan", "hasil")


@dataclass(frozen=True)
class Tugas:
    """``rincian``: data, scope and instructions. ``minutes`` to do or prepare it. Of a practice
    ``perlengkapan``; of a project ``hasil`` to be presented and ``hasil_minutes`` for that.
    """

    rincian: str = ""
    perlengkapan: str = ""
    minutes: int | None = None
    hasil: str = ""
    hasil_minutes: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Tugas":
        """As it was stored; what is not there is empty."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


NO_TASK = Tugas()


def only(tugas: Tugas, jenis: str) -> Tugas:
    """``tugas`` with what belongs to its kind alone."""
    if jenis == PRACTICE:
        return replace(tugas, hasil="", hasil_minutes=None)
    return replace(tugas, perlengkapan="") if jenis == PROJECT else NO_TASK


def task_faults(tugas: Tugas, jenis: str) -> Iterator[tuple[str, str]]:
    """Field and what is wrong with it."""
    if jenis == PRACTICE and not tugas.perlengkapan:
        yield "perlengkapan", _("Tulis perlengkapan dan peralatan yang dipakai.")
    if jenis == PROJECT and not tugas.hasil:
        yield "hasil", _("Tulis hasil yang didemonstrasikan atau dipresentasikan.")
    for name in TEXTS:
        if len(getattr(tugas, name)) > MAX_TEXT:
            yield name, _("Paling panjang %(limit)d karakter.") % {"limit": MAX_TEXT}
    times = {"minutes": tugas.minutes}
    if jenis == PROJECT:
        times["hasil_minutes"] = tugas.hasil_minutes
    for name, minutes in times.items():
        if minutes is None or not 1 <= minutes <= MAX_MINUTES:
            yield name, _("Waktu 1 sampai %(most)d menit.") % {"most": MAX_MINUTES}


def placed(kuk: str) -> tuple[str, str]:
    """Unit and number that ``KODE 1.1`` names."""
    code, _space, number = kuk.rpartition(" ")
    return code, number
