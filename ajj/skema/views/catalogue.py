"""The public catalogue of schemes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ajj.people.models import Role, User
from ajj.skema import rules, selectors
from ajj.skema.models import Skema

PRINTERS = (Role.ADMIN, Role.MANAJER, Role.DIREKTUR, Role.ASESOR)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """``/skema/?q=&jenis=&ajj=1``: the filter lives in the address."""
    today = localdate()
    query = request.GET.get("q", "").strip()[:80]
    jenis = request.GET.get("jenis", "")
    ajj = request.GET.get("ajj") == "1"
    known = jenis if jenis in Skema.Jenis.values else ""
    rows = selectors.catalogue(query=query, jenis=known, ajj_only=ajj, day=today)
    context = {
        "rows": selectors.catalogue_rows(rows, today),
        "query": query,
        "jenis": known,
        "ajj": ajj,
        "kinds": Skema.Jenis.choices,
        "filtered": bool(query or known or ajj),
    }
    return render(request, "skema/index.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """``/skema/{id}/``: everything somebody needs to decide whether to apply."""
    rows = Skema.objects.select_related("standar").prefetch_related("approvals")
    skema = get_object_or_404(rows, pk=pk)
    user = request.user
    context = {
        **selectors.detail(skema, localdate()),
        "may_print": isinstance(user, User) and user.has_role(*PRINTERS),
        "may_write_muk": isinstance(user, User) and rules.may_edit(user),
    }
    return render(request, "skema/detail.html", context)
