"""Items of a MUK as a table: read from a sheet or a pasted text, and written back. Pure.

Columns: Unit | KUK | Dimensi | Pertanyaan | A | B | C | D | E | Kunci, in any order and case; other
columns are passed over. A table is read whole or not at all: each fault names its row and column.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ajj.skema.butir import CHOSEN, KEYED, LETTERS, MAX_ITEMS, Item, Units, faults, text_of, tidy
from ajj.skema.rules import DIMENSI

Row = Sequence[object]

TITLES = {
    "unit": "Unit",
    "kuk": "KUK",
    "dimensi": "Dimensi",
    "pertanyaan": "Pertanyaan",
    **{letter: letter.upper() for letter in LETTERS},
    "kunci": "Kunci",
}
OTHER_NAMES = {
    "unit": ("kodeunit", "unitkompetensi", "kodeunitkompetensi"),
    "kuk": ("nokuk", "nomorkuk", "kriteriaunjukkerja"),
    "dimensi": ("dimensikompetensi",),
    "pertanyaan": ("soal", "butirsoal", "daftarpertanyaan"),
    **{letter: (f"pilihan{letter}", f"opsi{letter}") for letter in LETTERS},
    "kunci": ("kuncijawaban", "jawaban", "jawabanyangdiharapkan", "perkiraanjawaban"),
}
HEADER_WITHIN = 10
"""A table may stand below a title; its header is looked for in so many filled rows."""

QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\n]|\Z)')
PLAIN = re.compile(r"[^\t\n]*")


@dataclass(frozen=True)
class Fault:
    """What keeps the table from being taken: ``row`` as the sheet counts, ``column`` its title."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What a table says: items with the row each stands in, or what is wrong with it."""

    items: tuple[tuple[int, Item], ...] = ()
    faults: tuple[Fault, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all of it can be taken."""
        return bool(self.items) and not self.faults


def required(jenis: str) -> tuple[str, ...]:
    """The columns that a table of this kind cannot do without."""
    chosen = ("a", "b") if jenis == CHOSEN else ()
    return (
        "unit",
        "kuk",
        "dimensi",
        "pertanyaan",
        *chosen,
        *(("kunci",) if jenis in KEYED else ()),
    )


def columns(jenis: str) -> tuple[str, ...]:
    """The columns of an exported table of this kind."""
    chosen = tuple(LETTERS) if jenis == CHOSEN else ()
    return ("unit", "kuk", "dimensi", "pertanyaan", *chosen, "kunci")


def from_text(text: str) -> list[list[str]]:
    """The rows of a table pasted from a spreadsheet or a document: tabs between cells.

    A cell in double quotes may hold tabs, line ends and doubled quotes, as spreadsheets copy them;
    a quote that does not close before the next cell is an ordinary character.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        quoted = QUOTED.match(text, at)
        if quoted:
            rows[-1].append(quoted[1].replace('""', '"'))
            at = quoted.end()
        else:
            plain = PLAIN.match(text, at)
            end = at if plain is None else plain.end()
            rows[-1].append(text[at:end])
            at = end
        if at >= len(text):
            return rows
        if text[at] == "\n":
            rows.append([])
        at += 1


def to_text(rows: Iterable[Row]) -> str:
    """``rows`` so that ``from_text`` reads them again."""
    return "\n".join("\t".join(_quoted(cell_text(cell)) for cell in row) for row in rows)


def _quoted(cell: str) -> str:
    if cell.startswith('"') or "\t" in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def cell_text(value: object) -> str:
    """A cell as text; whole numbers without ``.0``, since sheets keep every number as a float."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text_of(str(value))


def to_rows(items: Iterable[Item], jenis: str) -> list[list[str]]:
    """A header and one row per item; ``read`` gives the same items back."""
    names = columns(jenis)
    rows = [[TITLES[name] for name in names]]
    for item in items:
        cells = {
            "unit": item.unit,
            "kuk": ", ".join(item.kuk),
            "dimensi": ", ".join(key.upper() for key in item.dimensi),
            "pertanyaan": item.pertanyaan,
            "kunci": item.kunci.upper() if jenis == CHOSEN else item.kunci,
        } | dict(item.lettered)
        rows.append([cells.get(name, "") for name in names])
    return rows


def read(rows: Sequence[Row], *, jenis: str, units: Units, taken: Collection[str] = ()) -> Reading:
    """The items of a table for one kind of MUK.

    ``units``: the scheme's units with their KUK. ``taken``: questions that the MUK already holds,
    which may not come twice. An empty unit is that of the row above, as merged cells come out.
    """
    filled = [
        (number, row)
        for number, row in enumerate(rows, start=1)
        if any(cell_text(cell) for cell in row)
    ]
    if not filled:
        return Reading(faults=(Fault(1, "", _("Tabel masih kosong.")),))
    at, names, passed_over = _header(filled)
    missing = [TITLES[name] for name in required(jenis) if name not in names]
    if missing:
        message = _("Kolom yang belum ada: %(names)s. Tulis judul kolom pada baris pertama.")
        message %= {"names": ", ".join(missing)}
        return Reading(faults=(Fault(filled[at][0], "", message),))
    body = filled[at + 1 :]
    if not body:
        return Reading(faults=(Fault(filled[at][0], "", _("Belum ada baris di bawah judul.")),))
    if len(body) > MAX_ITEMS:
        message = _("Paling banyak %(limit)d butir; tabel ini %(count)d baris.")
        message %= {"limit": MAX_ITEMS, "count": len(body)}
        return Reading(faults=(Fault(body[MAX_ITEMS][0], "", message),))
    return _body(body, names, passed_over, jenis=jenis, units=units, taken=taken)


def _body(
    body: Sequence[tuple[int, Row]],
    names: Mapping[str, int],
    passed_over: tuple[str, ...],
    *,
    jenis: str,
    units: Units,
    taken: Collection[str],
) -> Reading:
    items: list[tuple[int, Item]] = []
    found: list[Fault] = []
    asked: dict[str, int] = dict.fromkeys((folded(text) for text in taken), 0)
    unit = ""
    for number, row in body:
        cells = {name: row[index] if index < len(row) else None for name, index in names.items()}
        unit = unit_code(cell_text(cells["unit"]), units) or unit
        item, wrong = _item({**cells, "unit": unit}, jenis=jenis, units=units)
        first = asked.get(folded(item.pertanyaan))
        if item.pertanyaan and first is not None:
            wrong.setdefault("pertanyaan", _twice(first))
        asked.setdefault(folded(item.pertanyaan), number)
        items.append((number, item))
        found += [Fault(number, TITLES[name], wrong[name]) for name in TITLES if name in wrong]
    return Reading(tuple(items), tuple(found), passed_over)


def _twice(first: int) -> str:
    if first:
        return _("Pertanyaan ini sama dengan baris %(row)d.") % {"row": first}
    return _("Pertanyaan ini sudah ada dalam instrumen.")


def folded(text: str) -> str:
    """``text`` as compared with another question: case and spacing do not count."""
    return " ".join(text.split()).casefold()


def _named(cell: object) -> str:
    return re.sub(r"[^a-z0-9]", "", cell_text(cell).casefold())


def _header(filled: Sequence[tuple[int, Row]]) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """Where the header stands in ``filled``, the place of each column, and the other titles."""
    best: tuple[int, dict[str, int], tuple[str, ...]] = (0, {}, ())
    for at, (_number, row) in enumerate(filled[:HEADER_WITHIN]):
        names: dict[str, int] = {}
        others: list[str] = []
        for index, cell in enumerate(row):
            name = KNOWN.get(_named(cell), "")
            if name and name not in names:
                names[name] = index
            elif cell_text(cell):
                others.append(cell_text(cell))
        if len(names) > len(best[1]):
            best = (at, names, tuple(others))
    return best


KNOWN = {name: name for name in TITLES} | {
    other: name for name, others in OTHER_NAMES.items() for other in others
}


def unit_code(text: str, units: Units) -> str:
    """The code in ``text``, which may carry the unit's title behind it; ``text`` if none is."""
    for code in sorted(units, key=len, reverse=True):
        rest = text[len(code) :]
        if text.casefold().startswith(code.casefold()) and not re.match(r"[\w./]", rest):
            return code
    return text


def _item(cells: Mapping[str, object], *, jenis: str, units: Units) -> tuple[Item, dict[str, str]]:
    wrong = {name: message for name, cell in cells.items() if (message := _spoiled(name, cell))}
    text = {name: cell_text(cell) for name, cell in cells.items()}
    kuk = () if "kuk" in wrong else kuk_numbers(text["kuk"])
    ambiguous = _ambiguous(cells["kuk"], kuk, units.get(text["unit"], ()))
    if ambiguous:
        wrong["kuk"] = ambiguous
    item = Item(
        unit=text["unit"],
        kuk=kuk,
        dimensi=dimensi_keys(text["dimensi"]),
        pertanyaan=text["pertanyaan"],
        pilihan=tuple(text.get(letter, "") for letter in LETTERS),
        kunci=text.get("kunci", ""),
    )
    item = tidy(item, jenis=jenis, units=units)
    return item, faults(item, jenis=jenis, units=units) | wrong


def _spoiled(name: str, cell: object) -> str:
    """Sheets turn ``1.2`` into a date behind one's back: that cannot be undone, so it is said."""
    if isinstance(cell, date | datetime | time | timedelta):
        return _(
            "Sel ini berubah menjadi tanggal atau jam. Ubah format kolom %(name)s menjadi Teks, "
            "lalu tulis lagi."
        ) % {"name": TITLES[name]}
    return ""


def _ambiguous(cell: object, kuk: Sequence[str], known: Sequence[str]) -> str:
    """``1.10`` typed into a number cell is kept as 1.1."""
    if isinstance(cell, float) and any(f"{no}0" in known for no in kuk):
        return _(
            "Sel ini berupa angka, sehingga %(no)s dan %(no)s0 tidak dapat dibedakan. Ubah format "
            "kolom KUK menjadi Teks, lalu tulis lagi."
        ) % {"no": kuk[0]}
    return ""


def kuk_numbers(text: str) -> tuple[str, ...]:
    """``1.1, 1.2`` or ``KUK 1.1; 1.2`` as numbers; ``1,1`` alone is 1.1 with a decimal comma."""
    if re.fullmatch(r"\d+,\d+", text):
        return (text.replace(",", "."),)
    words = re.split(r"[\s,;&]+|\bdan\b", text)
    bare = (word.strip(".") for word in words)
    return tuple(word for word in bare if word and word.casefold() != "kuk")


def dimensi_keys(text: str) -> tuple[str, ...]:
    """``TS, CMS`` or the English names as keys of ``DIMENSI``; what is unknown stays as it is."""
    known = {key: key for key in DIMENSI} | {name.casefold(): key for key, name in DIMENSI.items()}
    keys: list[str] = []
    for part in re.split(r"[,;\n]+", text.casefold()):
        if part.strip() in known:
            keys.append(known[part.strip()])
        else:
            keys += [known.get(word, word) for word in re.split(r"[\s/+&]+", part) if word]
    return tuple(keys)


def report(reading: Reading) -> str:
    """One sentence on what was found, for the head of the page."""
    count = len(reading.items)
    if reading.whole:
        return ngettext(
            "%(count)d butir siap dimasukkan.", "%(count)d butir siap dimasukkan.", count
        ) % {"count": count}
    rows = len({fault.row for fault in reading.faults})
    return ngettext(
        "%(rows)d baris perlu diperbaiki; belum ada yang dimasukkan.",
        "%(rows)d baris perlu diperbaiki; belum ada yang dimasukkan.",
        rows,
    ) % {"rows": rows}
