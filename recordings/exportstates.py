"""The life of an export: a file made from a recording in the background."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class ExportState(StrEnum):
    """Where an export stands. In ``done`` its file can be fetched."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ExportEvent(StrEnum):
    """What moves it on; ``redo`` follows a worker that died over it."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    REDO = "redo"
    CANCEL = "cancel"
    EXPIRE = "expire"


export_machine = Machine(
    name="Ekspor",
    initial=ExportState.QUEUED,
    table={
        (ExportState.QUEUED, ExportEvent.START): ExportState.RUNNING,
        (ExportState.QUEUED, ExportEvent.CANCEL): ExportState.CANCELLED,
        (ExportState.RUNNING, ExportEvent.FINISH): ExportState.DONE,
        (ExportState.RUNNING, ExportEvent.FAIL): ExportState.FAILED,
        (ExportState.RUNNING, ExportEvent.REDO): ExportState.QUEUED,
        (ExportState.RUNNING, ExportEvent.CANCEL): ExportState.CANCELLED,
        (ExportState.DONE, ExportEvent.EXPIRE): ExportState.EXPIRED,
    },
)
