"""The office's pages on retention: the register, one session in it, one destruction."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ajj.kernel.errors import DomainError, Invalid
from ajj.live.freezes import FreezeKind
from ajj.people.access import roles_required, user_of
from recordings import register, retention
from recordings.models import Disposal, DisposalScope, LegalHold
from recordings.register import OPEN, Status
from recordings.retention import RecordType
from recordings.services import retention as services

PER_PAGE = 25
RECENT = 10
STATUSES = {
    Status.DUE: gettext_lazy("Jatuh tempo"),
    Status.PROPOSED: gettext_lazy("Diusulkan"),
    Status.HELD: gettext_lazy("Ditahan"),
    Status.FROZEN: gettext_lazy("Dibekukan"),
    Status.KEPT: gettext_lazy("Disimpan"),
    Status.DESTROYED: gettext_lazy("Dimusnahkan"),
}
RECORDS = {
    RecordType.MEDIA: gettext_lazy("Rekaman sesi"),
    RecordType.EVIDENCE: gettext_lazy("Bukti"),
    RecordType.FORMS: gettext_lazy("Formulir dan berkas"),
    RecordType.LOG: gettext_lazy("Log sesi dan segel"),
}
FREEZES = {
    FreezeKind.HOLD: gettext_lazy("Penahanan"),
    FreezeKind.APPEAL: gettext_lazy("Banding"),
    FreezeKind.COMPLAINT: gettext_lazy("Pengaduan"),
    FreezeKind.REVIEW: gettext_lazy("Komite"),
}
SORTS = {
    "tempo": gettext_lazy("Urut: jatuh tempo"),
    "-selesai": gettext_lazy("Urut: sesi terbaru"),
    "selesai": gettext_lazy("Urut: sesi terlama"),
    "nama": gettext_lazy("Urut: nama"),
}
office = roles_required(*register.OFFICE)


@require_safe
@office
def index(request: HttpRequest) -> HttpResponse:
    """The register: what is due, held, frozen, kept, destroyed; filters and order in the URL."""
    user = user_of(request)
    text = request.GET.get("q", "").strip()[:80]
    status = request.GET.get("status", "")
    sort = request.GET.get("urut", "tempo")
    known = {each.value for each in Status}
    status, sort = (status if status in known else ""), (sort if sort in SORTS else "tempo")
    everything = register.search(today=timezone.localdate(), text=text, sort=sort)
    found = [row for row in everything if status in {"", row.status.value}]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    sizes = register.sizes(row.session.pk for row in page)
    counts = {each: sum(row.status is each for row in everything) for each in Status}
    chosen = {"q": text, "status": status, "urut": sort}
    context = {
        "page": page,
        "rows": [(row, sizes[row.session.pk]) for row in page],
        "statuses": [(each.value, label, counts[each]) for each, label in STATUSES.items()],
        "sorts": SORTS.items(),
        "chosen": chosen,
        "filtered": bool(text or status),
        "filters": urlencode({key: value for key, value in chosen.items() if value}),
        "due_shown": any(row.status is Status.DUE for row in page),
        "may_propose": user.has_role(*services.PROPOSERS),
        "waiting": _disposals().filter(state__in=OPEN),
        "recent": _disposals().exclude(state__in=OPEN)[:RECENT],
    }
    return render(request, "recordings/retention.html", context)


def _disposals() -> QuerySet[Disposal]:
    return Disposal.objects.select_related("proposed_by", "decided_by", "document").annotate(
        total=Count("items")
    )


@require_safe
@office
def session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """One session: its terms and why, whose media it holds, holds, and what may be done."""
    user = user_of(request)
    found = register.session_of(session_id)
    facts = register.facts_of([found])[found.pk]
    (row,) = register.rows([found], today=timezone.localdate())
    terms = [
        (label, retention.term(record, facts, register.policy()))
        for record, label in RECORDS.items()
    ]
    context = {
        "row": row,
        "session": found,
        "permohonan": found.jadwal.permohonan,
        "terms": terms,
        "freezes": [(FREEZES[freeze.kind], freeze) for freeze in facts.freezes],
        "people": register.people_of(found),
        "holds": LegalHold.objects.filter(session=found).select_related("placed_by", "lifted_by"),
        "disposals": _disposals().filter(items__session=found).distinct(),
        "may_propose": user.has_role(*services.PROPOSERS),
    }
    return render(request, "recordings/retention_session.html", context)


@require_safe
@office
def disposal(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """One destruction: what it takes, who asked, who decided, its minutes."""
    user = user_of(request)
    found = register.disposal_for(disposal_id)
    items = found.items.select_related("session__jadwal__permohonan__asesi", "owner").order_by("pk")
    sizes = register.sizes(item.session_id for item in items)
    undecided = found.state in OPEN
    context = {
        "disposal": found,
        "rows": [
            (item, item.bytes or (0 if item.owner_id else sizes[item.session_id])) for item in items
        ],
        "person": found.scope == DisposalScope.PERSON,
        "undecided": undecided,
        "approver": user.has_role(*services.APPROVERS),
        "own": found.proposed_by_id == user.pk,
    }
    return render(request, "recordings/disposal.html", context)


def _tried(request: HttpRequest, act: Callable[[], str], back: str, *args: object) -> HttpResponse:
    """What ``act`` says, or why it was refused, on the page that it leads to."""
    try:
        messages.success(request, act())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(back, *args)


@require_POST
@office
def propose(request: HttpRequest) -> HttpResponseBase:
    """Propose the chosen sessions."""
    try:
        chosen = [UUID(text) for text in request.POST.getlist("sesi")]
    except ValueError:
        raise Invalid(_("Pilihan sesi tidak dikenal."), code="unknown_session") from None
    try:
        made = services.propose(
            chosen,
            reason=request.POST.get("reason", ""),
            actor=user_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("retention:index")
    messages.success(request, _("Usulan pemusnahan tersimpan dan menunggu persetujuan direktur."))
    return redirect("retention:disposal", made.pk)


@require_POST
@office
def propose_person(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Propose to erase one person's media of this session."""
    owner = request.POST.get("owner", "")
    try:
        made = services.propose_person(
            session_id,
            int(owner) if owner.isdecimal() else 0,
            reason=request.POST.get("reason", ""),
            early="early" in request.POST,
            actor=user_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("retention:session", session_id)
    messages.success(request, _("Usulan penghapusan tersimpan dan menunggu persetujuan direktur."))
    return redirect("retention:disposal", made.pk)


@require_POST
@office
def decide(request: HttpRequest, disposal_id: UUID) -> HttpResponseBase:
    """The second person's word."""
    note, actor, now = request.POST.get("note", ""), user_of(request), timezone.now()

    def act() -> str:
        if request.POST.get("putusan") == "tolak":
            services.reject(disposal_id, note=note, actor=actor, now=now)
            return _("Usulan ditolak.")
        if "setuju" not in request.POST:
            raise Invalid(_("Centang pernyataan sebelum menyetujui."), code="not_confirmed")
        done = services.approve(disposal_id, note=note, actor=actor, now=now)
        return _("Kunci dimusnahkan. Berita acara %(number)s terbit.") % {"number": done.number}

    return _tried(request, act, "retention:disposal", disposal_id)


@require_POST
@office
def hold(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Place a legal hold."""

    def act() -> str:
        services.place_hold(
            session_id,
            reason=request.POST.get("reason", ""),
            actor=user_of(request),
            now=timezone.now(),
        )
        return _("Sesi ditahan. Tidak ada yang dapat dimusnahkan sampai penahanan dilepas.")

    return _tried(request, act, "retention:session", session_id)


@require_POST
@office
def lift(request: HttpRequest, session_id: UUID, hold_id: int) -> HttpResponseBase:
    """Lift a legal hold."""

    def act() -> str:
        services.lift_hold(
            hold_id,
            reason=request.POST.get("reason", ""),
            actor=user_of(request),
            now=timezone.now(),
        )
        return _("Penahanan dilepas.")

    return _tried(request, act, "retention:session", session_id)
