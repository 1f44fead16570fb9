"""The lives of a batch of forms, a ujian, a report, and a form that lies for signing."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class BatchState(StrEnum):
    """Where a batch stands. In ``done`` its file can be fetched."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class BatchEvent(StrEnum):
    """What moves it on; ``redo`` follows a worker that died over it."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    REDO = "redo"
    EXPIRE = "expire"


batch_machine = Machine(
    name="Cetak formulir",
    initial=BatchState.QUEUED,
    table={
        (BatchState.QUEUED, BatchEvent.START): BatchState.RUNNING,
        (BatchState.RUNNING, BatchEvent.FINISH): BatchState.DONE,
        (BatchState.RUNNING, BatchEvent.FAIL): BatchState.FAILED,
        (BatchState.RUNNING, BatchEvent.REDO): BatchState.QUEUED,
        (BatchState.DONE, BatchEvent.EXPIRE): BatchState.EXPIRED,
    },
)


class UjianState(StrEnum):
    """Where a ujian stands. ``concluded``: the asesor has judged every item and signed."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class UjianEvent(StrEnum):
    """What moves it on: ``finish`` by hand, ``expire`` when the time is used up."""

    START = "start"
    FINISH = "finish"
    EXPIRE = "expire"
    CONCLUDE = "conclude"
    CANCEL = "cancel"


ujian_machine = Machine(
    name="Ujian",
    initial=UjianState.READY,
    table={
        (UjianState.READY, UjianEvent.START): UjianState.RUNNING,
        (UjianState.READY, UjianEvent.CANCEL): UjianState.CANCELLED,
        (UjianState.RUNNING, UjianEvent.FINISH): UjianState.DONE,
        (UjianState.RUNNING, UjianEvent.EXPIRE): UjianState.DONE,
        (UjianState.DONE, UjianEvent.CONCLUDE): UjianState.CONCLUDED,
    },
)


class ReportState(StrEnum):
    """Where a report stands between the asesor and the LSP."""

    SUBMITTED = "submitted"
    RECEIVED = "received"
    RETURNED = "returned"


class ReportEvent(StrEnum):
    """``resubmit`` is the next revision, after the notes of the LSP."""

    RECEIVE = "receive"
    RETURN = "return"
    RESUBMIT = "resubmit"


report_machine = Machine(
    name="Laporan asesmen",
    initial=ReportState.SUBMITTED,
    table={
        (ReportState.SUBMITTED, ReportEvent.RECEIVE): ReportState.RECEIVED,
        (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.RETURNED,
        (ReportState.RETURNED, ReportEvent.RESUBMIT): ReportState.SUBMITTED,
    },
)


class ManuscriptState(StrEnum):
    """Where a form stands that lies for signing. ``complete``: everybody has signed."""

    OPEN = "open"
    REPLACED = "replaced"
    COMPLETE = "complete"
    ISSUED = "issued"
    SUPERSEDED = "superseded"


class ManuscriptEvent(StrEnum):
    """What moves it on; ``replace``: its text changed, the signatures on it are void.

    ``supersede``: FR.AK.07 adjusted the form; what was signed stays signed, a new one is to follow.
    """

    REPLACE = "replace"
    COMPLETE = "complete"
    ISSUE = "issue"
    SUPERSEDE = "supersede"


manuscript_machine = Machine(
    name="Naskah formulir",
    initial=ManuscriptState.OPEN,
    table={
        (ManuscriptState.OPEN, ManuscriptEvent.REPLACE): ManuscriptState.REPLACED,
        (ManuscriptState.OPEN, ManuscriptEvent.COMPLETE): ManuscriptState.COMPLETE,
        (ManuscriptState.COMPLETE, ManuscriptEvent.ISSUE): ManuscriptState.ISSUED,
        (ManuscriptState.ISSUED, ManuscriptEvent.SUPERSEDE): ManuscriptState.SUPERSEDED,
    },
)
CLOSED = frozenset({ManuscriptState.COMPLETE, ManuscriptState.ISSUED})
STANDING = CLOSED | {ManuscriptState.OPEN}
PRINTED = frozenset({ManuscriptState.ISSUED, ManuscriptState.SUPERSEDED})


class PihakState(StrEnum):
    """Where the word of a third party stands (FR.IA.10). ``returned``: the asesor asks again."""

    INVITED = "invited"
    OPENED = "opened"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class PihakEvent(StrEnum):
    """What moves it on; ``renew`` gives a new link in place of the one before."""

    OPEN = "open"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    RENEW = "renew"
    REVOKE = "revoke"
    EXPIRE = "expire"


pihak_machine = Machine(
    name="Pihak ketiga",
    initial=PihakState.INVITED,
    table={
        (PihakState.INVITED, PihakEvent.OPEN): PihakState.OPENED,
        (PihakState.OPENED, PihakEvent.SUBMIT): PihakState.SUBMITTED,
        (PihakState.SUBMITTED, PihakEvent.ACCEPT): PihakState.ACCEPTED,
        (PihakState.SUBMITTED, PihakEvent.RETURN): PihakState.RETURNED,
        (PihakState.RETURNED, PihakEvent.SUBMIT): PihakState.SUBMITTED,
        (PihakState.INVITED, PihakEvent.RENEW): PihakState.INVITED,
        (PihakState.OPENED, PihakEvent.RENEW): PihakState.OPENED,
        (PihakState.RETURNED, PihakEvent.RENEW): PihakState.RETURNED,
        (PihakState.EXPIRED, PihakEvent.RENEW): PihakState.INVITED,
        (PihakState.REVOKED, PihakEvent.RENEW): PihakState.INVITED,
        (PihakState.INVITED, PihakEvent.REVOKE): PihakState.REVOKED,
        (PihakState.OPENED, PihakEvent.REVOKE): PihakState.REVOKED,
        (PihakState.RETURNED, PihakEvent.REVOKE): PihakState.REVOKED,
        (PihakState.INVITED, PihakEvent.EXPIRE): PihakState.EXPIRED,
        (PihakState.OPENED, PihakEvent.EXPIRE): PihakState.EXPIRED,
        (PihakState.RETURNED, PihakEvent.EXPIRE): PihakState.EXPIRED,
    },
)
ANSWERABLE = frozenset({PihakState.INVITED, PihakState.OPENED, PihakState.RETURNED})
"""A link in one of these is worth something until it expires."""
