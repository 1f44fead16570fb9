"""A torn segment cut to its last whole frame, and made as final as one closed in peace."""

from __future__ import annotations

import struct
from typing import NamedTuple

from recordings.container import Repaired
from recordings.webm import ebml

_CODECS = {"V_VP8": "vp8", "A_OPUS": "opus"}
_AUDIO_MS = 20


class Block(NamedTuple):
    """One frame of a segment: track type 1 video, 2 audio; session ms."""

    track: int
    at_ms: int
    keyframe: bool
    data: bytes


class _Head(NamedTuple):
    end: int
    size_at: int
    duration_at: int
    kinds: dict[int, int]
    codecs: tuple[str, ...]


def repair(data: bytes) -> Repaired | None:
    """Cut ``data`` after its last whole frame; None when not one frame is whole.

    Whole clusters stay byte for byte; the torn one is closed after its last whole block.
    """
    head = _read_head(data)
    if head is None:
        return None
    out = bytearray(data[: head.end])
    blocks: list[Block] = []
    for cluster in ebml.walk(data, head.end, len(data)):
        if cluster.kind != ebml.CLUSTER:
            break
        found, body = _read_cluster(data, cluster, head.kinds)
        if not found:
            break
        blocks += found
        if cluster.end <= len(data) and not cluster.unknown_size:
            out += data[cluster.start : cluster.end]
        else:
            out += ebml.element(ebml.CLUSTER, body)
            break
    if not blocks:
        return None
    start, end = min(block.at_ms for block in blocks), _end_ms(blocks)
    duration = ebml.floating(ebml.DURATION, float(end - start))
    out[head.duration_at : head.duration_at + len(duration)] = duration
    out[head.size_at : head.size_at + 8] = ebml.size(len(out) - head.size_at - 8, 8)
    kind = "video" if "vp8" in head.codecs else "audio"
    mime = f'{kind}/webm; codecs="{",".join(head.codecs)}"'
    return Repaired(bytes(out), start, end, mime, head.codecs)


def blocks(data: bytes) -> list[Block]:
    """Every whole frame of a segment, in file order; none when it is not one of ours."""
    head = _read_head(data)
    found: list[Block] = []
    if head is None:
        return found
    for cluster in ebml.walk(data, head.end, len(data)):
        if cluster.kind == ebml.CLUSTER:
            found += _read_cluster(data, cluster, head.kinds)[0]
    return found


def _read_head(data: bytes) -> _Head | None:
    top = list(ebml.walk(data, 0, len(data)))
    if len(top) < 2 or top[0].kind != ebml.EBML or top[1].kind != ebml.SEGMENT:
        return None
    segment = top[1]
    if segment.body - segment.start != 12:
        return None
    duration_at = 0
    for child in ebml.walk(data, segment.body, len(data)):
        if child.end > len(data):
            return None
        if child.kind == ebml.INFO:
            for item in ebml.walk(data, child.body, child.end):
                room = item.end - item.start
                if item.kind in (ebml.VOID, ebml.DURATION) and room == 11:
                    duration_at = item.start
        elif child.kind == ebml.TRACKS and duration_at:
            kinds, codecs = _read_tracks(data, child)
            return _Head(child.end, segment.body - 8, duration_at, kinds, codecs)
    return None


def _read_tracks(data: bytes, tracks: ebml.Element) -> tuple[dict[int, int], tuple[str, ...]]:
    kinds: dict[int, int] = {}
    codecs: list[str] = []
    for entry in ebml.walk(data, tracks.body, tracks.end):
        if entry.kind != ebml.TRACK_ENTRY:
            continue
        fields = {
            item.kind: data[item.body : item.end] for item in ebml.walk(data, entry.body, entry.end)
        }
        number = int.from_bytes(fields.get(ebml.TRACK_NUMBER, b""), "big")
        kinds[number] = int.from_bytes(fields.get(ebml.TRACK_TYPE, b""), "big")
        name = _CODECS.get(fields.get(ebml.CODEC_ID, b"").decode("ascii", "replace"))
        if name:
            codecs.append(name)
    return kinds, tuple(codecs)


def _read_cluster(
    data: bytes, cluster: ebml.Element, kinds: dict[int, int]
) -> tuple[list[Block], bytes]:
    """Whole blocks of a cluster, and the bytes up to the end of the last of them."""
    found: list[Block] = []
    base, last = 0, cluster.body
    for item in ebml.walk(data, cluster.body, min(cluster.end, len(data))):
        if item.end > len(data) or item.end > cluster.end:
            break
        if item.kind == ebml.TIMESTAMP:
            base = int.from_bytes(data[item.body : item.end], "big")
        elif item.kind == ebml.SIMPLE_BLOCK and item.end - item.body > 4:
            track, offset, flags = struct.unpack_from("!BhB", data, item.body)
            kind = kinds.get(track & 0x7F, 0)
            body = data[item.body + 4 : item.end]
            found.append(Block(kind, base + offset, bool(flags & 0x80), body))
        elif item.kind != ebml.VOID:
            break
        last = item.end
    return found, data[cluster.body : last]


def _end_ms(found: list[Block]) -> int:
    """End of the last frame: a video frame lasts as long as the one before it, audio 20 ms."""
    ends = []
    for kind in (1, 2):
        times = [block.at_ms for block in found if block.track == kind]
        if times:
            step = _AUDIO_MS if kind == 2 else (times[-1] - times[-2] if len(times) > 1 else 0)
            ends.append(times[-1] + max(0, step))
    return max(ends, default=max(block.at_ms for block in found))
