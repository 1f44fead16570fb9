"""Validity, numbers and who may see a certificate. Pure but for the people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from ajj.certificates.models import Sertifikat
from ajj.certificates.states import CertificateState
from ajj.kernel.numbering import CertificateFormat
from ajj.people.models import Role, User
from ajj.skema.models import Skema

OVERSEERS = (Role.ADMIN, Role.MANAJER, Role.DIREKTUR)
WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
WORDS_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def last_day(issued: date, years: int) -> date:
    """The last valid day: ``years`` later less one day (29 February counts to the 28th)."""
    try:
        anniversary = issued.replace(year=issued.year + years)
    except ValueError:
        anniversary = issued.replace(year=issued.year + years, month=3, day=1)
    return anniversary - timedelta(days=1)


def number_format(skema: Skema, defaults: dict[str, Any]) -> tuple[CertificateFormat, list[str]]:
    """What the scheme's certificates are numbered with, and which parts are only defaults."""
    own = {
        "kbli": skema.kbli,
        "kbji": skema.kbji,
        "jenjang": skema.jenjang,
        "bidang": skema.kode_bidang,
    }
    missing = [name for name, value in own.items() if not value]
    flagged = {"kode_bidang": "bidang"}
    examples = [flagged.get(name, name) for name in skema.contoh]
    used = {name: value or defaults[name] for name, value in own.items()}
    form = CertificateFormat(
        kbli=str(used["kbli"]),
        kbji=str(used["kbji"]),
        jenjang=int(used["jenjang"]),
        bidang=str(used["bidang"]),
        width=int(defaults["width"]),
    )
    return form, sorted({*missing, *(name for name in examples if name in own)})


@dataclass(frozen=True)
class Verdict:
    """What a stranger is told. ``valid`` is the one bit that matters."""

    key: str
    valid: bool


BERLAKU = Verdict("berlaku", valid=True)
DIBEKUKAN = Verdict("dibekukan", valid=False)
DICABUT = Verdict("dicabut", valid=False)
KEDALUWARSA = Verdict("kedaluwarsa", valid=False)
TIDAK_DIKENAL = Verdict("tidak_dikenal", valid=False)


def verdict(certificate: Sertifikat | None, today: date) -> Verdict:
    """How a certificate stands on ``today``; a draft is as unknown as nothing.

    The end of its validity counts from the day itself, whether or not the job has noted it.
    """
    if certificate is None or certificate.state == CertificateState.DRAFT.value:
        return TIDAK_DIKENAL
    if certificate.state == CertificateState.WITHDRAWN.value:
        return DICABUT
    if certificate.state == CertificateState.EXPIRED.value or today > certificate.valid_until:
        return KEDALUWARSA
    return DIBEKUKAN if certificate.state == CertificateState.SUSPENDED.value else BERLAKU


def normal_number(text: str) -> str:
    """A number as typed, with single spaces: people copy it with any white space."""
    return " ".join(text.split())


def visible(user: User) -> Q:
    """Which certificates ``user`` may open: the own ones, all of them for overseers."""
    return Q() if user.has_role(*OVERSEERS) else Q(holder=user)
