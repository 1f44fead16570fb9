"""The life of a session, and what of it is who's."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class SessionState(StrEnum):
    """Where a session stands."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    LIVE = "live"
    RESCUE = "rescue"
    ENDED = "ended"
    SEALED = "sealed"


class SessionEvent(StrEnum):
    """What moves it on."""

    OPEN = "open"
    GO_LIVE = "go_live"
    RESCUE = "rescue"
    END = "end"
    SEAL = "seal"


class SessionKind(StrEnum):
    """Consultation before the assessment, or the assessment itself."""

    PRA_ASESMEN = "pra_asesmen"
    ASESMEN = "asesmen"


class EndReason(StrEnum):
    """A session ends when the asesor says so or its window closes; an empty room ends nothing.

    ``deadline`` is the window of a session that goes on without live media.
    """

    ASESOR = "asesor"
    WINDOW = "window"
    DEADLINE = "deadline"


# A seal covers the log up to its head. The committee's decision and late segments come after it,
# so a sealed session can be sealed again.
session_machine = Machine(
    name="Sesi",
    initial=SessionState.SCHEDULED,
    table={
        (SessionState.SCHEDULED, SessionEvent.OPEN): SessionState.OPEN,
        (SessionState.OPEN, SessionEvent.GO_LIVE): SessionState.LIVE,
        (SessionState.OPEN, SessionEvent.END): SessionState.ENDED,
        (SessionState.LIVE, SessionEvent.END): SessionState.ENDED,
        (SessionState.OPEN, SessionEvent.RESCUE): SessionState.RESCUE,
        (SessionState.LIVE, SessionEvent.RESCUE): SessionState.RESCUE,
        (SessionState.RESCUE, SessionEvent.END): SessionState.ENDED,
        (SessionState.ENDED, SessionEvent.SEAL): SessionState.SEALED,
        (SessionState.SEALED, SessionEvent.SEAL): SessionState.SEALED,
    },
)


class PairingState(StrEnum):
    """Where the pairing of a second camera stands."""

    OFFERED = "offered"
    PAIRED = "paired"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class PairingEvent(StrEnum):
    """What moves it on; a code that nobody used in time is withdrawn by the next one."""

    REDEEM = "redeem"
    END = "end"
    WITHDRAW = "withdraw"


class UnpairReason(StrEnum):
    """Who ended a pairing: its own phone, a newer phone, or a person in the room."""

    DEVICE = "device"
    REPLACED = "replaced"
    ASESI = "asesi"
    ASESOR = "asesor"


pairing_machine = Machine(
    name="Kamera kedua",
    initial=PairingState.OFFERED,
    table={
        (PairingState.OFFERED, PairingEvent.REDEEM): PairingState.PAIRED,
        (PairingState.OFFERED, PairingEvent.WITHDRAW): PairingState.WITHDRAWN,
        (PairingState.PAIRED, PairingEvent.END): PairingState.ENDED,
    },
)


class SweepResult(StrEnum):
    """What the asesor saw when the room was shown around."""

    AMAN = "aman"
    TEMUAN = "temuan"
    TIDAK_DILAKUKAN = "tidak_dilakukan"


class TurnState(StrEnum):
    """Where one turn of a rescue stands: a task that the asesi answers by recording or in words."""

    ASKED = "asked"
    OPENED = "opened"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class TurnEvent(StrEnum):
    """What moves it on. Time that ran out is no event: a late answer is taken and called late."""

    OPEN = "open"
    ANSWER = "answer"
    WITHDRAW = "withdraw"


turn_machine = Machine(
    name="Giliran",
    initial=TurnState.ASKED,
    table={
        (TurnState.ASKED, TurnEvent.OPEN): TurnState.OPENED,
        (TurnState.OPENED, TurnEvent.ANSWER): TurnState.ANSWERED,
        (TurnState.ASKED, TurnEvent.WITHDRAW): TurnState.WITHDRAWN,
        (TurnState.OPENED, TurnEvent.WITHDRAW): TurnState.WITHDRAWN,
    },
)

IN_ROOM = frozenset({SessionState.OPEN, SessionState.LIVE})
RESCUE = frozenset({SessionState.RESCUE})
UNDER_WAY = IN_ROOM | RESCUE
OVER = frozenset({SessionState.ENDED, SessionState.SEALED})

# What may still enter the log when the session is over: what was under way, and what follows.
AFTER_ENDED = frozenset(
    {
        "segment.stored",
        "gap",
        "gap.filled",
        "backup.asked",
        "backup.received",
        "stream.stopped",
        "left",
        "evidence.announced",
        "evidence.asked",
        "evidence.received",
        "form.issued",
        "mark.resolved",
        "ak02.recommended",
        "session.sealed",
        "session.anchored",
        "media.erased",
        "ujian.concluded",
        "decision",
    }
)

# What was done while the session ran and arrives after its end, from a device that was without a
# network: it enters only with the moment at which it was done.
LATE = frozenset({"mark", "mark.undone", "agenda.tick", "chat", "incident", "evidence.judged"})
