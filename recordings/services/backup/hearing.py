"""Slices of one stream put in their places: by what others heard too, else by the clock."""

from dataclasses import dataclass, field
from itertools import groupby, pairwise

import structlog

from ajj.kernel.errors import DomainError
from ajj.live.services import vault
from recordings import alignment, selectors
from recordings.alignment import WANDER_MS, Array, Match, Placing
from recordings.fmp4 import demux as mp4
from recordings.manifest import Span, overlap_ms
from recordings.models import BackupSlice, Segment, SegmentSource, Stream
from recordings.services.backup.describe import family
from recordings.services.backup.sound import heard
from recordings.webm.demux import Demuxed, DemuxError, demux

log = structlog.get_logger(__name__)
SLACK_MS = 300
"""Added to the clock's error: a recorder begins a moment after it was told to."""
BY_SOUND, BY_CLOCK = "audio", "clock"


def read(row: BackupSlice) -> Demuxed:
    """The slice's frames; raises ``DemuxError`` when it holds none."""
    with vault.fetch(row.storage_name, session_id=row.session_id, owner_id=row.owner_id) as file:
        data = file.read()
    return mp4.demux(data) if family(row.filetype) == "mp4" else demux(data)


def sound_of(found: Demuxed, at_ms: float) -> list[tuple[float, Array]]:
    """Its sound, on the session clock when its zero is at ``at_ms``."""
    return heard((at_ms + frame.pts_ms, frame.data) for frame in found.frames if not frame.video)


@dataclass
class Ears:
    """What the server heard of a stream, decoded where it is asked for."""

    stream: Stream
    _known: dict[int, list[tuple[float, Array]]] = field(default_factory=dict)

    def between(self, start_ms: float, end_ms: float) -> list[tuple[float, Array]]:
        rows = self.stream.segments.filter(
            source=SegmentSource.LIVE, start_ms__lt=end_ms, end_ms__gt=start_ms
        )
        return [part for row in rows.select_related("stream") for part in self._of(row)]

    def _of(self, segment: Segment) -> list[tuple[float, Array]]:
        if segment.pk not in self._known:
            self._known[segment.pk] = []
            try:
                with selectors.open_segment(segment) as file:
                    data = file.read()
                found = mp4.demux(data) if "/mp4" in segment.mime else demux(data)
                self._known[segment.pk] = sound_of(found, 0.0)
            except (DomainError, DemuxError, OSError) as error:
                log.warning("segment not heard", segment=segment.pk, reason=repr(error))
        return self._known[segment.pk]


@dataclass
class Piece:
    """A slice at work; ``shift_ms`` is None until it is placed."""

    row: BackupSlice
    found: Demuxed
    shift_ms: float | None = None
    by_sound: bool = False

    @property
    def at_ms(self) -> float:
        return self.row.start_ms + (self.shift_ms or 0.0)

    @property
    def span(self) -> Span:
        last = max((frame.pts_ms for frame in self.found.frames), default=0.0)
        return Span(round(self.at_ms), round(self.at_ms + last) + 1)


def place(pieces: list[Piece], ears: Ears) -> None:
    """Give every piece its shift. Pieces of a run share one clock; those placed before stay."""
    ordered = sorted(pieces, key=lambda piece: (piece.row.run, piece.row.start_ms))
    for _run, group in groupby(ordered, key=lambda piece: piece.row.run):
        _place_run(list(group), ears)


def _place_run(pieces: list[Piece], ears: Ears) -> None:
    placings = [_placing(piece, ears) for piece in pieces]
    for piece, (shift_ms, by_sound) in zip(pieces, alignment.settle(placings), strict=True):
        piece.shift_ms, piece.by_sound = shift_ms, by_sound
    _chain(pieces, [p for p, at in zip(pieces, placings, strict=True) if _sure(at)])


def _sure(placing: Placing) -> bool:
    return placing.heard is not None and placing.heard.sure


def _placing(piece: Piece, ears: Ears) -> Placing:
    row = piece.row
    match: Match | None = None
    if piece.by_sound and piece.shift_ms is not None:
        match = Match(piece.shift_ms, 1.0, sure=True)
    elif piece.found.audio is not None:
        match = _against(piece, ears, row.clock_error_ms + SLACK_MS)
    return Placing(row.wall_ms, row.start_ms, row.clock_error_ms, match)


def _against(piece: Piece, ears: Ears, window_ms: float) -> Match | None:
    own = sound_of(piece.found, piece.row.start_ms)
    first, last = piece.row.start_ms, piece.row.start_ms + piece.span.end_ms - piece.span.start_ms
    server = ears.between(first - window_ms, last + window_ms)
    if not own or not server:
        return None
    return alignment.match(
        alignment.placed(own, first, last),
        alignment.placed(server, first - window_ms - 500, last + window_ms + 500),
        window_ms=window_ms,
    )


def _chain(pieces: list[Piece], certain: list[Piece]) -> None:
    """From each certain one outward: two slices overlap, and there both heard the same."""
    known = set(map(id, certain))
    for row in (pieces, pieces[::-1]):
        for one, other in pairwise(row):
            if id(one) in known and id(other) not in known:
                match = _between(other, one)
                if match is not None and match.sure:
                    other.shift_ms = (other.shift_ms or 0.0) + match.shift_ms
                    known.add(id(other))


def _between(piece: Piece, neighbour: Piece) -> Match | None:
    reach = Span(piece.span.start_ms - WANDER_MS, piece.span.end_ms + WANDER_MS)
    if overlap_ms(reach, neighbour.span) <= 0:
        return None
    return alignment.match(
        alignment.placed(
            sound_of(piece.found, piece.at_ms), piece.span.start_ms, piece.span.end_ms
        ),
        alignment.placed(
            sound_of(neighbour.found, neighbour.at_ms),
            neighbour.span.start_ms,
            neighbour.span.end_ms,
        ),
        window_ms=WANDER_MS,
    )
