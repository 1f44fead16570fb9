"""The states of a permohonan, from the first draft to an APL-02 that an asesor has verified.

Sources disagree on which stage comes first (APL-02 with APL-01, or after acceptance; payment before
or after), so the order is data: ``PATH`` is a row of stages, and the table is made from it.
"""

from dataclasses import dataclass
from enum import StrEnum

from ajj.kernel.machine import Machine


class State(StrEnum):
    """Where a permohonan stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    APL02_SUBMITTED = "apl02_submitted"
    APL02_RETURNED = "apl02_returned"
    APL02_VERIFIED = "apl02_verified"
    REJECTED = "rejected"


class Event(StrEnum):
    """What people do to a permohonan."""

    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"
    REJECT = "reject"
    SUBMIT_APL02 = "submit_apl02"
    RETURN_APL02 = "return_apl02"
    VERIFY_APL02 = "verify_apl02"
    REJECT_APL02 = "reject_apl02"


@dataclass(frozen=True)
class Stage:
    """One hand-in with its review: the asesi submits, a reviewer returns, accepts or rejects."""

    submit: Event
    give_back: Event
    accept: Event
    reject: Event
    submitted: State
    returned: State
    accepted: State


APL01 = Stage(
    Event.SUBMIT,
    Event.RETURN,
    Event.ACCEPT,
    Event.REJECT,
    State.SUBMITTED,
    State.RETURNED,
    State.ACCEPTED,
)
APL02 = Stage(
    Event.SUBMIT_APL02,
    Event.RETURN_APL02,
    Event.VERIFY_APL02,
    Event.REJECT_APL02,
    State.APL02_SUBMITTED,
    State.APL02_RETURNED,
    State.APL02_VERIFIED,
)
PATH: tuple[Stage, ...] = (APL01, APL02)


def machine_of(path: tuple[Stage, ...]) -> Machine[State, Event]:
    """The transition table of the stages in the order of ``path``."""
    table: dict[tuple[State, Event], State] = {}
    entry = State.DRAFT
    for stage in path:
        table[entry, stage.submit] = stage.submitted
        table[stage.submitted, stage.give_back] = stage.returned
        table[stage.returned, stage.submit] = stage.submitted
        table[stage.submitted, stage.accept] = stage.accepted
        table[stage.submitted, stage.reject] = State.REJECTED
        entry = stage.accepted
    return Machine("Permohonan", State.DRAFT, table)


def fillable(stage: Stage, path: tuple[Stage, ...] = PATH) -> frozenset[State]:
    """The states in which the asesi may still write the forms of ``stage``."""
    place = path.index(stage)
    entry = State.DRAFT if place == 0 else path[place - 1].accepted
    return frozenset({entry, stage.returned})


MACHINE = machine_of(PATH)
READY = PATH[-1].accepted
