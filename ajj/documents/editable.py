"""A table whose own rows the asesor fits to the profession: reworded, left out, more. Pure.

What was changed lies among the answers: ``isi.<key>.<row>.teks`` and ``.pakai`` (``tidak``: left
out); rows that were added are named ``+<group>_<number>``, the group counted from 0.
"""

import re
from collections.abc import Mapping
from typing import Any

from ajj.documents import schema as s

TEXT, USE, UNUSED = "teks", "pakai", "tidak"
_ADDED = re.compile(r"\+(\d+)_(\d+)\Z")
Row = dict[str, Any]


def edited_rows(table: s.Table, typed: Any) -> list[Row]:
    """Every row in order, also those left out (``unused``); ``group`` is that of each row.

    ``own`` is the wording that the form prints, empty for a row that was added.
    """
    answers = typed if isinstance(typed, Mapping) else {}
    found: list[Row] = []
    for place, (head, rows) in enumerate(_groups(table)):
        found += [_fixed(row, head, answers.get(row.key)) for row in rows]
        names = sorted((name for name in answers if _place(name) == place), key=_number)
        found += [_added(name, head, answers[name]) for name in names]
    return found


def printed_rows(table: s.Table, typed: Any) -> list[Row]:
    """The rows that are in use, with the group before the first of its rows."""
    found, before = [], ""
    for row in edited_rows(table, typed):
        if row["unused"]:
            continue
        head = row["group"]
        found.append({**row, "group": head if head != before else ""})
        before = head
    return found


def spare_names(table: s.Table, typed: Any, count: int) -> list[tuple[str, str]]:
    """Name and group of ``count`` empty rows to write on below each group."""
    answers = typed if isinstance(typed, Mapping) else {}
    found = []
    for place, (head, _rows) in enumerate(_groups(table)):
        used = [_number(name) for name in answers if _place(name) == place]
        first = max(used, default=0) + 1
        found += [(f"+{place}_{first + more}", head) for more in range(count)]
    return found


def wording(table: s.Table, typed: Any) -> dict[str, Any]:
    """Of the answers only which rows there are and what they say, without any result."""
    answers = typed if isinstance(typed, Mapping) else {}
    kept = {
        name: {key: cells[key] for key in (TEXT, USE) if key in cells}
        for name, cells in answers.items()
        if isinstance(cells, Mapping)
    }
    return {name: cells for name, cells in kept.items() if cells}


def _groups(table: s.Table) -> list[tuple[str, list[s.FixedRow]]]:
    found: list[tuple[str, list[s.FixedRow]]] = []
    for row in table.rows:
        if row.group or not found:
            found.append((row.group, []))
        found[-1][1].append(row)
    return found


def _fixed(row: s.FixedRow, head: str, cells: Any) -> Row:
    isi = cells if isinstance(cells, Mapping) else {}
    said = str(isi.get(TEXT) or "")
    return {
        "key": row.key,
        "no": row.no,
        "own": row.teks,
        TEXT: said or row.teks,
        "group": head,
        "unused": UNUSED in _ticked(isi.get(USE)),
        "isi": isi,
    }


def _added(name: str, head: str, cells: Any) -> Row:
    isi = cells if isinstance(cells, Mapping) else {}
    said = str(isi.get(TEXT) or "")
    return {
        "key": name, "no": "", "own": "", TEXT: said, "group": head, "unused": False, "isi": isi,
    }  # fmt: skip


def _ticked(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _place(name: str) -> int:
    found = _ADDED.match(name)
    return int(found[1]) if found else -1


def _number(name: str) -> int:
    found = _ADDED.match(name)
    return int(found[2]) if found else 0
