"""A form on screen: what nobody else knows is typed here once, and stands on the print."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import manuscripts, papers
from ajj.assessment.models import FormAnswers
from ajj.assessment.planning import adjustable, earlier_plans, older_versions
from ajj.assessment.services.answers import Kept, keep_answers
from ajj.documents.entries import MOST_CHARS, parts
from ajj.documents.schema import Reader
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import user_of

SHOWN = 5


@login_required
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """``/permohonan/{nomor}/formulir/FR.AK.03@2023/isi/``: the entries of one form."""
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    paper = papers.paper(permohonan, reader, code)
    if not paper.may_fill:
        raise NotFound(_("Formulir ini tidak diisi di sini, atau tidak oleh Anda."))
    kept: Kept | None = None
    if request.method == "POST":
        kept = _keep(request, nomor, code, now=timezone.now())
        if not kept.wrong:
            messages.success(request, _("Isian tersimpan dan tercetak pada formulir."))
            return redirect("assessment:form_screen", nomor, code)
    tree = papers.tree_of(permohonan, paper.form)
    answers = FormAnswers.objects.filter(permohonan=permohonan, label=paper.name).first()
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "paper": paper,
        "parts": parts(paper.form, tree if kept is None else tree | {"isi": kept.isi}),
        "answers": answers,
        "wrong": kept.wrong if kept else {},
        "too_long": too_long(),
        "older": older_versions(permohonan, paper.name),
        "may_adjust": bool(answers and answers.isi) and paper.name in adjustable(permohonan),
        "earlier": [] if answers and answers.isi else _earlier(reader, permohonan, paper),
        "signed": manuscripts.signed_now(permohonan, paper.name),
    }
    return render(request, "assessment/form.html", context, status=422 if kept else 200)


@login_required
@require_POST
def autosave(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """Keep what is typed so far; answers when."""
    now = timezone.now()
    try:
        kept = _keep(request, nomor, code, now=now)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": error.message}, status=error.status)
    if kept.wrong:
        return JsonResponse({"code": "too_long", "message": too_long()}, status=422)
    return JsonResponse({"saved_at": now.isoformat(), "zone": user_of(request).zone})


def _earlier(reader: Reader, permohonan: Permohonan, paper: papers.Paper) -> list[FormAnswers]:
    """The newest plans of the same skema that an empty one can begin from; the asesor's to do."""
    found = earlier_plans(permohonan, paper.form) if reader == "asesor" else ()
    return list(found[:SHOWN])


def too_long() -> str:
    return _("Paling banyak %(most)d huruf.") % {"most": MOST_CHARS}


def _keep(request: HttpRequest, nomor: str, code: str, *, now: datetime) -> Kept:
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    paper = papers.paper(permohonan, reader, code)
    posted = {name: request.POST.getlist(name) for name in request.POST}
    return keep_answers(permohonan, paper, posted, actor=user, now=now)
