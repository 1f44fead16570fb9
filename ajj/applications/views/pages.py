"""Where everybody's applications are listed and opened; each reader gets their own view."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ajj.applications import rules, selectors
from ajj.applications.states import State
from ajj.applications.views import asesor, office
from ajj.applications.views.queue import queue_context
from ajj.people.access import user_of
from ajj.people.models import Role


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/permohonan/``: the office's queue, or the own and the appointed applications."""
    user = user_of(request)
    if rules.may_review(user):
        context = {**queue_context(request, user), "in_panel": False}
        return render(request, "applications/queue.html", context)
    rows = selectors.visible_permohonan(user)
    context = {
        "mine": [row for row in rows if row.asesi_id == user.pk],
        "to_verify": rows.filter(asesor=user, state=State.APL02_SUBMITTED),
        "reviewed": rows.filter(asesor=user).exclude(state=State.APL02_SUBMITTED),
        "is_asesor": user.has_role(Role.ASESOR),
        "is_asesi": user.has_role(Role.ASESI),
        "waiting": selectors.WAITS_FOR_ASESI,
    }
    return render(request, "applications/index.html", context)


@login_required
@require_safe
def detail(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/``: as the asesi, the office or the asesor sees it."""
    user = user_of(request)
    permohonan = selectors.permohonan_for(user, nomor)
    if permohonan.asesi_id == user.pk:
        context = {
            "permohonan": permohonan,
            "syarat": permohonan.syarat.select_related("document"),
            "may_fill_apl01": rules.may_fill_apl01(user, permohonan),
            "may_fill_apl02": rules.may_fill_apl02(user, permohonan),
        }
        return render(request, "applications/detail.html", context)
    if user.has_role(*rules.READERS):
        return office.panel(request, permohonan, queue_context(request, user))
    return asesor.page(request, permohonan)
