"""Reading reports: who may see, hand in and answer them, and what was frozen in a revision."""

import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.rules import READERS as OFFICE
from ajj.applications.rules import REVIEWERS
from ajj.assessment.models import Report, ReportRevision
from ajj.assessment.papers import drawn_for, permohonan_for, reader_of
from ajj.assessment.states import ReportState
from ajj.assessment.values.group import for_group, group_of
from ajj.assessment.values.session import asesor_of
from ajj.documents.models import Document
from ajj.documents.registry import in_slot, labelled
from ajj.documents.rules import Reader as Account
from ajj.documents.schema import FormTemplate, Reader
from ajj.documents.selectors import content
from ajj.kernel.errors import NotFound
from ajj.live.models import Session
from ajj.live.states import OVER
from ajj.people.models import Role, User
from ajj.scheduling.models import Jadwal, Penugasan

SUBJECT = "laporan"
ALSO = ("daftar_hadir_pra", "daftar_hadir", "ba_asesmen", "ba_rekomendasi", "kelengkapan")
"""The LSP's own records that go into the package beside the FR forms, by slot."""


@dataclass(frozen=True)
class Held:
    """One print of a revision as a reader sees it; ``may_open`` is false for the asesor's keys."""

    row: dict[str, Any]
    may_open: bool

    @property
    def code(self) -> str:
        return str(self.row["label"]).partition("@")[0]

    @property
    def field(self) -> str:
        """The name under which the LSP writes a note to it."""
        return f"note/{self.row['label']}"


def reported_for(user: User, nomor: str) -> tuple[Permohonan, Reader]:
    """The permohonan whose report ``user`` may look at: asesor, office and komite, not the asesi.

    ``NotFound`` alike for unknown, foreign and one's own.
    """
    permohonan, reader = permohonan_for(user, nomor)
    if reader == "asesi":
        raise NotFound(_("Laporan asesmen adalah berkas asesor dan LSP."))
    return permohonan, reader


def is_lead(user: User, permohonan: Permohonan) -> bool:
    """Whether ``user`` hands in the report: the lead asesor of the asesmen that stands.

    Where no asesmen stands yet, the asesor that reviewed FR.APL.02.
    """
    leads = Penugasan.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__kind=Jadwal.Kind.ASESMEN.value,
        jadwal__cancelled_at=None,
        role=Penugasan.Role.ASESOR.value,
    ).values_list("user", flat=True)
    return user.pk in set(leads) if leads else user.pk == permohonan.asesor_id


def may_answer(user: User) -> bool:
    """Whether ``user`` receives and returns reports for the LSP (ketua PTUK, admin, manajer)."""
    return user.has_role(*REVIEWERS)


def reports_for(
    user: User, *, state: str = "", skema: str = "", query: str = ""
) -> QuerySet[Report]:
    """The office sees every report, an asesor those of their own asesmen.

    First what waits for the LSP, the longest waiting on top, then the latest changes.
    """
    rows = Report.objects.select_related("permohonan__asesi", "permohonan__skema")
    if not user.has_role(*OFFICE):
        rows = rows.filter(
            Q(permohonan__asesor=user)
            | Q(
                permohonan__jadwal__penugasan__user=user,
                permohonan__jadwal__cancelled_at=None,
                permohonan__jadwal__penugasan__role=Penugasan.Role.ASESOR.value,
            )
        ).distinct()
    if state in {known.value for known in ReportState}:
        rows = rows.filter(state=state)
    if skema.isdigit():
        rows = rows.filter(permohonan__skema_id=int(skema))
    if query:
        rows = rows.filter(
            Q(nomor__icontains=query)
            | Q(permohonan__nomor__icontains=query)
            | Q(permohonan__asesi__name__icontains=query)
        )
    waits = Case(When(state=ReportState.SUBMITTED.value, then=F("changed_at")))
    return rows.annotate(waits=waits).order_by(F("waits").asc(nulls_last=True), "-changed_at")


def report_of(permohonan: Permohonan) -> Report | None:
    """The report of ``permohonan``, if one was ever handed in."""
    return Report.objects.filter(permohonan=permohonan).first()


def received(permohonan: Permohonan) -> bool:
    """Whether the LSP has received the newest report (SOP step 3.4 is done)."""
    report = getattr(permohonan, "report", None)
    return report is not None and report.status is ReportState.RECEIVED


def revisions_of(report: Report) -> QuerySet[ReportRevision]:
    """Every revision, the newest first."""
    rows = ReportRevision.objects.select_related("submitted_by", "answered_by", "report")
    return rows.filter(report=report).order_by("-number")


def revision_of(permohonan: Permohonan, number: int) -> ReportRevision:
    """One revision; raises ``NotFound`` (``no_report``)."""
    found = (
        ReportRevision.objects.select_related("submitted_by", "answered_by", "report")
        .filter(report__permohonan=permohonan, number=number)
        .first()
    )
    if found is None:
        raise NotFound(_("Laporan ini belum ada."), code="no_report")
    return found


def held(revision: ReportRevision, reader: Reader) -> list[Held]:
    """The manifest of ``revision`` as ``reader`` sees it."""
    return [Held(row, reader in labelled(row["label"]).readers) for row in revision.manifest]


def goes_along(form: FormTemplate) -> bool:
    """Whether ``form`` is one of the LSP's records that the package holds."""
    return form.slot in ALSO


def bundle(revision: ReportRevision, reader: Reader) -> bytes:
    """The frozen prints that ``reader`` may open, and ``manifest.json`` that names all of them."""
    rows = held(revision, reader)
    keys = [UUID(each.row["document"]) for each in rows]
    found = Document.objects.in_bulk(keys)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        listed = []
        for number, each in enumerate(rows, start=1):
            name = f"{number:02d}_{each.row['label']}.pdf"
            named = {key: each.row[key] for key in ("label", "title", "sha256", "bytes", "signed")}
            listed.append({**named, "file": name if each.may_open else None})
            if each.may_open:
                archive.writestr(name, content(found[UUID(each.row["document"])]))
        archive.writestr("manifest.json", json.dumps(_told(revision, listed), indent=2))
    return out.getvalue()


def _told(revision: ReportRevision, files: list[dict[str, Any]]) -> dict[str, Any]:
    """What ``manifest.json`` says; ``file`` is null for a print that this reader may not open."""
    answered = revision.answered_at
    return {
        "report": revision.report.nomor,
        "permohonan": revision.report.permohonan.nomor,
        "revision": revision.number,
        "submitted_by": revision.submitted_by.name,
        "submitted_at": revision.submitted_at.isoformat(),
        "answer": revision.answer or None,
        "answered_by": revision.answered_by.name if revision.answered_by else None,
        "answered_at": answered.isoformat() if answered else None,
        "lacking": revision.lacking,
        "files": files,
    }


def may_open_print(user: Account, document: Document) -> bool:
    """Prints of ``laporan:<pk>``: for the readers of that form, but not the asesi."""
    if not isinstance(user, User):
        return False
    pk = document.subject.partition(":")[2]
    report = Report.objects.select_related("permohonan").filter(pk=pk).first()
    reader = reader_of(user, report.permohonan) if report else None
    form = labelled(f"{document.code}@{document.version}")
    return reader not in {None, "asesi"} and reader in form.readers


def unreported(user: User) -> QuerySet[Permohonan]:
    """Asesmen that ``user`` led, that are over and recommended, without a report; oldest first."""
    led = Session.objects.filter(
        kind=Jadwal.Kind.ASESMEN.value,
        state__in=[state.value for state in OVER],
        jadwal__cancelled_at=None,
        jadwal__penugasan__user=user,
        jadwal__penugasan__role=Penugasan.Role.ASESOR.value,
        recommendations__isnull=False,
    )
    rows = Permohonan.objects.filter(jadwal__session__in=led, report__isnull=True).distinct()
    return rows.select_related("asesi", "skema").order_by("changed_at")


def group_for(permohonan: Permohonan, user: User) -> list[Session]:
    """The asesmen that one FR.AK.05 can report together with ``permohonan``'s, this one included.

    For its lead asesor their own; for every other reader those of that lead. Empty while this
    asesmen is not recommended.
    """
    session = Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        kind=Jadwal.Kind.ASESMEN.value,
        recommendations__isnull=False,
    ).first()
    if session is None:
        return []
    found = group_of(session, asesor_of(session))
    return [each for each in found if reader_of(user, each.jadwal.permohonan) is not None]


def group_pdf(sessions: list[Session], *, now: datetime) -> bytes:
    """FR.AK.05 over ``sessions``, in the version of the first; drawn when asked for, not issued."""
    form = in_slot(sessions[0].jadwal.permohonan.forms, "laporan")
    return drawn_for(form, for_group(sessions), now)


def to_receive() -> QuerySet[Report]:
    """Reports that wait for the LSP, the longest waiting first."""
    rows = Report.objects.filter(state=ReportState.SUBMITTED.value)
    return rows.order_by("changed_at")


def to_correct(user: User) -> QuerySet[Report]:
    """Returned reports that ``user`` handed in."""
    rows = reports_for(user, state=ReportState.RETURNED.value)
    return rows.order_by("changed_at") if user.has_role(Role.ASESOR) else rows.none()
