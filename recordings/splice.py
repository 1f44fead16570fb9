"""A device's recording cut to what is missing, as segments like the server's own. Pure.

Nothing is decoded. A segment has to begin with a keyframe, and the hole seldom does: the pictures
from the keyframe before it are put at its first moments, a millisecond apart. A player decodes and
never shows them, and the piece overlaps nothing that the server recorded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from recordings.container import Audio, Sample, Writer
from recordings.fmp4 import Fmp4Writer
from recordings.manifest import Span, merged, overlap_ms
from recordings.webm import WebmWriter
from recordings.webm.demux import Demuxed

LONGEST_MS, SHORTEST_MS = 10_000, 4_000
LEAST_MS = 100
"""A shorter rest of a hole is left: a join within it goes unnoticed."""
CATCH_UP_MS = 90
"""In so long the pictures before the hole go by, however many there are."""
STILL_MS = 1500
"""A picture stands so long without a next one; after that the camera gave none."""
SKIP_MS = 120
STEREO = Audio(2)
"""Like the server's segments, so that a player need not change its decoder."""


@dataclass(frozen=True)
class Piece:
    """A whole file; ``codecs`` and ``mime`` as in a segment's sidecar."""

    start_ms: int
    end_ms: int
    mime: str
    codecs: tuple[str, ...]
    data: bytes


def opus_ms(packet: bytes) -> float:
    """How long an Opus packet sounds (RFC 6716 §3.1); 0 for one that is malformed."""
    if not packet:
        return 0.0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (10.0, 20.0, 40.0, 60.0)[config & 3]
    elif config < 16:
        frame = (10.0, 20.0)[config & 1]
    else:
        frame = (2.5, 5.0, 10.0, 20.0)[config & 3]
    if code == 3:
        return min(120.0, frame * (packet[1] & 63)) if len(packet) > 1 else 0.0
    return frame * (1 if code == 0 else 2)


def coverage(found: Demuxed, at_ms: float) -> list[Span]:
    """Where the recording, its zero at ``at_ms``, has all that it has tracks for."""
    spans: list[list[Span]] = []
    if found.video is not None:
        spans.append(_seen([at_ms + frame.pts_ms for frame in found.frames if frame.video]))
    if found.audio is not None:
        spans.append(
            _heard(
                [
                    (at_ms + frame.pts_ms, opus_ms(frame.data))
                    for frame in found.frames
                    if not frame.video
                ]
            )
        )
    return spans[0] if len(spans) == 1 else both(*spans)


def _seen(times: list[float]) -> list[Span]:
    steps = [later - one for one, later in pairwise(times)]
    last = min(STILL_MS, sorted(steps)[len(steps) // 2] if steps else 40)
    ends = [later if later - one <= STILL_MS else one + last for one, later in pairwise(times)] + [
        times[-1] + last
    ]
    return _joined(zip(times, ends, strict=True), 0)


def _heard(packets: list[tuple[float, float]]) -> list[Span]:
    return _joined(((at, at + length) for at, length in packets), SKIP_MS)


def _joined(spans: Iterable[tuple[float, float]], bridge_ms: int) -> list[Span]:
    found: list[list[float]] = []
    for start, end in spans:
        if found and start - found[-1][1] <= bridge_ms + 0.01:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return merged(Span(max(0, round(start)), max(0, round(end))) for start, end in found)


def both(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """What two lists of spans have in common."""
    others = list(other)
    return merged(
        Span(max(a.start_ms, b.start_ms), min(a.end_ms, b.end_ms))
        for a in one
        for b in others
        if overlap_ms(a, b) > 0
    )


def share(span: Span, covered: Iterable[Span]) -> float:
    """How much of ``span`` is covered, 0 to 1."""
    length = span.end_ms - span.start_ms
    return sum(overlap_ms(span, held) for held in merged(covered)) / length if length > 0 else 1.0


def pieces(found: Demuxed, at_ms: float, spans: Iterable[Span]) -> Iterator[Piece]:
    """Segments of at most ten seconds that hold exactly ``spans``, where there are samples."""
    placed = [
        Sample(
            frame.video,
            at_ms + frame.pts_ms,
            frame.data,
            frame.keyframe,
            0.0 if frame.video else opus_ms(frame.data),
        )
        for frame in found.frames
    ]
    pictures = [sample for sample in placed if sample.video]
    sounds = [sample for sample in placed if not sample.video]
    keys = [sample.at_ms for sample in pictures if sample.keyframe]
    for span in spans:
        for part in _parts(span, keys):
            piece = _piece(found, part, _pictures(pictures, part), _sounds(sounds, part))
            if piece is not None:
                yield piece


def _parts(span: Span, keys: list[float]) -> Iterator[Span]:
    start = span.start_ms
    while span.end_ms - start > LONGEST_MS:
        within = [at for at in keys if start + SHORTEST_MS < at <= start + LONGEST_MS]
        cut = round(within[-1]) if within else start + LONGEST_MS
        yield Span(start, cut)
        start = cut
    if span.end_ms - start >= LEAST_MS:
        yield Span(start, span.end_ms)


def _pictures(pictures: list[Sample], part: Span) -> list[Sample]:
    """Those of ``part``, with what their first needs put at its first moments."""
    times = [sample.at_ms for sample in pictures]
    first = bisect_right(times, part.start_ms + 0.5) - 1
    while first >= 0 and not pictures[first].keyframe:
        first -= 1
    if first < 0:
        first = next((n for n, sample in enumerate(pictures) if sample.keyframe), len(pictures))
    chosen = [sample for sample in pictures[first:] if sample.at_ms < part.end_ms]
    early = sum(sample.at_ms < part.start_ms for sample in chosen)
    step = min(1.0, CATCH_UP_MS / early) if early else 1.0
    out: list[Sample] = []
    for number, sample in enumerate(chosen):
        at = part.start_ms + number * step if number < early else sample.at_ms
        if out:
            at = max(at, out[-1].at_ms)
        if at < part.end_ms:
            out.append(Sample(True, at, sample.data, sample.keyframe))
    return out


def _sounds(sounds: list[Sample], part: Span) -> list[Sample]:
    """Packets of which at least half lies in ``part``."""
    return [
        sample
        for sample in sounds
        if part.start_ms <= sample.at_ms + sample.duration_ms / 2 < part.end_ms
    ]


def _piece(
    found: Demuxed, part: Span, pictures: list[Sample], sounds: list[Sample]
) -> Piece | None:
    samples = sorted([*pictures, *sounds], key=lambda s: (s.at_ms, not s.video))
    if not samples:
        return None
    video = found.video if pictures else None
    audio = STEREO if sounds else None
    writer: Writer
    if video is not None and video.codec == "h264":
        writer = Fmp4Writer(part.start_ms, video, audio)
    else:
        writer = WebmWriter(part.start_ms, video, audio)
    out = bytearray(writer.header())
    for sample in samples:
        out += writer.add(sample)
    finish = writer.finish(part.end_ms)
    out += finish.tail
    for offset, patch in finish.patches:
        out[offset : offset + len(patch)] = patch
    return Piece(part.start_ms, part.end_ms, writer.mime, writer.codecs, bytes(out))
