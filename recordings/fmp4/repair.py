"""A torn fragmented MP4 cut to its last whole frame."""

from __future__ import annotations

import struct
from typing import NamedTuple

from recordings.container import Repaired, Sample
from recordings.fmp4.boxes import Box, find, walk
from recordings.fmp4.writer import (
    AUDIO_SCALE,
    AUDIO_TRACK,
    VIDEO_SCALE,
    VIDEO_TRACK,
    fragment,
)


class _Head(NamedTuple):
    end: int
    mime: str
    codecs: tuple[str, ...]


class _Fragment(NamedTuple):
    """``samples`` are the whole ones; ``complete`` when the file holds all of them."""

    number: int
    samples: list[Sample]
    complete: bool
    end: int


def repair(data: bytes) -> Repaired | None:
    """Cut ``data`` after its last whole frame; None when not one frame is whole.

    Whole fragments stay byte for byte; of the torn one the whole frames form a new fragment.
    """
    head = _read_head(data)
    if head is None:
        return None
    out = bytearray(data[: head.end])
    samples: list[Sample] = []
    for found in _fragments(data, head.end):
        if found.complete:
            out = bytearray(data[: found.end])
        elif found.samples:
            out += fragment(found.number, found.samples)
        samples += found.samples
    if not samples:
        return None
    start = round(min(sample.at_ms for sample in samples))
    end = round(max(sample.at_ms + sample.duration_ms for sample in samples))
    return Repaired(bytes(out), start, max(end, start + 1), head.mime, head.codecs)


def samples(data: bytes) -> list[Sample]:
    """Every whole frame of a segment, in file order; none when it is not one of ours."""
    head = _read_head(data)
    if head is None:
        return []
    return [sample for found in _fragments(data, head.end) for sample in found.samples]


def _read_head(data: bytes) -> _Head | None:
    movie = find(data, 0, len(data), b"moov")
    if movie is None:
        return None
    configuration = data.find(b"avcC", movie.body, movie.end)
    if configuration < 0 or configuration + 8 > movie.end:
        return None
    names = [f"avc1.{data[configuration + 5 : configuration + 8].hex().upper()}"]
    codecs: tuple[str, ...] = ("h264",)
    if data.find(b"dOps", movie.body, movie.end) >= 0:
        names.append("opus")
        codecs = ("h264", "opus")
    return _Head(movie.end, f'video/mp4; codecs="{",".join(names)}"', codecs)


def _fragments(data: bytes, position: int) -> list[_Fragment]:
    found: list[_Fragment] = []
    pending: Box | None = None
    for item in walk(data, position, len(data)):
        if item.kind == b"moof" and item.end <= len(data):
            pending = item
        elif item.kind == b"mdat" and pending is not None:
            found.append(_read_fragment(data, pending, item))
            pending = None
        else:
            break
    return found


def _read_fragment(data: bytes, moof: Box, mdat: Box) -> _Fragment:
    number = 0
    header = find(data, moof.body, moof.end, b"mfhd")
    if header is not None and header.end - header.body >= 8:
        (number,) = struct.unpack_from("!I", data, header.body + 4)
    collected: list[Sample] = []
    for traf in walk(data, moof.body, moof.end):
        if traf.kind == b"traf" and traf.end <= moof.end:
            collected += _read_run(data, moof, traf, min(mdat.end, len(data)))
    return _Fragment(number, collected, mdat.end <= len(data), mdat.end)


def _read_run(data: bytes, moof: Box, traf: Box, limit: int) -> list[Sample]:
    header = find(data, traf.body, traf.end, b"tfhd")
    decode = find(data, traf.body, traf.end, b"tfdt")
    run = find(data, traf.body, traf.end, b"trun")
    if header is None or decode is None or run is None:
        return []
    if header.end - header.body < 8 or decode.end - decode.body < 12 or run.end - run.body < 12:
        return []
    (track,) = struct.unpack_from("!I", data, header.body + 4)
    (ticks,) = struct.unpack_from("!Q", data, decode.body + 4)
    count, offset = struct.unpack_from("!Ii", data, run.body + 4)
    scale = {VIDEO_TRACK: VIDEO_SCALE, AUDIO_TRACK: AUDIO_SCALE}.get(track)
    position = moof.start + offset
    if scale is None or offset < 0:
        return []
    found = []
    for index in range(min(count, (run.end - run.body - 12) // 12)):
        duration, size, flags = struct.unpack_from("!III", data, run.body + 12 + 12 * index)
        if position + size > limit:
            break
        found.append(
            Sample(
                track == VIDEO_TRACK,
                ticks * 1000 / scale,
                data[position : position + size],
                not flags & 0x10000,
                duration * 1000 / scale,
            )
        )
        position += size
        ticks += duration
    return found
