"""What makes an item whole, for items of any shape."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.skema.butir import CHOSEN, LETTERS, Item, faults, tidy
from ajj.skema.rules import DIMENSI

UNITS = {"U.1": ("1.1", "1.2", "1.10"), "U.2": ("1.1",)}
KINDS = [CHOSEN, "esai", "lisan", "pendukung_observasi"]
words = st.text(alphabet=string.printable + "éü“”\u00a0\x0b", max_size=30)
items = st.builds(
    Item,
    unit=st.sampled_from(["U.1", "U.2", "U.9", "", " U.1 "]),
    kuk=st.lists(st.sampled_from(["1.1", "1.2", "1.10", "9.9"]), max_size=4).map(tuple),
    dimensi=st.lists(st.sampled_from([*DIMENSI, "xx"]), max_size=4).map(tuple),
    pertanyaan=words,
    pilihan=st.lists(words, max_size=7).map(tuple),
    kunci=st.one_of(words, st.sampled_from(["A", "b.", " c) ", "e"])),
)
GOOD = Item("U.1", ("1.1",), ("ts",), "Apa?", ("satu", "dua"), "b")


@given(items, st.sampled_from(KINDS))
def test_tidying_twice_is_tidying_once(item, jenis):
    once = tidy(item, jenis=jenis, units=UNITS)
    assert tidy(once, jenis=jenis, units=UNITS) == once


@given(items, st.sampled_from(KINDS))
def test_an_item_without_faults_is_whole_in_every_part(item, jenis):
    item = tidy(item, jenis=jenis, units=UNITS)
    if faults(item, jenis=jenis, units=UNITS):
        return
    assert item.kuk
    assert set(item.kuk) <= set(UNITS[item.unit])
    assert item.dimensi
    assert set(item.dimensi) <= set(DIMENSI)
    assert item.pertanyaan
    if jenis == CHOSEN:
        assert 2 <= len(set(item.pilihan)) == len(item.pilihan) <= 5
        assert all(item.pilihan)
        assert LETTERS.index(item.kunci) < len(item.pilihan)
    else:
        assert item.pilihan == ()


def wrong(jenis: str = CHOSEN, **changes) -> dict[str, str]:
    item = tidy(Item(**{**vars(GOOD), **changes}), jenis=jenis, units=UNITS)
    return faults(item, jenis=jenis, units=UNITS)


def test_a_whole_item_has_no_fault():
    assert wrong() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "U.3"}, "unit"),
        ({"unit": "U.2", "kuk": ("1.2",)}, "kuk"),
        ({"kuk": ()}, "kuk"),
        ({"dimensi": ()}, "dimensi"),
        ({"dimensi": ("zz",)}, "dimensi"),
        ({"pertanyaan": " \n "}, "pertanyaan"),
        ({"pertanyaan": "x" * 2001}, "pertanyaan"),
        ({"pilihan": ("satu",), "kunci": "a"}, "b"),
        ({"pilihan": ("satu", "", "tiga")}, "b"),
        ({"pilihan": ("satu", "satu")}, "b"),
        ({"pilihan": ("satu", "dua", "x" * 501)}, "c"),
        ({"kunci": ""}, "kunci"),
        ({"kunci": "c"}, "kunci"),
        ({"kunci": "ab"}, "kunci"),
    ],
)
def test_each_fault_is_said_beside_its_field(changes, field):
    assert list(wrong(**changes)) == [field]


def test_the_written_and_oral_kinds_need_an_answer_and_observation_does_not():
    assert "kunci" in wrong("esai", kunci="")
    assert "kunci" in wrong("lisan", kunci="")
    assert wrong("pendukung_observasi", kunci="") == {}


def test_kuk_come_in_the_order_of_the_unit_and_once():
    item = Item("U.1", ("1.10", "1.1", "1.10", "1.2"), ("cms", "ts"), "Apa?")
    tidied = tidy(item, jenis="lisan", units=UNITS)
    assert tidied.kuk == ("1.1", "1.2", "1.10")
    assert tidied.dimensi == ("ts", "cms")
