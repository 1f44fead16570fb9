"""WebM segment writer: known at every flush, final after one small patch of the header."""

from __future__ import annotations

import struct

from recordings.container import FLUSH_MS, Audio, Finish, Sample, Video
from recordings.webm import ebml

VIDEO_TRACK, AUDIO_TRACK = 1, 2
_SEEK_PRE_ROLL_NS = 80_000_000
_CODEC_IDS = {"vp8": "V_VP8", "vp9": "V_VP9"}


def opus_head(channels: int) -> bytes:
    """Identification header without pre-skip: every packet is heard (RFC 7845 §5.1)."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48_000, 0, 0)


class WebmWriter:
    """Samples must come in order of time. At least one of ``video`` and ``audio`` is given.

    Timestamps are whole session milliseconds in clusters of about a second, each written whole.
    Duration (ms, end minus start) and the segment's size are patched in by ``finish``; until
    then the file is a valid live WebM.
    """

    suffix = "webm"

    def __init__(self, start_ms: float, video: Video | None, audio: Audio | None) -> None:
        self._start_ms = start_ms
        self._video, self._audio = video, audio
        names = [video.codec] if video else []
        self.codecs: tuple[str, ...] = (*names, "opus") if audio else tuple(names)
        kind = "video" if video else "audio"
        self.mime = f'{kind}/webm; codecs="{",".join(self.codecs)}"'
        self._size_at = 0
        self._duration_at = 0
        self._written = 0
        self._cluster_ms: int | None = None
        self._blocks: list[bytes] = []

    def header(self) -> bytes:
        head = ebml.element(
            ebml.EBML,
            ebml.uint(0x4286, 1)
            + ebml.uint(0x42F7, 1)
            + ebml.uint(0x42F2, 4)
            + ebml.uint(0x42F3, 8)
            + ebml.text(0x4282, "webm")
            + ebml.uint(0x4287, 4)
            + ebml.uint(0x4285, 2),
        )
        self._size_at = len(head) + 4
        segment = ebml.identifier(ebml.SEGMENT) + ebml.UNKNOWN_SIZE
        fixed = ebml.uint(0x2AD7B1, 1_000_000) + ebml.text(0x4D80, "ajj") + ebml.text(0x5741, "ajj")
        # Room for Duration, which is known only at the end.
        info = ebml.element(ebml.INFO, fixed + ebml.element(ebml.VOID, bytes(9)))
        self._duration_at = len(head) + len(segment) + len(info) - 11
        out = head + segment + info + ebml.element(ebml.TRACKS, self._tracks())
        self._written = len(out)
        return out

    def add(self, sample: Sample) -> bytes:
        at_ms = max(0, round(sample.at_ms))
        out = b""
        if self._cluster_ms is None:
            self._cluster_ms = at_ms
        elif at_ms - self._cluster_ms >= FLUSH_MS:
            out = self.flush()
            self._cluster_ms = at_ms
        offset = max(0, at_ms - self._cluster_ms)
        track = VIDEO_TRACK if sample.video else AUDIO_TRACK
        block = struct.pack("!BhB", 0x80 | track, offset, 0x80 if sample.keyframe else 0)
        self._blocks.append(ebml.element(ebml.SIMPLE_BLOCK, block + sample.data))
        return out

    def finish(self, end_ms: float) -> Finish:
        tail = self.flush()
        content = self._written - self._size_at - 8
        duration = max(0.0, round(end_ms) - float(round(self._start_ms)))
        return Finish(
            tail,
            (
                (self._duration_at, ebml.floating(ebml.DURATION, duration)),
                (self._size_at, ebml.size(content, 8)),
            ),
        )

    def flush(self) -> bytes:
        if self._cluster_ms is None or not self._blocks:
            return b""
        body = ebml.uint(ebml.TIMESTAMP, self._cluster_ms) + b"".join(self._blocks)
        out = ebml.element(ebml.CLUSTER, body)
        self._blocks, self._cluster_ms = [], None
        self._written += len(out)
        return out

    def _tracks(self) -> bytes:
        out = b""
        if self._video:
            out += ebml.element(
                ebml.TRACK_ENTRY,
                _track(VIDEO_TRACK, 1, _CODEC_IDS[self._video.codec])
                + ebml.element(
                    0xE0, ebml.uint(0xB0, self._video.width) + ebml.uint(0xBA, self._video.height)
                ),
            )
        if self._audio:
            out += ebml.element(
                ebml.TRACK_ENTRY,
                _track(AUDIO_TRACK, 2, "A_OPUS")
                + ebml.element(0x63A2, opus_head(self._audio.channels))
                + ebml.uint(0x56AA, 0)
                + ebml.uint(0x56BB, _SEEK_PRE_ROLL_NS)
                + ebml.element(
                    0xE1, ebml.floating(0xB5, 48_000.0) + ebml.uint(0x9F, self._audio.channels)
                ),
            )
        return out


def _track(number: int, kind: int, codec: str) -> bytes:
    return (
        ebml.uint(ebml.TRACK_NUMBER, number)
        + ebml.uint(0x73C5, number)
        + ebml.uint(0x9C, 0)
        + ebml.uint(ebml.TRACK_TYPE, kind)
        + ebml.text(ebml.CODEC_ID, codec)
    )
