"""XLSX files: texts come back as they were, and a file that lies or swells is refused."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ajj.kernel.errors import Invalid
from ajj.skema.sheets import MAX_BYTES, MAX_ROWS, MAX_UNFOLDED, read_xlsx, write_xlsx

cells = st.text(alphabet="ab1.=+-@ \n\té“", max_size=12)
WHOLE = write_xlsx([["Unit", "KUK"], ["U.1", "1.10"]], widths=[10, 10])


def repacked(data: bytes, name: str, change) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return out.getvalue()


@settings(max_examples=25)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4))
def test_every_cell_comes_back_as_the_text_it_was(rows):
    back = read_xlsx(write_xlsx(rows, widths=[10, 10, 10]))
    read = [[str(cell or "") for cell in row] + [""] * (3 - len(row)) for row in back]
    while rows and not any(rows[-1]):
        rows = rows[:-1]
    assert read == rows


def test_nothing_that_is_written_becomes_a_formula():
    data = write_xlsx([["Kunci"], ['=HYPERLINK("http://x.test","klik")']], widths=[10])
    assert load_workbook(BytesIO(data))["Butir"]["A2"].data_type == "s"
    with ZipFile(BytesIO(data)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_numbers_and_dates_stay_what_the_sheet_says():
    book = Workbook()
    book.active.append([1.1, 7, True, None, "x"])
    packed = BytesIO()
    book.save(packed)
    assert read_xlsx(packed.getvalue()) == [(1.1, 7, True, None, "x")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rusak", b"%PDF-1.7\n", b"Unit,KUK\n"])
def test_what_is_no_workbook_is_refused_in_words(data):
    with pytest.raises(Invalid) as refused:
        read_xlsx(data)
    assert refused.value.code == "bad_sheet"


def test_a_zip_without_a_workbook_is_refused():
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("halo.txt", "halo")
    with pytest.raises(Invalid) as refused:
        read_xlsx(out.getvalue())
    assert refused.value.code == "bad_sheet"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_never_a_crash(data):
    place = data.draw(st.integers(0, len(WHOLE) - 1))
    damaged = WHOLE[:place] + data.draw(st.binary(min_size=1, max_size=8)) + WHOLE[place + 4 :]
    try:
        rows = read_xlsx(damaged)
    except Invalid:
        return
    assert all(isinstance(row, tuple) for row in rows)


def test_a_small_file_that_swells_is_refused_before_it_is_unfolded():
    whole = write_xlsx([["Unit"]], widths=[10])
    bomb = repacked(whole, "docProps/core.xml", lambda _old: b" " * (MAX_UNFOLDED + 1))
    assert len(bomb) < MAX_BYTES
    with pytest.raises(Invalid) as refused:
        read_xlsx(bomb)
    assert refused.value.code == "sheet_too_big"


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_claims():
    whole = write_xlsx([["Unit"]], widths=[10])
    name = "xl/worksheets/sheet1.xml"
    huge = repacked(whole, name, lambda old: old + b" " * 30_000_000)
    with ZipFile(BytesIO(huge)) as packed:
        member = packed.getinfo(name)
        claimed = (1000).to_bytes(4, "little")
        lying = huge.replace(member.file_size.to_bytes(4, "little"), claimed)
    assert lying != huge
    with pytest.raises(Invalid) as refused:
        read_xlsx(lying)
    assert refused.value.code == "bad_sheet"


def test_entities_are_refused():
    whole = write_xlsx([["Unit"]], widths=[10])
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(Invalid) as refused:
        read_xlsx(repacked(whole, "xl/worksheets/sheet1.xml", lambda _old: laughs))
    assert refused.value.code == "bad_sheet"


def test_too_many_rows_and_too_many_bytes_are_refused():
    rows = [[str(number)] for number in range(MAX_ROWS + 1)]
    for data in (write_xlsx(rows, widths=[10]), b"x" * (MAX_BYTES + 1)):
        with pytest.raises(Invalid) as refused:
            read_xlsx(data)
        assert refused.value.code == "sheet_too_big"
    assert len(read_xlsx(write_xlsx(rows[:-1], widths=[10]))) == MAX_ROWS


def test_a_row_number_far_below_does_not_make_a_million_rows():
    whole = write_xlsx([["Unit"]], widths=[10])
    far = repacked(
        whole,
        "xl/worksheets/sheet1.xml",
        lambda old: old.replace(
            b"</sheetData>", b'<row r="1048576"><c r="A1048576"/></row></sheetData>'
        ),
    )
    assert read_xlsx(far) == [("Unit",)]
