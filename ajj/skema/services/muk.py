"""The life of a MUK: started, signed by two people, used, copied. Moves go by ``muk_machine``."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ajj.audit.services import record
from ajj.kernel.errors import Conflict, Invalid
from ajj.people.models import User
from ajj.skema.butir import faults
from ajj.skema.models import SIGNERS, Muk, Skema
from ajj.skema.rules import (
    cosigned_as,
    require_cosigner,
    require_editor,
    require_office,
    require_validator,
)
from ajj.skema.selectors import butir_of, item_of, units_map
from ajj.skema.services.writing import write_items
from ajj.skema.states import MukEvent, MukState, muk_machine
from ajj.skema.tugas import MAX_MINUTES, Tugas

MAX_NOTE = 1000


def held_muk(muk: Muk) -> Muk:
    """``muk`` locked until the transaction ends, as it stands now."""
    return Muk.objects.select_for_update(of=("self",)).select_related("skema").get(pk=muk.pk)


def _move(
    held: Muk,
    event: MukEvent,
    *,
    actor: User | None,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> Muk:
    """Write the state after ``event`` with all that the caller changed on ``held``; note it."""
    before = MukState(held.state)
    held.state = muk_machine.after(before, event).value
    held.save()
    noted = {"from": before.value, "to": held.state, "version": held.version} | (data or {})
    record(actor, f"muk.{event.value}", held, noted, now=now)
    return held


def _settings(jenis: str, judul: str, minutes: int | None) -> None:
    wrong: dict[str, str] = {}
    if jenis not in Muk.Jenis.values:
        wrong["jenis"] = _("Pilih jenis instrumen.")
    if not judul.strip():
        wrong["judul"] = _("Tulis judul instrumen.")
    if jenis in Muk.WRITTEN and not minutes:
        wrong["minutes"] = _("Isi waktu mengerjakan, dalam menit.")
    if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
        wrong["minutes"] = _("Waktu mengerjakan 1 sampai %(most)d menit.") % {"most": MAX_MINUTES}
    if wrong:
        raise Invalid(_("Instrumen belum tersimpan."), code="bad_muk", fields=wrong)


@transaction.atomic
def start_muk(
    skema: Skema,
    *,
    jenis: str,
    judul: str,
    minutes: int | None,
    shuffled: bool,
    actor: User,
    now: datetime,
    contoh: bool = False,
) -> Muk:
    """A new draft of the next version of its kind. Raises ``Invalid`` (``bad_muk``) by field."""
    require_editor(actor)
    _settings(jenis, judul, minutes)
    return _new_version(
        skema,
        actor=actor,
        now=now,
        jenis=jenis,
        judul=judul.strip(),
        minutes=minutes if jenis in Muk.WRITTEN else None,
        shuffled=shuffled and jenis in Muk.WRITTEN,
        contoh=contoh,
    )


def _new_version(skema: Skema, *, actor: User, now: datetime, jenis: str, **values: Any) -> Muk:
    Skema.objects.select_for_update().get(pk=skema.pk)
    newest = Muk.objects.filter(skema=skema, jenis=jenis).aggregate(newest=Max("version"))["newest"]
    version = (newest or 0) + 1
    muk = Muk.objects.create(skema=skema, jenis=jenis, version=version, created_at=now, **values)
    record(actor, "muk.start", muk, {"jenis": jenis, "version": version}, now=now)
    return muk


@transaction.atomic
def change_muk(
    muk: Muk, *, judul: str, minutes: int | None, shuffled: bool, actor: User, now: datetime
) -> Muk:
    """Title, time and order of a draft. Raises ``Invalid`` by field, ``Conflict`` when signed."""
    require_editor(actor)
    _settings(muk.jenis, judul, minutes)
    held = held_muk(muk)
    require_draft(held)
    held.judul = judul.strip()
    if not held.task:
        held.minutes = minutes if held.written else None
    held.shuffled = shuffled and held.written
    held.save(update_fields=["judul", "minutes", "shuffled"])
    record(actor, "muk.change", held, {"minutes": held.minutes, "shuffled": held.shuffled}, now=now)
    return held


def retime(held: Muk) -> None:
    """Tasks say themselves how long they take: the time of their MUK is the sum."""
    if held.task:
        times = [Tugas.of(data).minutes or 0 for data in held.butir.values_list("tugas", flat=True)]
        held.minutes = sum(times) or None
        held.save(update_fields=["minutes"])


def require_draft(held: Muk) -> None:
    """Raise ``Conflict`` (``muk_not_draft``): what was signed no longer changes."""
    if held.state != MukState.DRAFT:
        raise Conflict(
            _("“%(muk)s” sudah diajukan, jadi isinya tidak berubah lagi.") % {"muk": held},
            code="muk_not_draft",
        )


@transaction.atomic
def submit_muk(muk: Muk, *, actor: User, now: datetime) -> Muk:
    """The penyusun signs, and the items rest until a validator has read them.

    Raises ``Invalid`` (``muk_incomplete``) naming the items that are not whole.
    """
    require_editor(actor)
    held = held_muk(muk)
    muk_machine.after(MukState(held.state), MukEvent.SUBMIT)
    _require_whole(held)
    _unsign(held)
    held.penyusun, held.penyusun_signed_at = actor, now
    return _move(held, MukEvent.SUBMIT, actor=actor, now=now, data={"items": held.butir.count()})


def _unsign(held: Muk) -> None:
    """All signatures fall: what they stood for changes."""
    for name in SIGNERS:
        setattr(held, name, None)
        setattr(held, f"{name}_signed_at", None)


def _require_whole(held: Muk) -> None:
    units = units_map(held.skema, held.jenis)
    rows = butir_of(held)
    if not rows:
        raise Invalid(_("Instrumen ini belum mempunyai butir."), code="muk_incomplete")
    broken = [row.no for row in rows if faults(item_of(row), jenis=held.jenis, units=units)]
    if broken:
        message = _("Butir %(numbers)s belum lengkap. Lengkapi dahulu, lalu ajukan.")
        numbers = ", ".join(str(no) for no in broken)
        raise Invalid(message % {"numbers": numbers}, code="muk_incomplete")


def _require_seen(held: Muk, seen: str) -> None:
    """The items may have been returned, changed and submitted again behind an open page."""
    signed = held.penyusun_signed_at
    if seen != (signed.isoformat() if signed else ""):
        raise Conflict(
            _("Instrumen ini berubah sejak halaman Anda dibuka. Baca lagi, lalu putuskan."),
            code="muk_changed",
        )


@transaction.atomic
def validate_muk(muk: Muk, *, seen: str, actor: User, now: datetime) -> Muk:
    """A validator who is not the penyusun signs: from now on it may be used.

    ``seen``: the ISO time of the penyusun's signature that the validator read under. Raises
    ``Forbidden`` (``own_muk``, ``wrong_role``), ``Conflict`` (``muk_changed``).
    """
    held = held_muk(muk)
    require_validator(actor, held)
    muk_machine.after(MukState(held.state), MukEvent.VALIDATE)
    _require_seen(held, seen)
    held.validator, held.validator_signed_at = actor, now
    held.catatan = ""
    return _move(held, MukEvent.VALIDATE, actor=actor, now=now)


@transaction.atomic
def cosign_muk(muk: Muk, *, seen: str, actor: User, now: datetime) -> Muk:
    """A second penyusun signs what was submitted, a second validator what is valid.

    ``seen`` as in ``validate_muk``. Raises ``Forbidden`` (``wrong_role``, ``own_muk``),
    ``Conflict`` (``muk_changed``, ``line_taken``).
    """
    held = held_muk(muk)
    muk_machine.after(MukState(held.state), MukEvent.COSIGN)
    line = cosigned_as(held)
    require_cosigner(actor, held)
    _require_seen(held, seen)
    if getattr(held, line) is not None:
        raise Conflict(_("Orang kedua sudah menandatangani instrumen ini."), code="line_taken")
    setattr(held, line, actor)
    setattr(held, f"{line}_signed_at", now)
    return _move(held, MukEvent.COSIGN, actor=actor, now=now, data={"as": line.rstrip("2")})


@transaction.atomic
def return_muk(muk: Muk, *, note: str, actor: User, now: datetime) -> Muk:
    """Back to the penyusun with ``note``; the signature falls, since the items will change."""
    held = held_muk(muk)
    require_validator(actor, held)
    note = note.strip()
    if not note or len(note) > MAX_NOTE:
        message = _("Tulis apa yang perlu diperbaiki, paling panjang %(limit)d karakter.")
        message %= {"limit": MAX_NOTE}
        raise Invalid(message, code="note_required", fields={"note": message})
    _unsign(held)
    held.catatan = note
    return _move(held, MukEvent.RETURN, actor=actor, now=now, data={"note": note})


@transaction.atomic
def reopen_muk(muk: Muk, *, actor: User, now: datetime) -> Muk:
    """A valid version that nobody has used becomes a draft again; both signatures fall."""
    require_editor(actor)
    held = held_muk(muk)
    if held.state == MukState.USED:
        raise Conflict(
            _("Versi ini sudah dipakai dalam asesmen. Salin sebagai versi baru untuk mengubahnya."),
            code="muk_used",
        )
    _unsign(held)
    return _move(held, MukEvent.REOPEN, actor=actor, now=now)


@transaction.atomic
def withdraw_muk(muk: Muk, *, actor: User, now: datetime) -> Muk:
    """No asesi gets it from now on; what was answered on it stays."""
    require_office(actor)
    return _move(held_muk(muk), MukEvent.WITHDRAW, actor=actor, now=now)


@transaction.atomic
def copy_muk(muk: Muk, *, actor: User, now: datetime) -> Muk:
    """The items of any version as a new draft of the next one."""
    require_editor(actor)
    source = held_muk(muk)
    copy = _new_version(
        source.skema,
        actor=actor,
        now=now,
        jenis=source.jenis,
        judul=source.judul,
        minutes=source.minutes,
        shuffled=source.shuffled,
    )
    write_items(copy, [item_of(row) for row in butir_of(source)], first=1)
    retime(copy)
    record(actor, "muk.copy", copy, {"from": source.pk, "version": copy.version}, now=now)
    return copy


@transaction.atomic
def use_muk(muk: Muk, *, actor: User | None, now: datetime) -> Muk:
    """Lock ``muk`` because an asesi gets it now; from here on its items never change.

    Using it again writes nothing. Raises ``Conflict`` (``muk_not_valid``) unless it is ``valid`` or
    ``used``.
    """
    held = held_muk(muk)
    if not muk_machine.allows(MukState(held.state), MukEvent.USE):
        raise Conflict(
            _("Instrumen “%(muk)s” belum disahkan validator, jadi belum dapat dipakai.")
            % {"muk": held},
            code="muk_not_valid",
        )
    if held.state == MukState.USED:
        return held
    return _move(held, MukEvent.USE, actor=actor, now=now)
