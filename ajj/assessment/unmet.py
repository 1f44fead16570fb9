"""Which units have a KUK that was not met: what BELUM KOMPETEN refers to. Pure.

FR.IA.01, FR.AK.02, FR.AK.05 and the pages of the result all read this one list.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NOT_MET = frozenset({"tidak", "lanjut"})


@dataclass(frozen=True)
class Unmet:
    """A unit and the numbers of its KUK that were judged and not met."""

    kode: str
    judul: str
    kuk: tuple[str, ...]

    @property
    def with_kuk(self) -> str:
        """``J.620100.005.02 KUK 1.1, 2.3``."""
        return f"{self.kode} KUK {', '.join(self.kuk)}"

    @property
    def named(self) -> str:
        """``J.620100.005.02 Mengimplementasikan …``, as FR.AK.05 asks for it."""
        return f"{self.kode} {self.judul}"


def unmet(units: Iterable[Mapping[str, Any]]) -> list[Unmet]:
    """The units of a filled checklist (``ceklis.units``) in order that have such a KUK."""
    found = (Unmet(unit["kode"], unit["judul"], tuple(_failed(unit))) for unit in units)
    return [each for each in found if each.kuk]


def _failed(unit: Mapping[str, Any]) -> Iterable[str]:
    for elemen in unit["elemen"]:
        for kuk in elemen["kuk"]:
            if kuk.get("hasil") in NOT_MET:
                yield str(kuk["no"])


def retake_text(found: Iterable[Unmet]) -> str:
    """``Asesmen ulang: J.1 Judul (KUK 1.1, 2.3); …``; empty when every KUK was met."""
    rows = [f"{each.named} (KUK {', '.join(each.kuk)})" for each in found]
    return f"Asesmen ulang: {'; '.join(rows)}." if rows else ""
