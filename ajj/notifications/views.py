"""The invitation of a session as a file, for people who add it to their calendar themselves."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ajj.notifications.ics import calendar
from ajj.notifications.letters import invitation_for
from ajj.people.access import user_of
from ajj.scheduling.selectors import jadwal_for


@require_safe
@login_required
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """``/kalender/7.ics``: RFC 5545, with the same UID as the invitation that was mailed."""
    jadwal = jadwal_for(user_of(request), pk)
    body = calendar(invitation_for(jadwal), stamp=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="sesi-{jadwal.pk}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
