"""Samples for the container writers, made from really encoded frames."""

from __future__ import annotations

from recordings.container import Sample, Writer
from tests.factories.media.encode import Encoded, interleaved


def samples(frames: list[Encoded], sound: list[Encoded], start_ms: float) -> list[Sample]:
    """In order of time from ``start_ms`` on."""
    return [
        Sample(e.video, start_ms + e.at_ms, e.data, e.keyframe, 0.0 if e.video else 20.0)
        for e in interleaved(frames, sound)
    ]


def write(writer: Writer, items: list[Sample], end_ms: float | None) -> bytes:
    """The whole file; torn, as after a crash, when ``end_ms`` is None."""
    out = bytearray(writer.header())
    for item in items:
        out += writer.add(item)
    if end_ms is None:
        return bytes(out)
    finish = writer.finish(end_ms)
    out += finish.tail
    for offset, patch in finish.patches:
        out[offset : offset + len(patch)] = patch
    return bytes(out)
