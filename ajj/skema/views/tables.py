"""Items as a table: taken in after a look at them, given out, and an empty one to fill."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ajj.kernel.errors import DomainError, Invalid, NotFound
from ajj.people.access import roles_required, show_errors, user_of
from ajj.people.models import User
from ajj.skema import mukrows, rules, selectors, services
from ajj.skema.butir import MAX_ITEMS
from ajj.skema.forms import MAX_PASTED, ImportForm
from ajj.skema.models import Muk
from ajj.skema.mukrows import Reading
from ajj.skema.sheets import MAX_BYTES, read_xlsx, write_xlsx

WIDTHS = {"unit": 22, "kuk": 12, "dimensi": 12, "pertanyaan": 60, "kunci": 40}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _tabled(user: User, pk: int) -> Muk:
    """An instrument of questions: a task does not fit into one row of a table."""
    muk = selectors.muk_for(user, pk)
    if muk.task:
        raise NotFound(_("Tugas ditulis satu per satu, tidak lewat tabel."), code="no_table")
    return muk


@roles_required(*rules.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/impor/``: read a table, show it or its faults, take it in when confirmed.

    A file is shown on as text in the page, so that faults can be mended there and then, and so
    that what is confirmed is exactly what was shown.
    """
    user = user_of(request)
    muk = _tabled(user, pk)
    services.require_draft(muk)
    form = ImportForm(request.POST or None, request.FILES or None)
    reading = None
    if form.is_bound and form.is_valid():
        try:
            table = _rows(form.cleaned_data["file"], form.cleaned_data["table"])
            reading = _read(muk, table, replace=form.cleaned_data["replace"])
            if reading.whole and "masukkan" in request.POST:
                return _taken_in(request, muk, reading, replace=form.cleaned_data["replace"])
            shown = {"table": _text(table), "replace": form.cleaned_data["replace"]}
            form = ImportForm(initial=shown)
        except DomainError as error:
            show_errors(form, error)
    context: dict[str, Any] = {
        "muk": muk,
        "form": form,
        "reading": reading,
        "said": mukrows.report(reading) if reading else "",
        "columns": [mukrows.TITLES[name] for name in mukrows.columns(muk.jenis)],
        "dimensi": rules.DIMENSI.items(),
        "megabytes": MAX_BYTES // 1_000_000,
        "most": MAX_ITEMS,
    }
    faulty = bool(form.errors) or (reading is not None and not reading.whole)
    return render(request, "skema/muk/import.html", context, status=400 if faulty else 200)


def _rows(file: File[bytes] | None, table: str) -> Sequence[Sequence[object]]:
    if file is None:
        return mukrows.from_text(table)
    return read_xlsx(file.read(MAX_BYTES + 1))


def _text(table: Sequence[Sequence[object]]) -> str:
    text = mukrows.to_text(table)
    if len(text) > MAX_PASTED:
        raise Invalid(
            _("Tabel ini terlalu panjang. Bagi menjadi beberapa tabel, lalu masukkan bergantian."),
            code="table_too_long",
        )
    return text


def _read(muk: Muk, table: Sequence[Sequence[object]], *, replace: bool) -> Reading:
    there = () if replace else tuple(muk.butir.values_list("pertanyaan", flat=True))
    units = selectors.units_map(muk.skema, muk.jenis)
    return mukrows.read(table, jenis=muk.jenis, units=units, taken=there)


def _taken_in(request: HttpRequest, muk: Muk, reading: Reading, *, replace: bool) -> HttpResponse:
    items = [item for _row, item in reading.items]
    count = services.import_items(
        muk, items, replace=replace, actor=user_of(request), now=timezone.now()
    )
    said = ngettext("%(count)d butir dimasukkan.", "%(count)d butir dimasukkan.", count)
    messages.success(request, said % {"count": count})
    return redirect("skema:muk", muk.pk)


def _file(muk: Muk, kind: str, rows: Sequence[Sequence[str]]) -> HttpResponse:
    widths = [WIDTHS.get(name, 30) for name in mukrows.columns(muk.jenis)]
    response = HttpResponse(write_xlsx(rows, widths=widths, notes=_notes(muk)), content_type=XLSX)
    name = slugify(f"{kind}-{muk.get_jenis_display().split()[0]}-{muk.judul}-v{muk.version}")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _notes(muk: Muk) -> list[str]:
    names = ", ".join(mukrows.TITLES[name] for name in mukrows.required(muk.jenis))
    dimensi = "; ".join(f"{key.upper()} = {name}" for key, name in rules.DIMENSI.items())
    notes = [
        _("Satu baris untuk satu butir. Kolom yang harus ada: %(names)s.") % {"names": names},
        _("Unit: kode unit. Unit yang kosong berarti sama dengan baris di atasnya."),
        _("KUK: nomor KUK dari unit itu, dipisah koma, misalnya 1.1, 1.2."),
        _("Dimensi: satu atau lebih, dipisah koma. %(dimensi)s.") % {"dimensi": dimensi},
    ]
    if muk.jenis == Muk.Jenis.PILIHAN_GANDA:
        notes.append(_("Kunci: huruf pilihan yang benar, A sampai E."))
    for row in selectors.units_of(muk.skema):
        notes += ["", f"{row.unit.kode}  {row.unit.judul}"]
        notes += [
            f"    {kuk.no}  {kuk.teks}"
            for elemen in row.unit.elemen.all()
            for kuk in elemen.kuk.all()
        ]
    return notes


@roles_required(*rules.EDITORS)
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/templat.xlsx``: the header alone; how to fill it stands on a second sheet."""
    muk = _tabled(user_of(request), pk)
    return _file(muk, "templat", mukrows.to_rows([], muk.jenis))


@roles_required(*rules.EDITORS)
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """``/muk/{pk}/butir.xlsx``: the items as they can be taken in again."""
    muk = _tabled(user_of(request), pk)
    items = [selectors.item_of(row) for row in selectors.butir_of(muk)]
    return _file(muk, "butir", mukrows.to_rows(items, muk.jenis))
