"""Appointing a tim teknis (S1-4.1)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record as audit
from ajj.committee import rules
from ajj.committee.models import Jabatan, Tim, TimAnggota
from ajj.documents.services import next_number
from ajj.kernel.errors import Forbidden
from ajj.kernel.numbering import letter_number
from ajj.people.models import User


@transaction.atomic
def appoint(
    *, ketua: User, anggota: Sequence[User], actor: User, now: datetime, sk_nomor: str = ""
) -> Tim:
    """Appoint a tim by SK; without ``sk_nomor`` the next number of the year is taken.

    Raises ``Forbidden`` for anybody but admin, manajer or direktur, and ``Invalid`` for a tim that
    is not odd, three or more, all different and all komite.
    """
    if not actor.has_role(*rules.OVERSEERS):
        raise Forbidden(_("Hanya admin, manajer, atau direktur yang menetapkan tim teknis."))
    members = [(ketua, Jabatan.KETUA.value)] + [(user, Jabatan.ANGGOTA.value) for user in anggota]
    rules.check_composition(members)
    day = now.astimezone(ZoneInfo(settings.LSP.zone)).date()
    tim = Tim.objects.create(
        sk_nomor=sk_nomor or _tim_number(now),
        tanggal=day,
        created_by=actor,
        created_at=now,
    )
    TimAnggota.objects.bulk_create(
        [TimAnggota(tim=tim, user=user, jabatan=jabatan) for user, jabatan in members]
    )
    audit(actor, "committee.appoint", tim, {"sk": tim.sk_nomor}, now=now)
    return tim


def _tim_number(now: datetime) -> str:
    day = now.astimezone(ZoneInfo(settings.LSP.zone)).date()
    running = next_number("surat:SK-TT", day.year)
    return letter_number("SK-TT", running, settings.LSP.short_name, day)
