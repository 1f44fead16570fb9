"""Where a permohonan stands, for everybody who looks at it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from ajj.skema.models import Skema, SkemaAJJApproval
from ajj.skema.selectors import catalogue as schemes


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"
    STOPPED = "stopped"


STATE_NAMES = {
    StepState.DONE: _("selesai"),
    StepState.NOW: _("sedang berjalan"),
    StepState.NEXT: _("belum mulai"),
    StepState.STOPPED: _("berhenti"),
}


@dataclass(frozen=True)
class Step:
    """One stage of the file. ``actor`` must act next; ``at`` is when it was done, or is due."""

    key: str
    name: str
    state: StepState
    actor: str = ""
    note: str = ""
    at: datetime | None = None

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])


@dataclass(frozen=True)
class CatalogueRow:
    skema: Skema
    units: int
    approval: SkemaAJJApproval | None


def catalogue(day: date) -> list[CatalogueRow]:
    """The schemes as the home page lists them: those open to remote assessment first."""
    rows = [CatalogueRow(skema, skema.unit_count, skema.ajj_on(day)) for skema in schemes(day=day)]
    return sorted(rows, key=lambda row: (row.approval is None, row.skema.judul))
