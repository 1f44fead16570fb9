"""A browser recorder's WebM read forgivingly: whatever is whole in it, and nothing worse than that.

Chromium and Firefox write live WebM (RFC 8794, RFC 9559): sizes unknown, no cues, no duration, and
a file whose tab was closed ends anywhere. Damage in the middle costs what it hits: reading goes on
at the next cluster.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from recordings.container import Audio, Video
from recordings.webm import avc, ebml
from recordings.webm.frame import Frame

BLOCK_GROUP, BLOCK, REFERENCE = 0xA0, 0xA1, 0xFB
TIMESTAMP_SCALE, CODEC_PRIVATE, CONTENT_ENCODINGS = 0x2AD7B1, 0x63A2, 0x6D80
VIDEO_SETTINGS, WIDTH, HEIGHT, AUDIO_SETTINGS, CHANNELS = 0xE0, 0xB0, 0xBA, 0xE1, 0x9F
CODECS = {"V_VP8": "vp8", "V_VP9": "vp9", "V_MPEG4/ISO/AVC": "h264", "A_OPUS": "opus"}

MAX_FRAMES = 200_000
"""Ten minutes of anything a recorder makes; more is no recording."""
MAX_MS = 24 * 3600 * 1000.0
MAX_SIDE = 16_384
_CLUSTER_ID = ebml.identifier(ebml.CLUSTER)
_LACING = 0x06


class DemuxError(Exception):
    """Nothing in these bytes can be used; the text says why, in a word or two."""


@dataclass(frozen=True)
class Demuxed:
    """What was whole. Frames of a track are in order of time; ``damaged`` when some bytes were not.

    H.264 frames carry four-byte lengths, its parameter sets are in ``video``.
    """

    video: Video | None
    audio: Audio | None
    frames: tuple[Frame, ...]
    damaged: bool


class _Track(NamedTuple):
    number: int
    codec: str
    private: bytes
    width: int
    height: int
    channels: int

    @property
    def video(self) -> bool:
        return self.codec != "opus"


def demux(data: bytes) -> Demuxed:
    """Every whole frame of the first video and the first Opus track.

    Raises ``DemuxError``, and nothing else, on any bytes that hold no usable frame. Needs no more
    memory than a few times ``data``.
    """
    reader = _Reader(data)
    reader.read()
    video = next((t for t in reader.tracks if t.video), None)
    audio = next((t for t in reader.tracks if not t.video), None)
    if video is None and audio is None:
        raise DemuxError("no track")
    frames: list[Frame] = []
    settings: Video | None = None
    sound: Audio | None = None
    if video is not None:
        pictures = _ordered(reader.frames.get(video.number, []))
        settings, found = _pictures(video, pictures)
        frames += found
    if audio is not None:
        heard = _ordered(reader.frames.get(audio.number, []))
        if heard:
            sound = Audio(audio.channels)
            frames += heard
    if not frames:
        raise DemuxError("no frame")
    frames.sort(key=lambda frame: (frame.pts_ms, not frame.video))
    return Demuxed(settings, sound, tuple(frames), reader.damaged)


def _ordered(frames: list[Frame]) -> list[Frame]:
    """The most frames that are in order of time: one wild time stamp costs only itself."""
    if all(one.pts_ms <= two.pts_ms for one, two in pairwise(frames)):
        return frames
    tails: list[float] = []
    ends: list[int] = []
    before: list[int] = []
    for at, frame in enumerate(frames):
        length = bisect_right(tails, frame.pts_ms)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [frame.pts_ms]
        ends[length : length + 1] = [at]
    kept: list[Frame] = []
    position = ends[-1]
    while position >= 0:
        kept.append(frames[position])
        position = before[position]
    return kept[::-1]


class _Reader:
    """One pass over the file, descending into segment and cluster whatever their sizes say."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tracks: list[_Track] = []
        self.frames: dict[int, list[Frame]] = {}
        self.damaged = False
        self._scale = 1.0
        self._cluster_ms: float | None = None
        self._count = 0

    def read(self) -> None:
        position, end = 0, len(self.data)
        while position < end and self._count < MAX_FRAMES:
            item = next(ebml.walk(self.data, position, end), None)
            if item is None or not self._plausible(item):
                position = self._resume(position)
                continue
            if item.kind in (ebml.SEGMENT, ebml.CLUSTER):
                position = item.body
                if item.kind == ebml.CLUSTER:
                    self._cluster_ms = None
                continue
            self._take(item)
            position = item.end

    def _plausible(self, item: ebml.Element) -> bool:
        if item.kind in (ebml.SEGMENT, ebml.CLUSTER):
            return True
        return not item.unknown_size and item.end <= len(self.data)

    def _resume(self, position: int) -> int:
        """Where the next cluster begins; the end when there is none."""
        self.damaged = True
        self._cluster_ms = None
        found = self.data.find(_CLUSTER_ID, position + 1)
        return len(self.data) if found < 0 else found

    def _take(self, item: ebml.Element) -> None:
        if item.kind == ebml.INFO:
            self._info(item)
        elif item.kind == ebml.TRACKS and not self.tracks:
            self._read_tracks(item)
        elif item.kind == ebml.TIMESTAMP:
            self._cluster_ms = self._number(item) * self._scale
        elif item.kind == ebml.SIMPLE_BLOCK:
            self._block(item, keyframe=None)
        elif item.kind == BLOCK_GROUP:
            inside = list(ebml.walk(self.data, item.body, item.end))
            refers = any(part.kind == REFERENCE for part in inside)
            for part in inside:
                if part.kind == BLOCK and part.end <= item.end:
                    self._block(part, keyframe=not refers)

    def _info(self, item: ebml.Element) -> None:
        for part in ebml.walk(self.data, item.body, item.end):
            if part.kind == TIMESTAMP_SCALE and part.end <= item.end:
                scale = self._number(part) / 1e6
                if 1e-3 <= scale <= 1e3:
                    self._scale = scale

    def _number(self, item: ebml.Element) -> int:
        return int.from_bytes(self.data[item.body : min(item.end, item.body + 8)], "big")

    def _read_tracks(self, item: ebml.Element) -> None:
        for entry in ebml.walk(self.data, item.body, item.end):
            if entry.kind == ebml.TRACK_ENTRY and entry.end <= item.end:
                track = _track(self.data, entry)
                if track is not None:
                    self.tracks.append(track)

    def _block(self, item: ebml.Element, *, keyframe: bool | None) -> None:
        """A block's frame; laced ones (no recorder makes them) are left out."""
        if self._cluster_ms is None or item.end - item.body <= 4:
            self.damaged = True
            return
        first, offset, flags = struct.unpack_from("!BhB", self.data, item.body)
        pts_ms = self._cluster_ms + offset * self._scale
        if not first & 0x80 or flags & _LACING or not 0 <= pts_ms <= MAX_MS:
            self.damaged = True
            return
        track = next((t for t in self.tracks if t.number == first & 0x7F), None)
        if track is None:
            return
        key = bool(flags & 0x80) if keyframe is None else keyframe
        body = self.data[item.body + 4 : item.end]
        self.frames.setdefault(track.number, []).append(Frame(track.video, pts_ms, key, body))
        self._count += 1


def _track(data: bytes, entry: ebml.Element) -> _Track | None:
    fields: dict[int, bytes] = {}
    for item in ebml.walk(data, entry.body, entry.end):
        if item.end > entry.end:
            return None
        fields[item.kind] = data[item.body : item.end]
    codec = CODECS.get(fields.get(ebml.CODEC_ID, b"").rstrip(b"\0").decode("ascii", "replace"))
    number = int.from_bytes(fields.get(ebml.TRACK_NUMBER, b"")[:8], "big")
    if codec is None or not 0 < number < 0x80 or CONTENT_ENCODINGS in fields:
        return None
    picture = _inside(fields.get(VIDEO_SETTINGS, b""))
    sound = _inside(fields.get(AUDIO_SETTINGS, b""))
    private = fields.get(CODEC_PRIVATE, b"")
    channels = sound.get(CHANNELS, 1)
    if codec == "opus" and private[:8] == b"OpusHead" and len(private) > 9:
        channels = private[9]
    return _Track(
        number,
        codec,
        private,
        picture.get(WIDTH, 0) if picture.get(WIDTH, 0) <= MAX_SIDE else 0,
        picture.get(HEIGHT, 0) if picture.get(HEIGHT, 0) <= MAX_SIDE else 0,
        2 if channels == 2 else 1,
    )


def _inside(data: bytes) -> dict[int, int]:
    return {
        item.kind: int.from_bytes(data[item.body : min(item.end, item.body + 8)], "big")
        for item in ebml.walk(data, 0, len(data))
        if item.end <= len(data)
    }


def _pictures(track: _Track, frames: list[Frame]) -> tuple[Video | None, list[Frame]]:
    """The video's settings and frames; none when no keyframe is among them."""
    if track.codec == "h264":
        return avc.normalised(track.private, frames, track.width, track.height)
    first = next((at for at, frame in enumerate(frames) if _is_key(track.codec, frame)), None)
    if first is None:
        return None, []
    width, height = track.width, track.height
    if track.codec == "vp8":
        width, height = _vp8_size(frames[first].data) or (width, height)
    if not width or not height:
        return None, []
    kept = [
        Frame(True, frame.pts_ms, _is_key(track.codec, frame), frame.data)
        for frame in frames[first:]
    ]
    return Video(track.codec, width, height), kept


def _is_key(codec: str, frame: Frame) -> bool:
    """A VP8 frame says itself whether it is a keyframe (RFC 6386 §9.1); others by their flag."""
    if codec == "vp8":
        return not frame.data[0] & 1 and frame.data[3:6] == b"\x9d\x01\x2a"
    return frame.keyframe


def _vp8_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 10:
        return None
    width, height = struct.unpack_from("<HH", data, 6)
    return (width & 0x3FFF, height & 0x3FFF) if width & 0x3FFF and height & 0x3FFF else None
