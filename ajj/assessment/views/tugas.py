"""A task after it was handed in: the asesor asks about a project, and admits late work."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ajj.assessment import taskwork, ujian
from ajj.assessment.access import ujian_for
from ajj.assessment.forms import ProbeForm
from ajj.assessment.models import Ujian
from ajj.assessment.services import presentation
from ajj.assessment.services import ujian as services
from ajj.assessment.sheet import Kind
from ajj.assessment.views.ujian import config_of, room_may_frame, shown
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import show_errors, user_of
from ajj.people.models import User
from ajj.skema.models import Kuk, Muk


@room_may_frame
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def present(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/ujian/{id}/presentasi/``: the asesor asks about a project, and types what was answered."""
    user = user_of(request)
    held = _project(user, pk)
    standing = ujian.standing(held, timezone.now())
    if not standing.over or held.started_at is None or held.concluded_at is not None:
        return redirect("assessment:ujian_judge", pk)
    adding = request.method == "POST" and "tambah" in request.POST
    form = ProbeForm(request.POST if adding else None, kuk=_kuk(held))
    if request.method == "POST" and not adding:
        return _kept(request, standing, user)
    if form.is_bound and form.is_valid():
        try:
            presentation.put(held, form.probe, op=form.op_id, actor=user, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Pertanyaan ditambahkan."))
            return redirect("assessment:ujian_present", pk)
    context = {
        "ujian": held,
        "held": standing,
        "items": standing.asked,
        "answered": sum(bool(item.value) for item in standing.asked),
        "aloud": True,
        "presenting": True,
        "form": form,
        "files": taskwork.files_of(standing),
        "config": config_of(request, standing) | {"timed": False},
        "op": request.POST.get("op") or str(uuid4()),
    }
    return shown(request, "paper", context)


def _project(user: User, pk: UUID) -> Ujian:
    held, reader = ujian_for(user, pk)
    if reader != "asesor" or held.jenis != Muk.Jenis.TERSTRUKTUR.value:
        raise NotFound(_("Ujian ini tidak ada, atau bukan untuk akun Anda."))
    return held


def _kuk(held: Ujian) -> list[Kuk]:
    """The KUK of its tasks, those of one unit together."""
    rows = Kuk.objects.filter(butir__muk=held.muk_id).distinct().select_related("elemen__unit")
    return list(rows.order_by("elemen__unit", "elemen__no", "urutan"))


def _kept(request: HttpRequest, standing: ujian.Standing, user: User) -> HttpResponse:
    """What the plain buttons say: a question taken back, answers and results."""
    held, now = standing.ujian, timezone.now()
    taken = request.POST.get("tarik", "")
    try:
        if taken.isdecimal():
            nothing = presentation.Probe("", "", ())
            presentation.put(held, nothing, op=uuid4(), actor=user, now=now, number=int(taken))
        else:
            ops = [op for item in standing.asked for op in _changed(request, item)]
            for each in services.store(held, ops, actor=user, now=now):
                if each.refusal:
                    messages.error(request, each.refusal.message)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("assessment:ujian_present", held.pk)


def _changed(request: HttpRequest, item: ujian.Item) -> list[services.UjianOp]:
    butir, ops = item.butir.pk, []
    said = request.POST.get(f"butir-{butir}", item.value)
    if said != item.value:
        ops.append(services.UjianOp(uuid4(), Kind.ANSWER, {"butir": butir, "value": said}))
    result = request.POST.get(f"hasil-{butir}", item.result)
    if result != item.result:
        ops.append(services.UjianOp(uuid4(), Kind.RESULT, {"butir": butir, "value": result}))
    return ops


@login_required
@require_POST
def admit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """``/ujian/{id}/terima/``: a late answer or file counts after all, with the reason."""
    user = user_of(request)
    held, _reader = ujian_for(user, pk)
    seq, reason = request.POST.get("seq", ""), request.POST.get("reason", "")
    try:
        number = int(seq) if seq.isdecimal() else 0
        presentation.admit(held, number, reason, actor=user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Pekerjaan yang terlambat diterima; alasannya tercatat."))
    return redirect("assessment:ujian_judge", pk)
