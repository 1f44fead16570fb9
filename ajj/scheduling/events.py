"""Facts of scheduling that others act upon."""

from dataclasses import dataclass

from ajj.events.event import Event


@dataclass(frozen=True)
class JadwalDitetapkan(Event):
    """A session has been fixed, or moved to another time (``Jadwal.sequence`` counts moves)."""

    jadwal_id: int


@dataclass(frozen=True)
class JadwalDibatalkan(Event):
    """A session will not take place."""

    jadwal_id: int
