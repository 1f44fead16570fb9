"""Repair of loss: which packets to ask for again, and a ring of packets to answer with."""

from __future__ import annotations

from realtime.rtp.packet import Packet
from realtime.rtp.sequence import Unwrapper

RETRY_S = 0.1
"""A missing packet is asked for again after this long, where nothing is known of the path."""
TRIES = 6
_LATER = 1.25
"""Asking again before the answer can be here would have it sent twice, on the poorest lines."""
_MOST_REPAIR_S = 3.0
_FORGET = 0.05
WINDOW = 512


class Missing:
    """Sequence numbers not yet received, each with its number of requests (RFC 4585 §6.2.1)."""

    def __init__(self) -> None:
        self._sequence = Unwrapper(16)
        self._open: dict[int, tuple[int, float, float]] = {}
        self.repair_s = 0.0
        """How long a repair takes on this path: from asking to having; 0 until one came."""

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, sequence: int, now: float) -> bool:
        """Note an arrival at ``now`` (s); True when it opened a new hole."""
        highest = self._sequence.highest
        full = self._sequence.unwrap(sequence)
        if highest is None or full == highest + 1:
            return False
        if full <= highest:
            self._repaired(self._open.pop(full, None), now)
            return False
        if full - highest > WINDOW:
            # Too much is gone to repair: only a keyframe helps now.
            self._open.clear()
            return False
        for number in range(highest + 1, full):
            self._open[number] = (0, now, now)
        while len(self._open) > WINDOW:
            del self._open[next(iter(self._open))]
        return True

    def due(self, now: float) -> list[int]:
        """16-bit numbers to request at ``now`` (s); each at most TRIES times, a repair apart."""
        ask = []
        wait = max(RETRY_S, self.repair_s * _LATER)
        for number, (tries, first, last) in list(self._open.items()):
            if tries and now - last < wait:
                continue
            if tries == TRIES:
                del self._open[number]
                continue
            self._open[number] = (tries + 1, first, now)
            ask.append(number & 0xFFFF)
        return ask

    def _repaired(self, asked: tuple[int, float, float] | None, now: float) -> None:
        """Longer at once, shorter slowly: an answer to the first request may be to a later one."""
        if asked is None or not asked[0]:
            return
        took = min(now - (asked[2] if asked[0] == 1 else asked[1]), _MOST_REPAIR_S)
        self.repair_s = max(took, self.repair_s + (took - self.repair_s) * _FORGET)


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
