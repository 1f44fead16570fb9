"""Fragmented MP4 segment writer (ISO/IEC 14496-12 §8.8, 14496-15 §5.3, Opus in ISOBMFF)."""

from __future__ import annotations

import itertools
import struct

from recordings.container import FLUSH_MS, Audio, Finish, Sample, Video
from recordings.fmp4.boxes import box, full

VIDEO_TRACK, AUDIO_TRACK = 1, 2
VIDEO_SCALE, AUDIO_SCALE = 90_000, 48_000
_MATRIX = struct.pack("!9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SYNC, _NOT_SYNC = 0x02000000, 0x01010000
_OPUS_TICKS = 960


class Fmp4Writer:
    """Samples must come in order of time; ``video`` is H.264 with its parameter sets.

    Every fragment's decode time is absolute session time, so a fragment stands by itself and
    a hole between two samples stays a hole. Nothing has to be patched when the file ends.
    """

    suffix = "mp4"

    def __init__(self, start_ms: float, video: Video, audio: Audio | None) -> None:
        self._video, self._audio = video, audio
        self.codecs: tuple[str, ...] = ("h264", "opus") if audio else ("h264",)
        names = [f"avc1.{video.sps[1:4].hex().upper()}", *(["opus"] if audio else [])]
        self.mime = f'video/mp4; codecs="{",".join(names)}"'
        self._pending: dict[bool, list[Sample]] = {True: [], False: []}
        self._fragment_ms: float | None = None
        self._number = 0

    def header(self) -> bytes:
        tracks = [_video_track(self._video)]
        extends = [_trex(VIDEO_TRACK)]
        if self._audio:
            tracks.append(_audio_track(self._audio))
            extends.append(_trex(AUDIO_TRACK))
        movie = full(
            b"mvhd",
            0,
            0,
            struct.pack("!IIII", 0, 0, 1000, 0),
            struct.pack("!IHHII", 0x10000, 0x0100, 0, 0, 0),
            _MATRIX,
            bytes(24),
            struct.pack("!I", 3),
        )
        brands = b"iso6" + struct.pack("!I", 1) + b"iso6" + b"avc1" + b"mp41" + b"cmfc"
        return box(b"ftyp", brands) + box(b"moov", movie, *tracks, box(b"mvex", *extends))

    def add(self, sample: Sample) -> bytes:
        out = b""
        if self._fragment_ms is None:
            self._fragment_ms = sample.at_ms
        elif sample.at_ms - self._fragment_ms >= FLUSH_MS:
            out = self._flush({sample.video: sample.at_ms})
            self._fragment_ms = sample.at_ms
        self._pending[sample.video].append(sample)
        return out

    def flush(self) -> bytes:
        self._fragment_ms = None
        return self._flush({})

    def finish(self, end_ms: float) -> Finish:
        return Finish(self._flush({True: end_ms}), ())

    def _flush(self, following: dict[bool, float]) -> bytes:
        """One fragment; ``following`` tells when the next sample of a track comes, if known."""
        samples = [*self._pending[True], *(self._pending[False] if self._audio else [])]
        self._pending = {True: [], False: []}
        if not samples:
            return b""
        self._number += 1
        return fragment(self._number, samples, following)


def fragment(
    number: int, samples: list[Sample], following: dict[bool, float] | None = None
) -> bytes:
    """One moof and mdat; samples of a track in order of time.

    ``following`` tells when the next sample of video (True) or audio comes, where it is known.
    """
    runs = []
    for video in (True, False):
        own = [sample for sample in samples if sample.video == video]
        if own:
            runs.append(_Run(video, own, (following or {}).get(video)))
    size = len(_moof(number, runs, 0))
    return _moof(number, runs, size + 8) + box(b"mdat", *(run.data for run in runs))


def _moof(number: int, runs: list[_Run], offset: int) -> bytes:
    trafs = []
    for run in runs:
        trafs.append(run.traf(offset))
        offset += len(run.data)
    return box(b"moof", full(b"mfhd", 0, 0, struct.pack("!I", number)), *trafs)


class _Run:
    """The samples of one track in one fragment."""

    def __init__(self, video: bool, samples: list[Sample], next_ms: float | None) -> None:
        self._video = video
        self._samples = samples
        scale = VIDEO_SCALE if video else AUDIO_SCALE
        ticks = [max(0, round(sample.at_ms * scale / 1000)) for sample in samples]
        self._start = ticks[0]
        durations = [max(1, b - a) for a, b in itertools.pairwise(ticks)]
        if not video:
            last = round(samples[-1].duration_ms * 48) or _OPUS_TICKS
        elif next_ms is not None and next_ms > samples[-1].at_ms:
            last = round(next_ms * scale / 1000) - ticks[-1]
        else:
            last = durations[-1] if durations else scale // 30
        self._durations = [*durations, max(1, last)]
        self.data = b"".join(sample.data for sample in samples)

    def traf(self, offset: int) -> bytes:
        entries = b"".join(
            struct.pack("!III", duration, len(s.data), _SYNC if s.keyframe else _NOT_SYNC)
            for duration, s in zip(self._durations, self._samples, strict=True)
        )
        track = VIDEO_TRACK if self._video else AUDIO_TRACK
        return box(
            b"traf",
            full(b"tfhd", 0, 0x020000, struct.pack("!I", track)),
            full(b"tfdt", 1, 0, struct.pack("!Q", self._start)),
            full(b"trun", 0, 0x701, struct.pack("!Ii", len(self._samples), offset), entries),
        )


def _trex(track: int) -> bytes:
    return full(b"trex", 0, 0, struct.pack("!IIIII", track, 1, 0, 0, 0))


def _video_track(video: Video) -> bytes:
    sps, pps = video.sps, video.pps
    configuration = box(
        b"avcC",
        bytes([1, *sps[1:4], 0xFF, 0xE1]),
        struct.pack("!H", len(sps)) + sps,
        b"\x01" + struct.pack("!H", len(pps)) + pps,
    )
    entry = box(
        b"avc1",
        bytes(6) + struct.pack("!H", 1) + bytes(16),
        struct.pack("!HHIIIH", video.width, video.height, 0x480000, 0x480000, 0, 1),
        bytes(32) + struct.pack("!Hh", 24, -1),
        configuration,
    )
    media = full(b"vmhd", 0, 1, bytes(8))
    return _track(VIDEO_TRACK, b"vide", media, entry, (video.width, video.height))


def _audio_track(audio: Audio) -> bytes:
    entry = box(
        b"Opus",
        bytes(6) + struct.pack("!H", 1) + bytes(8),
        struct.pack("!HHIHH", audio.channels, 16, 0, 48_000, 0),
        box(b"dOps", struct.pack("!BBHIhB", 0, audio.channels, 0, 48_000, 0, 0)),
    )
    media = full(b"smhd", 0, 0, bytes(4))
    return _track(AUDIO_TRACK, b"soun", media, entry)


def _track(
    number: int, handler: bytes, media: bytes, entry: bytes, size: tuple[int, int] = (0, 0)
) -> bytes:
    scale = VIDEO_SCALE if number == VIDEO_TRACK else AUDIO_SCALE
    volume = 0x0100 if handler == b"soun" else 0
    header = full(
        b"tkhd",
        0,
        3,
        struct.pack("!IIIII", 0, 0, number, 0, 0),
        bytes(8) + struct.pack("!HHHH", 0, 0, volume, 0),
        _MATRIX,
        struct.pack("!II", size[0] << 16, size[1] << 16),
    )
    reference = box(b"dinf", full(b"dref", 0, 0, struct.pack("!I", 1), full(b"url ", 0, 1)))
    tables = box(
        b"stbl",
        full(b"stsd", 0, 0, struct.pack("!I", 1), entry),
        full(b"stts", 0, 0, bytes(4)),
        full(b"stsc", 0, 0, bytes(4)),
        full(b"stsz", 0, 0, bytes(8)),
        full(b"stco", 0, 0, bytes(4)),
    )
    return box(
        b"trak",
        header,
        box(
            b"mdia",
            full(b"mdhd", 0, 0, struct.pack("!IIIIHH", 0, 0, scale, 0, 0x55C4, 0)),
            full(b"hdlr", 0, 0, bytes(4) + handler + bytes(12) + b"ajj\0"),
            box(b"minf", media, reference, tables),
        ),
    )
