"""Forms that the log has completed are printed and logged; nothing is printed twice.

The jobs process looks about once a second for what is due, so a crash between a signature and its
print loses nothing, and no one waits for a PDF while the session is locked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from ajj.assessment import values
from ajj.assessment.models import Ak01, IssuedForm, Recommendation
from ajj.documents.models import Document
from ajj.documents.registry import codes_of, in_slot
from ajj.documents.services import issue
from ajj.live.models import LogEntry
from ajj.live.selectors import get_session
from ajj.live.services import SYSTEM, append, lock
from ajj.live.states import SessionState

log = structlog.get_logger(__name__)
REST = timedelta(seconds=60)


@dataclass(frozen=True)
class Due:
    """A form to print, by its slot; ``basis`` is the seq of the entry that completed it."""

    session_id: UUID
    slot: str
    basis: int


def due() -> list[Due]:
    """What the log has completed and no print shows yet."""
    recommended = (*_due_recommended("ceklis_observasi"), *_due_recommended("rekaman"))
    return [*_due_agreement(), *recommended, *_due_report()]


def _printed(slot: str) -> Exists:
    return Exists(
        IssuedForm.objects.filter(
            session_id=OuterRef("session_id"),
            code__in=codes_of(slot),
            basis_seq=OuterRef("basis"),
        )
    )


def _due_agreement() -> list[Due]:
    rows = (
        Ak01.objects.filter(asesor_signed_seq__isnull=False, asesi_signed_seq__isnull=False)
        .annotate(basis=Greatest("asesor_signed_seq", "asesi_signed_seq"))
        .exclude(_printed("persetujuan"))
    )
    return [
        Due(row, "persetujuan", basis) for row, basis in rows.values_list("session_id", "basis")
    ]


def _due_recommended(slot: str) -> list[Due]:
    later = Recommendation.objects.filter(
        session_id=OuterRef("session_id"), seq__gt=OuterRef("seq")
    )
    rows = (
        Recommendation.objects.annotate(basis=F("seq"))
        .exclude(Exists(later))
        .exclude(_printed(slot))
    )
    return [Due(row, slot, basis) for row, basis in rows.values_list("session_id", "basis")]


def _due_report() -> list[Due]:
    """FR.AK.05 of sealed sessions: anew when the recommendation or what is recorded changed."""
    recorded = (
        LogEntry.objects.filter(session_id=OuterRef("session_id"), kind__in=("gap", "gap.filled"))
        .order_by()
        .values("session_id")
        .annotate(last=Max("seq"))
        .values("last")
    )
    later = Recommendation.objects.filter(
        session_id=OuterRef("session_id"), seq__gt=OuterRef("seq")
    )
    rows = (
        Recommendation.objects.filter(session__state=SessionState.SEALED.value)
        .annotate(basis=Greatest("seq", Coalesce(Subquery(recorded), 0)))
        .exclude(Exists(later))
        .exclude(_printed("laporan"))
    )
    return [Due(row, "laporan", basis) for row, basis in rows.values_list("session_id", "basis")]


def issue_form(item: Due, *, now: datetime) -> IssuedForm | None:
    """Print ``item``, keep it and log ``form.issued``; None if another process was faster."""
    session = get_session(item.session_id)
    form = in_slot(session.jadwal.permohonan.forms, item.slot)
    printed = issue(
        form.code,
        form.version,
        values.for_session(session),
        subject=f"session:{item.session_id}",
        now=now,
    )
    kept = _log(item, printed, now)
    if kept is None:
        printed.delete()
    return kept


@transaction.atomic
def _log(item: Due, printed: Document, now: datetime) -> IssuedForm | None:
    session = lock(item.session_id)
    same = IssuedForm.objects.filter(session=session, code=printed.code, basis_seq=item.basis)
    if same.exists():
        return None
    append(
        session,
        kind="form.issued",
        actor=SYSTEM,
        data={
            "code": printed.code,
            "version": printed.version,
            "sha256": printed.sha256,
            "document": str(printed.pk),
            "basis": item.basis,
        },
        now=now,
    )
    return same.get()


class Issuer:
    """Prints what is due; what failed rests a minute so that it does not hold up the rest."""

    def __init__(self) -> None:
        self._resting: dict[Due, datetime] = {}

    def tick(self, now: datetime) -> int:
        """Print everything due at ``now``; how many forms were issued."""
        self._resting = {item: until for item, until in self._resting.items() if until > now}
        issued = 0
        for item in due():
            if item in self._resting:
                continue
            try:
                issued += issue_form(item, now=now) is not None
            except Exception:
                self._resting[item] = now + REST
                log.exception("form not issued", session=str(item.session_id), slot=item.slot)
        return issued


def issue_due(now: datetime) -> int:
    """Print everything due now (demo data and tests; the jobs process keeps an ``Issuer``)."""
    return sum(issue_form(item, now=now) is not None for item in due())
