"""XLSX files as rows and back. Pure: bytes in, rows out.

A spreadsheet is a zip of XML, so a small file can unfold to a huge one. What it claims to unfold to
is looked at before anything is read, and the zip reader never gives more than a member claims;
``defusedxml``, which openpyxl uses once it is installed, refuses entities and document types.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ajj.kernel.errors import Invalid

MAX_BYTES = 2_000_000
MAX_UNFOLDED = 24_000_000
MAX_MEMBERS = 200
MAX_ROWS = 1000
MAX_COLUMNS = 40


def read_xlsx(data: bytes) -> list[tuple[object, ...]]:
    """The rows of the first sheet, empty ones too, so that row numbers are those on the screen.

    Formulas give the value that was last computed. Raises ``Invalid`` (``bad_sheet``,
    ``sheet_too_big``).
    """
    if len(data) > MAX_BYTES:
        raise _too_big()
    try:
        small = _unfolds_small(data)
        rows = _rows(data) if small else []
    except Exception as error:  # whatever openpyxl and zipfile trip over in a file that lies
        raise Invalid(
            _("Berkas ini tidak terbaca sebagai XLSX. Simpan lagi sebagai .xlsx, lalu unggah."),
            code="bad_sheet",
        ) from error
    if not small or len(rows) > MAX_ROWS:
        raise _too_big()
    return rows


def _unfolds_small(data: bytes) -> bool:
    with ZipFile(BytesIO(data)) as packed:
        members = packed.infolist()
    return len(members) <= MAX_MEMBERS and sum(one.file_size for one in members) <= MAX_UNFOLDED


def _rows(data: bytes) -> list[tuple[object, ...]]:
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if not book.worksheets:
            return []
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        cells = sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)
        rows = [_without_tail(row) for row in cells]
    finally:
        book.close()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _without_tail(row: Sequence[object]) -> tuple[object, ...]:
    used = max((at for at, cell in enumerate(row, start=1) if cell not in (None, "")), default=0)
    return tuple(row[:used])


def _too_big() -> Invalid:
    message = _(
        "Berkas ini terlalu besar: paling besar %(megabytes)d MB dan %(rows)d baris. "
        "Hapus gambar dan lembar lain, lalu unggah lagi."
    )
    return Invalid(
        message % {"megabytes": MAX_BYTES // 1_000_000, "rows": MAX_ROWS}, code="sheet_too_big"
    )


def write_xlsx(
    rows: Iterable[Sequence[str]], *, widths: Sequence[int], notes: Sequence[str] = ()
) -> bytes:
    """A workbook of texts: the first row as its header, ``notes`` on a second sheet.

    Every cell is text, so that ``1.10`` stays itself and ``=…`` never becomes a formula.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "Butir"
    for number, row in enumerate(rows, start=1):
        _text_row(sheet, number, row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for index, width in enumerate(widths, start=1):
        column = sheet.column_dimensions[get_column_letter(index)]
        column.width = width
        column.number_format = "@"
    sheet.freeze_panes = "A2"
    if notes:
        page = book.create_sheet("Petunjuk")
        page.column_dimensions["A"].width = 100
        for number, note in enumerate(notes, start=1):
            _text_row(page, number, [note])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _text_row(sheet: Worksheet, number: int, row: Sequence[str]) -> None:
    for index, text in enumerate(row, start=1):
        cell = sheet.cell(row=number, column=index)
        if text:
            cell.value = text
            cell.data_type = "s"
        cell.number_format = "@"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
