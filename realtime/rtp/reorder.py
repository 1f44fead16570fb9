"""Packets back in order, with a bounded wait for the late ones."""

from __future__ import annotations

from typing import NamedTuple

from realtime.rtp.packet import Packet
from realtime.rtp.sequence import Unwrapper


class Ordered(NamedTuple):
    """A packet in its place; ``lost`` tells that packets right before it are gone for good."""

    packet: Packet
    arrival: float
    lost: bool


class Reorder:
    """Holds packets back until the missing one arrives or ``hold`` seconds have passed.

    Duplicates and packets older than what was given out are dropped. A jump of more than
    ``jump`` numbers in either direction is a new sequence: everything held is given out and
    counting starts again.
    """

    def __init__(self, hold: float = 0.2, jump: int = 3000) -> None:
        self.hold = hold
        self._jump = jump
        self._sequence = Unwrapper(16)
        self._next: int | None = None
        self._waiting: dict[int, tuple[Packet, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def held(self) -> tuple[float, float] | None:
        """When the first and the last of what is held back came; None where nothing is."""
        arrivals = [arrival for _, arrival in self._waiting.values()]
        return (min(arrivals), max(arrivals)) if arrivals else None

    def passes(self, sequence: int) -> bool:
        """Whether it is the one awaited, with none held back; then it is counted as given out."""
        following = self._next
        if following is None or self._waiting or sequence != following & 0xFFFF:
            return False
        self._sequence.highest = following
        self._next = following + 1
        return True

    def add(self, packet: Packet, arrival: float) -> list[Ordered]:
        """Take one packet that came at ``arrival`` (s); give out all that is in order now."""
        full = self._sequence.peek(packet.sequence)
        if self._next is not None and abs(full - self._next) > self._jump:
            out = self._drain()
            self._sequence = Unwrapper(16)
            full = self._sequence.unwrap(packet.sequence)
            self._next = full + 1
            return [*out, Ordered(packet, arrival, lost=True)]
        self._sequence.unwrap(packet.sequence)
        if self._next is None or (full == self._next and not self._waiting):
            self._next = full + 1
            return [Ordered(packet, arrival, lost=False)]
        if full < self._next or full in self._waiting:
            return []
        self._waiting[full] = (packet, arrival)
        return self._ready() + self.expire(arrival)

    def expire(self, now: float) -> list[Ordered]:
        """Give up on packets that the oldest held one has waited for too long."""
        out: list[Ordered] = []
        while self._waiting:
            first = min(self._waiting)
            if now - self._waiting[first][1] < self.hold:
                break
            out += self._skip_to(first)
        return out

    def flush(self) -> list[Ordered]:
        """Everything that is held, in order."""
        return self._drain()

    def _skip_to(self, first: int) -> list[Ordered]:
        packet, arrival = self._waiting.pop(first)
        self._next = first + 1
        return [Ordered(packet, arrival, lost=True), *self._ready()]

    def _ready(self) -> list[Ordered]:
        out: list[Ordered] = []
        while self._next is not None and self._next in self._waiting:
            packet, arrival = self._waiting.pop(self._next)
            self._next += 1
            out.append(Ordered(packet, arrival, lost=False))
        return out

    def _drain(self) -> list[Ordered]:
        out: list[Ordered] = []
        while self._waiting:
            first = min(self._waiting)
            if first == self._next:
                out += self._ready()
            else:
                out += self._skip_to(first)
        return out
