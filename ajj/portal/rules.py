"""The one order of a permohonan's stages, from FR.APL.01 to the certificate. No queries here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ajj.applications.states import State

CHECK_WORKDAYS = 5
DECIDE_WORKDAYS = 14


class Stage(StrEnum):
    APL01 = "apl01"
    CHECK = "check"
    APL02 = "apl02"
    PRA_ASESMEN = "pra_asesmen"
    ASESMEN = "asesmen"
    PLENO = "pleno"
    SK = "sk"
    CERTIFICATE = "certificate"


class Actor(StrEnum):
    """Whose move it is."""

    ASESI = "asesi"
    ASESOR = "asesor"
    MEETING = "meeting"
    ADMIN = "admin"
    KOMITE = "komite"
    DIREKTUR = "direktur"


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Meeting:
    """A session as the track needs it; ``over`` once the asesor or the window ended it."""

    starts_at: datetime
    over: bool


@dataclass(frozen=True)
class Facts:
    """What is known of one permohonan; every moment is None until it happened.

    ``refused`` is a permohonan that the LSP cannot take further; ``kompeten`` is the pleno's word.
    """

    state: State
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None
    apl02_signed_at: datetime | None = None
    apl02_verified_at: datetime | None = None
    pra_asesmen: Meeting | None = None
    asesmen: Meeting | None = None
    recommended_at: datetime | None = None
    decided_at: datetime | None = None
    kompeten: bool | None = None
    sk_at: datetime | None = None
    certificate_at: datetime | None = None


@dataclass(frozen=True)
class Position:
    """One stage: ``at`` when it was done, ``due`` by when (or when) it is to be done."""

    stage: Stage
    state: StepState
    actor: Actor | None = None
    at: datetime | None = None
    due: datetime | None = None


def add_workdays(moment: datetime, days: int) -> datetime:
    """``moment`` moved on by ``days`` working days; Saturdays and Sundays do not count."""
    while days > 0:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment


def positions(facts: Facts) -> list[Position]:
    """Every stage in order: those done, at most one at hand, those to come.

    A refused permohonan stops at the stage that refused it; a decision of belum kompeten ends
    with its SK, and the certificate's stage stops.
    """
    rows = [_position(stage, facts) for stage in Stage]
    placed: list[Position] = []
    reached = False
    for row in rows:
        if reached:
            placed.append(Position(row.stage, StepState.NEXT))
            continue
        placed.append(row)
        reached = row.state is not StepState.DONE
    return placed


def current(facts: Facts) -> Position | None:
    """The stage at hand, or the one where it stopped; None when all is done."""
    return next((row for row in positions(facts) if row.state is not StepState.DONE), None)


def _position(stage: Stage, facts: Facts) -> Position:
    done_at = _done_at(stage, facts)
    if done_at is not None:
        return Position(stage, StepState.DONE, at=done_at)
    if _stopped(stage, facts):
        return Position(stage, StepState.STOPPED)
    actor, due = _move(stage, facts)
    return Position(stage, StepState.NOW, actor=actor, due=due)


def _done_at(stage: Stage, facts: Facts) -> datetime | None:
    first_round = facts.state in (State.DRAFT, State.RETURNED)
    verified = facts.state is State.APL02_VERIFIED
    return {
        Stage.APL01: None if first_round else facts.submitted_at,
        Stage.CHECK: facts.accepted_at,
        Stage.APL02: facts.apl02_verified_at if verified else None,
        Stage.PRA_ASESMEN: _held(facts.pra_asesmen),
        Stage.ASESMEN: facts.recommended_at,
        Stage.PLENO: facts.decided_at,
        Stage.SK: facts.sk_at,
        Stage.CERTIFICATE: facts.certificate_at,
    }[stage]


def _held(meeting: Meeting | None) -> datetime | None:
    return meeting.starts_at if meeting is not None and meeting.over else None


def _stopped(stage: Stage, facts: Facts) -> bool:
    if stage is Stage.CERTIFICATE:
        return facts.kompeten is False
    return facts.state is State.REJECTED


def _move(stage: Stage, facts: Facts) -> tuple[Actor, datetime | None]:
    """Who acts at ``stage``, and by when if a promise or an appointment says so."""
    actor, due = _KEEPERS[stage], None
    if stage is Stage.CHECK and facts.submitted_at is not None:
        due = add_workdays(facts.submitted_at, CHECK_WORKDAYS)
    elif stage is Stage.APL02 and facts.state is State.APL02_SUBMITTED:
        actor = Actor.ASESOR
    elif stage is Stage.PRA_ASESMEN:
        actor, due = _appointment(facts.pra_asesmen)
    elif stage is Stage.ASESMEN and not (facts.asesmen and facts.asesmen.over):
        actor, due = _appointment(facts.asesmen)
    elif stage is Stage.PLENO and facts.recommended_at is not None:
        due = add_workdays(facts.recommended_at, DECIDE_WORKDAYS)
    return actor, due


def _appointment(meeting: Meeting | None) -> tuple[Actor, datetime | None]:
    return (Actor.ADMIN, None) if meeting is None else (Actor.MEETING, meeting.starts_at)


_KEEPERS = {
    Stage.APL01: Actor.ASESI,
    Stage.CHECK: Actor.ADMIN,
    Stage.APL02: Actor.ASESI,
    Stage.PRA_ASESMEN: Actor.ADMIN,
    Stage.ASESMEN: Actor.ASESOR,
    Stage.PLENO: Actor.KOMITE,
    Stage.SK: Actor.DIREKTUR,
    Stage.CERTIFICATE: Actor.ADMIN,
}
