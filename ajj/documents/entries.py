"""What people type on a form itself: the entries of its screen, and the tree that they make. Pure.

The same walk as ``filling``: a field that no source fills is an entry, found under the same path
that the print reads (``isi.<key>`` and the rows around). A form file alone thus has its screen.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ajj.documents import schema as s
from ajj.documents.editable import TEXT, UNUSED, USE, edited_rows, spare_names
from ajj.documents.filling import Scope, rows_of, text_of

Path = tuple[str, ...]
MOST_CHARS = 5000
MOST_PICTURES = 8
SPARE_ROWS = 2
"""Empty rows below those that were typed into a table of the form's own."""
REWORD, LEAVE_OUT = "Ganti bunyi baris ini", "Tidak dipakai pada produk ini"
YES_NO = frozenset({"ya", "tidak"})


@dataclass(frozen=True)
class Entry:
    """One thing to type or tick. ``one`` of ``options``, ``many`` of them, or ``words``.

    ``value`` holds what is chosen (any number) or the words. ``other`` is the label of the free
    words beside the boxes, its value the last of ``value`` that no option names. ``pictures`` shows
    what each option is a picture of: its address, in the order of ``options``.
    """

    path: Path
    label: str
    kind: Literal["one", "many", "words"]
    value: tuple[str, ...] = ()
    options: tuple[s.Option, ...] = ()
    other: str = ""
    lines: int = 1
    pictures: tuple[str, ...] | None = None

    @property
    def shown(self) -> list[tuple[s.Option, str]]:
        """Each option with the address of its picture."""
        return list(zip(self.options, self.pictures or (), strict=True))

    @property
    def name(self) -> str:
        """The name in the HTML form."""
        return "/".join(self.path)

    @property
    def words(self) -> str:
        known = {option.value for option in self.options}
        return next((each for each in self.value if each not in known), "")


@dataclass(frozen=True)
class Line:
    """A row of a table: what is printed in it, and what is typed.

    ``edits`` change the row itself where the table allows it; ``unused``: it is left out;
    ``added``: it is none of the form's own.
    """

    known: tuple[str, ...]
    entries: tuple[Entry, ...]
    group: str = ""
    edits: tuple[Entry, ...] = ()
    unused: bool = False
    added: bool = False


@dataclass(frozen=True)
class Part:
    """One section of the screen. ``place`` names the rows around it (unit, kelompok), ``aid`` is
    what is known and helps to fill it.
    """

    title: str
    place: str = ""
    intro: str = ""
    entries: tuple[Entry, ...] = ()
    lines: tuple[Line, ...] = ()
    aid: str = ""


def parts(form: s.FormTemplate, tree: Mapping[str, Any]) -> list[Part]:
    """The sections of ``form`` in which something is typed, with what was typed so far."""
    return list(_walk(form.section, Scope(form, tree, {}), ""))


def typed(
    form: s.FormTemplate, tree: Mapping[str, Any], posted: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """``isi`` as the print reads it, and what is wrong: name of the entry to ``too_long``.

    Names and options that the form does not have are left out; rows that are empty close up.
    """
    isi: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for part in parts(form, tree):
        for entry in _entries(part):
            value = _read(entry, posted)
            if any(len(word) > MOST_CHARS for word in value):
                wrong[entry.name] = "too_long"
            if entry.pictures is not None and len(value) > MOST_PICTURES:
                wrong[entry.name] = "too_many"
            if value:
                _put(isi, entry.path, list(value) if entry.kind == "many" else value[0])
    fixed = {table.key for table in editable_tables(form)}
    return {key: value if key in fixed else _closed(value) for key, value in isi.items()}, wrong


def editable_tables(form: s.FormTemplate) -> list[s.Table]:
    """The tables of ``form`` whose rows are fitted to the profession."""
    return [each for each in form.section if isinstance(each, s.Table) and each.editable]


def unit_of(name: str) -> str:
    """What changes as one: an entry with its free words; the whole of a table whose rows move."""
    return name.split("/+", 1)[0].removesuffix("/lainnya")


def overlaid(
    form: s.FormTemplate,
    tree: Mapping[str, Any],
    posted: Mapping[str, Sequence[str]],
    changed: Collection[str],
) -> dict[str, Sequence[str]]:
    """What is stored in ``tree`` as a post, with the units ``changed`` as ``posted`` has them.

    So two people can type on different entries of one form at a time, and neither takes back the
    other's.
    """
    kept: dict[str, Sequence[str]] = {}
    for part in parts(form, tree):
        for entry in _entries(part):
            kept[entry.name] = entry.value
            if entry.other and entry.words:
                kept[entry.name] = [each for each in entry.value if each != entry.words]
                kept[f"{entry.name}/lainnya"] = [entry.words]
    held = {name: value for name, value in kept.items() if unit_of(name) not in changed}
    return held | {name: value for name, value in posted.items() if unit_of(name) in changed}


def _entries(part: Part) -> Iterator[Entry]:
    yield from part.entries
    for line in part.lines:
        yield from line.entries
        yield from line.edits


def _read(entry: Entry, posted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    given = [each.strip() for each in posted.get(entry.name, ())]
    if entry.kind == "words":
        return tuple(each for each in given[:1] if each)
    known = {option.value for option in entry.options}
    chosen = [each for each in dict.fromkeys(given) if each in known]
    other = [each.strip() for each in posted.get(f"{entry.name}/lainnya", ())[:1] if each.strip()]
    if entry.other:
        chosen += other
    return tuple(chosen if entry.kind == "many" else chosen[:1])


def _put(isi: dict[str, Any], path: Path, value: Any) -> None:
    here = isi
    for name in path[:-1]:
        here = here.setdefault(name, {})
    here[path[-1]] = value


def _closed(value: Any) -> Any:
    """Rows of a table of the form's own (``+1``, ``+2`` …) become a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _closed(each) for name, each in value.items()}
    if inner and all(name.startswith("+") for name in inner):
        return [inner[name] for name in sorted(inner, key=lambda name: int(name[1:]))]
    return inner


def _walk(sections: Sequence[s.AnySection], scope: Scope, place: str) -> Iterator[Part]:
    for section in sections:
        if section.when and not scope.at(section.when):
            continue
        if isinstance(section, s.Each):
            rows = scope.at(section.source) or [{}]
            for number, row in enumerate(rows, start=1):
                inner = scope.inside({"no": str(number), **row})
                here = inner.text(section.title) if section.title else place
                yield from _walk(section.sections, inner, here)
            continue
        part = replace(_part(section, scope, place), aid=scope.aid(section.aid))
        if part.entries or part.lines:
            yield part


def _part(section: s.AnySection, scope: Scope, place: str) -> Part:
    title = scope.text(section.title)
    match section:
        case s.Facts():
            entries = tuple(_fact(field, scope) for field in section.fields if _asked(field, scope))
            return Part(title, place, entries=entries)
        case s.Choices() if _asked(section, scope):
            value = scope.typed(section.key)
            options = scope.form.chosen(section.options)
            entry = Entry(
                (section.key, *scope.trail), title or section.intro,
                "one" if section.one else "many", _chosen(value), options, other=section.other,
            )  # fmt: skip
            return Part(title, place, scope.text(section.intro), (entry,))
        case s.Answer() if _asked(section, scope):
            value = _chosen(scope.typed(section.key))
            path = (section.key, *scope.trail)
            entry = Entry(path, section.label, "words", value, lines=section.lines)
            return Part(title, place, entries=(entry,))
        case s.Signatures():
            entries = tuple(
                _signer(signer, scope) for signer in section.people if _asked(signer, scope)
            )
            return Part(title, place, entries=entries)
        case s.Table():
            return Part(title, place, scope.text(section.intro), lines=_lines(section, scope))
        case _:
            return Part(title, place)


def _asked(field: s.Sourced, scope: Scope) -> bool:
    """Whether ``field`` is typed here: nobody else knows it."""
    return bool(field.key) and not (field.source and scope.at(field.source))


def _fact(field: s.FactField, scope: Scope) -> Entry:
    options = scope.form.chosen(field.options)
    value = _chosen(scope.typed(field.key))
    path = (field.key, *scope.trail)
    if field.pictures:
        rows = scope.at(field.pictures) or []
        options = tuple(s.Option(value=row["kunci"], label=row["nama"]) for row in rows)
        shown = tuple(str(row["alamat"]) for row in rows)
        return Entry(path, field.label, "many", value, options, pictures=shown)
    if options:
        return Entry(path, field.label, "one", value, options)
    return Entry(path, field.label, "words", value, lines=field.lines)


def _signer(signer: s.Signer, scope: Scope) -> Entry:
    person = scope.typed(signer.key)
    name = person.get("nama", "") if isinstance(person, Mapping) else ""
    return Entry((signer.key, *scope.trail, "nama"), signer.role, "words", _chosen(name))


def _lines(section: s.Table, scope: Scope) -> tuple[Line, ...]:
    keys = list(dict.fromkeys(column.key for column in section.columns if column.key))
    if not keys or not section.key:
        return ()
    if section.editable:
        return _edited(section, keys, scope)
    own = section.own and not (section.source and scope.at(section.source))
    rows = [row for row in rows_of(section, scope) if not row.get("blank")]
    if own:
        rows += [{"no": str(len(rows) + spare)} for spare in range(1, SPARE_ROWS + 1)]
    if section.children:
        rows = [child for row in rows for child in row.get(section.children[1:], [])]
    found, group = [], ""
    for row in rows:
        name = f"+{row['no']}" if own else str(row.get("key") or row["no"])
        path = (section.key, *scope.trail, name)
        known = tuple(
            text
            for column in section.columns
            if column.source.startswith(".") and (text := text_of(_of(row, column.source)))
        )
        entries = tuple(
            _cell(section, key, path, row) for key in keys if not _known(section, key, row)
        )
        head = str(row.get("group") or "")
        found.append(Line(known, entries, head if head != group else ""))
        group = head or group
    return tuple(found)


def _edited(section: s.Table, keys: Sequence[str], scope: Scope) -> tuple[Line, ...]:
    """The rows of an editable table with what changes them, and spare ones below each group."""
    answers = scope.typed(section.key)
    spare = spare_names(section, answers, 1)
    rows = edited_rows(section, answers)
    heads = list(dict.fromkeys(row["group"] for row in rows))
    rows += [{"key": name, "group": head, "isi": {}, TEXT: "", "own": ""} for name, head in spare]
    rows.sort(key=lambda row: heads.index(row["group"]))
    found, before = [], ""
    for row in rows:
        path = (section.key, *scope.trail, str(row["key"]))
        head = row["group"] if row["group"] != before else ""
        before = row["group"]
        found.append(_edited_line(section, keys, path, row, head))
    return tuple(found)


def _edited_line(
    section: s.Table, keys: Sequence[str], path: Path, row: Mapping[str, Any], head: str
) -> Line:
    said = _chosen(row["isi"].get(TEXT, ""))
    cells = tuple(_cell(section, key, path, row) for key in keys)
    if not row["own"]:
        text = Entry((*path, TEXT), section.columns[0].title, "words", said)
        return Line((), (text, *cells), head, added=True)
    boxes = (s.Option(value=UNUSED, label=LEAVE_OUT),)
    text = Entry((*path, TEXT), REWORD, "words", said)
    use = Entry((*path, USE), "", "many", _chosen(row["isi"].get(USE, "")), boxes)
    unused = bool(row.get("unused"))
    return Line((row[TEXT],), () if unused else cells, head, (text, use), unused)


def _known(section: s.Table, key: str, row: Mapping[str, Any]) -> bool:
    """Whether a source fills this cell of ``row``."""
    columns = (column for column in section.columns if column.key == key and column.source)
    return any(_of(row, column.source) for column in columns)


def _of(row: Mapping[str, Any], source: str) -> Any:
    value: Any = row
    for name in source[1:].split("."):
        value = value.get(name, "") if isinstance(value, Mapping) else ""
    return value


def _cell(section: s.Table, key: str, path: Path, row: Mapping[str, Any]) -> Entry:
    columns = [column for column in section.columns if column.key == key]
    answers = row.get("isi") or {}
    value = _chosen(answers.get(key, "") if isinstance(answers, Mapping) else "")
    boxes = [column for column in columns if column.equals]
    first = columns[0]
    # Several boxes without a head of their own say it all: the row is the question.
    label = first.group or (first.title if len(boxes) < 2 else "")
    if not boxes:
        return Entry((*path, key), first.title or first.group, "words", value)
    options = tuple(
        s.Option(value=column.equals, label=column.title or column.equals) for column in boxes
    )
    one = {column.equals for column in boxes} == YES_NO
    return Entry((*path, key), label, "one" if one else "many", value, options)


def _chosen(value: Any) -> tuple[str, ...]:
    each = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in each if isinstance(one, str) and one)
