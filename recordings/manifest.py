"""What a recording consists of, and what it lacks. Pure: moments in session milliseconds.

A stream is *present* from the moment its owner published until it stopped. Everything between its
first and its last presence ought to be in segments; every span that is not, and is longer than
``GAP_MS``, is a gap with a cause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP_MS = 500

STOPPED = "stopped"
NETWORK = "network"
MEDIA_PROCESS = "media process"
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, order=True)
class Span:
    """``start_ms`` inclusive, ``end_ms`` exclusive."""

    start_ms: int
    end_ms: int


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


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of ``spans``, ordered, without overlap; touching spans become one."""
    union: list[Span] = []
    for span in sorted(spans):
        if span.end_ms <= span.start_ms:
            continue
        if union and span.start_ms <= union[-1].end_ms:
            union[-1] = Span(union[-1].start_ms, max(union[-1].end_ms, span.end_ms))
        else:
            union.append(span)
    return union


def uncovered(span: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of ``span`` that no span of ``covered`` holds."""
    missing: list[Span] = []
    position = span.start_ms
    for held in merged(covered):
        if held.end_ms <= position:
            continue
        if held.start_ms >= span.end_ms:
            break
        if held.start_ms > position:
            missing.append(Span(position, held.start_ms))
        position = held.end_ms
    if position < span.end_ms:
        missing.append(Span(position, span.end_ms))
    return missing


def overlap_ms(one: Span, other: Span) -> int:
    """How long the two spans have in common."""
    return max(0, min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms))


_CAUSE_OF_REASON = {
    "ended": STOPPED,
    "session": STOPPED,
    "session ended": STOPPED,
    "media process": MEDIA_PROCESS,
    "shutdown": MEDIA_PROCESS,
    "network": NETWORK,
    "replaced": NETWORK,
}


def _cause(span: Span, presences: Sequence[Presence], hints: Sequence[MissingSpan]) -> str:
    """The cause that explains most of ``span``.

    What the media node noted, else the way the publication before it ended, else that it was
    present and still not kept.
    """
    noted = [(overlap_ms(span, Span(h.start_ms, h.end_ms)), h.cause) for h in hints]
    best = max(noted, default=(0, ""))
    if best[0] > 0:
        return best[1]
    ended = [p for p in presences if p.end_ms is not None and p.end_ms <= span.end_ms]
    away = [p for p in ended if p.end_ms is not None and p.end_ms >= span.start_ms - GAP_MS]
    if away:
        last = max(away, key=lambda p: p.end_ms or 0)
        return _CAUSE_OF_REASON.get(last.reason, NETWORK)
    return NOT_RECORDED


def gaps(
    segments: Sequence[Span],
    presences: Sequence[Presence],
    *,
    hints: Sequence[MissingSpan] = (),
    until_ms: int,
) -> list[MissingSpan]:
    """Every span over ``GAP_MS`` that the stream should hold and does not.

    ``until_ms`` ends a publication that still lasts: the moment up to which segments are due.
    A stream that came and went leaves the time between as a gap too: its cause says whether the
    owner stopped it or the connection did.
    """
    if not presences:
        return []
    first = min(presence.start_ms for presence in presences)
    last = max(until_ms if p.end_ms is None else p.end_ms for p in presences)
    if last <= first:
        return []
    return [
        MissingSpan(span.start_ms, span.end_ms, _cause(span, presences, hints))
        for span in uncovered(Span(first, last), segments)
        if span.end_ms - span.start_ms > GAP_MS
    ]
