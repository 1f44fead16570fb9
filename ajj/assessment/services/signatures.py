"""Signing a form: laid out as one PDF, signed by everybody it names, printed with their signatures.

Every step stands in the permohonan's own hash chain, which exists before its first session does;
the print's hash and the head of that chain enter the session's log (docs/signatures.md).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import manuscripts, signingchain
from ajj.assessment.manuscripts import Desk
from ajj.assessment.models import Manuscript, Signature, SignatureEntry
from ajj.assessment.pictures import loader
from ajj.assessment.states import ManuscriptEvent, ManuscriptState, manuscript_machine
from ajj.assessment.strokes import as_svg, checked
from ajj.assessment.values.words import met_of, moment
from ajj.audit.models import AuditEntry
from ajj.audit.services import record as audit
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.render import press, qr_svg
from ajj.documents.schema import FormTemplate
from ajj.documents.services import keep, sealed
from ajj.documents.signing import Place, Stamp, signed_blocks
from ajj.kernel.chain import GENESIS, entry_hash, short_head
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, Forbidden
from ajj.live.models import Session
from ajj.live.services import SYSTEM, append, lock
from ajj.people.models import User

log = structlog.get_logger(__name__)
REST = timedelta(seconds=60)
METHOD = "sandi"
OPENED = "assessment.manuscript_opened"
# Letters and digits that nobody mistakes for another; twelve of them are 58 bits.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY"


def prepare(permohonan: Permohonan, label: str, *, actor: User, now: datetime) -> Manuscript:
    """The manuscript of what ``label`` says now; a text that changed voids the one before.

    For who may sign it, at any time and any number of times. Raises ``NotFound``, ``Forbidden``
    (``not_your_signature``) and ``Conflict`` (``not_filled``).
    """
    desk = manuscripts.desk(actor, permohonan, label)
    if desk.manuscript is not None and (desk.closed or not desk.changed):
        return desk.manuscript
    mine = manuscripts.parties(actor, permohonan)
    if all(place.party not in mine for place in desk.standing.places):
        raise Forbidden(_("Formulir ini ditandatangani orang lain."), code="not_your_signature")
    if lack := manuscripts.lack_of(permohonan, desk.form):
        raise Conflict(lack, code="not_filled")
    text = manuscripts.text_of(permohonan, desk.form)
    pdf = press(desk.form, text.drawn, now=now, pictures=loader(permohonan))
    document = _keep(desk.form, pdf, permohonan, now)
    return _lay_out(permohonan, label, text, document, actor=actor, now=now)


@transaction.atomic
def _lay_out(
    permohonan: Permohonan,
    label: str,
    text: manuscripts.Text,
    document: Document,
    *,
    actor: User,
    now: datetime,
) -> Manuscript:
    hold(permohonan)
    before = manuscripts.standing_manuscript(permohonan, label)
    if before is not None:
        if before.text == text.digest or before.state != ManuscriptState.OPEN.value:
            document.delete()  # another was faster
            return before
        _void(before, now)
    made = Manuscript.objects.create(
        code="".join(secrets.choice(CODE_LETTERS) for _place in range(12)),
        permohonan=permohonan,
        label=label,
        text=text.digest,
        drawn=text.drawn,
        document=document,
        prepared_at=now,
        prepared_by=actor,
    )
    audit(actor, "assessment.manuscript_prepared", made, {"form": label}, now=now)
    return made


def _void(before: Manuscript, now: datetime) -> None:
    _move(before, ManuscriptEvent.REPLACE)
    given = list(before.signatures.values_list("place", flat=True))
    if given:
        data = {**_naming(before), "sha256": before.document.sha256, "places": given}
        link(before.permohonan, "form.voided", SYSTEM, data, now)


def note_opened(manuscript: Manuscript, *, actor: User, now: datetime) -> None:
    """Somebody was given the PDF: only who had it may sign it."""
    audit(actor, OPENED, manuscript, {"form": manuscript.label}, now=now)


@transaction.atomic
def sign(
    permohonan: Permohonan,
    label: str,
    *,
    actor: User,
    sha256: str,
    drawn: str = "",
    method: str = METHOD,
    now: datetime,
) -> Signature:
    """Put the signature of ``actor``, who has just shown who they are, under the PDF ``sha256``.

    Raises ``NotFound``, ``Forbidden`` (``not_your_signature``), ``Invalid`` (``bad_drawing``) and
    ``Conflict``: ``form_issued``, ``text_changed``, ``not_read``.
    """
    hold(permohonan)
    desk = manuscripts.desk(actor, permohonan, label)
    manuscript, place = _signable(desk, actor, sha256)
    made = Signature(
        manuscript=manuscript,
        place=place.key,
        role=place.role,
        signer=actor,
        name=actor.name,
        met=met_of(actor),
        signed_at=now,
        method=method,
        intent=manuscripts.intent(desk.form, permohonan.nomor, place.role, sha256),
        sha256=sha256,
        drawn=checked(drawn),
    )
    data = signingchain.logged(made)
    made.seq = link(permohonan, "form.signed", str(actor.pk), data, now).seq
    made.save(force_insert=True)
    audit(actor, "assessment.form_signed", manuscript, {"form": label, "sha256": sha256}, now=now)
    after = manuscripts.desk_of(permohonan, desk.form, frozenset(), actor)
    if after.standing.complete:
        _move(manuscript, ManuscriptEvent.COMPLETE)
    return made


def _signable(desk: Desk, actor: User, sha256: str) -> tuple[Manuscript, Place]:
    manuscript, place = desk.manuscript, desk.offered
    if desk.closed:
        raise Conflict(_("Formulir ini sudah ditandatangani semuanya."), code="form_issued")
    if manuscript is None or desk.changed or manuscript.document.sha256 != sha256:
        raise Conflict(
            _("Isi formulir berubah setelah Anda membukanya. Anda belum menandatangani. "
              "Buka naskah yang baru, lalu baca lagi."),
            code="text_changed",
        )  # fmt: skip
    if place is None:
        raise Forbidden(
            _("Tidak ada tempat tanda tangan yang menunggu Anda pada formulir ini."),
            code="not_your_signature",
        )
    opened = AuditEntry.objects.filter(actor=actor, action=OPENED, object_id=str(manuscript.pk))
    if not opened.exists():
        raise Conflict(_("Buka dan baca dahulu PDF-nya."), code="not_read")
    return manuscript, place


def issue_signed(now: datetime, *, only: Manuscript | None = None) -> int:
    """Print what everybody has signed (``only`` that one); how many were issued."""
    rows = Manuscript.objects.filter(state=ManuscriptState.COMPLETE.value)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    return sum(_issue(row, now) for row in rows.select_related("permohonan", "document"))


def _issue(manuscript: Manuscript, now: datetime) -> bool:
    form = labelled(manuscript.label)
    drawing, pictures = _with_signatures(manuscript), loader(manuscript.permohonan)
    pdf = sealed(press(form, drawing, now=now, pictures=pictures), now=now)
    printed = _keep(form, pdf, manuscript.permohonan, now)
    with transaction.atomic():
        hold(manuscript.permohonan)
        fresh = Manuscript.objects.select_related("permohonan").get(pk=manuscript.pk)
        if fresh.state != ManuscriptState.COMPLETE.value:
            printed.delete()  # another process was faster
            return False
        fresh.printed = printed
        _move(fresh, ManuscriptEvent.ISSUE, "printed")
        data = {**_naming(fresh), "sha256": printed.sha256, "document": str(printed.pk)}
        link(fresh.permohonan, "form.issued", SYSTEM, data, now)
        audit(None, "assessment.form_issued", fresh, {"form": fresh.label}, now=now)
    return True


def _with_signatures(manuscript: Manuscript) -> dict[str, Any]:
    """What was signed, and on each line who signed it; below, what all of them signed."""
    form = labelled(manuscript.label)
    short = short_head(manuscript.document.sha256)
    rows = list(manuscript.signatures.all())
    stamps = [
        Stamp(
            row.place,
            row.name,
            row.met,
            f"{moment(row.signed_at)}\nsidik {short}",
            as_svg(row.drawn),
        )
        for row in rows
    ]
    address = f"{settings.SITE_URL}/tanda/{manuscript.code}/"
    proof = {
        "qr": qr_svg(address),
        "address": address,
        "sha256": manuscript.document.sha256,
        "seq": str(rows[-1].seq),
        "head": SignatureEntry.objects.get(
            permohonan=manuscript.permohonan, seq=max(row.seq for row in rows)
        ).hash,
    }
    blocks = signed_blocks(form, manuscript.drawn["blocks"], stamps)
    return {**manuscript.drawn, "blocks": blocks, "signed": proof}


def supersede(permohonan: Permohonan, label: str, *, actor: User, now: datetime) -> Document | None:
    """Let the signed ``label`` stand as what it was, and make room for its adjusted version.

    Gives the signed print, None when nothing was signed. The caller's transaction; ``Conflict``
    (``form_issued``) while the last signature is still being printed.
    """
    hold(permohonan)
    before = manuscripts.standing_manuscript(permohonan, label)
    if before is None or before.state == ManuscriptState.OPEN.value:
        return None
    if before.printed is None:
        raise Conflict(
            _("Formulir ini sedang diterbitkan. Coba lagi sebentar."), code="form_issued"
        )
    _move(before, ManuscriptEvent.SUPERSEDE)
    data = {**_naming(before), "sha256": before.printed.sha256}
    link(permohonan, "form.superseded", str(actor.pk), data, now)
    return before.printed


def log_issued(now: datetime) -> int:
    """Name each signed print in the log of the permohonan's session, once one was opened."""
    rows = Manuscript.objects.filter(
        state=ManuscriptState.ISSUED.value,
        logged_seq=None,
        permohonan__jadwal__session__opened_at__isnull=False,
    ).distinct()
    return sum(_log(row, now) for row in rows.select_related("permohonan", "printed"))


@transaction.atomic
def _log(manuscript: Manuscript, now: datetime) -> bool:
    held = Session.objects.filter(
        jadwal__permohonan=manuscript.permohonan, opened_at__isnull=False
    ).order_by("opened_at")
    newest = held.last()
    if newest is None or manuscript.printed is None:
        return False
    session = lock(newest.pk)
    fresh = Manuscript.objects.get(pk=manuscript.pk)
    if fresh.logged_seq is not None:
        return False
    head = SignatureEntry.objects.filter(permohonan=manuscript.permohonan).order_by("seq").last()
    data = {
        "code": manuscript.printed.code,
        "version": manuscript.printed.version,
        "sha256": manuscript.printed.sha256,
        "document": str(manuscript.printed.pk),
        "signatures": {"seq": head.seq, "head": head.hash} if head else {},
    }
    entry = append(session, kind="form.issued", actor=SYSTEM, data=data, now=now)
    fresh.session, fresh.logged_seq = session, entry.seq
    fresh.save(update_fields=["session", "logged_seq"])
    return True


class SignedIssuer:
    """For the jobs process: what a crash or a failed print left; it rests after a failure."""

    def __init__(self) -> None:
        self._until: datetime | None = None

    def tick(self, now: datetime) -> int:
        """Print and log what is due at ``now``; how many steps were made."""
        if self._until is not None and now < self._until:
            return 0
        try:
            return issue_signed(now) + log_issued(now)
        except Exception:
            self._until = now + REST
            log.exception("signed form not issued")
            return 0


def _keep(form: FormTemplate, pdf: bytes, permohonan: Permohonan, now: datetime) -> Document:
    return keep(pdf, form.code, form.version, subject=f"formulir:{permohonan.pk}", now=now)


def hold(permohonan: Permohonan) -> None:
    """One command at a time on the signatures of a permohonan."""
    Permohonan.objects.select_for_update(of=("self",)).get(pk=permohonan.pk)


def _move(manuscript: Manuscript, event: ManuscriptEvent, *with_fields: str) -> None:
    """The one place that moves a manuscript; the caller holds its permohonan."""
    state = manuscript_machine.after(ManuscriptState(manuscript.state), event)
    manuscript.state = state.value
    manuscript.save(update_fields=["state", *with_fields])


def _naming(manuscript: Manuscript) -> dict[str, str]:
    code, _at, version = manuscript.label.partition("@")
    return {"code": code, "version": version, "manuscript": manuscript.code}


def link(
    permohonan: Permohonan, kind: str, actor: str, data: Mapping[str, Any], now: datetime
) -> SignatureEntry:
    """One more entry of the chain; the caller holds the permohonan."""
    last = SignatureEntry.objects.filter(permohonan=permohonan).order_by("seq").last()
    entry = SignatureEntry(
        permohonan=permohonan,
        seq=last.seq + 1 if last else 1,
        at_ms=max(last.at_ms if last else 0, epoch_ms(now)),
        kind=kind,
        actor=actor,
        data=dict(data),
    )
    linked = {
        "session": signingchain.subject_of(permohonan),
        **{name: getattr(entry, name) for name in ("seq", "at_ms", "kind", "actor", "data")},
    }
    entry.hash = entry_hash(last.hash if last else GENESIS, linked)
    entry.save(force_insert=True)
    return entry
