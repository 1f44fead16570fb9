"""The life of a piece of a device's backup. Pure."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class BackupState(StrEnum):
    """Where a slice stands."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    ALIGNED = "aligned"
    FILLED = "filled"
    USELESS = "useless"
    REFUSED = "refused"


class BackupEvent(StrEnum):
    """What moves it on."""

    STORE = "store"
    ALIGN = "align"
    FILL = "fill"
    DISCARD = "discard"
    REFUSE = "refuse"


# An aligned slice waits: for a neighbour that tells its place better, or for the gap to be known.
backup_machine = Machine(
    name="Cadangan perangkat",
    initial=BackupState.RECEIVING,
    table={
        (BackupState.RECEIVING, BackupEvent.STORE): BackupState.RECEIVED,
        (BackupState.RECEIVING, BackupEvent.REFUSE): BackupState.REFUSED,
        (BackupState.RECEIVED, BackupEvent.ALIGN): BackupState.ALIGNED,
        (BackupState.RECEIVED, BackupEvent.DISCARD): BackupState.USELESS,
        (BackupState.ALIGNED, BackupEvent.ALIGN): BackupState.ALIGNED,
        (BackupState.ALIGNED, BackupEvent.FILL): BackupState.FILLED,
        (BackupState.ALIGNED, BackupEvent.DISCARD): BackupState.USELESS,
    },
)

WAITING = frozenset({BackupState.RECEIVED, BackupState.ALIGNED})
KEPT = frozenset(BackupState) - {BackupState.RECEIVING, BackupState.REFUSED}
