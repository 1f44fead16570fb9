"""The office checks each document beside the declared data, and accepts or returns."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ajj.applications import apl01, forms, rules, selectors, services
from ajj.applications.models import Permohonan, Syarat
from ajj.applications.states import State
from ajj.applications.views.queue import queue_context
from ajj.audit.selectors import trail_of
from ajj.kernel.errors import DomainError
from ajj.people.access import roles_required, show_errors, user_of

REASONS = ("Buram", "Terpotong", "Nama berbeda", "Bukan dokumennya", "Kedaluwarsa")


def panel(
    request: HttpRequest,
    permohonan: Permohonan,
    queue: dict[str, object],
    *,
    status: int = 200,
    **changes: Any,
) -> HttpResponse:
    """The queue stays at the left; the chosen document lies beside FR.APL.01 at the right."""
    rows = list(permohonan.syarat.select_related("document", "judged_by"))
    chosen = _chosen(rows, request.GET.get("dok", ""))
    values = selectors.form_values(permohonan.apl01)
    reviewing = rules.may_review(user_of(request)) and permohonan.status is State.SUBMITTED
    context = {
        **queue,
        "in_panel": True,
        "permohonan": permohonan,
        "rows": rows,
        "chosen": chosen,
        "reviewing": reviewing,
        "declared": [
            (_(row.label), _declared(row, values.get(row.key, ""))) for row in apl01.FIELDS
        ],
        "reasons": REASONS,
        "accept_form": forms.AcceptForm(permohonan),
        "return_form": forms.NoteForm(auto_id="id_return_%s"),
        "reject_form": forms.NoteForm(auto_id="id_reject_%s"),
        "open_rows": sum(1 for row in rows if row.document_id and row.verdict == "open"),
        "returned_rows": sum(row.verdict == "returned" for row in rows),
        "missing_rows": sum(1 for row in rows if not row.document_id),
        "apl02_units": forms.by_unit(list(selectors.apl02_rows(permohonan)), {}),
        "trail": trail_of(permohonan)[:12],
        **changes,
    }
    return render(request, "applications/review.html", context, status=status)


def _chosen(rows: list[Syarat], wanted: str) -> Syarat | None:
    for row in rows:
        if wanted == str(row.pk):
            return row
    having = [row for row in rows if row.document_id]
    waiting = [row for row in having if row.verdict == Syarat.Verdict.OPEN]
    return next(iter(waiting or having), None)


def _again(request: HttpRequest, permohonan: Permohonan, **changes: Any) -> HttpResponse:
    queue = queue_context(request, user_of(request))
    return panel(request, permohonan, queue, status=400, **changes)


@roles_required(*rules.REVIEWERS)
@require_POST
def judge(request: HttpRequest, nomor: str, pk: int) -> HttpResponse:
    """Accept one document, or return it with its reason; the next one opens by itself."""
    user = user_of(request)
    permohonan = selectors.permohonan_for(user, nomor)
    reason = request.POST.get("reason", "")
    accepted = request.POST.get("verdict") == "accepted"
    try:
        services.judge_syarat(
            permohonan, pk, accepted=accepted, reason=reason, actor=user, now=timezone.now()
        )
    except DomainError as error:
        return _again(request, permohonan, reason_error=error.message, reason=reason)
    query = request.GET.copy()
    query.pop("dok", None)
    address = reverse("applications:detail", args=[nomor])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


@roles_required(*rules.REVIEWERS)
@require_POST
def accept(request: HttpRequest, nomor: str) -> HttpResponse:
    """Recommend FR.APL.01 and appoint the asesor."""
    permohonan = selectors.permohonan_for(user_of(request), nomor)
    form = forms.AcceptForm(permohonan, request.POST)
    done = _("Permohonan %(name)s diterima.")
    return _decide(request, permohonan, services.accept, done, accept_form=form)


@roles_required(*rules.REVIEWERS)
@require_POST
def give_back(request: HttpRequest, nomor: str) -> HttpResponse:
    """Return FR.APL.01 to be completed."""
    permohonan = selectors.permohonan_for(user_of(request), nomor)
    form = forms.NoteForm(request.POST, auto_id="id_return_%s")
    done = _("Permohonan %(name)s dikembalikan.")
    return _decide(request, permohonan, services.return_permohonan, done, return_form=form)


@roles_required(*rules.REVIEWERS)
@require_POST
def reject(request: HttpRequest, nomor: str) -> HttpResponse:
    """Do not accept the application."""
    permohonan = selectors.permohonan_for(user_of(request), nomor)
    form = forms.NoteForm(request.POST, auto_id="id_reject_%s")
    done = _("Permohonan %(name)s ditolak.")
    return _decide(request, permohonan, services.reject, done, reject_form=form)


def _decide(
    request: HttpRequest,
    permohonan: Permohonan,
    command: Callable[..., object],
    done: str,
    **shown: Form,
) -> HttpResponse:
    """Run ``command`` with what the one form of ``shown`` holds, or show that form again."""
    (form,) = shown.values()
    if form.is_valid():
        try:
            command(permohonan, **form.cleaned_data, actor=user_of(request), now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, done % {"name": permohonan.asesi.name})
            return redirect("applications:index")
    return _again(request, permohonan, **shown)


def _declared(row: apl01.Field, value: str) -> str:
    """What the asesi chose, in the reader's language; what was typed, as it was typed."""
    label = dict(row.choices).get(value)
    return _(label) if label else value
