"""The room as a workplace: who was let in, who was recognised, what runs against the clock.

Identity belongs to a connection, never to an account: whoever comes back is a stranger until
somebody looked again. The same rule in TypeScript is ``frontend/src/room/workplace/fold.ts``;
``tests/unit/live/identity_cases.json`` holds both to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

Entry = Mapping[str, Any]
ASESI = "asesi"
CAMERA = "camera"
FULLSCREEN = "fullscreen"


class IdentityState(StrEnum):
    """What is known of the person behind the asesi's connection."""

    UNCHECKED = "belum_diperiksa"
    SHOWN = "ditunjukkan"
    MATCH = "cocok"
    MISMATCH = "tidak_cocok"
    UNSURE = "ragu"


@dataclass(frozen=True)
class Identity:
    """``seq`` and ``at_ms`` are the entry that made it so, ``cause`` that entry's kind.

    ``picture`` is the still it rests on; ``actor`` who decided or showed, empty when it fell back.
    """

    state: IdentityState
    seq: int
    at_ms: int
    cause: str
    actor: str = ""
    note: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Admitted:
    """Let in from the waiting room."""

    seq: int
    at_ms: int
    actor: str


@dataclass(frozen=True)
class Timer:
    """A task's time. It runs while ``ends_ms`` is set, and stands still at ``left_ms`` else.

    Its end ends nothing: ``remaining`` goes below zero and people decide.
    """

    seq: int
    at_ms: int
    actor: str
    step: str
    label: str
    total_ms: int
    ends_ms: int | None
    left_ms: int = 0

    def remaining(self, at_ms: int) -> int:
        """Milliseconds that are left at ``at_ms``; below zero when the time is over."""
        return self.left_ms if self.ends_ms is None else self.ends_ms - at_ms


@dataclass(frozen=True)
class Absence:
    """The asesi's page was out of sight or focus for ``ms`` in all, ``count`` times. No verdict."""

    seq: int
    at_ms: int
    actor: str
    reason: str
    ms: int
    count: int
    sharing: bool


@dataclass
class WorkplaceState:
    """What of a session's state is kept here. ``admission`` is the jadwal's; persons are pks."""

    admission: str = "on_arrival"
    admitted: dict[str, Admitted] = field(default_factory=dict)
    identity: dict[str, Identity] = field(default_factory=dict)
    identity_story: list[tuple[str, Identity]] = field(default_factory=list)
    timer: Timer | None = None
    away: dict[str, int] = field(default_factory=dict)
    absences: list[Absence] = field(default_factory=list)


def _fall_back(state: WorkplaceState, person: str, entry: Entry) -> None:
    _identify(
        state,
        person,
        Identity(IdentityState.UNCHECKED, entry["seq"], entry["at_ms"], entry["kind"]),
    )


def _identify(state: WorkplaceState, person: str, identity: Identity) -> None:
    state.identity[person] = identity
    state.identity_story.append((person, identity))


def joined(state: WorkplaceState, entry: Entry) -> None:
    """A new connection of the asesi: whoever that is has not been looked at."""
    if entry["data"]["role"] == ASESI:
        _fall_back(state, entry["actor"], entry)


def left(state: WorkplaceState, entry: Entry, person: str) -> None:
    """``person`` has no connection any more."""
    state.away.pop(person, None)
    if person in state.identity:
        _fall_back(state, person, entry)


def stream_started(state: WorkplaceState, entry: Entry) -> None:
    """A new camera publication of the asesi: another face may be before it."""
    data = entry["data"]
    if data["kind"] == CAMERA and data["owner"] in state.identity:
        _fall_back(state, data["owner"], entry)


def _pictured(state: WorkplaceState, entry: Entry) -> None:
    """A still; one that the asesi took of themselves and their card says that it was shown."""
    person = entry["data"]["person"]
    known = state.identity.get(person)
    if entry["actor"] != person or known is None:
        return
    if known.state is IdentityState.UNCHECKED:
        shown = Identity(
            IdentityState.SHOWN,
            entry["seq"],
            entry["at_ms"],
            entry["kind"],
            actor=person,
            picture=entry["data"]["picture"],
        )
        _identify(state, person, shown)


def _checked(state: WorkplaceState, entry: Entry) -> None:
    data = entry["data"]
    decided = Identity(
        IdentityState(data["decision"]),
        entry["seq"],
        entry["at_ms"],
        entry["kind"],
        actor=entry["actor"],
        note=data.get("note", ""),
        picture=data.get("picture") or "",
    )
    _identify(state, data["person"], decided)


def _admitted(state: WorkplaceState, entry: Entry) -> None:
    admitted = Admitted(entry["seq"], entry["at_ms"], entry["actor"])
    state.admitted[entry["data"]["person"]] = admitted


def _unadmitted(state: WorkplaceState, entry: Entry) -> None:
    state.admitted.pop(entry["data"]["person"], None)


def _timer_started(state: WorkplaceState, entry: Entry) -> None:
    data, at_ms = entry["data"], entry["at_ms"]
    state.timer = Timer(
        entry["seq"],
        at_ms,
        entry["actor"],
        data["step"],
        data["label"],
        data["ms"],
        at_ms + data["ms"],
    )


def _timer_changed(state: WorkplaceState, entry: Entry) -> None:
    """``paused``, ``resumed``, ``extended`` and ``stopped`` of the timer they name."""
    timer, data = state.timer, entry["data"]
    if timer is None or timer.seq != data["timer"]:
        return
    match entry["kind"]:
        case "timer.paused":
            state.timer = replace(timer, left_ms=timer.remaining(entry["at_ms"]), ends_ms=None)
        case "timer.resumed":
            state.timer = replace(timer, ends_ms=entry["at_ms"] + timer.left_ms, left_ms=0)
        case "timer.extended":
            more = data["ms"]
            ends_ms = None if timer.ends_ms is None else timer.ends_ms + more
            left_ms = timer.left_ms + more if ends_ms is None else 0
            state.timer = replace(
                timer, total_ms=timer.total_ms + more, ends_ms=ends_ms, left_ms=left_ms
            )
        case "timer.stopped":
            state.timer = None


def _focus_lost(state: WorkplaceState, entry: Entry) -> None:
    if entry["data"]["reason"] != FULLSCREEN:
        state.away[entry["actor"]] = entry["at_ms"]


def _focus_back(state: WorkplaceState, entry: Entry) -> None:
    data = entry["data"]
    if data["reason"] != FULLSCREEN:
        state.away.pop(entry["actor"], None)
    state.absences.append(
        Absence(
            entry["seq"],
            entry["at_ms"],
            entry["actor"],
            data["reason"],
            data["ms"],
            data["count"],
            data["sharing"],
        )
    )


WORKPLACE_STEPS: Mapping[str, Callable[[WorkplaceState, Entry], None]] = {
    "admitted": _admitted,
    "unadmitted": _unadmitted,
    "identity.pictured": _pictured,
    "identity.checked": _checked,
    "timer.started": _timer_started,
    "timer.paused": _timer_changed,
    "timer.resumed": _timer_changed,
    "timer.extended": _timer_changed,
    "timer.stopped": _timer_changed,
    "focus.lost": _focus_lost,
    "focus.back": _focus_back,
}
