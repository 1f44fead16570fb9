"""What the asesi holds of a sealed session, and whether a receipt still fits the log."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import jwt
from django.conf import settings
from django.utils.translation import override

from ajj.documents.data import Receipt as Print
from ajj.documents.keyring import Keyring
from ajj.documents.registry import RECEIPT
from ajj.documents.render import qr_svg, render
from ajj.documents.services import letterhead
from ajj.kernel.chain import short_head
from ajj.kernel.clock import clock_text, wall_time
from ajj.kernel.dates import moment_text
from ajj.live.models import LogEntry, Session
from recordings.capsule.verify import SEAL_FIELDS
from recordings.models import Seal
from recordings.selectors import duration_ms, latest_seal

PAGE = "/verifikasi/sesi/"
MAX_TEXT = 2000
SHORTEST = 16
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Receipt:
    """The newest seal of a session as its asesi gets it. ``number`` counts the seals."""

    session: Session
    seal: Seal
    number: int

    @property
    def short(self) -> str:
        return short_head(self.seal.head)

    @property
    def url(self) -> str:
        """What the QR code carries: the page with the whole signed head."""
        return f"{settings.SITE_URL}{PAGE}?{urlencode({'s': self.seal.jws})}"

    @property
    def duration(self) -> str:
        return clock_text(duration_ms(self.session))


def receipt_of(session: Session) -> Receipt | None:
    """The receipt of a sealed session; None before the first seal."""
    seal = latest_seal(session)
    if seal is None:
        return None
    return Receipt(session, seal, session.seals.count())


def pdf_of(receipt: Receipt) -> bytes:
    """The receipt as PDF; the same bytes whenever it is asked for."""
    data = {"lsp": letterhead(settings.LSP), **_print(receipt)}
    return render(RECEIPT.code, RECEIPT.version, data, now=receipt.seal.sealed_at)


def filename_of(receipt: Receipt) -> str:
    """``tanda-terima-3fa9-12bc.pdf``."""
    return f"tanda-terima-{receipt.short[:9]}.pdf"


def _print(receipt: Receipt) -> Print:
    session, seal = receipt.session, receipt.seal
    jadwal = session.jadwal
    with override("id"):
        return Print(
            session=str(session.pk),
            asesi=jadwal.permohonan.asesi.name,
            skema=jadwal.permohonan.skema.judul,
            permohonan=jadwal.permohonan.nomor,
            kind=jadwal.get_kind_display(),
            when=moment_text(session.opened_at or jadwal.starts_at, settings.LSP.zone),
            duration=receipt.duration,
            sealed=moment_text(seal.sealed_at, settings.LSP.zone),
            number=receipt.number,
            seq=seal.seq,
            head=seal.head,
            short=receipt.short,
            kid=seal.kid,
            page=f"{settings.SITE_URL}{PAGE}".split("//")[-1],
            qr=qr_svg(receipt.url),
        )


@dataclass(frozen=True)
class Verdict:
    """``key``: ``cocok`` (the log holds it), ``berbeda`` (another entry stands there), ``palsu``
    (not signed by this LSP), ``tidak_dikenal`` (nothing such was sealed here).
    """

    key: str
    session: UUID | None = None
    seq: int = 0
    head: str = ""
    sealed_at: datetime | None = None
    later: int = 0
    newest: Seal | None = None

    @property
    def short(self) -> str:
        return short_head(self.head) if self.head else ""


def verdict_of(text: str, *, keys: Keyring) -> Verdict:
    """Whether the head that somebody holds is still in the log of its session.

    ``text`` is what the QR code carries, the signed text in it, a head or its short form.
    """
    bare = text.strip()[:MAX_TEXT].rsplit("s=", 1)[-1]
    if bare.count(".") == 2:
        return _of_signed(bare, keys)
    digits = re.sub(r"[\s-]", "", bare).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST},64}}", digits):
        return Verdict("tidak_dikenal")
    seal = Seal.objects.filter(head__startswith=digits).first()
    if seal is None:
        return Verdict("tidak_dikenal")
    return _standing(seal.session_id, seal.seq, seal.head, seal.sealed_at)


def _of_signed(jws: str, keys: Keyring) -> Verdict:
    try:
        signed: dict[str, Any] = keys.verify(jws)
    except jwt.InvalidTokenError:
        return Verdict("palsu")
    if set(signed) != SEAL_FIELDS:
        return Verdict("palsu")
    sealed_at = wall_time(EPOCH, int(signed["sealed_at"]))
    return _standing(UUID(signed["session"]), signed["seq"], signed["head"], sealed_at)


def _standing(session_id: UUID, seq: int, head: str, sealed_at: datetime) -> Verdict:
    entry = LogEntry.objects.filter(session_id=session_id, seq=seq).first()
    holds = entry is not None and entry.hash == head
    return Verdict(
        "cocok" if holds else "berbeda",
        session=session_id,
        seq=seq,
        head=head,
        sealed_at=sealed_at,
        later=LogEntry.objects.filter(session_id=session_id, seq__gt=seq + 1).count(),
        newest=Seal.objects.filter(session_id=session_id).order_by("-seq").first(),
    )
