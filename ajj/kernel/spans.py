"""Spans of time in session milliseconds: union, difference, and who holds which part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, order=True)
class Span:
    """``start_ms`` inclusive, ``end_ms`` exclusive."""

    start_ms: int
    end_ms: int


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


def parts(span: Span, held: Sequence[Span], *, shortest_ms: int) -> list[tuple[Span, bool]]:
    """``span`` cut where ``held`` begins and ends; True for what is held.

    A part of ``shortest_ms`` or less belongs to the parts beside it, where there are any.
    """
    open_parts = uncovered(span, held)
    edges = {edge for part in open_parts for edge in (part.start_ms, part.end_ms)}
    cuts = sorted({span.start_ms, span.end_ms, *edges})
    found = [(Span(*pair), Span(*pair) not in open_parts) for pair in pairwise(cuts)]
    while len(found) > 1:
        at = min(range(len(found)), key=lambda n: found[n][0].end_ms - found[n][0].start_ms)
        piece, is_held = found[at]
        if piece.end_ms - piece.start_ms > shortest_ms:
            break
        first, last = max(0, at - 1), min(len(found) - 1, at + 1)
        whole = Span(found[first][0].start_ms, found[last][0].end_ms)
        found[first : last + 1] = [(whole, not is_held)]
    return found
