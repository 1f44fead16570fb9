"""The calendar: for planners, for everybody's own sessions, for the public."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.kernel.errors import DomainError
from ajj.people.access import roles_required, show_errors, user_of
from ajj.people.models import User
from ajj.people.selectors import active_asesor
from ajj.scheduling import rules, selectors, services
from ajj.scheduling.forms import CancelForm, ScheduleForm, TimesForm
from ajj.scheduling.models import Jadwal

FIELD_OF = {"starts_at": "start", "ends_at": "end"}


def _today(user: User) -> date:
    return timezone.localtime(timezone=ZoneInfo(user.zone)).date()


def _wanted_day(request: HttpRequest, today: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("pekan", ""))
    except ValueError:
        return today


@roles_required(*rules.PLANNERS)
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """``/jadwal/kelola/?pekan=2026-11-23``: the week by asesor, and what waits for a date."""
    user = user_of(request)
    today = _today(user)
    week = selectors.week(user, _wanted_day(request, today), today, list(active_asesor()))
    context = {"week": week, "waiting": selectors.to_schedule(), "today": today}
    return render(request, "scheduling/manage.html", context)


def _show(form: TimesForm, error: DomainError) -> None:
    moved = {FIELD_OF.get(name, name): text for name, text in error.fields.items()}
    show_errors(form, type(error)(error.message, code=error.code, fields=moved))


@roles_required(*rules.PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``/jadwal/kelola/baru/?permohonan=2026-0457&jenis=asesmen``: fix a session."""
    user = user_of(request)
    start = {
        "permohonan": request.GET.get("permohonan", ""),
        "kind": request.GET.get("jenis", Jadwal.Kind.PRA_ASESMEN),
        "zone": user.zone,
        "day": request.GET.get("tanggal", ""),
    }
    waiting = selectors.to_schedule()
    for row in waiting:
        if row.permohonan.nomor == start["permohonan"] and row.permohonan.asesor_id:
            start["asesor"] = str(row.permohonan.asesor_id)
    form = ScheduleForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        starts_at, ends_at = form.moments()
        try:
            jadwal = services.schedule(
                data["permohonan"],
                kind=data["kind"],
                starts_at=starts_at,
                ends_at=ends_at,
                asesor=data["asesor"],
                asesor_pendamping=data["asesor_pendamping"],
                pengamat=(data["pengamat"],) if data["pengamat"] else (),
                admitting=data["admission"],
                tuk=data["tuk"],
                actor=user,
                now=timezone.now(),
            )
        except DomainError as error:
            _show(form, error)
        else:
            messages.success(request, _("Jadwal ditetapkan; undangan dikirim lewat surel."))
            return redirect(_week_of(jadwal, user))
    context = {"form": form, "waiting": waiting}
    return render(request, "scheduling/new.html", context, status=400 if form.errors else 200)


def _week_of(jadwal: Jadwal, user: User) -> str:
    local = jadwal.starts_at.astimezone(ZoneInfo(user.zone)).date()
    return f"{reverse('scheduling:manage')}?pekan={local.isoformat()}"


@roles_required(*rules.PLANNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """``/jadwal/kelola/{pk}/``: see, move or cancel one session."""
    user = user_of(request)
    jadwal = selectors.jadwal_for(user, pk)
    local = ZoneInfo(user.zone)
    begin, end = jadwal.starts_at.astimezone(local), jadwal.ends_at.astimezone(local)
    start = {"day": begin.date(), "start": begin.time(), "end": end.time(), "zone": user.zone}
    form = TimesForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.moments()
        try:
            moved = services.reschedule(
                jadwal, starts_at=starts_at, ends_at=ends_at, actor=user, now=timezone.now()
            )
        except DomainError as error:
            _show(form, error)
        else:
            messages.success(request, _("Jadwal dipindah; undangan baru dikirim."))
            return redirect(_week_of(moved, user))
    return _one_page(request, jadwal, form, CancelForm(), status=400 if form.errors else 200)


def _one_page(
    request: HttpRequest, jadwal: Jadwal, form: TimesForm, cancel_form: CancelForm, *, status: int
) -> HttpResponse:
    context = {
        "jadwal": jadwal,
        "form": form,
        "cancel_form": cancel_form,
        "changeable": timezone.now() < jadwal.opens_at,
    }
    return render(request, "scheduling/one.html", context, status=status)


@roles_required(*rules.PLANNERS)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a session out of the calendar, with the reason."""
    user = user_of(request)
    jadwal = selectors.jadwal_for(user, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            services.cancel(jadwal, reason=reason, actor=user, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Jadwal dibatalkan; semua pihak dikabari."))
            return redirect(_week_of(jadwal, user))
    return _one_page(request, jadwal, TimesForm(), form, status=400)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """``/jadwal/saya/``: one's own sessions, coming and past."""
    user, now = user_of(request), timezone.now()
    context = {
        "coming": selectors.upcoming_for(user, now),
        "past": selectors.past_for(user, now)[:20],
        "now": now,
    }
    return render(request, "scheduling/mine.html", context)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """``/jadwal/``: when which scheme is assessed; no names."""
    zone = getattr(request.user, "zone", "") or settings.LSP.zone
    context = {"days": selectors.public_days(timezone.now(), zone)}
    return render(request, "scheduling/public.html", context)
