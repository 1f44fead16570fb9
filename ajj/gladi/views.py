"""The page of a rehearsal: the tests for whoever takes part, the reports for whoever prepares."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ajj.gladi import rules, selectors
from ajj.gladi.verdicts import CHECKS
from ajj.live.auth import caller
from ajj.live.selectors import session_for


@require_safe
@login_required
@never_cache
def page(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``/sesi/{id}/gladi/``; 403 for who neither rehearses nor prepares, 404 without a session."""
    user, now = caller(request), timezone.now()
    session, role = session_for(session_id, user)
    reads = role in rules.READERS
    if role not in rules.RUNNERS and not reads:
        rules.require_run(session, role, now)
    known = selectors.reports(session, user)
    own = [one for one in known if one.who.pk == user.pk]
    api = f"/api/v1/sessions/{session.pk}/gladi"
    context = {
        "session": session,
        "jadwal": session.jadwal,
        "skema": session.jadwal.permohonan.skema,
        "runs": rules.may_run(session, role, now),
        "reads": reads,
        "own": own[0] if own else None,
        "others": [one for one in known if one.who.pk != user.pk],
        "earlier": own[1:],
        "checks": [_(label) for _key, label, _check in CHECKS],
        "config": {
            "csrf": get_token(request),
            "lang": get_language() or "id",
            "zone": user.zone or settings.LSP.zone,
            "practice": not settings.JITSI_DOMAIN,
            "urls": {
                "report": api,
                "clock": f"{api}/clock",
                "bytes": f"{api}/bytes",
                "practice": f"{api}/practice",
                "room": reverse("live:room", args=[session.pk]),
            },
        },
    }
    return render(request, "gladi/page.html", context)
