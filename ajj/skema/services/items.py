"""The items of a draft: written, moved, deleted, imported. Numbers stay 1 to n without holes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ajj.audit.services import record
from ajj.kernel.errors import Conflict, Invalid, NotFound
from ajj.people.models import User
from ajj.skema.butir import MAX_ITEMS, Item, Units, faults, fingerprint, tidy
from ajj.skema.models import Butir, Muk
from ajj.skema.mukrows import folded
from ajj.skema.rules import require_editor
from ajj.skema.selectors import butir_of, item_of, units_map
from ajj.skema.services.muk import held_muk, require_draft, retime
from ajj.skema.services.writing import found_kuk, write_items


def _draft(muk: Muk, actor: User) -> Muk:
    require_editor(actor)
    held = held_muk(muk)
    require_draft(held)
    return held


def _butir(held: Muk, pk: int) -> Butir:
    row = butir_of(held).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Butir ini sudah dihapus."), code="no_butir")
    return row


def _whole(held: Muk, item: Item, units: Units) -> Item:
    item = tidy(item, jenis=held.jenis, units=units)
    wrong = faults(item, jenis=held.jenis, units=units)
    if wrong:
        raise Invalid(_("Butir belum tersimpan."), code="bad_butir", fields=wrong)
    return item


def _write(row: Butir, item: Item) -> Butir:
    found = found_kuk([item], row.muk.jenis)[0]
    row.unit = found[0].elemen.unit
    row.dimensi, row.pertanyaan = list(item.dimensi), item.pertanyaan
    row.pilihan, row.kunci = list(item.pilihan), item.kunci
    row.tugas = item.tugas.as_data() if row.muk.task else {}
    row.save()
    row.kuk.set(found)
    retime(row.muk)
    return row


def _next_no(held: Muk, more: int = 1) -> int:
    count: int = held.butir.aggregate(last=Max("no"))["last"] or 0
    if count + more > MAX_ITEMS:
        raise Invalid(
            _("Satu instrumen paling banyak %(limit)d butir.") % {"limit": MAX_ITEMS},
            code="too_many_items",
        )
    return count + 1


@transaction.atomic
def add_butir(muk: Muk, item: Item, *, actor: User, now: datetime) -> Butir:
    """``item`` as the last one. Raises ``Invalid`` (``bad_butir``) by field, ``Conflict``."""
    held = _draft(muk, actor)
    item = _whole(held, item, units_map(held.skema, held.jenis))
    row = _write(Butir(muk=held, no=_next_no(held)), item)
    record(actor, "muk.add_item", held, {"no": row.no}, now=now)
    return row


@transaction.atomic
def change_butir(muk: Muk, pk: int, item: Item, *, seen: str, actor: User, now: datetime) -> Butir:
    """``item`` in the place of the one whose ``fingerprint`` is ``seen``.

    Raises ``Invalid`` by field, ``NotFound``, ``Conflict`` (``butir_changed``: somebody else wrote
    it meanwhile; ``muk_not_draft``).
    """
    held = _draft(muk, actor)
    item = _whole(held, item, units_map(held.skema, held.jenis))
    row = _butir(held, pk)
    if seen != fingerprint(item_of(row)):
        raise Conflict(
            _("Orang lain mengubah butir ini sejak Anda membukanya."), code="butir_changed"
        )
    _write(row, item)
    record(actor, "muk.change_item", held, {"no": row.no}, now=now)
    return row


@transaction.atomic
def move_butir(muk: Muk, pk: int, *, up: bool, actor: User, now: datetime) -> Butir:
    """One place up or down; the first cannot go up, nor the last down: nothing changes then."""
    held = _draft(muk, actor)
    row = _butir(held, pk)
    wanted = row.no - 1 if up else row.no + 1
    other = held.butir.filter(no=wanted).first()
    if other is not None:
        was = row.no
        _number(other, 0)  # the database allows no two items with one number, even in between
        _number(row, wanted)
        _number(other, was)
        record(actor, "muk.move_item", held, {"from": was, "to": wanted}, now=now)
    return row


def _number(row: Butir, no: int) -> None:
    row.no = no
    row.save(update_fields=["no"])


@transaction.atomic
def delete_butir(muk: Muk, pk: int, *, actor: User, now: datetime) -> int:
    """Take an item out of a draft, close the gap, and give the number that it had."""
    held = _draft(muk, actor)
    row = _butir(held, pk)
    no = row.no
    row.delete()
    retime(held)
    for later in held.butir.filter(no__gt=no).order_by("no"):
        _number(later, later.no - 1)
    record(actor, "muk.delete_item", held, {"no": no}, now=now)
    return no


@transaction.atomic
def import_items(
    muk: Muk, items: Sequence[Item], *, replace: bool, actor: User, now: datetime
) -> int:
    """All of ``items`` behind the others, or instead of them; none if one is not whole.

    Raises ``Invalid``: ``bad_butir`` with the item's place in the import, ``too_many_items``, or
    ``twice`` when a question is already there (an import sent twice).
    """
    held = _draft(muk, actor)
    units = units_map(held.skema, held.jenis)
    tidied = [_placed(held, place, item, units) for place, item in enumerate(items, start=1)]
    removed = held.butir.count() if replace else 0
    if replace:
        held.butir.all().delete()
    there = {folded(text) for text in held.butir.values_list("pertanyaan", flat=True)}
    if any(folded(item.pertanyaan) in there for item in tidied):
        raise Invalid(
            _("Sebagian pertanyaan sudah ada dalam instrumen. Tidak ada yang dimasukkan."),
            code="twice",
        )
    write_items(held, tidied, first=_next_no(held, len(tidied)))
    retime(held)
    data = {"items": len(items), "removed": removed}
    record(actor, "muk.import_items", held, data, now=now)
    return len(items)


def _placed(held: Muk, place: int, item: Item, units: Units) -> Item:
    try:
        return _whole(held, item, units)
    except Invalid as error:
        why = " ".join(error.fields.values())
        message = _("Butir ke-%(place)d: %(why)s") % {"place": place, "why": why}
        raise Invalid(message, code="bad_butir") from error
