"""Writing one item of a draft: plain forms, every error beside its field, nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import roles_required, show_errors, user_of
from ajj.skema import rules, selectors, services
from ajj.skema.butir import fingerprint
from ajj.skema.forms import ItemForm, TaskForm, typed_item
from ajj.skema.models import Butir, Muk
from ajj.skema.tugas import Tugas

TYPED = ("pertanyaan", "kunci", *"abcde", *Tugas().as_data())


def _form(muk: Muk, request: HttpRequest, start: dict[str, Any]) -> ItemForm:
    """The form as posted, or as it stands; changing the unit shows its KUK and keeps the rest."""
    places = selectors.places(muk.skema, muk.jenis)
    if len(places) == 1:
        start = {"unit": places[0]["kode"], **{k: v for k, v in start.items() if v}}
    switching = request.method == "POST" and "ganti_unit" in request.POST
    unit = request.POST.get("unit", "") if request.method == "POST" else start.get("unit", "")
    elemen: list[dict[str, Any]] = next(
        (row["elemen"] for row in places if row["kode"] == unit), []
    )
    posted = request.POST if request.method == "POST" and not switching else None
    initial = start
    if switching:
        initial = {name: request.POST.get(name, "") for name in TYPED}
        initial |= {"unit": unit, "dimensi": request.POST.getlist("dimensi")}
        shown = request.POST.get("unit_shown", "")
        initial["kuk"] = request.POST.getlist("kuk") if unit == shown else []
    kind = TaskForm if muk.task else ItemForm
    return kind(
        posted,
        initial=initial,
        jenis=muk.jenis,
        units={row["kode"]: f"{row['kode']} {row['judul']}".strip() for row in places},
        known=selectors.units_map(muk.skema, muk.jenis),
        elemen=elemen,
    )


def _page(request: HttpRequest, muk: Muk, form: ItemForm, **context: Any) -> HttpResponse:
    context |= {"muk": muk, "form": form}
    return render(request, "skema/muk/item.html", context, status=400 if form.errors else 200)


def _at(muk: Muk, row: Butir) -> str:
    return f"{reverse('skema:muk', args=[muk.pk])}#butir-{row.no}"


@roles_required(*rules.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/butir/baru/?unit=KODE``: a new last item."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    services.require_draft(muk)
    form = _form(muk, request, {"unit": request.GET.get("unit", "")})
    if form.is_bound and form.is_valid():
        try:
            row = services.add_butir(muk, form.item(), actor=user, now=timezone.now())
        except DomainError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Butir %(no)d tersimpan.") % {"no": row.no})
            if "lagi" in request.POST:
                again = reverse("skema:butir_add", args=[muk.pk])
                return redirect(f"{again}?unit={row.unit.kode}")
            return redirect(_at(muk, row))
    return _page(request, muk, form, no=muk.butir.count() + 1)


@roles_required(*rules.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, butir: int) -> HttpResponse:
    """``/muk/{pk}/butir/{butir}/``: change one item."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    services.require_draft(muk)
    row = selectors.butir_of(muk).filter(pk=butir).first()
    if row is None:
        raise NotFound(_("Butir ini sudah dihapus."), code="no_butir")
    item = selectors.item_of(row)
    form = _form(muk, request, typed_item(item))
    stored = fingerprint(item)
    context: dict[str, Any] = {"row": row, "no": row.no, "seen": request.POST.get("seen") or stored}
    if form.is_bound and form.is_valid():
        try:
            services.change_butir(
                muk,
                butir,
                form.item(),
                seen=request.POST.get("seen", ""),
                actor=user,
                now=timezone.now(),
            )
        except DomainError as error:
            show_errors(form, error)
            if error.code == "butir_changed":
                context |= {"theirs": row, "seen": stored}
        else:
            messages.success(request, _("Butir %(no)d tersimpan.") % {"no": row.no})
            return redirect(_at(muk, row))
    return _page(request, muk, form, **context)


@roles_required(*rules.EDITORS)
@require_POST
def move(request: HttpRequest, pk: int, butir: int) -> HttpResponse:
    """One place up (``arah=naik``) or down."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    up = request.POST.get("arah") == "naik"
    row = services.move_butir(muk, butir, up=up, actor=user, now=timezone.now())
    return redirect(_at(muk, row))


@roles_required(*rules.EDITORS)
@require_POST
def delete(request: HttpRequest, pk: int, butir: int) -> HttpResponse:
    """Take one item out of the draft."""
    user = user_of(request)
    muk = selectors.muk_for(user, pk)
    no = services.delete_butir(muk, butir, actor=user, now=timezone.now())
    messages.success(request, _("Butir %(no)d dihapus; nomor sesudahnya bergeser.") % {"no": no})
    return redirect("skema:muk", muk.pk)
