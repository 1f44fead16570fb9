"""Tables of items: what is written is read again, and every fault names its row and column."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.skema.butir import CHOSEN, LETTERS, MAX_ITEMS, Item, faults, tidy
from ajj.skema.mukrows import (
    Fault,
    Reading,
    columns,
    dimensi_keys,
    from_text,
    kuk_numbers,
    read,
    to_rows,
    to_text,
    unit_code,
)
from ajj.skema.rules import DIMENSI

UNITS = {"J.62.004.02": ("1.1", "1.2", "1.10", "2.1"), "J.62.005.02": ("1.1", "2.1")}
HEAD = ["Unit", "KUK", "Dimensi", "Pertanyaan", "A", "B", "C", "D", "E", "Kunci"]
ROW = ["J.62.004.02", "1.1", "TS", "Apa itu array?", "Deret", "Tabel", "", "", "", "A"]
cells = st.text(alphabet='ab1 "\t\n.=é', max_size=12)
texts = st.text(alphabet='abcXYZ 019"=+@.,\n\té', min_size=1, max_size=40).filter(str.strip)


def table(*rows, jenis=CHOSEN, head=HEAD, **options) -> Reading:
    return read([head, *rows], jenis=jenis, units=UNITS, **options)


def row(**changes) -> list[object]:
    places = {name.lower(): index for index, name in enumerate(HEAD)}
    cells: list[object] = [*ROW]
    for name, value in changes.items():
        cells[places[name]] = value
    return cells


@st.composite
def whole_items(draw, jenis):
    unit = draw(st.sampled_from(list(UNITS)))
    several = draw(st.lists(st.sampled_from(UNITS[unit]), min_size=1, max_size=3))
    pilihan = draw(st.lists(texts.map(str.strip), min_size=2, max_size=5, unique=True))
    item = Item(
        unit=unit,
        kuk=tuple(several),
        dimensi=tuple(draw(st.lists(st.sampled_from(list(DIMENSI)), min_size=1, max_size=3))),
        pertanyaan=draw(texts),
        pilihan=tuple(pilihan),
        kunci=LETTERS[draw(st.integers(0, len(pilihan) - 1))] if jenis == CHOSEN else draw(texts),
    )
    return tidy(item, jenis=jenis, units=UNITS)


@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=5))
def test_a_table_as_text_is_read_as_the_same_table(rows):
    trimmed = [[cell.strip() for cell in row] for row in rows]
    assert from_text(to_text(trimmed)) == trimmed


@given(st.text(alphabet='ab"\t\n', max_size=60))
def test_any_text_is_a_table_and_nothing_of_it_is_lost(text):
    letters = [char for char in text if char in "ab"]
    read_letters = [c for row in from_text(text) for cell in row for c in cell if c in "ab"]
    assert read_letters == letters


@given(st.data(), st.sampled_from([CHOSEN, "esai", "lisan", "pendukung_observasi"]))
def test_exported_items_are_imported_as_they_were(data, jenis):
    items = data.draw(
        st.lists(
            whole_items(jenis),
            min_size=1,
            max_size=4,
            unique_by=lambda item: " ".join(item.pertanyaan.split()).casefold(),
        )
    )
    reading = read(from_text(to_text(to_rows(items, jenis))), jenis=jenis, units=UNITS)
    assert reading.faults == ()
    assert [item for _number, item in reading.items] == items


@given(
    st.lists(st.lists(st.one_of(st.none(), cells, st.floats(), st.booleans()), max_size=12)),
    st.sampled_from([CHOSEN, "esai"]),
)
def test_a_wild_table_is_read_or_its_faults_are_named(rows, jenis):
    reading = read([HEAD, *rows], jenis=jenis, units=UNITS)
    assert reading.whole or reading.faults
    for fault in reading.faults:
        assert 1 <= fault.row <= len(rows) + 1
        assert fault.message
    if reading.whole:
        assert all(not faults(item, jenis=jenis, units=UNITS) for _row, item in reading.items)


@given(st.permutations(range(len(HEAD))), st.sampled_from([str.upper, str.lower, str.title]))
def test_the_order_and_the_case_of_the_columns_do_not_matter(order, case):
    head = [case(HEAD[index]) for index in order]
    assert table([ROW[index] for index in order], head=head) == table(ROW)


def test_other_titles_are_understood_and_other_columns_passed_over():
    head = ["No", "Kode unit", "No. KUK", "Dimensi kompetensi", "Soal", "Pilihan A", "Opsi B"]
    reading = table(
        ["1", "J.62.004.02", "1.1", "TS", "Apa?", "x", "y", "a"], head=[*head, "Kunci jawaban"]
    )
    assert reading.whole
    assert reading.passed_over == ("No",)


def test_a_title_above_the_table_and_empty_rows_keep_the_row_numbers():
    rows: list[list[object]] = [["MUK Junior"], [], [*HEAD], [None] * 10, row(kunci="E")]
    reading = read(rows, jenis=CHOSEN, units=UNITS)
    assert [(fault.row, fault.column) for fault in reading.faults] == [(5, "Kunci")]


def test_every_fault_of_every_row_is_named():
    reading = table(
        row(kuk="1.1; 9.9"),
        row(pertanyaan="", kunci="z"),
        row(unit="X.1", dimensi="ABC", pertanyaan="Lain?"),
    )
    assert [(fault.row, fault.column) for fault in reading.faults] == [
        (2, "KUK"),
        (3, "Pertanyaan"),
        (3, "Kunci"),
        (4, "Unit"),
        (4, "Dimensi"),
    ]
    assert "9.9" in reading.faults[0].message
    assert not reading.whole


def test_missing_columns_are_named_together():
    reading = table(["x"], head=["Unit", "Pertanyaan"])
    assert reading.faults == (
        Fault(1, "", "Kolom yang belum ada: KUK, Dimensi, A, B, Kunci. Tulis judul kolom pada "
              "baris pertama."),
    )  # fmt: skip


@pytest.mark.parametrize("rows", [[], [[]], [[None, ""]], [HEAD]])
def test_an_empty_table_says_so(rows):
    reading = read(rows, jenis=CHOSEN, units=UNITS)
    assert len(reading.faults) == 1
    assert not reading.whole


def test_too_many_rows_are_refused():
    rows = [row(pertanyaan=f"Soal {number}") for number in range(MAX_ITEMS + 1)]
    assert str(MAX_ITEMS) in table(*rows).faults[0].message
    assert table(*rows[:-1]).whole


def test_an_empty_unit_is_that_of_the_row_above():
    reading = table(row(), row(unit=None, pertanyaan="Lagi?"), row(unit="", pertanyaan="Dan?"))
    assert {item.unit for _number, item in reading.items} == {"J.62.004.02"}
    assert reading.whole


def test_a_question_comes_once():
    reading = table(row(), row(pertanyaan="apa  itu ARRAY?"))
    assert reading.faults == (Fault(3, "Pertanyaan", "Pertanyaan ini sama dengan baris 2."),)
    there = table(row(), taken=["Apa itu array?"])
    assert "sudah ada" in there.faults[0].message


def test_a_number_cell_that_hides_1_10_is_refused_and_any_other_is_read():
    assert "Teks" in table(row(kuk=1.1)).faults[0].message
    assert table(row(kuk=2.1)).items[0][1].kuk == ("2.1",)
    assert table(row(kuk="1,2")).items[0][1].kuk == ("1.2",)


def test_a_cell_that_became_a_date_is_refused():
    reading = table(row(kuk=datetime(2026, 1, 2, tzinfo=UTC)))
    assert [(fault.column, "tanggal" in fault.message) for fault in reading.faults] == [
        ("KUK", True)
    ]


def test_a_stray_quote_does_not_swallow_the_rows_below():
    assert from_text('"SELECT" adalah\tb\n"c\td') == [['"SELECT" adalah', "b"], ['"c', "d"]]
    assert from_text('"dua\nbaris"\tx') == [["dua\nbaris", "x"]]


def test_kuk_dimensi_and_unit_are_read_as_people_write_them():
    assert kuk_numbers("KUK 1.1, 1.2; 2.1 dan 2.2.") == ("1.1", "1.2", "2.1", "2.2")
    assert dimensi_keys("TS/cms, Job role/environment skills") == ("ts", "cms", "jres")
    assert unit_code("j.62.004.02 Menggunakan Struktur Data", UNITS) == "J.62.004.02"
    assert unit_code("U.10", {"U.1": ()}) == "U.10"
    assert columns("esai") == ("unit", "kuk", "dimensi", "pertanyaan", "kunci")
