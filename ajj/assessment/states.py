"""The life of a batch of forms: many asesi's papers made into one zip in the background."""

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
