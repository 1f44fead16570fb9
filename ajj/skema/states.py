"""The life of a MUK: one instrument of a skema in one version."""

from enum import StrEnum

from ajj.kernel.machine import Machine


class MukState(StrEnum):
    """Where it stands. ``valid`` may be used; ``used`` is locked: answers hang on its items."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALID = "valid"
    USED = "used"
    WITHDRAWN = "withdrawn"


class MukEvent(StrEnum):
    """What moves it on: the penyusun signs, the validator signs or gives it back;
    a second of either signs beside the first.
    """

    SUBMIT = "submit"
    VALIDATE = "validate"
    RETURN = "return"
    COSIGN = "cosign"
    REOPEN = "reopen"
    USE = "use"
    WITHDRAW = "withdraw"


muk_machine = Machine(
    name="Materi uji kompetensi",
    initial=MukState.DRAFT,
    table={
        (MukState.DRAFT, MukEvent.SUBMIT): MukState.SUBMITTED,
        (MukState.SUBMITTED, MukEvent.VALIDATE): MukState.VALID,
        (MukState.SUBMITTED, MukEvent.RETURN): MukState.DRAFT,
        (MukState.SUBMITTED, MukEvent.COSIGN): MukState.SUBMITTED,
        (MukState.VALID, MukEvent.COSIGN): MukState.VALID,
        (MukState.USED, MukEvent.COSIGN): MukState.USED,
        (MukState.VALID, MukEvent.REOPEN): MukState.DRAFT,
        (MukState.VALID, MukEvent.USE): MukState.USED,
        (MukState.USED, MukEvent.USE): MukState.USED,
        (MukState.DRAFT, MukEvent.WITHDRAW): MukState.WITHDRAWN,
        (MukState.VALID, MukEvent.WITHDRAW): MukState.WITHDRAWN,
        (MukState.USED, MukEvent.WITHDRAW): MukState.WITHDRAWN,
    },
)
