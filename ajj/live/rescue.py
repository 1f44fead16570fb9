"""A session that goes on without live media: its limits and its marks. Pure.

When live has failed for good the same agenda continues in turns: the asesor asks, the asesi opens
the task (the server's clock starts), records the answer on the device and sends it when the line
allows. What was made this way carries ``mode: rescue`` in the log.
"""

from collections.abc import Mapping
from typing import Any

MODE = "rescue"
MOST_DAYS = 7
LEAST_ANSWER_S = 30
MOST_ANSWER_S = 600
GRACE_MS = 20_000
"""The word of an answer travels too; no more than this after its time it is still on time."""
MOST_EARLY_MS = 5_000
"""A device may have misread the clock by so much before what it says is not believed."""

# What people do; what the recorder and the system still write about the live part is not meant.
MADE_BY_PEOPLE = frozenset(
    {
        "agenda.tick",
        "incident",
        "mark",
        "mark.undone",
        "mark.resolved",
        "evidence.announced",
        "evidence.received",
        "evidence.judged",
        "rescue.asked",
        "rescue.question",
        "rescue.opened",
        "rescue.answered",
        "rescue.withdrawn",
    }
)


def stamped(
    kind: str, data: Mapping[str, Any], *, at_ms: int, rescue_ms: int | None
) -> Mapping[str, Any]:
    """``data`` with its mode, if it was made without live media.

    A file that was taken while the room was live stays what it is, whenever it arrives.
    """
    if rescue_ms is None or kind not in MADE_BY_PEOPLE or at_ms < rescue_ms:
        return data
    taken_ms = data.get("taken_ms")
    if kind.startswith("evidence.") and taken_ms is not None and taken_ms < rescue_ms:
        return data
    return {**data, "mode": MODE}


def late_by(*, at_ms: int, due_ms: int) -> int:
    """By how much an answer's word came after its time (ms); 0 within the grace."""
    return max(0, at_ms - due_ms) if at_ms > due_ms + GRACE_MS else 0


def believable(*, from_ms: int, to_ms: int, opened_ms: int, due_ms: int, at_ms: int) -> bool:
    """Whether a device may say that it recorded from here to there on the session clock."""
    inside = opened_ms - MOST_EARLY_MS <= from_ms < to_ms <= at_ms + MOST_EARLY_MS
    return inside and to_ms <= due_ms + GRACE_MS
