"""Wrapping counters made endless: sequence numbers (16 bit) and timestamps (32 bit)."""

from __future__ import annotations


class Unwrapper:
    """Extends a wrapping counter of ``bits`` bits to a plain integer.

    Each value is taken as the nearest one to the highest seen so far, so reordering across
    a wrap is understood (RFC 3550 appendix A.1). The first value is returned as it is.
    """

    def __init__(self, bits: int) -> None:
        self._modulus = 1 << bits
        self._mask = self._modulus - 1
        self._half = 1 << (bits - 1)
        self.highest: int | None = None

    def unwrap(self, value: int) -> int:
        """The endless value; moves the reference forward when it is the newest."""
        highest = self.highest
        if highest is None:
            self.highest = value
            return value
        delta = (value - highest) & self._mask
        if delta < self._half:
            self.highest = highest = highest + delta
            return highest
        return highest + delta - self._modulus

    def peek(self, value: int) -> int:
        """The endless value, without moving the reference."""
        if self.highest is None:
            return value
        delta = (value - self.highest) & self._mask
        if delta >= self._half:
            delta -= self._modulus
        return self.highest + delta


def sequences() -> Unwrapper:
    """For RTP sequence numbers."""
    return Unwrapper(16)


def timestamps() -> Unwrapper:
    """For RTP timestamps."""
    return Unwrapper(32)
