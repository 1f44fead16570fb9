"""What packages above want done as time passes; run by ``services.tick`` in the jobs process."""

from collections.abc import Callable
from datetime import datetime

Tick = Callable[[datetime], int]
_ticks: list[Tick] = []


def register(tick: Tick) -> None:
    """Call ``tick`` about once a second with the time; registering twice is once."""
    if tick not in _ticks:
        _ticks.append(tick)


def run(now: datetime) -> int:
    """Run them all; how many things were touched."""
    return sum(tick(now) for tick in _ticks)
