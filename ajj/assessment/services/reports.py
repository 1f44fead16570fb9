"""The report package: handed in complete, received or returned with notes, handed in again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers, reports
from ajj.assessment.completeness import Completeness
from ajj.assessment.events import ReportAnswered, ReportSubmitted
from ajj.assessment.models import Report, ReportRevision
from ajj.assessment.papers import Paper
from ajj.assessment.states import ReportEvent, ReportState, report_machine
from ajj.assessment.values.file import completeness_of
from ajj.audit.services import record as audit
from ajj.documents.services import keep, next_number
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from ajj.kernel.numbering import letter_number
from ajj.people.models import User

MAX_TEXT = 2000
KIND = "LA"
Print = tuple[Paper, bytes]


def submit_report(
    permohonan: Permohonan, *, remark: str = "", actor: User, now: datetime
) -> ReportRevision:
    """Freeze the file as it prints now and hand it to the LSP: the first or the next revision.

    The prints are drawn before anything is locked; when the file changed meanwhile nothing is
    written. Raises ``Forbidden`` (``not_lead``), ``Conflict`` (``report_incomplete``,
    ``wrong_state``, ``file_changed``).
    """
    if not reports.is_lead(actor, permohonan):
        raise Forbidden(_("Laporan diajukan oleh asesor utama asesmen ini."), code="not_lead")
    found = completeness_of(permohonan)
    _require_complete(found)
    _require_open(permohonan)
    drawn = list(_drawn(permohonan, found, now))
    with transaction.atomic():
        locked = _unchanged(permohonan, found)
        report = _next_revision(locked, now)
        revision = ReportRevision.objects.create(
            report=report,
            number=report.revision,
            manifest=[_frozen(report, each, data, now) for each, data in drawn],
            lacking=[{"label": row.form.label, "title": row.form.title} for row in found.waiting],
            remark=remark.strip()[:MAX_TEXT],
            submitted_by=actor,
            submitted_at=now,
        )
        said = {"nomor": report.nomor, "revision": revision.number, "forms": len(drawn)}
        audit(actor, "assessment.report_submitted", locked, said, now=now)
        publish(ReportSubmitted(report_id=report.pk, revision=revision.number))
    return revision


def _unchanged(permohonan: Permohonan, found: Completeness) -> Permohonan:
    """The permohonan, locked, if its file still is what was drawn."""
    locked = papers.complete().select_for_update(of=("self",)).get(pk=permohonan.pk)
    if completeness_of(locked) != found:
        raise Conflict(
            _("Isi berkas berubah selama laporan disusun. Periksa, lalu ajukan lagi."),
            code="file_changed",
        )
    return locked


def _require_complete(found: Completeness) -> None:
    lacking = [row.form.code for row in found.held_up]
    if lacking:
        raise Conflict(
            _("Laporan belum lengkap: %(codes)s.") % {"codes": ", ".join(lacking)},
            code="report_incomplete",
        )


def _require_open(permohonan: Permohonan) -> None:
    held = reports.report_of(permohonan)
    if held is not None:
        report_machine.after(held.status, ReportEvent.RESUBMIT)


def _drawn(permohonan: Permohonan, found: Completeness, now: datetime) -> list[Print]:
    present = {row.form.label for row in found.present}
    rows = [
        each
        for each in papers.papers(permohonan, "asesor")
        if each.name in present or reports.goes_along(each.form)
    ]
    made: list[Print] = []
    for each, data in papers.prints(permohonan, rows, now=now):
        if isinstance(data, DomainError):
            raise data
        made.append((each, data))
    return made


def _next_revision(permohonan: Permohonan, now: datetime) -> Report:
    held = Report.objects.select_for_update().filter(permohonan=permohonan).first()
    if held is not None:
        _move(held, ReportEvent.RESUBMIT, now, revision=held.revision + 1)
        return held
    day = localtime(now, ZoneInfo(settings.LSP.zone)).date()
    running = next_number(f"surat:{KIND}", day.year)
    return Report.objects.create(
        permohonan=permohonan,
        nomor=letter_number(KIND, running, settings.LSP.short_name, day),
        state=report_machine.initial.value,
        changed_at=now,
    )


def _frozen(report: Report, each: Paper, data: bytes, now: datetime) -> dict[str, Any]:
    """One row of the manifest: what was issued is named, everything else kept as it printed."""
    form = each.form
    print_of = each.issued or keep(
        data, form.code, form.version, subject=f"{reports.SUBJECT}:{report.pk}", now=now
    )
    return {
        "label": form.label,
        "title": form.title,
        "sha256": print_of.sha256,
        "bytes": print_of.bytes,
        "document": str(print_of.pk),
        "signed": each.issued is not None,
    }


@transaction.atomic
def receive_report(report_id: int, *, revision: int, actor: User, now: datetime) -> Report:
    """The LSP takes the report in: the receipt carries who and when.

    ``revision`` is the one that was read. Raises ``Forbidden``, ``NotFound``, ``Conflict``
    (``wrong_state``, ``newer_revision``).
    """
    report, row = _to_answer(report_id, revision, actor)
    _move(report, ReportEvent.RECEIVE, now)
    _answer(row, ReportState.RECEIVED, actor, now)
    return report


@transaction.atomic
def return_report(
    report_id: int,
    *,
    revision: int,
    note: str,
    notes: Mapping[str, str],
    actor: User,
    now: datetime,
) -> Report:
    """Give the report back with what to put right, as a whole and by form.

    Raises ``Invalid`` (``note_missing``) without any word; else as ``receive_report``.
    """
    report, row = _to_answer(report_id, revision, actor)
    known = {each["label"] for each in row.manifest} | {each["label"] for each in row.lacking}
    kept = {
        label: words.strip()[:MAX_TEXT]
        for label, words in notes.items()
        if label in known and words.strip()
    }
    if not kept and not note.strip():
        raise Invalid(
            _("Tuliskan apa yang perlu diperbaiki, pada formulirnya atau secara umum."),
            code="note_missing",
            fields={"note": _("Tuliskan catatan.")},
        )
    _move(report, ReportEvent.RETURN, now)
    row.note, row.notes = note.strip()[:MAX_TEXT], kept
    _answer(row, ReportState.RETURNED, actor, now)
    return report


def _to_answer(report_id: int, revision: int, actor: User) -> tuple[Report, ReportRevision]:
    if not reports.may_answer(actor):
        raise Forbidden(_("Laporan diterima oleh kantor LSP."), code="wrong_role")
    report = (
        Report.objects.select_for_update(of=("self",))
        .select_related("permohonan")
        .filter(pk=report_id)
        .first()
    )
    if report is None:
        raise NotFound(_("Laporan ini belum ada."), code="no_report")
    if report.revision != revision:
        raise Conflict(
            _("Asesor telah mengajukan revisi yang lebih baru. Baca revisi itu dahulu."),
            code="newer_revision",
        )
    return report, ReportRevision.objects.get(report=report, number=revision)


def _answer(row: ReportRevision, answer: ReportState, actor: User, now: datetime) -> None:
    row.answer, row.answered_by, row.answered_at = answer.value, actor, now
    row.save()
    said = {"revision": row.number, "answer": answer.value, "notes": sorted(row.notes)}
    audit(actor, "assessment.report_answered", row.report.permohonan, said, now=now)
    publish(ReportAnswered(report_id=row.report_id, revision=row.number))


def _move(report: Report, event: ReportEvent, now: datetime, **fields: Any) -> None:
    """The one place that moves a report; the caller holds its row."""
    changes = {
        "state": report_machine.after(report.status, event).value,
        "changed_at": now,
        **fields,
    }
    for name, value in changes.items():
        setattr(report, name, value)
    report.save(update_fields=list(changes))
