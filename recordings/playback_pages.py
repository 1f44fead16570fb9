"""Who watched a recording, and which seconds of it: for the office."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ajj.committee.watched import total_ms
from ajj.live.selectors import get_session
from ajj.people.access import roles_required
from ajj.people.models import Role
from recordings.models import Export, View
from recordings.selectors import duration_ms
from recordings.services.views import DIRECT

PAGES = {
    "workbench": gettext_lazy("Ruang tinjau"),
    "program": gettext_lazy("Program lain"),
    DIRECT: gettext_lazy("Tanpa pemutar"),
}
SPANS_SHOWN = 6
MOST = 500


@dataclass(frozen=True)
class Row:
    """One view: ``spans`` as played; ``fetched`` where bytes went out and no player told of it."""

    view: View
    page: str
    spans: list[tuple[int, int]]
    more: int
    percent: int
    fetched: list[tuple[int, int]]


def _row(view: View, length_ms: int) -> Row:
    spans = [(start, end) for start, end in view.ranges]
    fetched = [] if spans else [(start, end) for start, end in view.fetched]
    return Row(
        view=view,
        page=str(PAGES.get(view.page, view.page)),
        spans=spans[:SPANS_SHOWN],
        more=max(0, len(spans) - SPANS_SHOWN),
        percent=min(100, round(100 * total_ms(spans) / length_ms)) if length_ms else 0,
        fetched=fetched[:SPANS_SHOWN],
    )


@require_safe
@roles_required(Role.ADMIN, Role.MANAJER, Role.DIREKTUR)
def viewers(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Every view of the session's recording and every file made from it, the newest first."""
    session = get_session(session_id)
    length_ms = duration_ms(session)
    views = View.objects.filter(session=session).select_related("user")[:MOST]
    made = Export.objects.filter(session=session).select_related("requested_by", "stream__owner")
    context = {
        "session": session,
        "asesi": session.jadwal.permohonan.asesi,
        "length_ms": length_ms,
        "rows": [_row(view, length_ms) for view in views],
        "exports": made[:MOST],
    }
    return render(request, "recordings/viewers.html", context)
