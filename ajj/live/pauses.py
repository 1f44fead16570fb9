"""A session that stands still, and the time it gets back. Pure.

The timebase never stops: ``at_ms`` goes on. What is paused is the time that the asesi has left, and
with it the moment at which the room's window closes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

# What a room may be held open beyond its window, however often it is paused.
MOST_MS = 2 * 3600 * 1000


class PauseReason(StrEnum):
    """Why the clock stands; only the first is nobody's choice."""

    CONNECTION = "koneksi"
    POWER = "listrik"
    DEVICE = "perangkat"
    BREAK = "istirahat"
    OTHER = "lain"


@dataclass(frozen=True)
class Pause:
    """From ``start_ms`` to ``end_ms`` on the session clock; ``end_ms`` is None while it lasts."""

    start_ms: int
    reason: str
    note: str
    actor: str
    end_ms: int | None = None

    def ended(self, at_ms: int) -> "Pause":
        return replace(self, end_ms=max(self.start_ms, at_ms))


def paused_ms(pauses: Iterable[Pause], now_ms: int) -> int:
    """How long the session has stood still by ``now_ms``; never more than ``MOST_MS``."""
    lengths = (
        max(0, min(now_ms, now_ms if pause.end_ms is None else pause.end_ms) - pause.start_ms)
        for pause in pauses
    )
    return min(MOST_MS, sum(lengths))
