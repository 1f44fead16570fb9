"""When a room may be entered. Pure."""

from datetime import datetime, timedelta

EARLY = timedelta(minutes=15)
GRACE = timedelta(minutes=30)


def opens_at(starts_at: datetime) -> datetime:
    """The room opens a quarter of an hour before the session."""
    return starts_at - EARLY


def closes_at(ends_at: datetime) -> datetime:
    """The room closes half an hour after the planned end."""
    return ends_at + GRACE
