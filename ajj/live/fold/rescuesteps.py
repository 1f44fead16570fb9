"""What the entries of a rescue do to the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ajj.live.fold.state import Rescue, SessionState, Turn

Entry = Mapping[str, Any]


def _started(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.phase = "rescue"
    state.rescue = Rescue(entry["at_ms"], entry["actor"], data["reason"], data["until"])


def _asked(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    state.turns[entry["seq"]] = Turn(
        seq=entry["seq"],
        asked_ms=entry["at_ms"],
        actor=entry["actor"],
        how=data["how"],
        answer_s=data["answer_s"],
        step=data["step"],
        kuk=tuple(data["kuk"]),
    )


def _change(whole: SessionState, entry: Entry, **change: Any) -> None:
    seq = entry["data"]["turn"]
    whole.turns[seq] = replace(whole.turns[seq], **change)


def _question(state: SessionState, entry: Entry) -> None:
    _change(state, entry, text=entry["data"]["text"])


def _opened(state: SessionState, entry: Entry) -> None:
    _change(state, entry, state="opened", opened_ms=entry["at_ms"], due_ms=entry["data"]["due_ms"])


def _answered(state: SessionState, entry: Entry) -> None:
    data = entry["data"]
    _change(
        state,
        entry,
        state="answered",
        answered_ms=entry["at_ms"],
        answer=data.get("text", ""),
        sha256=data.get("sha256", ""),
        from_ms=data["from_ms"],
        to_ms=data["to_ms"],
        late_ms=data["late_ms"],
    )


def _withdrawn(state: SessionState, entry: Entry) -> None:
    _change(state, entry, state="withdrawn")


STEPS: Mapping[str, Callable[[SessionState, Entry], None]] = {
    "rescue.started": _started,
    "rescue.asked": _asked,
    "rescue.question": _question,
    "rescue.opened": _opened,
    "rescue.answered": _answered,
    "rescue.withdrawn": _withdrawn,
}
