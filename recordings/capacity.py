"""How many rooms can be recorded at once. Pure: bytes and numbers in, a decision out."""

from dataclasses import dataclass
from enum import StrEnum

BRIM_BYTES = 512 << 20
BRIM_SHARE = 40
FLOOR_SHARE = 8
OUTAGE_HOURS = 1


class Lack(StrEnum):
    """What there is not enough of."""

    ROOMS = "rooms"
    DISK = "disk"


@dataclass(frozen=True)
class Spool:
    """The spool's disk; ``brim``: free bytes below which pictures are no longer kept."""

    free: int
    total: int
    given_brim: int = 0

    @property
    def brim(self) -> int:
        return self.given_brim or min(BRIM_BYTES, self.total // BRIM_SHARE)

    @property
    def opens(self) -> bool:
        """Whether anything new may begin: below an eighth of the brim nothing is recorded."""
        return self.free >= self.brim // FLOOR_SHARE

    def hours(self, rooms: int, room_hour_bytes: int) -> float:
        """How long ``rooms`` could go on above the brim without storage."""
        return max(0, self.free - self.brim) / (max(1, rooms) * room_hour_bytes)


def lack(rooms: int, spool: Spool, *, rooms_per_node: int, room_hour_bytes: int) -> Lack | None:
    """Why ``rooms`` at once are too many; None when they fit.

    The spool must hold all of them for an hour in which storage takes nothing.
    """
    if rooms > rooms_per_node:
        return Lack.ROOMS
    if spool.hours(rooms, room_hour_bytes) < OUTAGE_HOURS:
        return Lack.DISK
    return None
