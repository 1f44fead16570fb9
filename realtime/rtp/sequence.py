"""Wrapping counters made endless: sequence numbers (16 bit) and timestamps (32 bit)."""

from __future__ import annotations


class Unwrapper:
    """Extends a wrapping counter of ``bits`` bits to a plain integer.

    Each value is taken as the nearest one to the highest seen so far, so reordering across
    a wrap is understood (RFC 3550 appendix A.1). The first value is returned as it is.
    """

    def __init__(self, bits: int) -> None:
        self._modulus = 1 << bits
        self._half = 1 << (bits - 1)
        self.highest: int | None = None

    def unwrap(self, value: int) -> int:
        """The endless value; moves the reference forward when it is the newest."""
        full = self.peek(value)
        if self.highest is None or full > self.highest:
            self.highest = full
        return full

    def peek(self, value: int) -> int:
        """The endless value, without moving the reference."""
        if self.highest is None:
            return value
        delta = (value - self.highest) & (self._modulus - 1)
        if delta >= self._half:
            delta -= self._modulus
        return self.highest + delta


def sequences() -> Unwrapper:
    """For RTP sequence numbers."""
    return Unwrapper(16)


def timestamps() -> Unwrapper:
    """For RTP timestamps."""
    return Unwrapper(32)
