"""What FR.APL.01 takes as complete."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.applications import apl01
from tests.factories.applications import FILLED

TODAY = date(2026, 11, 23)


def test_a_full_form_has_no_problems():
    assert apl01.problems(FILLED, TODAY) == {}
    assert apl01.done_count(FILLED, TODAY) == (12, 12)


def test_an_empty_form_names_each_required_field_and_no_other():
    wrong = apl01.problems({}, TODAY)
    assert set(wrong) == {field.key for field in apl01.FIELDS if field.required}
    assert wrong["nik"] == "NIK wajib diisi."


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nik", "123"),
        ("nik", "32730145070000xx"),
        ("nik", "3273019907000004"),
        ("birth_date", "2026-13-40"),
        ("birth_date", "2030-01-01"),
        ("birth_date", "2015-01-01"),
        ("birth_date", "1850-01-01"),
        ("gender", "X"),
        ("postal_code", "12"),
        ("phone", "telepon"),
        ("email", "bukan surel"),
        ("education", "S4"),
        ("office_email", "@"),
    ],
)
def test_a_wrong_value_is_named_in_its_field(key, value):
    assert set(apl01.problems({**FILLED, key: value}, TODAY)) == {key}


@given(st.dictionaries(st.sampled_from(sorted(apl01.KEYS)), st.text(max_size=300)))
def test_wild_input_is_kept_within_limits_and_never_breaks(values):
    kept = apl01.tidy(values)
    limits = {field.key: field.limit for field in apl01.FIELDS}
    assert all(len(text) <= limits[key] for key, text in kept.items())
    apl01.problems(kept, TODAY)


def test_unknown_fields_are_dropped():
    assert apl01.tidy({"is_staff": "1", "name": " Ani "}) == {"name": "Ani"}
