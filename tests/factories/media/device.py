"""What a browser's recorder writes: live WebM, sizes unknown, no cues, no duration."""

from __future__ import annotations

import struct

from recordings.webm import ebml
from recordings.webm.writer import opus_head
from tests.factories.media.encode import Encoded, interleaved

_CODEC_IDS = {"vp8": "V_VP8", "vp9": "V_VP9", "h264": "V_MPEG4/ISO/AVC"}


def recorder_file(
    frames: list[Encoded],
    sound: list[Encoded],
    *,
    codec: str = "vp8",
    size: tuple[int, int] = (320, 240),
    cluster_ms: int = 1000,
    known_clusters: bool = False,
) -> bytes:
    """As Chromium lays it out (``known_clusters``: as Firefox does); ``at_ms`` from the start."""
    head = ebml.element(ebml.EBML, ebml.text(0x4282, "webm") + ebml.uint(0x4287, 4))
    info = ebml.element(ebml.INFO, ebml.uint(0x2AD7B1, 1_000_000) + ebml.text(0x4D80, "Chrome"))
    tracks = b""
    if sound:
        tracks += _track(1, 2, "A_OPUS", _opus())
    if frames:
        picture = ebml.element(0xE0, ebml.uint(0xB0, size[0]) + ebml.uint(0xBA, size[1]))
        tracks += _track(2, 1, _CODEC_IDS[codec], picture)
    out = head + ebml.identifier(ebml.SEGMENT) + ebml.UNKNOWN_SIZE + info
    out += ebml.element(ebml.TRACKS, tracks)
    blocks, base = b"", -1
    for item in interleaved(frames, sound):
        at_ms = round(item.at_ms)
        if base < 0 or at_ms - base >= cluster_ms:
            out += _cluster(base, blocks, known=known_clusters) if base >= 0 else b""
            blocks, base = b"", at_ms
        number = 2 if item.video else 1
        flags = 0x80 if item.keyframe else 0
        block = struct.pack("!BhB", 0x80 | number, at_ms - base, flags)
        blocks += ebml.element(ebml.SIMPLE_BLOCK, block + item.data)
    return out + _cluster(base, blocks, known=known_clusters)


def _cluster(base: int, blocks: bytes, *, known: bool) -> bytes:
    body = ebml.uint(ebml.TIMESTAMP, base) + blocks
    if known:
        return ebml.element(ebml.CLUSTER, body)
    return ebml.identifier(ebml.CLUSTER) + ebml.UNKNOWN_SIZE + body


def _opus() -> bytes:
    sound = ebml.element(0xE1, ebml.floating(0xB5, 48_000.0) + ebml.uint(0x9F, 2))
    return ebml.element(0x63A2, opus_head(2)) + sound


def _track(number: int, kind: int, codec: str, more: bytes) -> bytes:
    return ebml.element(
        ebml.TRACK_ENTRY,
        ebml.uint(ebml.TRACK_NUMBER, number)
        + ebml.uint(0x73C5, number)
        + ebml.uint(ebml.TRACK_TYPE, kind)
        + ebml.text(ebml.CODEC_ID, codec)
        + more,
    )
