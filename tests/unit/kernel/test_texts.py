"""Numbers, dates and money as the forms print them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.clock import clock_text, epoch_ms, session_ms, wall_time
from ajj.kernel.dates import long_date_text, moment_text, time_text
from ajj.kernel.money import rupiah
from ajj.kernel.numbering import (
    CertificateFormat,
    certificate_number,
    letter_number,
    registration_number,
)

T0 = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
FORMAT = CertificateFormat(kbli="62019", kbji="2513", jenjang=2, bidang="TIK")


def test_numbers_of_a_certificate() -> None:
    assert certificate_number(FORMAT, 418, 2026) == "62019 2513 2 0000418 2026"
    assert registration_number(FORMAT, "9801", 418, 2026) == "TIK.9801.00418 2026"
    assert letter_number("ST", 12, "LSP-NKD", date(2026, 3, 16)) == "ST/012/LSP-NKD/III/2026"


def test_construction_numbers_are_eight_wide() -> None:
    wide = CertificateFormat(kbli="41011", kbji="3123", jenjang=4, bidang="F", width=8)
    assert certificate_number(wide, 7, 2026) == "41011 3123 4 00000007 2026"


def test_dates_in_letters() -> None:
    assert long_date_text(date(2025, 7, 23)) == "Rabu, 23 Juli 2025"
    assert time_text(T0, "Asia/Makassar") == "10.30 WITA"
    assert moment_text(T0, "Asia/Jakarta") == "Selasa, 24 November 2026, 09.30 WIB"


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "Rp 0"), (3200000, "Rp 3.200.000"), (-1500, "-Rp 1.500")]
)
def test_rupiah(amount: int, text: str) -> None:
    assert rupiah(amount) == text


@given(st.integers(0, 10**9))
def test_session_clock_goes_there_and_back(at_ms: int) -> None:
    assert session_ms(T0, wall_time(T0, at_ms)) == at_ms
    assert epoch_ms(wall_time(T0, at_ms)) == epoch_ms(T0) + at_ms


def test_the_clock_never_runs_before_the_opening() -> None:
    assert session_ms(T0, T0 - timedelta(seconds=5)) == 0
    assert clock_text(4334000) == "01.12.14"
