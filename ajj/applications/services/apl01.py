"""Opening a permohonan, filling FR.APL.01 and handing it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications import apl01, rules, selectors
from ajj.applications.models import (
    Apl01,
    Apl02,
    Apl02Row,
    NomorUrut,
    Permohonan,
    Syarat,
    Tujuan,
)
from ajj.applications.services.core import locked, move, signature_problems
from ajj.applications.states import Event, State
from ajj.audit.services import record
from ajj.documents.registry import form_set
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people import services as people
from ajj.people.models import DocumentKind, IdentityDocument, Role, User
from ajj.people.selectors import latest_documents
from ajj.skema.models import Skema
from ajj.skema.selectors import elemen_of, require_open


def _next_number(now: datetime) -> str:
    row, _ = NomorUrut.objects.select_for_update().get_or_create(year=now.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{now.year}-{row.last:04d}"


@transaction.atomic
def open_permohonan(
    asesi: User, skema: Skema, *, tujuan: str = Tujuan.SERTIFIKASI, now: datetime
) -> Permohonan:
    """Start a permohonan with both forms, prefilled from the profile and known documents.

    An unfinished draft for the same skema is returned instead of a second one. Raises ``Forbidden``
    for people who are not asesi and ``Conflict`` (``skema_closed``) for a scheme without units.
    """
    if not asesi.has_role(Role.ASESI):
        raise Forbidden(_("Hanya akun asesi yang dapat mengajukan permohonan."), code="wrong_role")
    require_open(skema)
    draft = Permohonan.objects.filter(asesi=asesi, skema=skema, state=State.DRAFT).first()
    if draft:
        return draft
    permohonan = Permohonan.objects.create(
        nomor=_next_number(now),
        asesi=asesi,
        skema=skema,
        tujuan=tujuan,
        forms=form_set(skema.form_set).labels,
        created_at=now,
        changed_at=now,
    )
    known = selectors.prefilled(asesi)
    nik = known.pop("nik", "")
    Apl01.objects.create(permohonan=permohonan, data=known, nik=nik or None)
    form = Apl02.objects.create(permohonan=permohonan)
    Apl02Row.objects.bulk_create(Apl02Row(apl02=form, elemen=elemen) for elemen in elemen_of(skema))
    _copy_requirements(permohonan)
    record(asesi, "applications.open", permohonan, {"skema": skema.pk}, now=now)
    return permohonan


def _copy_requirements(permohonan: Permohonan) -> None:
    owned = latest_documents(permohonan.asesi)
    rows = [
        Syarat(bagian=Syarat.Bagian.DASAR, no=row.no, teks=row.teks, jenis="lain")
        for row in permohonan.skema.persyaratan_dasar.all()
    ]
    rows += [
        Syarat(
            bagian=Syarat.Bagian.ADMINISTRATIF,
            no=row.no,
            teks=row.teks,
            jenis=row.jenis,
            document=owned.get(row.jenis) if row.jenis != DocumentKind.LAIN else None,
        )
        for row in permohonan.skema.bukti_administratif.all()
    ]
    for row in rows:
        row.permohonan = permohonan
    Syarat.objects.bulk_create(rows)


def _fillable_apl01(permohonan: Permohonan, actor: User) -> Permohonan:
    current = locked(permohonan)
    if not rules.may_fill_apl01(actor, current):
        raise Conflict(
            _("FR.APL.01 sudah dikirim dan tidak dapat diubah lagi. Isian terakhir Anda aman."),
            code="wrong_state",
        )
    return current


@transaction.atomic
def save_apl01(
    permohonan: Permohonan, values: Mapping[str, object], *, actor: User, now: datetime
) -> Apl01:
    """Keep what was typed, right or not: a draft loses nothing. Fields not named stay.

    ``tujuan`` and ``tujuan_lain`` belong to the permohonan and are taken along.
    """
    current = _fillable_apl01(permohonan, actor)
    form = Apl01.objects.get(permohonan=current)
    typed = apl01.tidy(values)
    if "nik" in typed:
        form.nik = typed.pop("nik") or None
    form.data = {**form.data, **typed}
    form.saved_at = now
    form.save()
    tujuan = str(values.get("tujuan", current.tujuan))
    if tujuan in Tujuan.values:
        current.tujuan = tujuan
    current.tujuan_lain = str(values.get("tujuan_lain", current.tujuan_lain) or "").strip()[:120]
    current.changed_at = now
    current.save(update_fields=["tujuan", "tujuan_lain", "changed_at"])
    return form


def attach_document(
    permohonan: Permohonan,
    syarat_id: int,
    upload: "UploadedFile[bytes]",
    *,
    actor: User,
    now: datetime,
) -> Syarat:
    """Hand in the document of one requirement, replacing what was there. Raises ``Invalid``."""
    row = Syarat.objects.filter(permohonan=permohonan, pk=syarat_id).first()
    if row is None:
        raise NotFound(_("Persyaratan ini bukan bagian dari permohonan Anda."))
    with transaction.atomic():
        _fillable_apl01(permohonan, actor)
    document = people.add_document(actor, DocumentKind(row.jenis), upload, actor=actor, now=now)
    with transaction.atomic():
        _fillable_apl01(permohonan, actor)
        return _attach(row, document, actor, now)


def _attach(row: Syarat, document: IdentityDocument, actor: User, now: datetime) -> Syarat:
    row.document = document
    row.verdict, row.reason = Syarat.Verdict.OPEN, ""
    row.judged_by = row.judged_at = None
    row.save()
    record(actor, "applications.attach", row, {"document": document.pk}, now=now)
    return row


@transaction.atomic
def submit(
    permohonan: Permohonan, *, signed_name: str, consent: bool, actor: User, now: datetime
) -> Permohonan:
    """Sign FR.APL.01 (typed name and consent) and hand it in.

    Raises ``Invalid`` (``incomplete``) with a message per field; nothing is lost.
    """
    current = _fillable_apl01(permohonan, actor)
    wrong = selectors.apl01_problems(current, now.date())
    if current.tujuan == Tujuan.LAINNYA and not current.tujuan_lain:
        wrong["tujuan_lain"] = _("Tulis tujuan asesmen Anda.")
    form = Apl01.objects.get(permohonan=current)
    wrong |= signature_problems(signed_name, str(form.data.get("name", "")), consent=consent)
    if wrong:
        raise Invalid(
            _("Permohonan belum dapat dikirim. Lengkapi isian yang ditandai."),
            code="incomplete",
            fields=wrong,
        )
    form.signed_name, form.signed_at = signed_name.strip(), now
    form.save()
    _remember_profile(current.asesi, form, now)
    current.submitted_at = now
    move(current, Event.SUBMIT, actor=actor, now=now)
    return current


def _remember_profile(asesi: User, form: Apl01, now: datetime) -> None:
    values: dict[str, Any] = {
        key: value
        for key, value in selectors.form_values(form).items()
        if key not in ("name", "email", "phone", "home_phone") and value
    }
    people.update_profile(asesi, values, actor=asesi, now=now)
