"""The session clock: milliseconds since the room opened (t0), the one timebase of everything."""

from datetime import datetime, timedelta


def session_ms(t0: datetime, now: datetime) -> int:
    """Whole milliseconds from ``t0`` to ``now`` (both aware); never negative."""
    return max(0, (now - t0) // timedelta(milliseconds=1))


def wall_time(t0: datetime, at_ms: int) -> datetime:
    """The wall time of a session moment."""
    return t0 + timedelta(milliseconds=at_ms)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC of an aware ``moment``."""
    return int(moment.timestamp() * 1000)


def clock_text(at_ms: int) -> str:
    """A session moment as people read it: ``01.12.14`` (hours, minutes, seconds)."""
    seconds = at_ms // 1000
    return f"{seconds // 3600:02d}.{seconds // 60 % 60:02d}.{seconds % 60:02d}"
