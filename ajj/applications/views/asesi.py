"""The asesi fills FR.APL.01 and FR.APL.02. One form each: every button keeps everything typed."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ajj.applications import apl01, forms, rules, selectors, services
from ajj.applications.models import Permohonan, Tujuan
from ajj.kernel.errors import DomainError
from ajj.people.access import user_of
from ajj.people.models import User
from ajj.skema.models import Skema
from ajj.skema.selectors import units_of


@require_http_methods(["GET", "HEAD", "POST"])
def open_for(request: HttpRequest, skema_pk: int) -> HttpResponse:
    """Start (or continue) a permohonan for a scheme; visitors sign in first."""
    skema = get_object_or_404(Skema, pk=skema_pk)
    there = reverse("skema:detail", args=[skema.pk])
    if not request.user.is_authenticated:
        return redirect_to_login(there, reverse("people:login"))
    if request.method != "POST":
        return redirect(there)
    permohonan = services.open_permohonan(user_of(request), skema, now=timezone.now())
    return redirect("applications:apl01", permohonan.nomor)


def _own(request: HttpRequest, nomor: str) -> tuple[User, Permohonan]:
    user = user_of(request)
    return user, get_object_or_404(
        selectors.visible_permohonan(user).filter(asesi=user), nomor=nomor
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apl01_page(request: HttpRequest, nomor: str) -> HttpResponse:
    """FR.APL.01: keep, hand in documents, sign. Nothing typed is lost whatever goes wrong."""
    user, permohonan = _own(request, nomor)
    if not rules.may_fill_apl01(user, permohonan):
        return redirect("applications:detail", nomor)
    if request.method != "POST":
        return _apl01_form(request, permohonan, {})
    now = timezone.now()
    services.save_apl01(permohonan, forms.apl01_values(request.POST), actor=user, now=now)
    errors = _keep_documents(request, permohonan, user, now)
    return _sign_or_stay(
        request,
        permohonan,
        errors,
        page="applications:apl01",
        form=_apl01_form,
        submit=services.submit,
        thanks=_("Permohonan terkirim. Admin LSP memeriksa berkas Anda."),
    )


def _sign_or_stay(
    request: HttpRequest,
    permohonan: Permohonan,
    errors: dict[str, str],
    *,
    page: str,
    form: Callable[[HttpRequest, Permohonan, dict[str, str]], HttpResponse],
    submit: Callable[..., object],
    thanks: str,
) -> HttpResponse:
    """Everything typed is kept by now: sign where the button says so, else show the form again."""
    if not errors and request.POST.get("action") == "submit":
        try:
            submit(
                permohonan,
                signed_name=request.POST.get("signed_name", ""),
                consent="consent" in request.POST,
                actor=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            errors = error.fields or {"": error.message}
        else:
            messages.success(request, thanks)
            return redirect("applications:detail", permohonan.nomor)
    if errors:
        permohonan.refresh_from_db()
        return form(request, permohonan, errors)
    anchor = "#berkas" if request.FILES else ""
    return redirect(reverse(page, args=[permohonan.nomor]) + anchor)


def _keep_documents(
    request: HttpRequest, permohonan: Permohonan, user: User, now: datetime
) -> dict[str, str]:
    errors = {}
    for pk, upload in forms.uploads(request, "syarat").items():
        try:
            services.attach_document(permohonan, pk, upload, actor=user, now=now)
        except DomainError as error:
            errors[f"syarat-{pk}"] = error.message
    return errors


def _apl01_form(
    request: HttpRequest, permohonan: Permohonan, errors: dict[str, str]
) -> HttpResponse:
    form = permohonan.apl01
    values = selectors.form_values(form)
    rows = list(permohonan.syarat.select_related("document"))
    done, required = apl01.done_count(values, timezone.localdate())
    context = {
        "permohonan": permohonan,
        "form": form,
        "personal": forms.blanks(apl01.PERSONAL, values, errors),
        "work": forms.blanks(apl01.WORK, values, errors),
        "units": units_of(permohonan.skema),
        "purposes": Tujuan.choices,
        "rows": [(row, errors.get(f"syarat-{row.pk}", "")) for row in rows],
        "errors": errors,
        "signed_name": request.POST.get("signed_name", ""),
        "done": done,
        "required": required,
    }
    return render(request, "applications/apl01.html", context, status=400 if errors else 200)


def _saved(request: HttpRequest, moment: datetime) -> JsonResponse:
    return JsonResponse({"saved_at": moment.isoformat(), "zone": user_of(request).zone})


@login_required
@require_POST
def apl01_save(request: HttpRequest, nomor: str) -> HttpResponse:
    """Keep what was typed so far; answers when."""
    user, permohonan = _own(request, nomor)
    now = timezone.now()
    try:
        services.save_apl01(permohonan, forms.apl01_values(request.POST), actor=user, now=now)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": error.message}, status=error.status)
    return _saved(request, now)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apl02_page(request: HttpRequest, nomor: str) -> HttpResponse:
    """FR.APL.02: an answer per elemen, files as evidence, a signature."""
    user, permohonan = _own(request, nomor)
    if not rules.may_fill_apl02(user, permohonan):
        return redirect("applications:detail", nomor)
    if request.method != "POST":
        return _apl02_form(request, permohonan, {})
    now = timezone.now()
    _keep_answers(request, permohonan, user, now)
    errors = _keep_evidence(request, permohonan, user, now)
    return _sign_or_stay(
        request,
        permohonan,
        errors,
        page="applications:apl02",
        form=_apl02_form,
        submit=services.submit_apl02,
        thanks=_("Asesmen mandiri terkirim. Asesor akan meninjaunya."),
    )


def _keep_answers(request: HttpRequest, permohonan: Permohonan, user: User, now: datetime) -> None:
    known = set(permohonan.apl02.rows.values_list("elemen_id", flat=True))
    answers = forms.apl02_answers(request.POST, known)
    services.save_apl02(permohonan, answers, actor=user, now=now)


def _keep_evidence(
    request: HttpRequest, permohonan: Permohonan, user: User, now: datetime
) -> dict[str, str]:
    errors: dict[str, str] = {}
    for upload in request.FILES.getlist("portofolio"):
        try:
            services.add_portofolio(permohonan, upload, actor=user, now=now)
        except DomainError as error:
            errors["portofolio"] = error.message
    return errors


def _apl02_form(
    request: HttpRequest, permohonan: Permohonan, errors: dict[str, str]
) -> HttpResponse:
    units = forms.by_unit(list(selectors.apl02_rows(permohonan)), errors)
    context = {
        "permohonan": permohonan,
        "form": permohonan.apl02,
        "units": units,
        "files": permohonan.portofolio.all(),
        "errors": errors,
        "signed_name": request.POST.get("signed_name", ""),
        "done": sum(unit.done for unit in units),
        "required": sum(len(unit.questions) for unit in units),
    }
    return render(request, "applications/apl02.html", context, status=400 if errors else 200)


@login_required
@require_POST
def apl02_save(request: HttpRequest, nomor: str) -> HttpResponse:
    """Keep the answers so far; answers when."""
    user, permohonan = _own(request, nomor)
    now = timezone.now()
    try:
        _keep_answers(request, permohonan, user, now)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": error.message}, status=error.status)
    return _saved(request, now)
