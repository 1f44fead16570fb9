"""The instruments of a scheme, one of them in full, its life, and the coverage map."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.kernel.errors import DomainError
from ajj.people.access import roles_required, show_errors, user_of
from ajj.people.models import User
from ajj.skema import rules, selectors, services
from ajj.skema.coverage import KukReach, UnitReach, unreached_only
from ajj.skema.forms import MukForm, MukSettingsForm, NoteForm
from ajj.skema.models import Muk, Skema
from ajj.skema.states import MukEvent, MukState, muk_machine

STATE_WORDS = {
    MukState.SUBMITTED: gettext_lazy("Menunggu validasi"),
    MukState.DRAFT: gettext_lazy("Draf"),
    MukState.VALID: gettext_lazy("Sah"),
    MukState.USED: gettext_lazy("Dipakai"),
    MukState.WITHDRAWN: gettext_lazy("Ditarik"),
}


@roles_required(*rules.EDITORS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """``/muk/?keadaan=submitted``: the instruments of all schemes; what waits to be validated."""
    rows = list(selectors.every_muk())
    wanted = request.GET.get("keadaan", "")
    known = wanted if wanted in list(MukState) else ""
    context = {
        "rows": [row for row in rows if not known or row.state == known],
        "total": len(rows),
        "wanted": known,
        "states": [
            (state.value, words, sum(row.state == state for row in rows))
            for state, words in STATE_WORDS.items()
        ],
    }
    return render(request, "skema/muk/overview.html", context)


@roles_required(*rules.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def of_skema(request: HttpRequest, pk: int) -> HttpResponse:
    """``/skema/{pk}/muk/``: every instrument by kind and version; start a new one."""
    skema = get_object_or_404(Skema, pk=pk)
    form = MukForm(request.POST or None, initial={"minutes": 30, "shuffled": True})
    if request.method == "POST" and form.is_valid():
        try:
            muk = services.start_muk(
                skema, **form.cleaned_data, actor=user_of(request), now=timezone.now()
            )
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Draf %(muk)s dibuat. Tulis butirnya.") % {"muk": muk})
            return redirect("skema:muk", muk.pk)
    rows = list(selectors.muk_of(skema))
    kinds = [
        (label, [row for row in rows if row.jenis == value]) for value, label in Muk.Jenis.choices
    ]
    context = {
        "skema": skema,
        "kinds": kinds,
        "count": len(rows),
        "form": form,
        "units": skema.units.count(),
    }
    return render(request, "skema/muk/index.html", context, status=400 if form.errors else 200)


@roles_required(*rules.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def builder(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/``: the items in order, the signatures, and what can be done now."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    start = {"judul": muk.judul, "minutes": muk.minutes, "shuffled": muk.shuffled}
    form = MukSettingsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_muk(muk, **form.cleaned_data, actor=user, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Judul dan waktu tersimpan."))
            return redirect("skema:muk", muk.pk)
    return _builder_page(request, user, muk, form=form, status=400 if form.errors else 200)


def _builder_page(
    request: HttpRequest, user: User, muk: Muk, *, status: int = 200, **changes: Any
) -> HttpResponse:
    state = MukState(muk.state)
    rows = selectors.butir_of(muk)
    start = {"judul": muk.judul, "minutes": muk.minutes, "shuffled": muk.shuffled}
    signed = muk.penyusun_signed_at
    context = {
        "muk": muk,
        "rows": rows,
        "form": MukSettingsForm(initial=start),
        "note_form": NoteForm(),
        "draft": state is MukState.DRAFT,
        "may_validate": state is MukState.SUBMITTED and rules.may_validate(user, muk),
        "waits": state is MukState.SUBMITTED and not rules.may_validate(user, muk),
        "may_cosign": muk_machine.allows(state, MukEvent.COSIGN)
        and getattr(muk, rules.cosigned_as(muk)) is None
        and rules.may_cosign(user, muk),
        "cosigned_as": rules.cosigned_as(muk),
        "may_reopen": muk_machine.allows(state, MukEvent.REOPEN),
        "may_withdraw": muk_machine.allows(state, MukEvent.WITHDRAW) and rules.may_withdraw(user),
        "seen": signed.isoformat() if signed else "",
        **changes,
    }
    return render(request, "skema/muk/builder.html", context, status=status)


def _submit(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    done = services.submit_muk(muk, actor=user, now=timezone.now())
    return done, _("Anda menandatangani sebagai penyusun. Validator memeriksanya sekarang.")


def _validate(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    seen = request.POST.get("seen", "")
    done = services.validate_muk(muk, seen=seen, actor=user, now=timezone.now())
    return done, _("Anda menandatangani sebagai validator. Instrumen siap dipakai.")


def _cosign(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    seen = request.POST.get("seen", "")
    done = services.cosign_muk(muk, seen=seen, actor=user, now=timezone.now())
    return done, _("Anda menandatangani instrumen ini sebagai orang kedua.")


def _return(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    note = request.POST.get("note", "")
    done = services.return_muk(muk, note=note, actor=user, now=timezone.now())
    return done, _("Instrumen kembali ke penyusun dengan catatan Anda.")


def _reopen(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    done = services.reopen_muk(muk, actor=user, now=timezone.now())
    return done, _("Instrumen menjadi draf lagi. Semua tanda tangan gugur.")


def _copy(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    done = services.copy_muk(muk, actor=user, now=timezone.now())
    return done, _("Butir disalin ke versi %(version)d sebagai draf.") % {"version": done.version}


def _withdraw(request: HttpRequest, muk: Muk, user: User) -> tuple[Muk, str]:
    done = services.withdraw_muk(muk, actor=user, now=timezone.now())
    return done, _("Instrumen ditarik. Jawaban yang sudah ada tetap tersimpan.")


STEPS: dict[str, Callable[[HttpRequest, Muk, User], tuple[Muk, str]]] = {
    "ajukan": _submit,
    "sahkan": _validate,
    "dampingi": _cosign,
    "kembalikan": _return,
    "buka": _reopen,
    "salin": _copy,
    "tarik": _withdraw,
}


@roles_required(*rules.EDITORS)
@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/langkah/``: ``langkah`` names one of ``STEPS``; a refusal is told in place."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    name = request.POST.get("langkah", "")
    if name not in STEPS:
        raise Http404
    try:
        done, said = STEPS[name](request, muk, user)
    except DomainError as error:
        muk = selectors.muk_for(user, pk)
        changes: dict[str, Any] = {"refused": error}
        if name == "kembalikan":
            changes["note_form"] = NoteForm(request.POST)
            show_errors(changes["note_form"], error)
        return _builder_page(request, user, muk, status=error.status, **changes)
    messages.success(request, said)
    return redirect("skema:muk", done.pk)


@roles_required(*rules.EDITORS)
@require_safe
def coverage_map(request: HttpRequest, pk: int) -> HttpResponse:
    """``/skema/{pk}/muk/peta/?belum=1``: which KUK the questions reach, and which none does."""
    skema = get_object_or_404(Skema, pk=pk)
    units = selectors.coverage(skema)
    left_only = request.GET.get("belum") == "1"
    counted = selectors.counted_muk(skema)
    kinds = [
        {"jenis": value, "code": label.split()[0], "label": label, "muk": counted.get(value)}
        for value, label in Muk.Jenis.choices
    ]
    total, reached = sum(unit.total for unit in units), sum(unit.reached for unit in units)
    context = {
        "skema": skema,
        "units": [_shown(unit, kinds) for unit in (unreached_only(units) if left_only else units)],
        "total": total,
        "reached": reached,
        "left": total - reached,
        "left_only": left_only,
        "kinds": kinds,
        "columns": len(kinds) + 2,
        "dimensi": rules.DIMENSI.items(),
    }
    return render(request, "skema/muk/coverage.html", context)


def _shown(unit: UnitReach, kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """``unit`` with one cell per kind of instrument beside each KUK."""

    def cells(kuk: KukReach) -> list[dict[str, Any]]:
        return [
            {
                "code": kind["code"],
                "muk": kind["muk"].pk if kind["muk"] else None,
                "numbers": kuk.items.get(kind["jenis"], ()),
            }
            for kind in kinds
        ]

    return {
        "order": unit.order,
        "kode": unit.kode,
        "judul": unit.judul,
        "total": unit.total,
        "reached": unit.reached,
        "dimensi": unit.dimensi,
        "groups": [(part, [(kuk, cells(kuk)) for kuk in part.kuk]) for part in unit.elemen],
    }
