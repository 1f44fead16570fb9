"""Numbers that a certificate and a letter carry (formats of the BNSP practice, all per scheme)."""

from dataclasses import dataclass
from datetime import date

from ajj.kernel.dates import ROMAN_MONTHS


@dataclass(frozen=True)
class CertificateFormat:
    """What a scheme contributes to its numbers.

    ``kbli``: 5-digit business field; ``kbji``: 4-digit occupation; ``jenjang``: KKNI level 1-9;
    ``width``: digits of the running number (7 usual, 8 in construction); ``bidang``: field code of
    the registration number.
    """

    kbli: str
    kbji: str
    jenjang: int
    bidang: str
    width: int = 7


def certificate_number(form: CertificateFormat, running: int, year: int) -> str:
    """``62019 2513 2 0000418 2026``: KBLI KBJI JENJANG SEQ YEAR."""
    return f"{form.kbli} {form.kbji} {form.jenjang} {running:0{form.width}d} {year}"


def registration_number(form: CertificateFormat, licence: str, running: int, year: int) -> str:
    """``TIK.9801.00418 2026``: field code, the digits of the licence, running number, year."""
    return f"{form.bidang}.{licence}.{running:05d} {year}"


def letter_number(kind: str, running: int, lsp: str, day: date) -> str:
    """``ST/012/LSP-NKD/III/2026``: letter kind, running number, LSP, roman month, year."""
    return f"{kind}/{running:03d}/{lsp}/{ROMAN_MONTHS[day.month - 1]}/{day.year}"
