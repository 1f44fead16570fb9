"""What templates print: the zone is always said, numbers read as in Indonesian."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ajj.portal.templatetags import ui

MOMENT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def draw(source: str, zone: str = "Asia/Makassar", **more: object) -> str:
    template = Template("{% load ui %}" + source)
    return template.render(Context({"m": MOMENT, "l": LATER, "reader_zone": zone, **more}))


def test_times_are_read_in_the_reader_s_zone_and_name_it() -> None:
    assert draw("{% clock m %}") == "10.30 WITA"
    assert draw("{% clock m 'Asia/Jakarta' %}") == "09.30 WIB"
    assert draw("{% clock m seconds=True %}") == "10.30.00 WITA"
    assert draw("{% span m l %}") == "10.30–12.30 WITA"
    assert "Senin, 23 November 2026, 10.30 WITA" in draw("{% datetime m %}")


def test_a_day_is_the_reader_s_day() -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert draw("{% day late %}", late=late) == "Selasa, 24 November 2026"
    assert draw("{% day late %}", "Asia/Jakarta", late=late) == "Senin, 23 November 2026"
    assert draw("{% day d style='plain' %}", d=date(2026, 3, 4)) == "4 Maret 2026"
    assert draw("{% day late style='short' %}", late=late) == "24 Nov"


def test_english_readers_get_english_words_and_the_same_clock() -> None:
    with override("en"):
        assert draw("{% day m %}") == "Monday, 23 November 2026"
        assert draw("{% clock m %}") == "10.30 WITA"
        assert ui.size(8_200_000) == "8.2 MB"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Melati Ayu Prameswari", "MP"),
        ("Ir. Handaru Pranata, M.Kom.", "HP"),
        ("Sukarno", "S"),
        ("", ""),
    ],
)
def test_initials_leave_titles_out(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (8_200_000, "8,2 MB")]
)
def test_sizes(amount: int, text: str) -> None:
    assert ui.size(amount) == text


@given(st.integers(min_value=0, max_value=10**18))
def test_a_size_never_needs_a_thousand_of_its_unit(amount: int) -> None:
    number, unit = ui.size(amount).split(" ")
    assert float(number.replace(",", ".")) <= 1000 or unit == "TB"


def test_an_unknown_price_is_a_dash_and_free_is_zero() -> None:
    assert ui.rupiah(None) == "–"
    assert ui.rupiah(0) == "Rp 0"
    assert ui.rupiah(3_200_000) == "Rp 3.200.000"


def test_an_icon_is_silent_unless_it_says_something() -> None:
    assert 'aria-hidden="true"' in draw("{% icon 'camera' %}")
    assert 'role="img" aria-label="Kamera"' in draw("{% icon 'camera' label='Kamera' %}")
    assert "#camera" in draw("{% icon 'camera' %}")


def test_text_in_an_icon_s_label_cannot_break_out() -> None:
    assert "<script" not in draw("{% icon 'x' label=evil %}", evil='"><script>')
