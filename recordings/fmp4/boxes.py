"""ISO base media boxes: write and walk (ISO/IEC 14496-12 §4.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack("!I", 8 + len(body)) + kind + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack("!I", version << 24 | flags), *parts)


class Box(NamedTuple):
    """``start`` of the size field, ``body`` of the content; ``end`` may lie past the data."""

    kind: bytes
    start: int
    body: int
    end: int


def walk(data: bytes, position: int, end: int) -> Iterator[Box]:
    """Boxes side by side; stops at the first header that is not whole or not sensible."""
    end = min(end, len(data))
    while position + 8 <= end:
        size, kind = struct.unpack_from("!I4s", data, position)
        if size < 8:
            return
        yield Box(kind, position, position + 8, position + size)
        position += size


def find(data: bytes, position: int, end: int, *path: bytes) -> Box | None:
    """The first box under nested ``path``; None when it or its whole body is not there."""
    for found in walk(data, position, end):
        if found.kind == path[0] and found.end <= end:
            if len(path) == 1:
                return found
            return find(data, found.body, found.end, *path[1:])
    return None
