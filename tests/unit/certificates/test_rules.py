from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.certificates import rules
from ajj.certificates.models import Sertifikat
from ajj.certificates.states import CertificateState
from ajj.kernel.numbering import certificate_number, registration_number
from ajj.skema.models import Skema

DEFAULTS = {"kbli": "00000", "kbji": "0000", "jenjang": 1, "bidang": "LSP", "width": 7}
DAY = date(2026, 11, 24)


def skema(**fields) -> Skema:
    return Skema(**{"kbli": "62019", "kbji": "2513", "jenjang": 2, "kode_bidang": "TIK", **fields})


def test_numbers_are_put_together_as_the_domain_says():
    form, examples = rules.number_format(skema(), DEFAULTS)
    assert examples == []
    assert certificate_number(form, 418, 2026) == "62019 2513 2 0000418 2026"
    assert registration_number(form, "9801", 418, 2026) == "TIK.9801.00418 2026"


def test_parts_a_scheme_lacks_come_from_defaults_and_are_named():
    form, examples = rules.number_format(
        skema(kbji="", kode_bidang="", contoh=["kbli"]), {**DEFAULTS, "width": 8}
    )
    assert certificate_number(form, 7, 2026) == "62019 0000 2 00000007 2026"
    assert examples == ["bidang", "kbji", "kbli"]


@pytest.mark.parametrize(
    ("issued", "years", "last"),
    [
        (date(2026, 3, 16), 3, date(2029, 3, 15)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2026, 1, 1), 5, date(2030, 12, 31)),
    ],
)
def test_the_last_day_is_the_day_before_the_anniversary(issued, years, last):
    assert rules.last_day(issued, years) == last


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 10))
def test_validity_is_whole_years_less_a_day(issued, years):
    days = (rules.last_day(issued, years) - issued).days + 1
    assert 365 * years <= days <= 365 * years + years // 4 + 1


@pytest.mark.parametrize(
    ("state", "left", "key"),
    [
        (CertificateState.ISSUED, 10, "berlaku"),
        (CertificateState.ISSUED, 0, "berlaku"),
        (CertificateState.ISSUED, -1, "kedaluwarsa"),
        (CertificateState.SUSPENDED, 10, "dibekukan"),
        (CertificateState.SUSPENDED, -1, "kedaluwarsa"),
        (CertificateState.WITHDRAWN, 10, "dicabut"),
        (CertificateState.WITHDRAWN, -1, "dicabut"),
        (CertificateState.EXPIRED, -1, "kedaluwarsa"),
        (CertificateState.DRAFT, 10, "tidak_dikenal"),
    ],
)
def test_the_verdict_of_a_day(state, left, key):
    certificate = Sertifikat(state=state.value, valid_until=DAY + timedelta(days=left))
    found = rules.verdict(certificate, DAY)
    assert found.key == key
    assert found.valid == (key == "berlaku")


def test_nothing_is_unknown():
    assert rules.verdict(None, DAY) is rules.TIDAK_DIKENAL
