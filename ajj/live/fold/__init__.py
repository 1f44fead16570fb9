"""The state of a session as a pure function of its log.

``fold(entries)`` gives the state at the end, ``fold(entries, until_ms=…)`` as it stood then. The
stored projections equal it; a property test says so.
"""

from collections.abc import Iterable

from ajj.live.acted import moment
from ajj.live.fold.state import (
    Ak01,
    Camera,
    Connection,
    Evidence,
    Judgement,
    Limit,
    Line,
    Mark,
    Recommendation,
    Rescue,
    Resolution,
    SessionState,
    Signature,
    Stream,
    Sweep,
    Tick,
    Turn,
)
from ajj.live.fold.steps import STEPS, Entry
from ajj.live.fold.workplace import Absence, Admitted, Identity, IdentityState, Timer

__all__ = [
    "Absence",
    "Admitted",
    "Ak01",
    "Camera",
    "Connection",
    "Entry",
    "Evidence",
    "HoleError",
    "Identity",
    "IdentityState",
    "Judgement",
    "Limit",
    "Line",
    "Mark",
    "Recommendation",
    "Rescue",
    "Resolution",
    "SessionState",
    "Signature",
    "Stream",
    "Sweep",
    "Tick",
    "Timer",
    "Turn",
    "apply",
    "fold",
    "fold_some",
]


class HoleError(ValueError):
    """An entry came before its predecessor."""


def fold(entries: Iterable[Entry], *, until_ms: int | None = None) -> SessionState:
    """The state after ``entries`` in order, or as it stood at ``until_ms`` (inclusive).

    What was done by then counts, also when it arrived later.
    """
    state = SessionState()
    for entry in entries:
        if until_ms is None or moment(entry["at_ms"], entry["data"]) <= until_ms:
            apply(state, entry)
        else:
            _pass(state, entry)
    return state


def _pass(state: SessionState, entry: Entry) -> None:
    if entry["seq"] == state.head_seq + 1:
        state.head_seq, state.head_ms, state.head_hash = (
            entry["seq"],
            entry["at_ms"],
            entry["hash"],
        )


def fold_some(entries: Iterable[Entry]) -> SessionState:
    """What these entries alone say: for one question, asked with the kinds that answer it."""
    state = SessionState()
    for entry in entries:
        STEPS[entry["kind"]](state, entry)
    return state


def apply(state: SessionState, entry: Entry) -> bool:
    """Bring ``state`` up to ``entry``. False for one it has seen; raises ``HoleError``."""
    if entry["seq"] <= state.head_seq:
        return False
    if entry["seq"] != state.head_seq + 1:
        raise HoleError(f"after {state.head_seq} came {entry['seq']}")
    step = STEPS.get(entry["kind"])
    if step is not None:
        step(state, entry)
    state.head_seq, state.head_ms, state.head_hash = entry["seq"], entry["at_ms"], entry["hash"]
    return True
