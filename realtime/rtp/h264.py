"""H.264 over RTP: NAL units out of payloads, and what an SPS says (RFC 6184, ITU-T H.264 §7.3)."""

from __future__ import annotations

from typing import NamedTuple

IDR, SEI, SPS, PPS, AUD = 5, 6, 7, 8, 9
_STAP_A, _FU_A = 24, 28
_HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


class Unit(NamedTuple):
    """A NAL unit or a piece: ``continues`` the one before, ``unfinished`` until the next."""

    data: bytes
    continues: bool
    unfinished: bool


def unit_type(unit: bytes | bytearray) -> int:
    return unit[0] & 0x1F if unit else 0


def units(payload: bytes) -> list[Unit] | None:
    """NAL units of a payload: single, STAP-A or FU-A (packetization-mode 1); None if malformed."""
    kind = unit_type(payload)
    if 1 <= kind <= 23:
        return [Unit(payload, False, False)]
    if kind == _STAP_A:
        return _aggregated(payload)
    if kind == _FU_A and len(payload) > 2:
        start, end = bool(payload[1] & 0x80), bool(payload[1] & 0x40)
        head = bytes([(payload[0] & 0xE0) | (payload[1] & 0x1F)])
        data = head + payload[2:] if start else payload[2:]
        return [Unit(data, not start, not end)]
    return None


def _aggregated(payload: bytes) -> list[Unit] | None:
    found, position = [], 1
    while position + 2 < len(payload):
        size = int.from_bytes(payload[position : position + 2], "big")
        position += 2
        if size == 0 or position + size > len(payload):
            return None
        found.append(Unit(payload[position : position + size], False, False))
        position += size
    return found or None


def starts_keyframe(payload: bytes) -> bool:
    """Whether a payload carries an SPS or begins an IDR slice."""
    pieces = units(payload)
    return bool(pieces) and any(
        not piece.continues and unit_type(piece.data) in (IDR, SPS) for piece in pieces or ()
    )


class _Bits:
    """Exp-Golomb reader over an RBSP; reading past the end gives zeros."""

    def __init__(self, unit: bytes) -> None:
        data = unit.replace(b"\0\0\3", b"\0\0")
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            return 0
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        zeros = 0
        while self._left > 0 and not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros) if zeros < 32 else 0

    def se(self) -> int:
        value = self.ue()
        return (value + 1) // 2 if value & 1 else -(value // 2)


def picture_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels after cropping; (0, 0) when the SPS cannot be understood."""
    if len(sps) < 5:
        return (0, 0)
    profile, bits = sps[1], _Bits(sps[4:])
    bits.ue()
    chroma = _chroma_format(bits) if profile in _HIGH_PROFILES else 1
    bits.ue()
    _picture_order(bits)
    bits.ue()
    bits.take(1)
    width, height = 16 * (bits.ue() + 1), bits.ue() + 1
    frame_only = bits.take(1)
    height *= 16 * (2 - frame_only)
    if not frame_only:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * (2 - frame_only)
    return (width, height) if 0 < width <= 16384 and 0 < height <= 16384 else (0, 0)


def _chroma_format(bits: _Bits) -> int:
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)
    bits.ue()
    bits.ue()
    bits.take(1)
    if bits.take(1):
        for index in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _picture_order(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()
