"""Cross-feature pages: the public face and each role's own front page."""

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ajj.people.models import User
from ajj.portal import selectors
from ajj.portal.rules import StepState
from ajj.portal.selectors import Step
from ajj.skema.selectors import catalogue, catalogue_rows

SHOWN_ON_HOME = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    today = localdate()
    rows = catalogue_rows(catalogue(day=today), today)
    return render(request, "portal/home.html", {"skemas": rows[:SHOWN_ON_HOME]})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/how.html")


@require_safe
def complaint(request: HttpRequest) -> HttpResponse:
    phone = "".join(character for character in settings.LSP.phone if character.isdigit())
    words = {"complaint_subject": gettext("Pengaduan layanan"), "phone_digits": phone}
    return render(request, "portal/complaint.html", words)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every state of every component, for the eye; served in DEBUG only."""
    return render(request, "portal/components.html", {"demo_track": _demo_track()})


def _demo_track() -> list[Step]:
    states = [StepState.DONE] * 4 + [StepState.NOW] + [StepState.NEXT] * 4
    names = (
        "APL-01",
        "Verifikasi admin",
        "APL-02",
        "Pra-asesmen",
        "Asesmen",
        "Rekomendasi",
        "Pleno komite",
        "SK keputusan",
        "Sertifikat",
    )
    moment = now()
    return [
        Step(
            key=name,
            name=name,
            state=state,
            actor="Giliran Anda" if state is StepState.NOW else "",
            at=None if state is StepState.NEXT else moment,
        )
        for name, state in zip(names, states, strict=True)
    ]


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    moment = now()
    return render(
        request, "portal/dashboard.html", {"desk": selectors.desk(user, moment), "now": moment}
    )
