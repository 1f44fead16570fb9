"""The life of a destruction. Pure."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class DisposalState(StrEnum):
    """Where a destruction stands; what is carried out cannot be taken back."""

    DIUSULKAN = "diusulkan"
    DISETUJUI = "disetujui"
    DILAKSANAKAN = "dilaksanakan"
    DITOLAK = "ditolak"


class DisposalEvent(StrEnum):
    """What moves it on: two people, then the machine."""

    APPROVE = "approve"
    REJECT = "reject"
    CARRY_OUT = "carry_out"


# What was approved and is frozen before it is carried out can still be refused.
disposal_machine = Machine(
    name="Pemusnahan",
    initial=DisposalState.DIUSULKAN,
    table={
        (DisposalState.DIUSULKAN, DisposalEvent.APPROVE): DisposalState.DISETUJUI,
        (DisposalState.DIUSULKAN, DisposalEvent.REJECT): DisposalState.DITOLAK,
        (DisposalState.DISETUJUI, DisposalEvent.CARRY_OUT): DisposalState.DILAKSANAKAN,
        (DisposalState.DISETUJUI, DisposalEvent.REJECT): DisposalState.DITOLAK,
    },
)
