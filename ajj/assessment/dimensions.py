"""Which dimensi kompetensi the collected evidence of a group speaks of (FR.AK.06, table B). Pure.

Counted is what really happened: items of instruments that were answered, and KUK that the asesor
judged while watching, which is evidence of task skills. What that means is the reviewer's to say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

OBSERVED = "ts"
"""A KUK says how a task is done: who was seen at it showed task skills."""


@dataclass(frozen=True)
class Answer:
    """One item that an asesi answered: its dimensi, and whether the asesor found it met."""

    dimensi: tuple[str, ...]
    met: bool


@dataclass(frozen=True)
class Collected:
    """What was collected from one asesi. ``observed``: KUK judged by watching."""

    answers: tuple[Answer, ...] = ()
    observed: int = 0

    def speaks_of(self, key: str) -> bool:
        return any(key in answer.dimensi for answer in self.answers) or (
            key == OBSERVED and self.observed > 0
        )


@dataclass(frozen=True)
class Reach:
    """One dimensi over a group: ``asesi`` of whom there is any evidence of it."""

    key: str
    answered: int
    met: int
    observed: int
    asesi: int


def reaches(keys: Iterable[str], group: Sequence[Collected]) -> list[Reach]:
    """The evidence of each of ``keys`` over ``group``."""
    return [_reach(key, group) for key in keys]


def _reach(key: str, group: Sequence[Collected]) -> Reach:
    answers = [each for one in group for each in one.answers if key in each.dimensi]
    return Reach(
        key,
        answered=len(answers),
        met=sum(each.met for each in answers),
        observed=sum(one.observed for one in group) if key == OBSERVED else 0,
        asesi=sum(one.speaks_of(key) for one in group),
    )


def advice(names: Mapping[str, str], found: Iterable[Reach], size: int) -> str:
    """What the evidence bears out, in one line; empty where there is none at all."""
    rows = list(found)
    if not any(row.asesi for row in rows):
        return ""
    whole = [names[row.key] for row in rows if row.asesi == size]
    partly = [f"{names[row.key]} ({row.asesi} dari {size})" for row in rows if 0 < row.asesi < size]
    nowhere = [names[row.key] for row in rows if not row.asesi]
    said = (
        ("ada bukti dari setiap asesi", whole),
        ("dari sebagian asesi", partly),
        ("tanpa bukti", nowhere),
    )
    return "; ".join(f"{what}: {', '.join(which)}" for what, which in said if which)
