"""Commands of FR.IA.08: the asesor judges each piece, confirms what follows, and recommends.

Every word is an entry of the verification's own log, stored at once and never changed: a later one
counts. Nothing is taken any more once FR.IA.08 is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers, vatm
from ajj.assessment import portfolio as reading
from ajj.assessment.models import PortfolioEntry, PortfolioReview
from ajj.assessment.portfolio import CHECKED
from ajj.assessment.vatm import Kind
from ajj.audit.services import record as audit
from ajj.documents.registry import labelled
from ajj.kernel.chain import entry_hash
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import User

MOST_CHARS = 4000
ADVICE = ("kompeten", "observasi", "terstruktur")
WHERE = ("kelompok", "unit", "elemen", "kuk")


def is_closed(permohonan: Permohonan, slot: str = CHECKED) -> bool:
    """Whether the form that fills ``slot`` is signed, so that nothing on it changes any more."""
    labels = [label for label in permohonan.forms if labelled(label).slot == slot]
    return any(papers.issued_as(permohonan, label) for label in labels)


@transaction.atomic
def judge(
    permohonan: Permohonan, key: str, rules: Mapping[str, str], *, actor: User, now: datetime
) -> None:
    """Ya or Tidak for some ``rules`` of one piece; what stands already is not written again.

    Raises ``Forbidden`` (``not_your_file``), ``Conflict`` (``form_issued``), ``NotFound``
    (``unknown_evidence``), ``Invalid`` (``bad_judgement``).
    """
    log = _Log(permohonan, actor, now)
    piece = log.piece(key)
    if not rules or not set(rules) <= set(vatm.RULES) or not set(rules.values()) <= vatm.ANSWERS:
        raise Invalid(_("Pilih Ya atau Tidak."), code="bad_judgement")
    for rule, value in rules.items():
        said = piece.answers.get(rule)
        if said is None or said.value != value:
            log.about(piece, Kind.JUDGED, {"rule": rule, "value": value})


@transaction.atomic
def note(permohonan: Permohonan, key: str, text: str, *, actor: User, now: datetime) -> None:
    """The asesor's words on one piece; raises as ``judge``."""
    log = _Log(permohonan, actor, now)
    piece, said = log.piece(key), _words(text)
    if said != (piece.note.value if piece.note else ""):
        log.about(piece, Kind.NOTED, {"note": said})


@transaction.atomic
def shows(
    permohonan: Permohonan, key: str, elemen: frozenset[int], *, actor: User, now: datetime
) -> None:
    """Which elemen a piece shows, where the asesi named others or none; raises as ``judge``."""
    log = _Log(permohonan, actor, now)
    piece = log.piece(key)
    if not elemen <= {part.id for part in log.folder.parts}:
        raise Invalid(_("Elemen ini bukan bagian dari skema."), code="unknown_elemen")
    if not piece.shown_by or elemen != piece.shows:
        log.about(piece, Kind.SHOWS, {"elemen": sorted(elemen)})


@dataclass(frozen=True)
class Confirmed:
    """A row of the follow-up as the asesor left it; ``elemen`` of a row that was proposed."""

    elemen: int
    materi: str


@transaction.atomic
def follow_up(permohonan: Permohonan, rows: list[Confirmed], *, actor: User, now: datetime) -> None:
    """Confirm what is clarified in the interview, out of what the judgements propose.

    Raises as ``judge``; ``Invalid`` (``not_proposed``) for an elemen that is not proposed any more.
    """
    log = _Log(permohonan, actor, now)
    proposed = {row.part.id: row for row in vatm.follow_ups(log.folder.reached)}
    chosen = {row.elemen: _words(row.materi) for row in rows}
    if not set(chosen) <= set(proposed):
        message = _("Penilaian bukti sudah berubah. Baca usulan tindak lanjut lagi.")
        raise Invalid(message, code="not_proposed")
    kept = [
        {
            "elemen": row.part.id,
            "kuk": [kuk.id for kuk in row.kuk],
            "bukti": list(row.bukti),
            "materi": chosen[row.part.id] or row.materi,
        }
        for row in proposed.values()
        if row.part.id in chosen
    ]
    basis = [[row.part.id, [kuk.id for kuk in row.kuk], list(row.bukti)]
             for row in proposed.values()]  # fmt: skip
    held = log.folder.review.followed
    data = {"rows": kept, "proposed": basis}
    if held is None or held.data != data:
        log.append(Kind.FOLLOWED, data)


@transaction.atomic
def advise(
    permohonan: Permohonan,
    value: str,
    where: Mapping[str, str],
    extra: str,
    *,
    actor: User,
    now: datetime,
) -> None:
    """The asesor's own recommendation R, where it is not met, and what evidence is still needed.

    Raises as ``judge``; ``Invalid`` (``unjudged``, ``bad_advice``, ``unnamed``).
    """
    log = _Log(permohonan, actor, now)
    said, more = log.folder.review, _words(extra)
    if more != (said.extra.value if said.extra else ""):
        log.append(Kind.EXTRA, {"text": more})
    if not value:
        return
    if value not in ADVICE:
        raise Invalid(_("Pilih satu rekomendasi."), code="bad_advice", fields={"value": ""})
    if log.folder.unjudged:
        message = _("Nilai dahulu semua bukti: %(count)d Ya atau Tidak belum dipilih.")
        raise Invalid(message % {"count": log.folder.unjudged}, code="unjudged")
    named = {name: _words(where.get(name, "")) for name in WHERE}
    if value == "kompeten":
        named = {}
    elif not any(named.values()):
        raise Invalid(_("Tulis pada unit, elemen atau KUK mana."), code="unnamed")
    data = {"value": value, **named}
    if said.advised is None or said.advised.data != data:
        log.append(Kind.ADVISED, data)


def _words(text: str) -> str:
    said = text.strip().replace("\r\n", "\n")
    if len(said) > MOST_CHARS:
        message = _("Paling banyak %(most)d huruf.") % {"most": MOST_CHARS}
        raise Invalid(message, code="too_long")
    return said


def hold(permohonan: Permohonan) -> PortfolioReview:
    """Lock the row of this portfolio: one command after the other."""
    row, _new = PortfolioReview.objects.get_or_create(permohonan=permohonan)
    return PortfolioReview.objects.select_for_update().get(pk=row.pk)


class _Log:
    """Appends to the log of one portfolio, whose row is locked."""

    def __init__(self, permohonan: Permohonan, actor: User, now: datetime) -> None:
        if papers.reader_of(actor, permohonan) != "asesor":
            raise Forbidden(_("Portofolio dinilai oleh asesornya."), code="not_your_file")
        self.row = hold(permohonan)
        self.actor, self.now = actor, now
        if is_closed(permohonan):
            message = _("FR.IA.08 sudah ditandatangani dan tidak dapat diubah.")
            raise Conflict(message, code="form_issued")
        self.folder = reading.folder(permohonan)

    def piece(self, key: str) -> reading.Held:
        found = self.folder.piece(key)
        if found is None:
            raise NotFound(_("Bukti ini tidak ditemukan."), code="unknown_evidence")
        return found

    def about(self, piece: reading.Held, kind: Kind, data: dict[str, Any]) -> None:
        """An entry on one piece, with the SHA-256 of what was looked at."""
        self.append(kind, {"bukti": piece.given.key, "sha256": piece.given.sha256, **data})

    def append(self, kind: Kind, data: dict[str, Any]) -> None:
        row, seq, at_ms = self.row, self.row.head_seq + 1, epoch_ms(self.now)
        linked = {
            "session": f"portofolio:{self.row.permohonan_id}",
            "seq": seq,
            "at_ms": at_ms,
            "kind": kind.value,
            "actor": str(self.actor.pk),
            "data": data,
        }
        entry = PortfolioEntry.objects.create(
            review=row,
            seq=seq,
            kind=kind.value,
            actor=self.actor,
            data=data,
            at_ms=at_ms,
            hash=entry_hash(row.head_hash, linked),
        )
        row.head_seq, row.head_hash = seq, entry.hash
        row.save(update_fields=["head_seq", "head_hash"])
        audit(self.actor, f"assessment.portfolio_{kind.value}", row, now=self.now)
