"""A ujian on screen: given by the asesor, taken by the asesi, concluded by the asesor."""

from collections.abc import Iterator
from functools import wraps
from typing import Any, ParamSpec, cast
from uuid import UUID, uuid4

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import papers, rules, taskwork, ujian
from ajj.assessment.access import ujian_for
from ajj.assessment.forms import ConcludeForm, GiveBackForm, GiveForm, TaskConcludeForm
from ajj.assessment.models import Ujian
from ajj.assessment.services import ujian as services
from ajj.assessment.sheet import Kind
from ajj.assessment.states import UjianState
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import DomainError, Forbidden, NotFound
from ajj.people.access import View, show_errors, user_of
from ajj.people.models import User
from ajj.skema.models import Muk
from ajj.skema.selectors import usable_muk

P = ParamSpec("P")


def room_may_frame(view: View[P]) -> View[P]:
    """The room shows this page within itself, so that picture and sound go on."""

    @wraps(view)
    def framed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return csp_replace({"frame-ancestors": ["'self'"]})(lambda _request: response)(request)

    return cast("View[P]", framed)


@room_may_frame
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_permohonan(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/ujian/``: what was given, and (asesor) what may be given."""
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    held = [row for row in ujian.of_permohonan(permohonan) if reader != "asesi" or row.written]
    form = GiveForm(request.POST or None, choices=_may_give(permohonan, held))
    if request.method == "POST" and reader == "asesor" and form.is_valid():
        try:
            made = _give(permohonan, form, user)
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("%(muk)s diberikan kepada asesi.") % {"muk": made.name})
            return redirect("assessment:ujian_list", nomor)
    now = timezone.now()
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "rows": [ujian.standing(row, now) for row in held],
        "form": form if reader == "asesor" else None,
        "reader": reader,
        "ak01": rules.ak01_signed(permohonan.pk),
    }
    return shown(request, "list", context)


def shown(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """``ujian_{page}.html``, alone or within the room (without its frame); 422 when shown again."""
    framed = request.headers.get("Sec-Fetch-Dest") == "iframe"
    status = 422 if request.method == "POST" else 200
    template = f"assessment/ujian_{page}.html"
    return render(request, template, {**context, "framed": framed}, status=status)


def _may_give(permohonan: Permohonan, held: list[Ujian]) -> list[Muk]:
    given = {row.muk_id for row in held}
    found = [usable_muk(permohonan.skema, jenis) for jenis in Muk.Jenis.values]
    return [muk for muk in found if muk is not None and muk.pk not in given]


def _give(permohonan: Permohonan, form: GiveForm, user: User) -> Ujian:
    muk = get_object_or_404(Muk, pk=form.cleaned_data["muk"])
    return services.give(
        permohonan,
        muk,
        extra_minutes=form.cleaned_data["extra_minutes"] or 0,
        extra_reason=form.cleaned_data["extra_reason"],
        actor=user,
        now=timezone.now(),
    )


@room_may_frame
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/ujian/{id}/``: the asesi's own page; without scripts its buttons keep the answers."""
    user = user_of(request)
    held, reader = ujian_for(user, pk)
    if reader != "asesi":
        return redirect("assessment:ujian_judge", pk)
    if request.method == "POST":
        return _taken(request, held, user)
    return _page(request, held, "ujian")


@room_may_frame
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/ujian/{id}/tanya/``: the asesor asks aloud and types what was answered."""
    user = user_of(request)
    held, reader = ujian_for(user, pk)
    if reader != "asesor" or held.written:
        raise NotFound(_("Ujian ini tidak ada, atau bukan untuk akun Anda."))
    if request.method == "POST":
        return _taken(request, held, user)
    if held.state in {UjianState.DONE.value, UjianState.CONCLUDED.value}:
        return redirect("assessment:ujian_judge", pk)
    return _page(request, held, "ujian_ask")


def _page(request: HttpRequest, held: Ujian, name: str) -> HttpResponse:
    now = timezone.now()
    standing = ujian.standing(held, now)
    config = config_of(request, standing)
    context: dict[str, Any] = {
        "ujian": held,
        "held": standing,
        "config": config,
        "ends_at": ujian.ends_at(standing, now),
        "minutes": held.minutes + held.extra_minutes,
        "address": name,
        "items": standing.items,
        "answered": standing.answered,
        "aloud": not held.written,
    }
    if held.task:
        context |= taskwork.paper_of(standing, user_of(request))
        session = context["intake"].session
        config |= {"task": True, "session": str(session.pk) if session else ""}
    ready = held.state == UjianState.READY.value
    page = "ready" if ready else "over" if standing.over else "paper"
    return shown(request, page, context)


def _taken(request: HttpRequest, held: Ujian, user: User) -> HttpResponse:
    """Begin, keep what was answered, or hand in: the buttons of the page."""
    now = timezone.now()
    here = "assessment:ujian" if held.written else "assessment:ujian_ask"
    if "mulai" in request.POST:
        services.start(held, actor=user, now=now)
        return redirect(here, held.pk)
    standing = ujian.standing(held, now)
    ops = [op for item in standing.items for op in _changed(request, item, standing)]
    if "kumpulkan" in request.POST:
        ops.append(services.UjianOp(uuid4(), Kind.FINISH, {}))
    refused = [each.refusal for each in services.store(held, ops, actor=user, now=now)]
    for refusal in filter(None, refused):
        messages.error(request, refusal.message)
    if not any(refused):
        messages.success(request, _("Jawaban tersimpan."))
    return redirect(here, held.pk)


def _changed(
    request: HttpRequest, item: ujian.Item, standing: ujian.Standing
) -> Iterator[services.UjianOp]:
    """What a plain form says otherwise than the sheet."""
    butir = item.butir.pk
    said = request.POST.get(f"butir-{butir}", item.value)
    if said != item.value:
        yield services.UjianOp(uuid4(), Kind.ANSWER, {"butir": butir, "value": said})
    held = standing.sheet.results.get(butir, "")
    result = request.POST.get(f"hasil-{butir}", held)
    if result != held and not standing.ujian.written:
        yield services.UjianOp(uuid4(), Kind.RESULT, {"butir": butir, "value": result})


def config_of(request: HttpRequest, held: ujian.Standing) -> dict[str, Any]:
    row = held.ujian
    return {
        "ujian": str(row.pk),
        "user": str(request.user.pk),
        "csrf": get_token(request),
        "url": f"/api/v1/ujian/{row.pk}/ops",
        "t0": epoch_ms(row.started_at) if row.started_at else None,
        "now": epoch_ms(timezone.now()),
        "now_ms": held.now_ms,
        "left_ms": held.left_ms,
        "head": row.head_seq,
        "timed": row.written,
    }


@room_may_frame
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/ujian/{id}/nilai/``: every answer beside its key; the asesor concludes."""
    user = user_of(request)
    held, reader = ujian_for(user, pk)
    if reader not in {"asesor", "komite"}:
        raise Forbidden(_("Jawaban dinilai oleh asesor."), code="wrong_role")
    if not held.written and held.finished_at is None and reader == "asesor":
        return redirect("assessment:ujian_ask", pk)
    standing = ujian.standing(held, timezone.now())
    kind = TaskConcludeForm if held.task else ConcludeForm
    form = kind(
        request.POST or None,
        items=standing.in_order,
        proposed=standing.proposed,
        feedback=held.muk is not None,
    )
    if request.method == "POST" and reader == "asesor" and form.is_valid():
        try:
            _conclude(held, form, user)
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Penilaian ujian tersimpan dan tercetak pada formulirnya."))
            return redirect("assessment:ujian_judge", pk)
    context = {
        "ujian": held,
        "held": standing,
        "permohonan": held.permohonan,
        "form": form,
        "may_judge": reader == "asesor" and standing.over and held.concluded_at is None,
        "give_back": GiveBackForm(),
        "may_give_back": reader == "asesor" and not standing.over and held.started_at is not None,
        "reader": reader,
        "may_cancel": reader == "asesor" and held.state == UjianState.READY.value,
        "files": taskwork.files_of(standing) if held.task else [],
    }
    return shown(request, "judge", context)


def _conclude(held: Ujian, form: ConcludeForm, user: User) -> None:
    services.conclude(
        held,
        form.results,
        tercapai=form.tercapai,
        belum_tercapai=form.cleaned_data.get("belum_tercapai", ""),
        umpan_balik=form.cleaned_data.get("umpan_balik", ""),
        actor=user,
        now=timezone.now(),
    )


@login_required
@require_POST
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Time given back by the asesor, with its reason."""
    held, _reader = ujian_for(user_of(request), pk)
    form = GiveBackForm(request.POST)
    if not form.is_valid():
        raise NotFound(_("Tulis menit (1 sampai 240) dan alasannya."))
    minutes, reason = form.cleaned_data["minutes"], form.cleaned_data["reason"]
    services.give_back(held, minutes, reason, actor=user_of(request), now=timezone.now())
    messages.success(request, _("%(count)d menit dikembalikan.") % {"count": minutes})
    return redirect("assessment:ujian_judge", pk)


@login_required
@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back what was not begun."""
    held, _reader = ujian_for(user_of(request), pk)
    services.cancel(held, actor=user_of(request), now=timezone.now())
    messages.success(request, _("Ujian dibatalkan."))
    return redirect("assessment:ujian_list", held.permohonan.nomor)


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that opens a ujian without a network; its scope is ``/ujian/``."""
    return render(request, "live/luring.js", content_type="text/javascript")
