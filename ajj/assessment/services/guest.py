"""What a third party does by their link: agree, keep a draft, sign and send. No account acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.assessment import guestlink, papers, pihak
from ajj.assessment.events import PihakAnswered
from ajj.assessment.guestlink import Asking
from ajj.assessment.models import PihakAnswer, PihakKetiga
from ajj.assessment.services.signatures import hold, link
from ajj.assessment.states import PihakEvent, PihakState, pihak_machine
from ajj.audit.services import record as audit
from ajj.documents.entries import typed
from ajj.documents.registry import labelled
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Invalid, NotFound

MAX_NAME = 160
GUEST = "pihak_ketiga"
"""The actor of a guest's entries in the chain of signatures."""


@dataclass(frozen=True)
class Draft:
    """What the guest has typed so far. ``wrong``: entries too long, nothing of it was stored."""

    pihak: PihakKetiga
    asking: Asking
    wrong: Mapping[str, str]


def asking_of(row: PihakKetiga) -> Asking:
    """What the form asks its guest, with the draft in it."""
    form = labelled(row.label)
    return guestlink.asking(form, papers.tree_of(row.permohonan, form, row.draft))


def draft_digest(row: PihakKetiga) -> str:
    """What the guest would sign now."""
    return guestlink.content_digest(row.label, row.permohonan.nomor, row.draft)


@transaction.atomic
def agree(token: str, *, version: str, now: datetime) -> PihakKetiga:
    """The guest has read what their answer is used for and begins; the same again is nothing.

    Raises ``NotFound`` for any link that does not work (``dead_link``), ``Conflict``
    (``consent_changed``) when another text was read than the one in force.
    """
    row = _open(token, now)
    if version != guestlink.CONSENT_VERSION:
        raise Conflict(
            _("Penjelasan di halaman ini baru diperbarui. Baca sekali lagi, lalu lanjutkan."),
            code="consent_changed",
        )
    if row.status is PihakState.INVITED:
        row.state = pihak_machine.after(row.status, PihakEvent.OPEN).value
        row.consent_version, row.consent_at = version, now
        row.consent_text = guestlink.CONSENTS[version]
        row.save()
        said = {"pihak": str(row.pk), "consent": version}
        audit(None, "assessment.pihak_opened", row.permohonan, said, now=now)
    return row


@transaction.atomic
def keep_draft(token: str, posted: Mapping[str, Sequence[str]], *, now: datetime) -> Draft:
    """Store what was ``posted`` so far. Raises as ``agree``, ``Conflict`` (``already_sent``)."""
    row = _answering(token, now)
    form = labelled(row.label)
    tree = papers.tree_of(row.permohonan, form, row.draft)
    asked = {entry.name for entry in guestlink.asking(form, tree).entries}
    isi, wrong = typed(form, tree, {name: posted[name] for name in posted if _of(name, asked)})
    if not wrong and isi != row.draft:
        row.draft, row.draft_at = isi, now
        row.save(update_fields=["draft", "draft_at"])
    shown = guestlink.asking(form, {**tree, "isi": isi})
    return Draft(row, shown, wrong)


def _of(name: str, asked: set[str]) -> bool:
    return name.removesuffix("/lainnya") in asked


@transaction.atomic
def send(token: str, *, name: str, agreed: bool, sha256: str, now: datetime) -> PihakAnswer:
    """Sign the draft with digest ``sha256`` by a typed ``name``, once; nothing is lost by errors.

    Raises as ``keep_draft``; ``Invalid`` (``unanswered``, ``bad_signature`` with fields),
    ``Conflict`` (``draft_changed``) when another tab typed on meanwhile.
    """
    row = _answering(token, now)
    if asking_of(row).unanswered:
        raise Invalid(_("Masih ada pertanyaan Ya/Tidak yang belum dijawab."), code="unanswered")
    if draft_digest(row) != sha256:
        raise Conflict(
            _("Isian berubah sejak halaman ini dibuka. Baca sekali lagi, lalu kirim."),
            code="draft_changed",
        )
    signer = _signature(name, agreed=agreed)
    form, asesi = labelled(row.label), row.permohonan.asesi.name
    hold(row.permohonan)
    number = row.answers.count() + 1
    words = guestlink.intent(form, asesi, sha256)
    said = {"code": form.code, "version": form.version, "pihak": str(row.pk), "number": number}
    data = {**said, "sha256": sha256, "name": signer, "intent": words, "method": "link"}
    entry = link(row.permohonan, "guest.signed", GUEST, data, now)
    answer = PihakAnswer.objects.create(
        pihak=row,
        number=number,
        isi=row.draft,
        name=signer,
        intent=words,
        sha256=sha256,
        signed_at=now,
        seq=entry.seq,
    )
    row.state = pihak_machine.after(row.status, PihakEvent.SUBMIT).value
    row.outgoing = None
    row.save(update_fields=["state", "outgoing"])
    audit(None, "assessment.pihak_answered", row.permohonan, said | {"sha256": sha256}, now=now)
    publish(PihakAnswered(pihak_id=row.pk, number=number))
    return answer


def _signature(name: str, *, agreed: bool) -> str:
    signer = " ".join(name.split())
    wrong = {}
    if not signer or len(signer) > MAX_NAME:
        wrong["name"] = _("Tulis nama lengkap Anda sebagai tanda tangan.")
    if not agreed:
        wrong["agreed"] = _("Centang pernyataan ini bila benar.")
    if wrong:
        raise Invalid(
            _("Belum terkirim. Lengkapi tanda tangan di bawah; jawaban Anda tersimpan."),
            code="bad_signature",
            fields=wrong,
        )
    return signer


def _open(token: str, now: datetime) -> PihakKetiga:
    """The row of a working link, locked."""
    found = pihak.by_token(token, now)
    row = (
        PihakKetiga.objects.select_for_update(of=("self",))
        .select_related("permohonan__asesi", "permohonan__skema__standar")
        .filter(pk=found.pk, token_hash=found.token_hash)
        .first()
        if found
        else None
    )
    if row is None or not row.works(now):
        raise NotFound(_("Tautan ini tidak berlaku, atau tidak berlaku lagi."), code="dead_link")
    return row


def _answering(token: str, now: datetime) -> PihakKetiga:
    row = _open(token, now)
    if row.status not in {PihakState.OPENED, PihakState.RETURNED}:
        raise Conflict(
            _("Jawaban untuk tautan ini sudah dikirim, atau belum dimulai."), code="already_sent"
        )
    return row
