"""The report package: kelengkapan, handing in, and the LSP's answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ajj.applications.rules import READERS as OFFICE
from ajj.assessment import checklist, reports
from ajj.assessment.models import Report
from ajj.assessment.reportmodels import ReportStatus
from ajj.assessment.services.reports import receive_report, return_report, submit_report
from ajj.assessment.states import ReportEvent, ReportState, report_machine
from ajj.assessment.values.file import completeness_of
from ajj.assessment.views.papers import answer_file
from ajj.audit.services import record as audit
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import roles_required, user_of
from ajj.people.models import Role
from ajj.skema.models import Skema

PER_PAGE = 20


@roles_required(*OFFICE, Role.ASESOR)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/laporan/``: the LSP's queue, an asesor's own reports; filters live in the address."""
    user = user_of(request)
    state, skema = request.GET.get("status", ""), request.GET.get("skema", "")
    query = request.GET.get("q", "").strip()[:80]
    filtered = bool(state or skema or query)
    rows = reports.reports_for(user, state=state, skema=skema, query=query)
    filters = request.GET.copy()
    filters.pop("hal", None)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("hal")),
        "state": state,
        "states": ReportStatus.choices,
        "skema_filter": skema,
        "skemas": Skema.objects.filter(permohonan__report__isnull=False).distinct(),
        "query": query,
        "filters": filters.urlencode(),
        "may_answer": reports.may_answer(user),
        "unreported": [] if filtered else reports.unreported(user),
        "waiting": reports.to_receive().count() if reports.may_answer(user) else 0,
    }
    return render(request, "assessment/reports.html", context)


@login_required
@require_safe
def one(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/laporan/``: what the file holds and lacks, and where the report is."""
    user = user_of(request)
    permohonan, reader = reports.reported_for(user, nomor)
    found = completeness_of(permohonan)
    report = reports.report_of(permohonan)
    lead = reports.is_lead(user, permohonan)
    open_to = report is None or report_machine.allows(report.status, ReportEvent.RESUBMIT)
    past = list(reports.revisions_of(report)) if report else []
    waits = report is not None and report.status is ReportState.SUBMITTED
    context = {
        "permohonan": permohonan,
        "reader": reader,
        "found": found,
        "lines": checklist.lines_of(permohonan, found, reader),
        "hints": checklist.hints_of(permohonan, found),
        "report": report,
        "revisions": past,
        "last": past[0] if past else None,
        "lead": lead,
        "group": reports.group_for(permohonan, user),
        "may_submit": lead and open_to and not found.held_up,
        "open_to": open_to,
        "may_answer": waits and reports.may_answer(user),
        "held": reports.held(past[0], reader) if past else [],
    }
    return render(request, "assessment/report.html", context)


@login_required
@require_safe
def revision(request: HttpRequest, nomor: str, number: int) -> HttpResponse:
    """``…/laporan/2/``: one revision as it was frozen, with the LSP's answer."""
    permohonan, reader = reports.reported_for(user_of(request), nomor)
    row = reports.revision_of(permohonan, number)
    context = {"permohonan": permohonan, "row": row, "held": reports.held(row, reader)}
    return render(request, "assessment/report_revision.html", context)


@login_required
@require_safe
def receipt(request: HttpRequest, nomor: str, number: int) -> HttpResponse:
    """``…/laporan/2/tanda-terima/``: who received what and when, to print or keep."""
    permohonan, _reader = reports.reported_for(user_of(request), nomor)
    row = reports.revision_of(permohonan, number)
    if not row.received:
        messages.info(request, _("Laporan ini belum diterima LSP, jadi tanda terimanya belum ada."))
        return redirect("assessment:report", nomor)
    context = {"permohonan": permohonan, "row": row}
    return render(request, "assessment/report_receipt.html", context)


@login_required
@require_safe
def bundle(request: HttpRequest, nomor: str, number: int) -> HttpResponse:
    """The frozen prints of one revision with ``manifest.json``."""
    user = user_of(request)
    permohonan, reader = reports.reported_for(user, nomor)
    row = reports.revision_of(permohonan, number)
    said = {"revision": number}
    audit(user, "assessment.report_fetched", permohonan, said, now=timezone.now())
    name = f"{row.report.nomor.replace('/', '-')}_r{number}"
    return answer_file(reports.bundle(row, reader), name, "zip")


@login_required
@require_safe
def group(request: HttpRequest, nomor: str) -> HttpResponse:
    """``…/laporan/kelompok.pdf``: one FR.AK.05 over the asesi of the same asesor, skema and day."""
    user, now = user_of(request), timezone.now()
    permohonan, _reader = reports.reported_for(user, nomor)
    found = reports.group_for(permohonan, user)
    if not found:
        raise NotFound(_("Asesmen ini belum direkomendasikan, jadi belum ada laporan kelompok."))
    said = {"form": "FR.AK.05", "asesi": [each.jadwal.permohonan.nomor for each in found]}
    audit(user, "assessment.form_opened", permohonan, said, now=now)
    return answer_file(reports.group_pdf(found, now=now), f"{nomor}_FR.AK.05_kelompok")


@login_required
@require_POST
def submit(request: HttpRequest, nomor: str) -> HttpResponse:
    """Hand the report in, as it prints at this moment."""
    user = user_of(request)
    permohonan, _reader = reports.reported_for(user, nomor)
    remark = request.POST.get("remark", "")
    try:
        row = submit_report(permohonan, remark=remark, actor=user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        text = _("Laporan %(nomor)s revisi %(number)d terkirim ke LSP dan dibekukan.")
        messages.success(request, text % {"nomor": row.report.nomor, "number": row.number})
    return redirect("assessment:report", nomor)


@login_required
@require_POST
def receive(request: HttpRequest, nomor: str) -> HttpResponse:
    """The LSP takes the report in."""
    report, number = _asked(request, nomor)
    try:
        receive_report(report.pk, revision=number, actor=user_of(request), now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Laporan diterima. Tanda terima tersedia bagi asesor."))
    return redirect("assessment:report", nomor)


@login_required
@require_POST
def give_back(request: HttpRequest, nomor: str) -> HttpResponse:
    """The LSP returns the report with notes."""
    report, number = _asked(request, nomor)
    notes = {
        name.partition("/")[2]: request.POST.get(name, "")
        for name in request.POST
        if name.startswith("note/")
    }
    try:
        return_report(
            report.pk,
            revision=number,
            note=request.POST.get("note", ""),
            notes=notes,
            actor=user_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Laporan dikembalikan. Asesor diberi tahu lewat surel."))
    return redirect("assessment:report", nomor)


def _asked(request: HttpRequest, nomor: str) -> tuple[Report, int]:
    """The report, and the revision that was on the screen when the button was pressed."""
    permohonan, _reader = reports.reported_for(user_of(request), nomor)
    number = request.POST.get("revision", "")
    return get_object_or_404(Report, permohonan=permohonan), int(number) if number.isdigit() else 0
