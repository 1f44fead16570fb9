"""The life of a berkas before the komite, and of a pleno."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class CaseState(StrEnum):
    """Where a berkas stands."""

    WAITING = "waiting"
    REVIEW = "review"
    READY = "ready"
    CLARIFICATION = "clarification"
    DECIDED = "decided"
    SIGNED = "signed"


class CaseEvent(StrEnum):
    """What moves it on."""

    ASSIGN = "assign"
    LAST_VOTE = "last_vote"
    ASK = "ask"
    RESUME = "resume"
    DECIDE = "decide"
    SIGN = "sign"


case_machine = Machine(
    name="Berkas",
    initial=CaseState.WAITING,
    table={
        (CaseState.WAITING, CaseEvent.ASSIGN): CaseState.REVIEW,
        (CaseState.REVIEW, CaseEvent.LAST_VOTE): CaseState.READY,
        (CaseState.READY, CaseEvent.DECIDE): CaseState.DECIDED,
        (CaseState.READY, CaseEvent.ASK): CaseState.CLARIFICATION,
        (CaseState.CLARIFICATION, CaseEvent.RESUME): CaseState.REVIEW,
        (CaseState.DECIDED, CaseEvent.SIGN): CaseState.SIGNED,
    },
)


class PlenoState(StrEnum):
    """A pleno is held in one sitting; its SK follows."""

    CLOSED = "closed"
    SIGNED = "signed"


class PlenoEvent(StrEnum):
    SIGN = "sign"


pleno_machine = Machine(
    name="Pleno",
    initial=PlenoState.CLOSED,
    table={(PlenoState.CLOSED, PlenoEvent.SIGN): PlenoState.SIGNED},
)
