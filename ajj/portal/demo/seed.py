"""The whole demo LSP. Each step is skipped when it was done before."""

import os
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from ajj.applications.models import Permohonan
from ajj.committee.models import Tim
from ajj.committee.services import appoint
from ajj.people import services as people
from ajj.people.models import Role, User
from ajj.portal.demo import cast, stages
from ajj.portal.demo.stages import Office
from ajj.scheduling.models import Jadwal
from ajj.skema.models import Skema
from ajj.skema.services import approve_ajj, load_files, load_muk

DAY = timedelta(days=1)
Say = Callable[[str], None]
LETTERS = {
    "operator-komputer-madya": ("B.0418/BNSP/III", 3, 12),
    "junior-web-programmer": ("B.0533/BNSP/IV", 4, 14),
}


def demo_password() -> str:
    """The one password of all demo accounts: ``DEMO_PASSWORD``, else made once per installation."""
    given = os.environ.get("DEMO_PASSWORD")
    if given:
        return given
    path = settings.DATA_DIR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}-{secrets.token_hex(2)}")
    return str(path.read_text().strip())


def account(email: str) -> User:
    """The demo account with this address or this first part of it."""
    return User.objects.get(email=email if "@" in email else f"{email}@{cast.DOMAIN}")


def office_of(asesor: str = "asesor") -> Office:
    """The admin and the asesor who act on the demo's applications."""
    return Office(admin=account("admin"), asesor=account(asesor))


def seed(*, now: datetime, say: Say) -> None:
    """Schemes, accounts, and asesi at every stage before their session."""
    say("Memuat skema")
    load_files(actor=None, now=now - 200 * DAY)
    for key, (letter, month, day) in LETTERS.items():
        approve_ajj(
            Skema.objects.get(kunci=key),
            nomor_surat=f"{letter}/{now.year - 1}",
            tanggal=date(now.year - 1, month, day),
            berlaku_sampai=date(now.year + 2, month, day - 1),
            actor=None,
            now=now - 190 * DAY,
            contoh=True,
        )
    say("Membuat akun")
    _accounts(now - 180 * DAY)
    say("Memuat materi uji kompetensi")
    for skema in Skema.objects.all():
        load_muk(
            skema,
            penyusun=account("asesor"),
            validator=account("asesor2"),
            now=now - 150 * DAY,
        )
    if not Tim.objects.exists():
        appoint(
            ketua=account("komite1"),
            anggota=[account("komite2"), account("komite3")],
            actor=account("manajer"),
            now=now - 170 * DAY,
        )
    say("Mengisi permohonan")
    _applications(now)


def _accounts(at: datetime) -> None:
    password = demo_password()
    for officer in cast.OFFICERS:
        if not User.objects.filter(email=officer.email).exists():
            people.create_user(
                email=officer.email,
                name=officer.name,
                password=password,
                roles=[Role(officer.role)],
                actor=None,
                now=at,
                phone=officer.phone,
                met=officer.met,
                met_until=date(at.year + 3, 12, 31) if officer.met else None,
                is_demo=True,
            )
    for asesi in cast.ASESI:
        if not User.objects.filter(email=asesi.email).exists():
            people.create_user(
                email=asesi.email,
                name=asesi.name,
                password=password,
                roles=[Role.ASESI],
                actor=None,
                now=at,
                phone=asesi.phone,
                zone=asesi.zone,
                is_demo=True,
            )


def at_clock(day: datetime, hour: int, minute: int = 0) -> datetime:
    """That day's moment on the LSP's wall clock."""
    local = day.astimezone(ZoneInfo(settings.LSP.zone))
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _applications(now: datetime) -> None:
    operator = Skema.objects.get(kunci="operator-komputer-madya")
    web = Skema.objects.get(kunci="junior-web-programmer")
    office, second = office_of(), office_of("asesor2")

    def fresh(who: cast.Asesi) -> bool:
        return not Permohonan.objects.filter(asesi__email=who.email).exists()

    if fresh(cast.RISKA):
        stages.fill(cast.RISKA, account("riska"), web, at=now - 1 * DAY)
    if fresh(cast.PUTU):
        stages.hand_in(cast.PUTU, account("putu"), web, at=now - 2 * DAY)
    if fresh(cast.YULIANA):
        stages.take_in(cast.YULIANA, account("yuliana"), operator, second, at=now - 4 * DAY)
    if fresh(cast.MARIA):
        mine = stages.ready(cast.MARIA, account("asesi"), operator, office, at=now - 9 * DAY)
        for kind, days, hour, minutes in (
            (Jadwal.Kind.PRA_ASESMEN, 1, 9, 45),
            (Jadwal.Kind.ASESMEN, 3, 9, 120),
        ):
            stages.meet(
                mine,
                office,
                kind=kind,
                starts_at=at_clock(now + days * DAY, hour),
                minutes=minutes,
                now=now - 6 * DAY,
            )
