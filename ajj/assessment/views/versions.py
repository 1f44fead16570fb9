"""A plan begun from an earlier one, a form adjusted by FR.AK.07, and its older versions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.applications.selectors import visible_permohonan
from ajj.assessment import papers, planning
from ajj.assessment.models import FormAnswers
from ajj.assessment.planning import older_versions, written
from ajj.assessment.services.versions import adjust_answers, copy_plan
from ajj.assessment.views.papers import answer_file
from ajj.audit.services import record as audit
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import user_of


@login_required
@require_http_methods(["GET", "POST"])
def adjust(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """``…/isi/sesuaikan/``: keep this version, begin the next; for a signed form too."""
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    paper = papers.paper(permohonan, reader, code)
    if reader != "asesor" or paper.name not in planning.adjustable(permohonan):
        raise NotFound(_("Formulir ini tidak disesuaikan di sini, atau tidak oleh Anda."))
    reason, wrong = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            held = adjust_answers(
                permohonan, paper.form, reason=reason, actor=user, now=timezone.now()
            )
        except DomainError as error:
            wrong = error.message
        else:
            text = _("Versi %(old)d tersimpan dan tetap dapat dibaca. Anda mengisi versi %(new)d.")
            messages.success(request, text % {"old": held.version - 1, "new": held.version})
            return redirect("assessment:form_screen", nomor, code)
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "paper": paper,
        "answers": FormAnswers.objects.filter(permohonan=permohonan, label=paper.name).first(),
        "reason": reason,
        "wrong": wrong,
    }
    return render(request, "assessment/adjust.html", context, status=409 if wrong else 200)


@login_required
@require_POST
def begin_from(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """``…/isi/mulai/``: copy the plan of another permohonan of the same skema."""
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    form = papers.paper(permohonan, reader, code).form
    source = request.POST.get("dari", "")
    try:
        copy_plan(permohonan, form, source=source, actor=user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        text = _("Disalin dari %(nomor)s. Periksa, dan sesuaikan untuk asesi ini.")
        messages.success(request, text % {"nomor": source})
    return redirect("assessment:form_screen", nomor, code)


@login_required
@require_safe
def older(request: HttpRequest, nomor: str, code: str, number: int) -> HttpResponse:
    """``…/isi/versi/1/``: a version as it stood before the adjustment; ``?pdf`` prints it."""
    user, now = user_of(request), timezone.now()
    permohonan, reader = papers.permohonan_for(user, nomor)
    paper = papers.paper(permohonan, reader, code)
    held = get_object_or_404(older_versions(permohonan, paper.name), version=number)
    if "pdf" in request.GET:
        said = {"form": paper.name, "version": number}
        audit(user, "assessment.form_opened", permohonan, said, now=now)
        data = planning.older_print(held) or papers.older_pdf(
            permohonan, paper.form, held.isi, now=now
        )
        return answer_file(data, f"{nomor}_{paper.name}_v{number}")
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "paper": paper,
        "held": held,
        "parts": written(paper.form, papers.tree_of(permohonan, paper.form, held.isi)),
    }
    return render(request, "assessment/older.html", context)
