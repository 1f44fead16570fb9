"""EBML elements: write and walk (RFC 8794). Identifiers are those of RFC 9559."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

EBML, SEGMENT, INFO, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
TIMESTAMP, SIMPLE_BLOCK, VOID, DURATION = 0xE7, 0xA3, 0xEC, 0x4489
TRACK_ENTRY, TRACK_NUMBER, TRACK_TYPE, CODEC_ID = 0xAE, 0xD7, 0x83, 0x86
UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def identifier(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def size(value: int, width: int = 0) -> bytes:
    """Variable-size integer; ``width`` bytes, or the shortest form."""
    if not width:
        width = 1
        while value >= (1 << (7 * width)) - 1:
            width += 1
    return ((1 << (7 * width)) | value).to_bytes(width, "big")


def element(kind: int, body: bytes) -> bytes:
    return identifier(kind) + size(len(body)) + body


def uint(kind: int, value: int) -> bytes:
    return element(kind, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def floating(kind: int, value: float) -> bytes:
    return element(kind, struct.pack("!d", value))


def text(kind: int, value: str) -> bytes:
    return element(kind, value.encode())


class Element(NamedTuple):
    """``start`` of the identifier, ``body`` of the content; ``end`` may lie past the data."""

    kind: int
    start: int
    body: int
    end: int
    unknown_size: bool


def walk(data: bytes, position: int, end: int) -> Iterator[Element]:
    """Elements side by side from ``position``; stops at the first header that is not whole."""
    end = min(end, len(data))
    while position < end:
        found = _vint(data, position, end, keep_marker=True)
        if found is None or found[1] - position > 4:
            return
        kind, after = found
        length = _vint(data, after, end, keep_marker=False)
        if length is None:
            return
        value, body = length
        unknown = value == (1 << (7 * (body - after))) - 1
        stop = end if unknown else body + value
        yield Element(kind, position, body, stop, unknown)
        position = stop


def _vint(data: bytes, position: int, end: int, *, keep_marker: bool) -> tuple[int, int] | None:
    if position >= end or not data[position]:
        return None
    width = 9 - data[position].bit_length()
    if position + width > end:
        return None
    value = int.from_bytes(data[position : position + width], "big")
    if not keep_marker:
        value &= (1 << (7 * width)) - 1
    return value, position + width
