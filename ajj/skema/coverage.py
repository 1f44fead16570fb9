"""Which KUK the questions of a scheme reach. Pure.

FR.IA.01 observes every KUK anyway; this map is about what is asked as well: FR.IA.03, 05, 06, 07.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ajj.skema.rules import DIMENSI


@dataclass(frozen=True)
class Asked:
    """One item: its kind and number, the ids of its KUK, its dimensi."""

    jenis: str
    no: int
    kuk: frozenset[int]
    dimensi: tuple[str, ...]


@dataclass(frozen=True)
class KukReach:
    """One KUK with the numbers of the items that reach it, by kind."""

    no: str
    teks: str
    items: Mapping[str, tuple[int, ...]]
    dimensi: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether any question is about it."""
        return bool(self.items)


@dataclass(frozen=True)
class ElemenReach:
    """An elemen and its KUK."""

    no: int
    judul: str
    kuk: tuple[KukReach, ...]


@dataclass(frozen=True)
class UnitReach:
    """A unit, its elemen, and the dimensi that its items cover, in the order of ``DIMENSI``."""

    order: int
    kode: str
    judul: str
    elemen: tuple[ElemenReach, ...]
    dimensi: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many KUK it has."""
        return sum(len(part.kuk) for part in self.elemen)

    @property
    def reached(self) -> int:
        """How many of them a question reaches."""
        return sum(kuk.reached for part in self.elemen for kuk in part.kuk)


def reached(units: Sequence[Mapping[str, Any]], items: Iterable[Asked]) -> list[UnitReach]:
    """The map of ``units`` (as ``selectors.checklist`` gives them) against ``items``."""
    by_kuk: dict[int, list[Asked]] = {}
    for item in items:
        for pk in item.kuk:
            by_kuk.setdefault(pk, []).append(item)
    return [_unit(order, unit, by_kuk) for order, unit in enumerate(units, start=1)]


def _unit(order: int, unit: Mapping[str, Any], by_kuk: Mapping[int, list[Asked]]) -> UnitReach:
    elemen = tuple(
        ElemenReach(
            part["no"],
            part["judul"],
            tuple(_kuk(row, by_kuk.get(row["id"], [])) for row in part["kuk"]),
        )
        for part in unit["elemen"]
    )
    covered = {key for part in elemen for kuk in part.kuk for key in kuk.dimensi}
    return UnitReach(order, unit["kode"], unit["judul"], elemen, _in_order(covered))


def _kuk(row: Mapping[str, Any], items: Sequence[Asked]) -> KukReach:
    numbers: dict[str, list[int]] = {}
    for item in items:
        numbers.setdefault(item.jenis, []).append(item.no)
    return KukReach(
        row["no"],
        row["teks"],
        {jenis: tuple(sorted(found)) for jenis, found in numbers.items()},
        _in_order({key for item in items for key in item.dimensi}),
    )


def _in_order(keys: Iterable[str]) -> tuple[str, ...]:
    given = set(keys)
    return tuple(key for key in DIMENSI if key in given)


def unreached_only(units: Iterable[UnitReach]) -> list[UnitReach]:
    """The same map with the KUK alone that no question reaches; whole units drop out."""
    kept = []
    for unit in units:
        elemen = tuple(
            ElemenReach(part.no, part.judul, left)
            for part in unit.elemen
            if (left := tuple(kuk for kuk in part.kuk if not kuk.reached))
        )
        if elemen:
            kept.append(UnitReach(unit.order, unit.kode, unit.judul, elemen, unit.dimensi))
    return kept
