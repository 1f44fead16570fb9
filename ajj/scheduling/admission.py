"""Whether a session fits: what packages above know about room for it, asked before booking."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Slot:
    """A room that is to be open from ``opens_at`` to ``closes_at``.

    ``at_once``: the most rooms that would be open at the same moment, this one included.
    """

    opens_at: datetime
    closes_at: datetime
    at_once: int


Check = Callable[[Slot], str | None]
_checks: list[Check] = []


def register(check: Check) -> None:
    """``check`` gives the reason, in the reader's language, why the slot does not fit, or None."""
    if check not in _checks:
        _checks.append(check)


def refusal(slot: Slot) -> str | None:
    """The first reason against ``slot``."""
    return next((reason for check in _checks if (reason := check(slot)) is not None), None)


def most_at_once(
    slot: tuple[datetime, datetime], others: Iterable[tuple[datetime, datetime]]
) -> int:
    """The most rooms open at one moment of ``slot``, itself included; ends are exclusive."""
    opens_at, closes_at = slot
    inside = [other for other in others if other[0] < closes_at and other[1] > opens_at]
    moments = [opens_at, *(other[0] for other in inside if other[0] > opens_at)]
    return 1 + max(
        sum(1 for other in inside if other[0] <= moment < other[1]) for moment in moments
    )
