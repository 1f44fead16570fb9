"""Pages of the komite: queue, workbench, pleno, decision letter, tim."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ajj.assessment.reports import received
from ajj.committee import rules, selectors, services
from ajj.committee.forms import PlenoForm, TimForm
from ajj.committee.models import Case, Result, Tim
from ajj.committee.states import CaseState
from ajj.kernel.dates import moment_text
from ajj.kernel.errors import DomainError, Forbidden
from ajj.live.auth import caller
from ajj.people.models import Role, User

STATE_LABELS = {
    CaseState.WAITING.value: gettext_lazy("Menunggu tim"),
    CaseState.REVIEW.value: gettext_lazy("Ditinjau"),
    CaseState.READY.value: gettext_lazy("Siap pleno"),
    CaseState.CLARIFICATION.value: gettext_lazy("Klarifikasi"),
    CaseState.DECIDED.value: gettext_lazy("Diputuskan"),
    CaseState.SIGNED.value: gettext_lazy("SK terbit"),
}


def _require(user: User, *roles: Role) -> None:
    if not user.has_role(*roles):
        raise Forbidden(_("Halaman ini untuk komite teknis dan pengelola LSP."))


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The queue: every berkas of this person, with search, filters and risk tags."""
    user = caller(request)
    _require(user, Role.KOMITE, *rules.OVERSEERS)
    filters = {key: request.GET.get(key, "").strip() for key in ("q", "state", "risk", "mine")}
    rows = selectors.queue(
        user,
        search=filters["q"],
        state=filters["state"],
        risk=filters["risk"],
        mine=filters["mine"],
    )
    context = {
        "rows": rows,
        "filters": filters,
        "filtered": any(filters.values()),
        "states": STATE_LABELS.items(),
        "labels": STATE_LABELS,
        "total": selectors.visible_cases(user).count(),
        "ready": selectors.ready_for_pleno(user),
        "plenos": selectors.recent_plenos(user),
        "overseer": user.has_role(*rules.OVERSEERS),
        "direktur": user.has_role(Role.DIREKTUR),
        "tims": selectors.active_tim(),
    }
    return render(request, "committee/index.html", context)


@login_required
@require_safe
def workbench(request: HttpRequest, case_id: int) -> HttpResponse:
    """The review workbench of one berkas."""
    user = caller(request)
    case = selectors.case_for(case_id, user)
    number, of, previous, following = selectors.neighbours(case, user)
    jadwal = case.session.jadwal
    context = {
        "case": case,
        "jadwal": jadwal,
        "skema": jadwal.permohonan.skema,
        "number": number,
        "of": of,
        "previous": previous,
        "following": following,
        "risk_count": len(selectors.risks_of(case.session_id)),
        "overseer": user.has_role(*rules.OVERSEERS),
        "boot": _boot(request, case, user),
    }
    return render(request, "committee/workbench.html", context)


@login_required
@require_safe
def of_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``/komite/sesi/{id}/?t=``: the workbench of this session's berkas, at that second."""
    case = get_object_or_404(Case, session=session_id)
    selectors.case_for(case.pk, caller(request))
    query = request.GET.urlencode()
    address = reverse("committee:workbench", args=[case.pk])
    return redirect(f"{address}?{query}" if query else address)


def _boot(request: HttpRequest, case: Case, user: User) -> dict[str, Any]:
    """What the workbench's script needs before it asks the API."""
    session, review = f"/api/v1/sessions/{case.session_id}", f"/api/v1/cases/{case.pk}"
    return {
        "csrf": get_token(request),
        "zone": user.zone,
        "lang": get_language() or "id",
        "asesi": str(case.asesi_id),
        "watermark": f"{user.name} · {moment_text(timezone.now(), user.zone)}",
        "urls": {
            "recording": f"{session}/recording",
            "views": f"{session}/recording/views",
            "exports": f"{session}/exports",
            "log": f"{session}/log",
            "evidence": f"{session}/evidence",
            "checklist": f"{session}/checklist",
            "review": f"{review}/review",
            "watched": f"{review}/watched",
            "comments": f"{review}/comments",
            "vote": f"{review}/vote",
        },
    }


@login_required
def pleno_new(request: HttpRequest) -> HttpResponse:
    """The ketua closes a pleno on the berkas that all members have voted on."""
    user = caller(request)
    _require(user, Role.KOMITE)
    ready = selectors.ready_for_pleno(user)
    members = selectors.members_of(ready)
    unreported = {case.pk for case in ready if not received(case.session.jadwal.permohonan)}
    form = PlenoForm(request.POST or None, cases=ready, members=members, unreported=unreported)
    if request.method == "POST" and form.is_valid():
        try:
            pleno = services.close_pleno(
                [case.pk for case in form.cleaned_data["cases"]],
                ketua=user,
                hadir=[member.pk for member in form.cleaned_data["hadir"]],
                notes=form.cleaned_data["notes"],
                daring=form.cleaned_data["daring"] == "ya",
                without_report=form.cleaned_data["without_report"],
                now=timezone.now(),
            )
        except DomainError as error:
            where = "without_report" if error.code == "report_missing" else None
            form.add_error(where, error.message)
        else:
            messages.success(request, _("Pleno ditutup. Berita acara tersimpan."))
            return redirect("committee:sk", pleno.pk)
    rows = [(case, *rules.outcome([vote.value for vote in case.votes.all()])) for case in ready]
    context = {
        "form": form,
        "rows": rows,
        "members": members,
        "results": dict(Result.choices),
        "unreported": unreported,
        "chosen": {int(pk) for pk in request.POST.getlist("cases") if pk.isdigit()},
        "present": {int(pk) for pk in request.POST.getlist("hadir") if pk.isdigit()},
    }
    status = 200 if request.method == "GET" or not form.errors else 422
    return render(request, "committee/pleno.html", context, status=status)


@login_required
@require_safe
def sk(request: HttpRequest, pleno_id: int) -> HttpResponse:
    """A held pleno: result per asesi, berita acara, and the SK to sign or already signed."""
    user = caller(request)
    pleno = selectors.pleno_for(pleno_id, user)
    context = {
        "pleno": pleno,
        "cases": selectors.decided_cases(pleno),
        "seats": pleno.tim.anggota.select_related("user"),
        "may_sign": user.has_role(Role.DIREKTUR) and pleno.signed_at is None,
    }
    return render(request, "committee/sk.html", context)


@login_required
@require_POST
def sk_sign(request: HttpRequest, pleno_id: int) -> HttpResponse:
    """The direktur signs."""
    user = caller(request)
    if "setuju" not in request.POST:
        messages.error(request, _("Centang pernyataan sebelum menandatangani."))
        return redirect("committee:sk", pleno_id)
    pleno = services.sign_sk(pleno_id, direktur=user, now=timezone.now())
    messages.success(request, _("SK %(nomor)s ditandatangani.") % {"nomor": pleno.sk_nomor})
    return redirect("committee:sk", pleno_id)


@login_required
def tim_new(request: HttpRequest) -> HttpResponse:
    """Appointing a tim teknis by SK."""
    user = caller(request)
    _require(user, *rules.OVERSEERS)
    form = TimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.appoint(
                ketua=data["ketua"],
                anggota=[data["anggota1"], data["anggota2"]],
                sk_nomor=data["sk_nomor"],
                actor=user,
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Tim teknis ditetapkan."))
            return redirect("committee:index")
    status = 200 if request.method == "GET" or not form.errors else 422
    return render(
        request,
        "committee/tim.html",
        {"form": form, "tims": selectors.active_tim()},
        status=status,
    )


@login_required
@require_POST
def assign(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a waiting berkas to a tim."""
    user = caller(request)
    tim = get_object_or_404(Tim, pk=request.POST.get("tim") or 0)
    services.assign(case_id, tim, actor=user, now=timezone.now())
    messages.success(request, _("Berkas ditugaskan kepada tim teknis."))
    return redirect("committee:index")


@login_required
@require_POST
def resume(request: HttpRequest, case_id: int) -> HttpResponse:
    """Bring a clarified berkas back to review."""
    user = caller(request)
    services.resume(case_id, actor=user, now=timezone.now())
    messages.success(request, _("Berkas dibuka kembali untuk ditinjau."))
    return redirect("committee:index")
