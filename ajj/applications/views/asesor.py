"""The appointed asesor verifies FR.APL.02."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ajj.applications import forms, rules, selectors, services
from ajj.applications.models import Permohonan
from ajj.applications.states import State
from ajj.kernel.errors import DomainError
from ajj.people.access import roles_required, show_errors, user_of
from ajj.people.models import Role


def page(
    request: HttpRequest,
    permohonan: Permohonan,
    form: forms.NoteForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Answers of the asesi per unit, the evidence beside them, the recommendation below."""
    user = user_of(request)
    rows = list(selectors.apl02_rows(permohonan))
    context = {
        "permohonan": permohonan,
        "units": forms.by_unit(rows, {}),
        "syarat": permohonan.syarat.filter(document__isnull=False),
        "files": permohonan.portofolio.all(),
        "form": form or forms.NoteForm(),
        "verifying": permohonan.status is State.APL02_SUBMITTED
        and rules.may_verify_apl02(user, permohonan),
        "competent": sum(row.claim == "K" for row in rows),
        "not_yet": sum(row.claim == "BK" for row in rows),
    }
    return render(request, "applications/verify.html", context, status=status)


@roles_required(Role.ASESOR)
@require_POST
def verify(request: HttpRequest, nomor: str) -> HttpResponse:
    """Dapat dilanjutkan, tidak dapat dilanjutkan, or back to the asesi for more."""
    user = user_of(request)
    permohonan = selectors.permohonan_for(user, nomor)
    form = forms.NoteForm(request.POST)
    action = request.POST.get("action", "")
    if form.is_valid():
        note, now = form.cleaned_data["note"], timezone.now()
        try:
            if action == "return":
                services.return_apl02(permohonan, note=note, actor=user, now=now)
            else:
                services.verify_apl02(
                    permohonan, can_continue=action == "continue", note=note, actor=user, now=now
                )
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Peninjauan FR.APL.02 tersimpan dan ditandatangani."))
            return redirect("applications:index")
    return page(request, permohonan, form, status=400)
