"""The office reviews FR.APL.01, the asesor FR.APL.02."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications import rules
from ajj.applications.models import Apl01, Apl02, Permohonan, Syarat
from ajj.applications.services.core import locked, move
from ajj.applications.states import MACHINE, Event, State
from ajj.audit.services import record
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import Role, User


def _reviewing(permohonan: Permohonan, actor: User) -> Permohonan:
    if not rules.may_review(actor):
        raise Forbidden(_("Hanya admin LSP yang memeriksa permohonan."), code="wrong_role")
    return locked(permohonan)


@transaction.atomic
def judge_syarat(
    permohonan: Permohonan,
    syarat_id: int,
    *,
    accepted: bool,
    reason: str = "",
    actor: User,
    now: datetime,
) -> Syarat:
    """Accept one document or return it with a reason the asesi can act on."""
    current = _reviewing(permohonan, actor)
    if current.status is not State.SUBMITTED:
        raise Conflict(_("Dokumen hanya diperiksa saat permohonan menunggu verifikasi."))
    row = Syarat.objects.filter(permohonan=current, pk=syarat_id).first()
    if row is None:
        raise NotFound(_("Persyaratan ini bukan bagian dari permohonan tersebut."))
    reason = reason.strip()[:240]
    if accepted and row.document_id is None:
        raise Conflict(_("Dokumen ini belum diunggah asesi."), code="no_document")
    if not accepted and not reason:
        message = _("Tulis alasan, supaya asesi tahu apa yang harus diperbaiki.")
        raise Invalid(message, fields={"reason": message})
    row.verdict = Syarat.Verdict.ACCEPTED if accepted else Syarat.Verdict.RETURNED
    row.reason = "" if accepted else reason
    row.judged_by, row.judged_at = actor, now
    row.save()
    record(actor, "applications.judge_syarat", row, {"verdict": row.verdict}, now=now)
    return row


@transaction.atomic
def return_permohonan(
    permohonan: Permohonan, *, note: str, actor: User, now: datetime
) -> Permohonan:
    """Give FR.APL.01 back to be completed; a note, or a returned document, says why."""
    current = _reviewing(permohonan, actor)
    note = note.strip()
    if not note and not current.syarat.filter(verdict=Syarat.Verdict.RETURNED).exists():
        message = _("Tulis catatan, atau kembalikan sekurangnya satu dokumen dengan alasan.")
        raise Invalid(message, fields={"note": message})
    move(current, Event.RETURN, actor=actor, now=now, note=note)
    return current


@transaction.atomic
def accept(
    permohonan: Permohonan, *, asesor: User, note: str = "", actor: User, now: datetime
) -> Permohonan:
    """Recommend FR.APL.01 (part 4) and appoint the asesor who verifies FR.APL.02.

    Refused while a document is returned or not looked at (``Conflict``, ``documents_open``).
    """
    current = _reviewing(permohonan, actor)
    MACHINE.after(current.status, Event.ACCEPT)
    rows = current.syarat.all()
    waiting = [row.teks for row in rows if row.document_id and row.verdict != "accepted"]
    if waiting:
        raise Conflict(
            _("Masih ada dokumen yang belum diterima: %(names)s.") % {"names": "; ".join(waiting)},
            code="documents_open",
        )
    current.asesor = _suitable(asesor, current)
    current.decided_at = now
    Apl01.objects.filter(permohonan=current).update(
        admin=actor, admin_note=note.strip(), admin_signed_at=now
    )
    move(current, Event.ACCEPT, actor=actor, now=now, note=note.strip())
    return current


def _suitable(asesor: User, permohonan: Permohonan) -> User:
    if not asesor.has_role(Role.ASESOR):
        message = _("%(name)s bukan asesor.") % {"name": asesor.name}
        raise Invalid(message, code="not_asesor", fields={"asesor": message})
    if asesor.pk == permohonan.asesi_id:
        message = _("Asesi tidak dapat menjadi asesor bagi dirinya sendiri.")
        raise Invalid(message, code="own_application", fields={"asesor": message})
    return asesor


@transaction.atomic
def assign_asesor(
    permohonan: Permohonan, *, asesor: User, actor: User, now: datetime
) -> Permohonan:
    """Hand the review of FR.APL.02 to another asesor."""
    current = _reviewing(permohonan, actor)
    current.asesor = _suitable(asesor, current)
    current.save(update_fields=["asesor"])
    record(actor, "applications.assign_asesor", current, {"asesor": asesor.pk}, now=now)
    return current


@transaction.atomic
def reject(permohonan: Permohonan, *, note: str, actor: User, now: datetime) -> Permohonan:
    """Do not accept the application; the note is what the asesi reads."""
    current = _reviewing(permohonan, actor)
    if not note.strip():
        message = _("Tulis alasan penolakan untuk asesi.")
        raise Invalid(message, fields={"note": message})
    current.decided_at = now
    Apl01.objects.filter(permohonan=current).update(
        admin=actor, admin_note=note.strip(), admin_signed_at=now
    )
    move(current, Event.REJECT, actor=actor, now=now, note=note.strip())
    return current


def _verifying(permohonan: Permohonan, actor: User) -> Permohonan:
    current = locked(permohonan)
    if not rules.may_verify_apl02(actor, current):
        raise Forbidden(
            _("Asesmen mandiri ini ditinjau oleh asesor yang ditunjuk."), code="not_appointed"
        )
    return current


@transaction.atomic
def verify_apl02(
    permohonan: Permohonan, *, can_continue: bool, note: str = "", actor: User, now: datetime
) -> Permohonan:
    """The asesor's recommendation: asesmen dapat or tidak dapat dilanjutkan, signed with a time."""
    current = _verifying(permohonan, actor)
    note = note.strip()
    if not can_continue and not note:
        message = _("Tulis catatan: mengapa asesmen tidak dapat dilanjutkan.")
        raise Invalid(message, fields={"note": message})
    Apl02.objects.filter(permohonan=current).update(
        asesor=actor, asesor_signed_at=now, dapat_dilanjutkan=can_continue, note=note
    )
    event = Event.VERIFY_APL02 if can_continue else Event.REJECT_APL02
    move(current, event, actor=actor, now=now, note=note)
    return current


@transaction.atomic
def return_apl02(permohonan: Permohonan, *, note: str, actor: User, now: datetime) -> Permohonan:
    """Ask the asesi for more in FR.APL.02; the note says what."""
    current = _verifying(permohonan, actor)
    if not note.strip():
        message = _("Tulis apa yang harus dilengkapi asesi.")
        raise Invalid(message, fields={"note": message})
    Apl02.objects.filter(permohonan=current).update(note=note.strip())
    move(current, Event.RETURN_APL02, actor=actor, now=now, note=note.strip())
    return current
