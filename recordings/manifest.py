"""What a recording consists of, and what it lacks. Pure: moments in session milliseconds.

A stream is *present* from the moment its owner published until it stopped. A camera is due as long
as the session lasts, another stream from its first presence to its last; every due span that no
segment holds, and that is longer than ``GAP_MS``, is a gap with a cause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from ajj.kernel.spans import Span, merged, overlap_ms, parts, uncovered

__all__ = [
    "AUDIO",
    "FILLABLE",
    "FILLED_BY_DEVICE",
    "GAP_MS",
    "STARTING_MS",
    "VIDEO",
    "Cause",
    "MappedGap",
    "MissingSpan",
    "Piece",
    "Presence",
    "Span",
    "TrackHint",
    "cause_of",
    "gap_map",
    "gaps",
    "media_in",
    "media_of",
    "merged",
    "overlap_ms",
    "track_gaps",
    "uncovered",
]

GAP_MS = 500

STARTING_MS = 3_000
"""A publication's first frames may take so long; until then the cause before it holds."""

FILLED_BY_DEVICE = "device backup"

VIDEO, AUDIO = "video", "audio"
_SOUND = ("opus", "mp4a", "vorbis")


class Cause(StrEnum):
    """Why a span is missing; the words of the log and of the manifest.

    ``STALLED``: packets flowed, but media time fell behind log time. ``MUTED``: the device was
    muted or disabled while its connection held. ``STOPPED``: the owner ended it.
    """

    NETWORK = "network"
    STOPPED = "stopped"
    MUTED = "muted"
    STALLED = "stalled"
    MEDIA_PROCESS = "media process"
    STORAGE = "storage"
    NOT_YET_JOINED = "not yet joined"
    NOT_RECORDED = "not recorded"


FILLABLE = frozenset(
    {Cause.NETWORK, Cause.STALLED, Cause.MEDIA_PROCESS, Cause.STORAGE, Cause.NOT_RECORDED}
)
"""Causes that leave something to be had from the device: it may have gone on meanwhile."""

_OLD_WORDS = {"disk": Cause.STORAGE, "shutdown": Cause.MEDIA_PROCESS, "ended": Cause.STOPPED}


def cause_of(word: str) -> Cause:
    """The cause that ``word`` names, older words included; an unknown one is ``NOT_RECORDED``."""
    try:
        return Cause(word)
    except ValueError:
        return _OLD_WORDS.get(word, Cause.NOT_RECORDED)


@dataclass(frozen=True)
class Presence:
    """One publication: ``end_ms`` is None while it lasts; ``reason`` says how it ended.

    Reasons are the media node's words: ``ended`` (by its owner), ``replaced`` (a newer publish took
    over), ``network`` (nothing arrived any more), ``media process`` and ``shutdown`` (the node died
    or stopped), ``session ended``.
    """

    start_ms: int
    end_ms: int | None
    reason: str = ""


@dataclass(frozen=True, order=True)
class MissingSpan:
    """A gap: nothing of the stream is kept between the two moments, because of ``cause``."""

    start_ms: int
    end_ms: int
    cause: str


@dataclass(frozen=True, order=True)
class TrackHint(MissingSpan):
    """What the media node noted about one track alone: ``media`` is ``VIDEO`` or ``AUDIO``."""

    media: str


@dataclass(frozen=True, order=True)
class MappedGap(MissingSpan):
    """A gap as the gap map shows it; ``filled_by`` says what stands in its place now.

    ``media`` is ``VIDEO`` or ``AUDIO`` when only that is missing; the other is kept meanwhile.
    """

    filled_by: str | None = None
    media: str | None = None


@dataclass(frozen=True)
class Piece:
    """A segment: what of a stream it holds, as ``VIDEO`` and ``AUDIO``."""

    start_ms: int
    end_ms: int
    media: frozenset[str]

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)


_CAUSE_OF_REASON = {
    "ended": Cause.STOPPED,
    "session": Cause.STOPPED,
    "session ended": Cause.STOPPED,
    "media process": Cause.MEDIA_PROCESS,
    "shutdown": Cause.MEDIA_PROCESS,
    "network": Cause.NETWORK,
    "replaced": Cause.NETWORK,
}

_MOST_TELLING_FIRST = (
    Cause.MEDIA_PROCESS,
    Cause.STORAGE,
    Cause.MUTED,
    Cause.STALLED,
    Cause.STOPPED,
    Cause.NETWORK,
    Cause.NOT_YET_JOINED,
    Cause.NOT_RECORDED,
)


def gaps(
    segments: Sequence[Span],
    presences: Sequence[Presence],
    *,
    hints: Sequence[MissingSpan] = (),
    until_ms: int,
    whole: bool = False,
) -> list[MissingSpan]:
    """Every span over ``GAP_MS`` that the stream should hold and does not, in order, apart.

    ``until_ms`` ends a publication that still lasts: the moment up to which segments are due.
    ``whole``: the stream is due from the session's beginning up to ``until_ms``, not only between
    its first and last presence. ``hints`` are what the media node noted about itself. The time
    between two presences has the cause of the first one's end. A piece too short to stand alone
    takes the cause of the longer piece it touches.
    """
    if not presences:
        return []
    first = min(presence.start_ms for presence in presences)
    last = max(until_ms if p.end_ms is None else p.end_ms for p in presences)
    due = Span(0, until_ms) if whole else Span(first, last)
    found: list[MissingSpan] = []
    for span in uncovered(due, segments):
        if span.end_ms - span.start_ms > GAP_MS:
            found += _by_cause(span, presences, hints)
    return found


def _by_cause(
    span: Span, presences: Sequence[Presence], hints: Sequence[MissingSpan]
) -> list[MissingSpan]:
    """``span`` in pieces of one cause each, none of them ``GAP_MS`` or shorter."""
    edges = {p.start_ms for p in presences} | {p.end_ms for p in presences if p.end_ms is not None}
    edges |= {hint.start_ms for hint in hints} | {hint.end_ms for hint in hints}
    cuts = [span.start_ms, *sorted(e for e in edges if span.start_ms < e < span.end_ms)]
    pieces: list[MissingSpan] = []
    starts = {presence.start_ms for presence in presences}
    for start, end in pairwise([*cuts, span.end_ms]):
        cause = _cause(Span(start, end), span, presences, hints)
        beginning = cause is Cause.NOT_RECORDED and start in starts and end - start <= STARTING_MS
        _extend(
            pieces, MissingSpan(start, end, pieces[-1].cause if pieces and beginning else cause)
        )
    _settle(pieces)
    return pieces


def _extend(pieces: list[MissingSpan], piece: MissingSpan) -> None:
    if pieces and pieces[-1].cause == piece.cause:
        piece = MissingSpan(pieces.pop().start_ms, piece.end_ms, piece.cause)
    pieces.append(piece)


def _settle(pieces: list[MissingSpan]) -> None:
    """Touching pieces, none of them too short to stand alone where there is another."""
    while len(pieces) > 1:
        short = min(range(len(pieces)), key=lambda at: _length(pieces[at]))
        if _length(pieces[short]) > GAP_MS:
            break
        _absorb(pieces, short)


def _absorb(pieces: list[MissingSpan], short: int) -> None:
    """Give the piece at ``short`` the cause of its longer neighbour; equal neighbours join."""
    beside = [at for at in (short - 1, short + 1) if 0 <= at < len(pieces)]
    cause = pieces[max(beside, key=lambda at: _length(pieces[at]))].cause
    pieces[short] = MissingSpan(pieces[short].start_ms, pieces[short].end_ms, cause)
    joined: list[MissingSpan] = []
    for piece in pieces:
        _extend(joined, piece)
    pieces[:] = joined


def _length(piece: MissingSpan) -> int:
    return piece.end_ms - piece.start_ms


def _cause(
    piece: Span, hole: Span, presences: Sequence[Presence], hints: Sequence[MissingSpan]
) -> Cause:
    """The cause of a piece of ``hole`` that no edge of a presence or hint divides.

    A presence that ends within the hole broke off when the hole began: it is noticed later.
    """
    noted = _noted(piece, hints)
    if noted is not None:
        return noted
    begun = [p for p in presences if p.start_ms <= piece.start_ms]
    if not begun:
        return Cause.NOT_YET_JOINED
    if any(p.end_ms is None or p.end_ms > hole.end_ms for p in begun):
        return Cause.NOT_RECORDED
    last = max(begun, key=lambda p: (p.end_ms or 0, p.start_ms))
    return _CAUSE_OF_REASON.get(last.reason, Cause.NETWORK)


def gap_map(missing: Iterable[MissingSpan], pieces: Iterable[Span]) -> list[MappedGap]:
    """``missing`` with what device pieces fill of it: the same moments, in order, each once.

    A part too short to stand alone belongs to the longer part beside it.
    """
    held = merged(pieces)
    return [
        MappedGap(
            part.start_ms,
            part.end_ms,
            gap.cause,
            FILLED_BY_DEVICE if filled else None,
            gap.media if isinstance(gap, MappedGap) else None,
        )
        for gap in missing
        for part, filled in parts(Span(gap.start_ms, gap.end_ms), held, shortest_ms=GAP_MS)
    ]


def media_of(codecs: Iterable[str]) -> frozenset[str]:
    """What ``codecs`` (names, or the parameter of a MIME type) carry."""
    return frozenset(AUDIO if codec.strip().startswith(_SOUND) else VIDEO for codec in codecs)


def media_in(mime: str) -> frozenset[str]:
    """What a segment of this MIME type holds; without ``codecs`` its type alone has to tell."""
    _kind, _, codecs = mime.partition("codecs=")
    if codecs:
        return media_of(codecs.strip('"').split(","))
    return frozenset({AUDIO if mime.startswith("audio/") else VIDEO})


def track_gaps(
    pieces: Sequence[Piece], expected: frozenset[str], hints: Sequence[TrackHint]
) -> list[MappedGap]:
    """Spans over ``GAP_MS`` in which pieces hold one kind of media and lack the other.

    ``expected`` is what the stream carries. A device that is muted or whose camera is off sends
    nothing of the kind though connected: that is the cause where the node noted none.
    """
    found = [gap for media in expected for gap in _of_track(media, pieces, expected, hints)]
    return sorted(found, key=lambda gap: (gap.start_ms, gap.end_ms, gap.media or ""))


def _of_track(
    media: str, pieces: Sequence[Piece], expected: frozenset[str], hints: Sequence[TrackHint]
) -> list[MappedGap]:
    mine = [hint for hint in hints if hint.media == media]
    having = [piece.span for piece in pieces if media in piece.media]
    bare = [piece.span for piece in pieces if piece.media & expected and media not in piece.media]
    found = [
        MappedGap(part.start_ms, part.end_ms, _noted(part, mine) or Cause.MUTED, None, media)
        for span in merged(bare)
        for part in uncovered(span, having)
        if part.end_ms - part.start_ms > GAP_MS
    ]
    inside = merged(having)
    for hint in mine:
        span = Span(hint.start_ms, hint.end_ms)
        told = [Span(gap.start_ms, gap.end_ms) for gap in found]
        found += [
            MappedGap(part.start_ms, part.end_ms, cause_of(hint.cause), None, media)
            for part in uncovered(span, [*uncovered(span, inside), *told])
            if part.end_ms - part.start_ms > GAP_MS
        ]
    return found


def _noted(part: Span, hints: Sequence[MissingSpan]) -> Cause | None:
    """The most telling cause that was noted about ``part``."""
    causes = {
        cause_of(hint.cause)
        for hint in hints
        if overlap_ms(part, Span(hint.start_ms, hint.end_ms)) > 0
    }
    return next((cause for cause in _MOST_TELLING_FIRST if cause in causes), None)
