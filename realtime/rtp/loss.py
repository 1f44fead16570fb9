"""Repair of loss: which packets to ask for again, and a ring of packets to answer with."""

from __future__ import annotations

from realtime.rtp.packet import Packet
from realtime.rtp.sequence import Unwrapper

RETRY_S = 0.1
"""A missing packet is asked for again after this long: a poor mobile round trip."""
TRIES = 6
WINDOW = 512


class Missing:
    """Sequence numbers not yet received, each with its number of requests (RFC 4585 §6.2.1)."""

    def __init__(self) -> None:
        self._sequence = Unwrapper(16)
        self._open: dict[int, tuple[int, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, sequence: int) -> bool:
        """Note an arrival; True when it opened a new hole."""
        highest = self._sequence.highest
        full = self._sequence.unwrap(sequence)
        if highest is None or full == highest + 1:
            return False
        if full <= highest:
            self._open.pop(full, None)
            return False
        if full - highest > WINDOW:
            # Too much is gone to repair: only a keyframe helps now.
            self._open.clear()
            return False
        for number in range(highest + 1, full):
            self._open[number] = (0, 0.0)
        while len(self._open) > WINDOW:
            del self._open[next(iter(self._open))]
        return True

    def due(self, now: float) -> list[int]:
        """16-bit numbers to request at ``now`` (s); each at most TRIES times, RETRY_S apart."""
        ask = []
        for number, (tries, last) in list(self._open.items()):
            if tries and now - last < RETRY_S:
                continue
            if tries == TRIES:
                del self._open[number]
                continue
            self._open[number] = (tries + 1, now)
            ask.append(number & 0xFFFF)
        return ask


class History:
    """The last ``size`` packets of a source by sequence number; ``size`` is a power of two."""

    def __init__(self, size: int = 1024) -> None:
        self._mask = size - 1
        self._ring: list[Packet | None] = [None] * size

    def put(self, packet: Packet) -> Packet | None:
        """Keep ``packet``; answers what was in its place, the same packet when it came twice."""
        ring, place = self._ring, packet.sequence & self._mask
        before = ring[place]
        ring[place] = packet
        return before

    def get(self, sequence: int) -> Packet | None:
        packet = self._ring[sequence & self._mask]
        return packet if packet is not None and packet.sequence == sequence else None
