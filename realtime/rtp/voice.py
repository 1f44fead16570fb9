"""Whether somebody speaks, from what packets say without being decoded.

RFC 6464: each packet may carry its level, 0 (loudest) to 127 (silence) in -dBov, in a header
extension. Where it is not agreed, the size of Opus packets tells: with DTX silence is a byte or
two, and comfort noise far below speech.
"""

from __future__ import annotations

LOUD = 50
"""-dBov; a voice at a headset or a phone lies between 15 and 45."""
SPOKEN_BYTES_PER_MS = 1.2
"""Opus speech at 12 kbit/s, its lowest here, is 1.5 bytes a millisecond."""
_ENOUGH_MS = 80.0
_HOLD_S = 1.2
_SLOWEST_MS = 400.0


class Voice:
    """One audio track. Times are seconds of any one clock."""

    def __init__(self) -> None:
        self._loud_ms = 0.0
        self._spoke_at = float("-inf")

    def level(self, value: int, duration_ms: float, now: float) -> None:
        """A packet of ``duration_ms`` whose extension byte is ``value``."""
        self._heard(duration_ms, now, loud=(value & 0x7F) < LOUD)

    def size(self, octets: int, duration_ms: float, now: float) -> None:
        """A packet without a level."""
        self._heard(duration_ms, now, loud=octets > SPOKEN_BYTES_PER_MS * max(duration_ms, 1.0))

    def speaking(self, now: float) -> bool:
        """Loud for more than a click, and not longer ago than a pause between two words."""
        return now - self._spoke_at < _HOLD_S

    def _heard(self, duration_ms: float, now: float, *, loud: bool) -> None:
        length = min(duration_ms, _SLOWEST_MS)
        if not loud:
            self._loud_ms = max(0.0, self._loud_ms - length / 2)
            return
        self._loud_ms = min(self._loud_ms + length, 2 * _ENOUGH_MS)
        if self._loud_ms >= _ENOUGH_MS:
            self._spoke_at = now
