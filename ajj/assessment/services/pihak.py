"""Third parties for FR.IA.10: invited by asesor or office, their word taken or asked for again."""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import guestlink, papers, pihak
from ajj.assessment.events import PihakInvited
from ajj.assessment.models import PihakAnswer, PihakKetiga
from ajj.assessment.rules import ak01_signed
from ajj.assessment.services.signatures import hold
from ajj.assessment.states import ANSWERABLE, PihakEvent, PihakState, pihak_machine
from ajj.audit.services import record as audit
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import User

MOST = 10
"""Third parties of one permohonan."""
MAX_QUESTION = 1000
MAX_LENGTH = {
    "name": 160,
    "position": 160,
    "workplace": 200,
    "relation": 200,
    "email": 254,
    "phone": 32,
}


@dataclass(frozen=True)
class Details:
    """Who is asked, as the inviting person knows them."""

    name: str
    position: str = ""
    workplace: str = ""
    relation: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Link:
    """A new link in clear, for the eyes of who made it: it cannot be read again."""

    pihak: PihakKetiga
    token: str

    @property
    def url(self) -> str:
        return pihak.url_of(self.token)


@transaction.atomic
def invite(
    permohonan: Permohonan, details: Details, *, key: UUID, actor: User, now: datetime
) -> Link:
    """Ask one more person; the same ``key`` again is the same invitation, without a second link.

    Only once the asesi agreed to how evidence is collected (FR.AK.01). Raises ``Forbidden``
    (``not_your_form``), ``Invalid`` (``bad_pihak`` with fields), ``Conflict`` (``ak01_required``,
    ``form_issued``, ``too_many_pihak``, ``already_invited``).
    """
    _require_inviter(actor, permohonan)
    if not ak01_signed(permohonan.pk):
        raise Conflict(
            _("FR.AK.01 belum ditandatangani asesi dan asesor. Pihak ketiga diundang setelah itu."),
            code="ak01_required",
        )
    tidied = _tidied(details)
    held = Permohonan.objects.select_for_update(of=("self",)).get(pk=permohonan.pk)
    form = pihak.form_of(held)
    if PihakKetiga.objects.filter(pk=key).exists():
        raise Conflict(
            _("Undangan ini sudah dibuat. Buat tautan baru bila yang tadi tidak tersalin."),
            code="already_invited",
        )
    _require_unsigned(held, form.label)
    if PihakKetiga.objects.filter(permohonan=held).count() >= MOST:
        message = _("Paling banyak %(most)d pihak ketiga untuk satu permohonan.") % {"most": MOST}
        raise Conflict(message, code="too_many_pihak")
    token = secrets.token_urlsafe(guestlink.TOKEN_BYTES)
    row = PihakKetiga.objects.create(
        id=key,
        permohonan=held,
        label=form.label,
        state=pihak_machine.initial.value,
        invited_by=actor,
        invited_at=now,
        token_hash=guestlink.fingerprint(token),
        expires_at=_until(now),
        outgoing=token if tidied["email"] else None,
        draft=guestlink.begun(form, papers.tree_of(held, form, {}), _known(tidied)),
        **tidied,
    )
    audit(actor, "assessment.pihak_invited", held, {"pihak": str(row.pk)}, now=now)
    publish(PihakInvited(pihak_id=row.pk, link_no=row.link_no))
    return Link(row, token)


def _known(tidied: dict[str, str]) -> dict[str, str]:
    """The invitation under the keys by which the forms of FR.IA.10 ask for the same."""
    return {
        "nama": tidied["name"],
        "jabatan": tidied["position"],
        "tempat": tidied["workplace"],
        "telepon": tidied["phone"],
        "hubungan": tidied["relation"],
    }


def _tidied(details: Details) -> dict[str, str]:
    said = {each.name: getattr(details, each.name).strip() for each in fields(details)}
    wrong: dict[str, str] = {}
    if not said["name"]:
        wrong["name"] = _("Tuliskan nama orang yang ditanya.")
    if not said["email"] and not said["phone"]:
        wrong["email"] = _("Isi surel atau nomor telepon, agar orangnya dapat dihubungi.")
    if said["email"]:
        try:
            validate_email(said["email"])
        except ValidationError:
            wrong["email"] = _("Periksa alamat surel ini.")
    if said["phone"] and not guestlink.phone_digits(said["phone"]):
        wrong["phone"] = _("Tulis nomor telepon yang lengkap, misalnya 0812 3456 7890.")
    for name, most in MAX_LENGTH.items():
        if len(said[name]) > most:
            wrong[name] = _("Paling panjang %(most)d huruf.") % {"most": most}
    if wrong:
        raise Invalid(
            _("Undangan belum dibuat. Periksa yang ditandai; isian Anda masih ada."),
            code="bad_pihak",
            fields=wrong,
        )
    return said


@transaction.atomic
def renew(row_id: UUID, *, link_no: int, actor: User, now: datetime) -> Link:
    """A new link in place of number ``link_no``, which stops working; the draft stays.

    Raises ``Forbidden``, ``NotFound``, ``Conflict`` (``wrong_state``, ``link_changed``).
    """
    row = _held(row_id, actor)
    if row.link_no != link_no:
        raise Conflict(
            _("Tautan yang lebih baru sudah dibuat. Muat ulang halaman ini."), code="link_changed"
        )
    _require_unsigned(row.permohonan, row.label)
    row.state = pihak_machine.after(_as_of(row, now), PihakEvent.RENEW).value
    link = _new_link(row, now)
    audit(actor, "assessment.pihak_renewed", row.permohonan, _naming(row), now=now)
    return link


@transaction.atomic
def revoke(row_id: UUID, *, actor: User, now: datetime) -> PihakKetiga:
    """The link stops working at once. Raises as ``renew``."""
    row = _held(row_id, actor)
    row.state = pihak_machine.after(_as_of(row, now), PihakEvent.REVOKE).value
    row.outgoing = None
    row.save()
    audit(actor, "assessment.pihak_revoked", row.permohonan, _naming(row), now=now)
    return row


@transaction.atomic
def accept(row_id: UUID, *, number: int, actor: User, now: datetime) -> PihakAnswer:
    """Answer ``number`` stands: it is printed on FR.IA.10 and proposed for FR.AK.02.

    Not while the form is being signed: the print holds what was read, or nothing of it. Raises
    ``Forbidden`` (``wrong_role``), ``NotFound``, ``Conflict`` (``wrong_state``, ``newer_answer``,
    ``form_issued``).
    """
    row = _held(row_id, actor, asesor=True)
    hold(row.permohonan)
    _require_unsigned(row.permohonan, row.label)
    row.state = pihak_machine.after(row.status, PihakEvent.ACCEPT).value
    row.save()
    answer = _close(row, number, PihakAnswer.Verdict.ACCEPTED, actor=actor, now=now)
    said = _naming(row) | {"number": number, "sha256": answer.sha256}
    audit(actor, "assessment.pihak_accepted", row.permohonan, said, now=now)
    return answer


@transaction.atomic
def ask_again(row_id: UUID, *, number: int, question: str, actor: User, now: datetime) -> Link:
    """Return answer ``number`` with a question: the guest goes on from it, by a new link.

    Raises ``Invalid`` (``question_missing``), else as ``accept``.
    """
    row = _held(row_id, actor, asesor=True)
    words = question.strip()[:MAX_QUESTION]
    if not words:
        raise Invalid(
            _("Tuliskan apa yang ingin Anda tanyakan."),
            code="question_missing",
            fields={"question": _("Wajib diisi.")},
        )
    _require_unsigned(row.permohonan, row.label)
    row.state = pihak_machine.after(row.status, PihakEvent.RETURN).value
    answer = _close(row, number, PihakAnswer.Verdict.RETURNED, actor=actor, now=now)
    answer.question = words
    answer.save(update_fields=["question"])
    row.draft = answer.isi
    link = _new_link(row, now)
    audit(
        actor,
        "assessment.pihak_returned",
        row.permohonan,
        _naming(row) | {"number": number},
        now=now,
    )
    return link


def _close(
    row: PihakKetiga, number: int, verdict: PihakAnswer.Verdict, *, actor: User, now: datetime
) -> PihakAnswer:
    """The newest answer of ``row`` with the asesor's word on it; the caller saves a question."""
    answer = PihakAnswer.objects.filter(pihak=row).order_by("number").last()
    if answer is None or answer.number != number:
        raise Conflict(
            _("Ada jawaban yang lebih baru. Baca jawaban itu dahulu."), code="newer_answer"
        )
    answer.verdict, answer.judged_by, answer.judged_at = verdict, actor, now
    answer.save()
    return answer


def _new_link(row: PihakKetiga, now: datetime) -> Link:
    token = secrets.token_urlsafe(guestlink.TOKEN_BYTES)
    row.token_hash = guestlink.fingerprint(token)
    row.link_no += 1
    row.expires_at = _until(now)
    row.outgoing = token if row.email else None
    row.save()
    publish(PihakInvited(pihak_id=row.pk, link_no=row.link_no))
    return Link(row, token)


def _until(now: datetime) -> datetime:
    return now + timedelta(days=settings.GUEST_LINK_DAYS)


def _as_of(row: PihakKetiga, now: datetime) -> PihakState:
    """The state at ``now``, also where the clock went past the link before the tick did."""
    if guestlink.overdue(row.status, row.expires_at, now):
        return pihak_machine.after(row.status, PihakEvent.EXPIRE)
    return row.status


def _naming(row: PihakKetiga) -> dict[str, Any]:
    return {"pihak": str(row.pk), "link": row.link_no}


def _held(row_id: UUID, actor: User, *, asesor: bool = False) -> PihakKetiga:
    row = (
        PihakKetiga.objects.select_for_update(of=("self",))
        .select_related("permohonan__asesi")
        .filter(pk=row_id)
        .first()
    )
    if row is None:
        raise NotFound(_("Pihak ketiga ini tidak ada."), code="no_pihak")
    _require_inviter(actor, row.permohonan, asesor=asesor)
    return row


def may_invite(actor: User, permohonan: Permohonan) -> bool:
    """Whether ``actor`` asks third parties: the asesor of this asesi, or the office."""
    return papers.reader_of(actor, permohonan) in {"asesor", "kantor"}


def _require_inviter(actor: User, permohonan: Permohonan, *, asesor: bool = False) -> None:
    if asesor and papers.reader_of(actor, permohonan) != "asesor":
        raise Forbidden(_("Jawaban ditinjau oleh asesor asesmen ini."), code="wrong_role")
    if not may_invite(actor, permohonan):
        raise Forbidden(
            _("Pihak ketiga diundang oleh asesor atau kantor LSP."), code="not_your_form"
        )


def _require_unsigned(permohonan: Permohonan, label: str) -> None:
    if papers.issued_as(permohonan, label):
        raise Conflict(
            _("FR.IA.10 sudah ditandatangani dan terbit, jadi tidak berubah lagi."),
            code="form_issued",
        )


@transaction.atomic
def expire_due(now: datetime) -> int:
    """Close the links whose time is over; how many. Part of the jobs process's tick."""
    states = [state.value for state in ANSWERABLE]
    due = PihakKetiga.objects.select_for_update(of=("self",)).filter(
        state__in=states, expires_at__lte=now
    )
    rows = list(due.select_related("permohonan"))
    for row in rows:
        row.state = pihak_machine.after(row.status, PihakEvent.EXPIRE).value
        row.outgoing = None
        row.save()
        audit(None, "assessment.pihak_expired", row.permohonan, _naming(row), now=now)
    return len(rows)


@transaction.atomic
def forget_token(row_id: UUID, link_no: int) -> None:
    """The mail with link ``link_no`` is on its way, or will never be: its token is kept no more."""
    PihakKetiga.objects.filter(pk=row_id, link_no=link_no).update(outgoing=None)
