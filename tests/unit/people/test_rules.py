"""NIK, phones, tokens and files as they come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.people import rules
from ajj.people.documents import sniff
from tests.factories.people import PDF, PNG


@pytest.mark.parametrize("text", ["3273014507000004", "5108062209980003"])
def test_a_nik_has_16_digits_with_a_birth_date(text):
    assert rules.is_nik(text)


@pytest.mark.parametrize("text", ["", "327301450700000", "3273013113000004", "327301450700000a"])
def test_other_numbers_are_no_nik(text):
    assert not rules.is_nik(text)


@given(st.text())
def test_wild_text_never_breaks_the_checks(text):
    rules.is_nik(text)
    rules.is_phone(text)


def test_phones_are_read_as_people_write_them():
    assert rules.is_phone("0812 3456-7890")
    assert rules.is_phone("+62 (812) 345.678")
    assert not rules.is_phone("0812")
    assert rules.normal_phone("+62 812-345") == "+62812345"


def test_equal_numbers_meet_under_the_key_and_are_not_readable():
    one, other = rules.nik_lookup("3273014507000004"), rules.nik_lookup("5108062209980003")
    assert one == rules.nik_lookup("3273014507000004")
    assert one != other
    assert "3273" not in one


def test_lists_show_only_the_ends_of_a_nik():
    assert rules.masked_nik("3273014507000004") == "3273••••••••0004"


def test_met_counts_only_within_its_term():
    day = date(2026, 11, 23)
    assert rules.met_valid_on("MET.000.001234.2024", None, day)
    assert rules.met_valid_on("MET.000.001234.2024", day, day)
    assert not rules.met_valid_on("MET.000.001234.2024", date(2026, 11, 22), day)
    assert not rules.met_valid_on("", None, day)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PNG, "image/png"),
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40, "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90\x00" + b"\x00" * 60, None),
        (b"<html><script>1</script>", None),
        (b"teks %PDF-1.7", None),
        (b"", None),
    ],
)
def test_the_content_says_what_a_file_is(content, mime):
    assert sniff(content) == mime


@given(st.binary(max_size=400))
def test_wild_bytes_never_break_the_sniffer(content):
    assert sniff(content) in {None, "image/png", "image/jpeg", "application/pdf"}
