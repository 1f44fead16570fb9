"""The office's list, shared by the queue and by the panel beside it."""

from django.core.paginator import Paginator
from django.http import HttpRequest

from ajj.applications import selectors
from ajj.applications.models import Permohonan, PermohonanState
from ajj.applications.states import State
from ajj.people.models import User
from ajj.skema.models import Skema

PER_PAGE = 20


def queue_context(request: HttpRequest, user: User) -> dict[str, object]:
    """The office's list as filtered by the address."""
    state, skema = request.GET.get("status", ""), request.GET.get("skema", "")
    query = request.GET.get("q", "").strip()[:80]
    known = state if state in PermohonanState.values else ""
    rows = selectors.with_documents(selectors.queue(user, state=known, skema=skema, query=query))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("hal"))
    filters = request.GET.copy()
    filters.pop("hal", None)
    filters.pop("dok", None)
    return {
        "page": page,
        "query": query,
        "state": known,
        "skema_filter": skema,
        "states": [row for row in PermohonanState.choices if row[0] != State.DRAFT],
        "skemas": Skema.objects.filter(permohonan__isnull=False).distinct(),
        "filters": filters.urlencode(),
        "waiting": Permohonan.objects.filter(state=State.SUBMITTED).count(),
    }
