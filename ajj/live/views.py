"""The room's page."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ajj.live import rules, selectors
from ajj.live.auth import caller
from ajj.live.models import Session
from ajj.live.pairing import parse
from ajj.live.rules import SessionRole
from ajj.people.models import User

API = "/api/v1"


@require_safe
@login_required
@never_cache
def room(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The room, for whoever has a part in it; 403 for others, 404 for a session that is not."""
    user = caller(request)
    session, role = selectors.session_for(session_id, user)
    now = timezone.now()
    facts = selectors.summary(session, role, now)
    context = {
        "session": session,
        "jadwal": session.jadwal,
        "skema": session.jadwal.permohonan.skema,
        "role": role.value,
        "facts": facts,
        "may_join": rules.may_join(session, role, now),
        "config": _config(request, session, user, role, facts),
    }
    return render(request, "live/room.html", context)


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that opens a room without a network; its scope is ``/sesi/``."""
    return render(request, "live/luring.js", content_type="text/javascript")


def _config(
    request: HttpRequest,
    session: Session,
    user: User,
    role: SessionRole,
    facts: dict[str, Any],
) -> dict[str, Any]:
    base = f"{API}/sessions/{session.pk}"
    return {
        "session": str(session.pk),
        "csrf": get_token(request),
        "me": {"id": str(user.pk), "name": user.name, "role": role.value},
        "zone": user.zone or settings.LSP.zone,
        "lang": get_language() or "id",
        "facts": {**facts, "irregularities": selectors.catalogue(role)},
        "urls": {
            "session": base,
            "join": f"{base}/join",
            "log": f"{base}/log",
            "ops": f"{base}/ops",
            "checklist": f"{base}/checklist",
            "evidence": f"{base}/evidence",
            "streams": f"{base}/streams",
            "recording": f"{base}/recording",
            "identity": f"{base}/identity",
            "home": reverse("portal:dashboard"),
        },
    }


@require_safe
@never_cache
def camera(request: HttpRequest, code: str = "") -> HttpResponse:
    """A phone becomes a second camera here, without an account; looking uses up no code."""
    known = parse(code) if code else None
    config = {
        "code": known.text if known else "",
        "lang": get_language() or "id",
        "zone": settings.LSP.zone,
        "pair": f"{API}/camera/pair",
    }
    return render(request, "live/camera.html", {"config": config})
