"""Letters of FR.IA.10: the link to a third party, and to the asesor that an answer has come."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.assessment import pihak
from ajj.assessment.models import PihakKetiga
from ajj.assessment.services.pihak import forget_token
from ajj.assessment.states import ANSWERABLE
from ajj.assessment.values.schedule import named_asesor
from ajj.kernel.dates import moment_text
from ajj.notifications import letters
from ajj.notifications.letters import GuestLetters, Letter
from ajj.notifications.models import Delivery
from ajj.notifications.services import owe, owe_guest
from ajj.people.models import User

LINK, ANSWER = "pihak", "pihak-jawab"


def register() -> None:
    """Called once when Django starts."""
    letters.register_guest(LINK, GuestLetters(_link, _settle))
    letters.register(ANSWER, _answer)


def owe_link(pihak_id: UUID, link_no: int, *, now: datetime) -> list[Delivery]:
    """The third party gets this link by e-mail, where an address is known."""
    row = PihakKetiga.objects.get(pk=pihak_id)
    if not row.email:
        return []
    return owe_guest(f"{LINK}:{pihak_id}:{link_no}", row.name, row.email, now=now)


def owe_answer(pihak_id: UUID, number: int, *, now: datetime) -> list[Delivery]:
    """The asesor, and whoever else invited, hear that an answer waits."""
    row = pihak.people().get(pk=pihak_id)
    readers = {each for each in (row.invited_by, named_asesor(row.permohonan)) if each}
    return owe(f"{ANSWER}:{pihak_id}:{number}", readers, now=now)


def _link(key: str, version: str) -> Letter | None:
    row = pihak.people().filter(pk=key, link_no=int(version)).first()
    if row is None or not row.outgoing or row.status not in ANSWERABLE:
        return None
    asesi, last = row.permohonan.asesi.name, row.last
    facts = [
        (_("Asesi"), asesi),
        (_("Skema"), row.permohonan.skema.judul),
        (_("Berlaku sampai"), moment_text(row.expires_at, settings.LSP.zone)),
    ]
    subject = _("Mohon keterangan Anda tentang pekerjaan %(asesi)s")
    line = _("LSP sedang menilai kompetensi asesi di bawah ini dan meminta keterangan Anda.")
    if last is not None and last.question:
        subject = _("Satu pertanyaan lagi tentang pekerjaan %(asesi)s")
        line = _("Terima kasih atas jawaban Anda. Asesor ingin mengetahui satu hal lagi.")
        facts.append((_("Pertanyaan asesor"), last.question))
    return Letter(
        subject=subject % {"asesi": asesi},
        lines=(
            line,
            _("Tautan ini hanya untuk Anda: tanpa akun, sekitar 5 menit, di ponsel pun bisa."),
        ),
        facts=tuple(facts),
        action=_("Buka halaman saya"),
        url=pihak.url_of(row.outgoing),
    )


def _settle(key: str, version: str) -> None:
    forget_token(UUID(key), int(version))


def _answer(key: str, version: str, user: User) -> Letter | None:
    row = pihak.people().filter(pk=key).first()
    last = row.last if row else None
    if row is None or last is None or last.number != int(version) or last.verdict:
        return None
    return Letter(
        subject=_("Jawaban pihak ketiga menunggu Anda (%(nomor)s)")
        % {"nomor": row.permohonan.nomor},
        lines=(_("Baca jawabannya, lalu terima atau tanyakan lagi."),),
        facts=(
            (_("Asesi"), row.permohonan.asesi.name),
            (_("Pihak ketiga"), f"{last.name}, {moment_text(last.signed_at, user.zone)}"),
        ),
        action=_("Buka jawaban"),
        url=f"{settings.SITE_URL}/permohonan/{row.permohonan.nomor}/pihak-ketiga/",
        reader=user,
    )
