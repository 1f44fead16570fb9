"""What a session's log says was not recorded, and what fills it. Pure: entries in, rows out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ajj.kernel.spans import Span, parts

SHORTEST_MS = 500
KINDS = ("gap", "gap.filled", "stream.started")


@dataclass(frozen=True)
class MissingPart:
    """A span of one stream; ``filled_by`` is empty where nothing stands in its place.

    ``media`` is ``video`` or ``audio`` when only that is missing.
    """

    stream: str
    kind: str
    owner: str
    start_ms: int
    end_ms: int
    cause: str
    filled_by: str
    media: str = ""


def missing_parts(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[MissingPart]:
    """Fold ``(kind, data)`` of a log, in order, into what is missing, by moment and stream."""
    known: dict[str, tuple[str, str]] = {}
    holes: list[Mapping[str, Any]] = []
    fills: dict[str, list[tuple[Span, str]]] = {}
    for kind, data in entries:
        if kind == "stream.started":
            known[data["stream"]] = (str(data["kind"]), str(data["owner"]))
        elif kind == "gap":
            holes.append(data)
        elif kind == "gap.filled":
            span = Span(data["start_ms"], data["end_ms"])
            fills.setdefault(data["stream"], []).append((span, str(data["by"])))
    rows = [row for hole in holes for row in _rows(hole, known, fills.get(hole["stream"], []))]
    return sorted(rows, key=lambda row: (row.start_ms, row.stream, row.end_ms))


def _rows(
    hole: Mapping[str, Any],
    known: Mapping[str, tuple[str, str]],
    fills: list[tuple[Span, str]],
) -> list[MissingPart]:
    kind, owner = known.get(hole["stream"], ("", ""))
    whole = Span(hole["start_ms"], hole["end_ms"])
    held = [span for span, _by in fills]
    return [
        MissingPart(
            stream=hole["stream"],
            kind=kind,
            owner=owner,
            start_ms=part.start_ms,
            end_ms=part.end_ms,
            cause=hole["cause"],
            filled_by=_by(part, fills) if filled else "",
            media=str(hole.get("media", "")),
        )
        for part, filled in parts(whole, held, shortest_ms=SHORTEST_MS)
    ]


def _by(part: Span, fills: list[tuple[Span, str]]) -> str:
    return next(
        by for span, by in fills if span.start_ms < part.end_ms and span.end_ms > part.start_ms
    )
