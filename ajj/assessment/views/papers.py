"""Forms as PDF: those of one permohonan, and the blank ones of a scheme."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ajj.applications.rules import REVIEWERS
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import checklist, manuscripts, papers
from ajj.assessment.planning import adjustable
from ajj.assessment.portfolio import SLOTS as PORTFOLIO_SLOTS
from ajj.assessment.values.file import completeness_of
from ajj.audit.services import record as audit
from ajj.documents.registry import catalogue, form_set
from ajj.kernel.errors import NotFound
from ajj.people.access import roles_required, user_of
from ajj.skema.models import Skema
from ajj.skema.services import choose_forms


@login_required
@require_safe
def of_permohonan(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/formulir/``: every form that this reader may open."""
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    rows = papers.papers(permohonan, reader)
    found = None if reader == "asesi" else completeness_of(permohonan)
    desks = manuscripts.desks(user, permohonan)
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "listed": [
            (row, checklist.plan_word(row.form, found), desks.get(row.name)) for row in rows
        ],
        "waiting": [desk for desk in desks.values() if desk.manuscript and desk.offered],
        "papers": rows,
        "found": found,
        "adjustable": adjustable(permohonan) if reader == "asesor" else (),
        "hints": checklist.hints_of(permohonan, found) if found else [],
        "signed": sum(row.issued is not None for row in rows),
        "portfolio_slots": PORTFOLIO_SLOTS,
        "may_blank": reader in {"asesor", "kantor"},
    }
    return render(request, "assessment/forms.html", context)


@login_required
@require_safe
def form(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """``/permohonan/{nomor}/formulir/FR.AK.01@2023.pdf``: the stable address of one form."""
    user, now = user_of(request), timezone.now()
    permohonan, reader = papers.permohonan_for(user, nomor)
    each = papers.paper(permohonan, reader, code)
    if "kosong" in request.GET and reader in {"asesor", "kantor"}:
        return answer_file(papers.blank_pdf(permohonan.skema, each.form, now=now), each.name)
    audit(user, "assessment.form_opened", permohonan, {"form": each.name}, now=now)
    return answer_file(papers.pdf(permohonan, each, now=now), f"{nomor}_{each.name}")


@login_required
@require_safe
def bundle(request: HttpRequest, nomor: str) -> HttpResponse:
    """Everything that this reader may open, as one zip."""
    user, now = user_of(request), timezone.now()
    permohonan, reader = papers.permohonan_for(user, nomor)
    audit(user, "assessment.forms_bundled", permohonan, now=now)
    data = papers.bundle(permohonan, reader, now=now)
    return answer_file(data, f"{nomor}_formulir", "zip")


@login_required
@require_safe
def of_skema(request: HttpRequest, pk: int) -> HttpResponse:
    """``/skema/{id}/formulir/``: blank forms to print, and which set new applications keep."""
    user = user_of(request)
    skema = get_object_or_404(Skema, pk=pk)
    context = {
        "skema": skema,
        "forms": papers.blanks(skema, user),
        "current": form_set(skema.form_set),
        "sets": catalogue().sets.values(),
        "may_choose": user.has_role(*REVIEWERS),
    }
    return render(request, "assessment/blank_forms.html", context)


@login_required
@require_safe
def blank(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One blank form of a scheme: its units, elemen and KUK, and lines to write on."""
    skema = get_object_or_404(Skema.objects.select_related("standar"), pk=pk)
    for each in papers.blanks(skema, user_of(request)):
        if each.label == code:
            data = papers.blank_pdf(skema, each, now=timezone.now())
            return answer_file(data, f"{skema.kunci}_{each.label}_kosong")
    raise NotFound(_("Formulir ini tidak ada dalam perangkat skema ini."))


@roles_required(*REVIEWERS)
@require_POST
def choose_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin another set to a scheme: applications that are open keep what they have."""
    skema = get_object_or_404(Skema, pk=pk)
    name = request.POST.get("set", "")
    choose_forms(skema, name, actor=user_of(request), now=timezone.now())
    messages.success(request, _("Perangkat formulir tersimpan untuk permohonan baru."))
    return redirect("assessment:blank_forms", pk)


def answer_file(data: bytes, name: str, kind: str = "pdf") -> HttpResponse:
    """A print to look at, or a zip to keep; never from a cache."""
    shown = "inline" if kind == "pdf" else "attachment"
    return HttpResponse(
        data,
        content_type=f"application/{kind}",
        headers={
            "Content-Disposition": f'{shown}; filename="{name}.{kind}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
