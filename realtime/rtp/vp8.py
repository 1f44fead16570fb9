"""VP8 payload descriptor and frame header (RFC 7741 §4.2, RFC 6386 §9.1)."""

from __future__ import annotations

from typing import NamedTuple


class Descriptor(NamedTuple):
    """``size`` bytes before the VP8 data; ``starts_frame``: first partition begins here."""

    size: int
    starts_frame: bool


def descriptor(payload: bytes) -> Descriptor | None:
    """Read the payload descriptor; None when it is cut short."""
    if not payload:
        return None
    first, size = payload[0], 1
    if first & 0x80:
        if len(payload) < 2:
            return None
        flags, size = payload[1], 2
        if flags & 0x80:
            if len(payload) <= size:
                return None
            size += 2 if payload[size] & 0x80 else 1
        size += bool(flags & 0x40)
        size += bool(flags & 0x30)
    if size >= len(payload):
        return None
    return Descriptor(size, bool(first & 0x10) and not first & 0x07)


def keyframe_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a keyframe; None for an interframe or broken bytes."""
    if len(frame) < 10 or frame[0] & 1 or frame[3:6] != b"\x9d\x01\x2a":
        return None
    width = int.from_bytes(frame[6:8], "little") & 0x3FFF
    height = int.from_bytes(frame[8:10], "little") & 0x3FFF
    return (width, height) if width and height else None


def starts_keyframe(payload: bytes) -> bool:
    """Whether an RTP payload begins a keyframe."""
    found = descriptor(payload)
    return found is not None and found.starts_frame and not payload[found.size] & 1
