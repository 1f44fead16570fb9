"""Filling FR.APL.02 and handing it to the asesor."""

from collections.abc import Mapping
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications import rules, selectors
from ajj.applications.models import Apl01, Apl02, Apl02Row, Permohonan, Portofolio
from ajj.applications.services.core import locked, move, signature_problems
from ajj.applications.states import Event
from ajj.audit.services import record
from ajj.kernel.errors import Conflict, Invalid
from ajj.people import documents
from ajj.people.models import User


def _fillable_apl02(permohonan: Permohonan, actor: User) -> Permohonan:
    current = locked(permohonan)
    if not rules.may_fill_apl02(actor, current):
        raise Conflict(
            _("FR.APL.02 belum dibuka atau sudah dikirim. Isian terakhir Anda aman."),
            code="wrong_state",
        )
    return current


@transaction.atomic
def save_apl02(
    permohonan: Permohonan,
    answers: Mapping[int, Mapping[str, object]],
    *,
    actor: User,
    now: datetime,
) -> Apl02:
    """Keep answers per elemen id: ``claim`` (K, BK or empty), ``evidence``, ``portofolio`` (id).

    Elemen of another scheme and files of another permohonan raise ``Invalid``.
    """
    current = _fillable_apl02(permohonan, actor)
    form = Apl02.objects.get(permohonan=current)
    rows = {row.elemen_id: row for row in form.rows.all()}
    files = set(current.portofolio.values_list("pk", flat=True))
    for elemen_id, answer in answers.items():
        row = rows.get(elemen_id)
        if row is None:
            raise Invalid(_("Elemen ini bukan bagian dari skema Anda."), code="foreign_elemen")
        _answer(row, answer, files)
    Apl02Row.objects.bulk_update(
        [rows[elemen_id] for elemen_id in answers], ["claim", "evidence", "portofolio"]
    )
    form.saved_at = now
    form.save(update_fields=["saved_at"])
    return form


def _answer(row: Apl02Row, answer: Mapping[str, object], files: set[int]) -> None:
    if "claim" in answer:
        claim = str(answer["claim"] or "")
        if claim not in ("", *Apl02Row.Claim.values):
            raise Invalid(_("Jawaban hanya K atau BK."), code="bad_claim")
        row.claim = claim
    if "evidence" in answer:
        row.evidence = str(answer["evidence"] or "").strip()[:2000]
    if "portofolio" in answer:
        text = str(answer["portofolio"] or "")
        if text and (not text.isdigit() or int(text) not in files):
            raise Invalid(_("Berkas itu bukan milik permohonan ini."), code="foreign_file")
        row.portofolio_id = int(text) if text else None


def add_portofolio(
    permohonan: Permohonan, upload: "UploadedFile[bytes]", *, actor: User, now: datetime
) -> Portofolio:
    """Keep a piece of evidence; the same file again is the same row. Raises ``Invalid``."""
    with transaction.atomic():
        _fillable_apl02(permohonan, actor)
    stored = documents.store(upload, f"applications/{permohonan.pk}")
    with transaction.atomic():
        current = _fillable_apl02(permohonan, actor)
        row, created = Portofolio.objects.get_or_create(
            permohonan=current,
            sha256=stored.sha256,
            defaults={
                "file": stored.file,
                "filename": stored.filename,
                "mime": stored.mime,
                "bytes": stored.bytes,
                "uploaded_at": now,
            },
        )
        if created:
            record(actor, "applications.add_portofolio", row, {"sha256": row.sha256}, now=now)
        return row


@transaction.atomic
def submit_apl02(
    permohonan: Permohonan, *, signed_name: str, consent: bool, actor: User, now: datetime
) -> Permohonan:
    """Sign FR.APL.02 and hand it to the asesor. Raises ``Invalid`` (``incomplete``)."""
    current = _fillable_apl02(permohonan, actor)
    wrong = {f"elemen-{key}": text for key, text in selectors.apl02_problems(current).items()}
    form = Apl02.objects.get(permohonan=current)
    name = str(Apl01.objects.get(permohonan=current).data.get("name", actor.name))
    wrong |= signature_problems(signed_name, name, consent=consent)
    if wrong:
        raise Invalid(
            _("Asesmen mandiri belum dapat dikirim. Lengkapi elemen yang ditandai."),
            code="incomplete",
            fields=wrong,
        )
    form.signed_name, form.signed_at = signed_name.strip(), now
    form.save()
    move(current, Event.SUBMIT_APL02, actor=actor, now=now)
    return current
