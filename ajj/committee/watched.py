"""What a reviewer has watched, as spans on the session clock. Pure."""

from collections.abc import Iterable

Span = tuple[int, int]
SLACK_MS = 1500
MAX_SPANS = 2000


def merged(spans: Iterable[Span], *, limit_ms: int | None = None) -> list[Span]:
    """The union of ``spans`` (start, end in session ms), ordered, without overlap.

    Spans closer than 1.5 s become one: players report in steps. Empty, reversed and negative parts
    fall away; nothing reaches beyond ``limit_ms`` (the session's length) when that is given.
    """
    union: list[Span] = []
    for start, end in sorted(_clipped(spans, limit_ms)):
        if union and start <= union[-1][1] + SLACK_MS:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union[:MAX_SPANS]


def _clipped(spans: Iterable[Span], limit_ms: int | None) -> Iterable[Span]:
    for start, end in spans:
        first = max(0, start)
        last = end if limit_ms is None else min(end, limit_ms)
        if last > first:
            yield first, last


def total_ms(spans: Iterable[Span]) -> int:
    """Milliseconds watched at least once."""
    return sum(end - start for start, end in spans)


def covers(spans: Iterable[Span], moment_ms: int) -> bool:
    """Whether the moment was watched."""
    return any(start <= moment_ms <= end for start, end in spans)
