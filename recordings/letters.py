"""The letter that brings an asesi the receipt of a sealed session."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.kernel.dates import moment_text
from ajj.live.models import Session
from ajj.live.selectors import sessions
from ajj.notifications.letters import Letter
from ajj.people.models import User
from recordings.receipt import filename_of, pdf_of, receipt_of

KIND = "segel"


def receipt_letter(key: str, version: str, user: User) -> Letter | None:
    """For the event ``segel:SESSION:SEQ``; None when a newer seal has overtaken it."""
    session: Session | None = sessions().filter(pk=UUID(key)).first()
    receipt = receipt_of(session) if session is not None else None
    if session is None or receipt is None or str(receipt.seal.seq) != version:
        return None
    jadwal = session.jadwal
    when = moment_text(jadwal.starts_at, user.zone)
    lines = [
        _("Rekaman dan catatan sesi Anda telah lengkap dan disegel. Tanda terimanya terlampir."),
        _("Simpan surel ini: dengan sidiknya siapa pun dapat memeriksa apakah ada yang diubah."),
    ]
    if receipt.number > 1:
        lines.append(_("Sesudah segel sebelumnya log bertambah; tanda terima lama tetap berlaku."))
    return Letter(
        subject=_("Tanda terima rekaman sesi %(when)s") % {"when": when},
        lines=tuple(lines),
        facts=(
            (_("Skema"), jadwal.permohonan.skema.judul),
            (_("Sesi"), f"{jadwal.get_kind_display()}, {when}"),
            (_("Sidik kepala"), receipt.short),
            (_("Sidik lengkap"), receipt.seal.head),
            (_("Catatan"), f"1–{receipt.seal.seq}"),
        ),
        action=_("Buka tanda terima"),
        url=f"{settings.SITE_URL}/sesi/{session.pk}/tanda-terima/",
        attachment=pdf_of(receipt),
        attachment_name=filename_of(receipt),
        reader=user,
    )
