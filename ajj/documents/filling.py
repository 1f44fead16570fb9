"""A form and a tree of values make the blocks that the shared layout draws. Pure.

Nothing is invented: what the tree does not hold becomes empty text, an unticked box or empty
lines. The blocks are plain JSON; ``typst/formulir.typ`` draws each ``kind``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from ajj.documents import schema as s
from ajj.documents.editable import printed_rows
from ajj.documents.sources import value_at

DOTS = "…………………………"
Block = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """Where a section reads: the whole tree, the row of the ``each`` around it, and its place."""

    form: s.FormTemplate
    tree: Mapping[str, Any]
    row: Mapping[str, Any]
    trail: tuple[str, ...] = ()

    def at(self, path: str) -> Any:
        """The value at ``path``, of the row when it begins with a dot."""
        if path.startswith("."):
            return value_at(path[1:], self.row)
        return value_at(path, self.tree)

    def of(self, field: s.Sourced) -> Any:
        """The value of ``field``: from its source, else what was typed under its key."""
        known = self.at(field.source) if field.source else ""
        return known or (self.typed(field.key) if field.key else known)

    def typed(self, key: str) -> Any:
        """What was typed on the form under ``key``, here within the rows around."""
        value: Any = self.tree.get("isi", {})
        for name in (key, *self.trail):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return value

    def text(self, words: str) -> str:
        """``words`` with each placeholder replaced by its value, or by dots."""
        return s.PLACEHOLDER.sub(lambda found: text_of(self.at(found[1])) or DOTS, words)

    def aid(self, words: str) -> str:
        """``words`` filled like ``text``; nothing at all where one of their values is unknown."""
        known = all(text_of(self.at(path)) for path in s.PLACEHOLDER.findall(words))
        return self.text(words) if known else ""

    def inside(self, row: Mapping[str, Any]) -> "Scope":
        return replace(self, row=row, trail=(*self.trail, str(row.get("no", ""))))


def fill(form: s.FormTemplate, tree: Mapping[str, Any]) -> list[Block]:
    """The blocks of ``form`` from top to bottom, filled from ``tree``."""
    return list(_blocks(form.section, Scope(form, tree, {})))


def _blocks(sections: Sequence[s.AnySection], scope: Scope) -> Iterator[Block]:
    for section in sections:
        if section.when and not scope.at(section.when):
            continue
        if isinstance(section, s.Each):
            yield from _each(section, scope)
            continue
        title = scope.text(section.title)
        base = {"kind": section.kind, "title": title, "keep": section.keep}
        yield {**base, **_block(section, scope)}


def _each(section: s.Each, scope: Scope) -> Iterator[Block]:
    rows = scope.at(section.source) or [{}]
    for number, row in enumerate(rows, start=1):
        inner = scope.inside({"no": str(number), **row})
        if section.title:
            yield {"kind": "heading", "title": "", "keep": False, "text": inner.text(section.title)}
        yield from _blocks(section.sections, inner)


@singledispatch
def _block(section: Any, scope: Scope) -> Block:
    """What the layout needs to draw ``section`` besides its title."""
    return {}


@_block.register
def _heading(section: s.Heading, scope: Scope) -> Block:
    return {"text": section.text}


@_block.register
def _facts(section: s.Facts, scope: Scope) -> Block:
    rows = [_fact(field, scope) for field in section.fields]
    return {"rows": rows, "label_mm": section.label_mm}


@_block.register
def _units(section: s.Units, scope: Scope) -> Block:
    return {"rows": _numbered(scope.at(section.source))}


@_block.register
def _answer(section: s.Answer, scope: Scope) -> Block:
    value = text_of(scope.of(section))
    return {"label": section.label, "value": value, "lines": section.lines}


@_block.register
def _statements(section: s.Statements, scope: Scope) -> Block:
    return {"items": [{"who": item.who, "text": item.text} for item in section.items]}


@_block.register
def _signatures(section: s.Signatures, scope: Scope) -> Block:
    people = [_signer(signer, scope) for signer in section.people]
    return {"people": people, "place": section.place}


@_block.register
def _validators(section: s.Validators, scope: Scope) -> Block:
    if not section.source:
        return {}
    rows = {line: scope.at(f"{section.source}.{line}") or [] for line in ("penyusun", "validator")}
    return {line: [_signed(each) for each in people] for line, people in rows.items()}


def _signed(person: Mapping[str, Any]) -> Block:
    return {
        "name": text_of(value_at("nama", person)),
        "met": text_of(value_at("met", person)),
        "signed": text_of(value_at("ditandatangani", person)),
    }


@_block.register
def _proof(section: s.Proof, scope: Scope) -> Block:
    return {name: text_of(scope.at(f"log.{name}")) for name in ("sesi", "catatan_ke", "kepala")}


@_block.register
def _prose(section: s.Prose, scope: Scope) -> Block:
    paragraphs = [scope.text(text) for text in section.text]
    return {"paragraphs": paragraphs, "style": section.style, "numbered": section.numbered}


@_block.register
def _header(section: s.HeaderA, scope: Scope) -> Block:
    skema = {name: text_of(scope.at(f"skema.{name}")) for name in ("jenis", "judul", "nomor")}
    rest = {
        "tuk": text_of(scope.at("asesmen.tuk")),
        "asesor": text_of(scope.at("asesmen.asesor.nama")),
        "asesi": text_of(scope.at("asesmen.asesi.nama")),
        "tanggal": text_of(scope.at("asesmen.tanggal")),
    }
    return {"skema": skema, **rest}


def _fact(field: s.FactField, scope: Scope) -> Block:
    value = scope.of(field)
    options = scope.form.chosen(field.options)
    row = {
        "label": field.label,
        "hint": field.hint,
        "value": "" if options else text_of(value),
        "options": [{"on": _holds(value, each.value), "label": each.label} for each in options],
        "lines": field.lines,
    }
    return {**row, "value": "", "pictures": _chosen(field, scope)} if field.pictures else row


def _chosen(field: s.FactField, scope: Scope) -> list[Block]:
    """The chosen pictures by key, file name and SHA-256; whoever prints brings the bytes."""
    value, rows = scope.of(field), scope.at(field.pictures) or []
    return [
        {"file": row["kunci"], "caption": row["nama"], "sha256": row["sidik"]}
        for row in rows
        if _holds(value, row["kunci"])
    ]


@_block.register
def _choices(section: s.Choices, scope: Scope) -> Block:
    """The boxes; what names no option, by key or in its words, stands beside ``other``."""
    value = scope.of(section)
    chosen = [text_of(each) for each in (value if isinstance(value, list) else [value])]
    options = scope.form.chosen(section.options)
    items = [
        {"on": each.value in chosen or each.label in chosen, "label": each.label}
        for each in options
    ]
    if section.other:
        known = {word for each in options for word in (each.value, each.label)}
        others = [each for each in chosen if each and each not in known]
        rest = ", ".join(others)
        items.append({"on": bool(others), "label": f"{section.other}: {rest or DOTS}"})
    return {"intro": scope.text(section.intro), "items": items, "across": section.across}


def _signer(signer: s.Signer, scope: Scope) -> Block:
    person = scope.of(signer) or {}
    return {
        "role": signer.role,
        "reg": signer.reg,
        **_signed(person),
        **({"ink": True} if signer.by == "kertas" else {}),
    }


@_block.register
def _table(section: s.Table, scope: Scope) -> Block:
    columns = [
        {
            "title": column.title,
            "group": column.group,
            "mm": column.mm,
            "centre": column.centre or bool(column.equals),
            "strong": column.strong,
        }
        for column in section.columns
    ]
    lines = [line for row in rows_of(section, scope) for line in _lines(section, row)]
    return {
        "intro": scope.text(section.intro),
        "note": section.note,
        "columns": columns,
        "rows": lines,
    }


def rows_of(section: s.Table, scope: Scope) -> list[dict[str, Any]]:
    """The rows, each with what was typed into it under ``isi``."""
    typed = scope.typed(section.key) if section.key else {}
    if section.editable:
        return printed_rows(section, typed)
    if section.rows:
        rows = [row.model_dump() for row in section.rows]
        return [{**row, "isi": _typed_in(typed, row["key"])} for row in rows]
    rows = _numbered(scope.at(section.source)) if section.source else []
    if not rows and section.own:
        rows = [{"isi": row} for row in typed] if isinstance(typed, list) else []
        return _numbered(rows) or [{"blank": True}] * section.empty
    if section.children:
        name = section.children[1:]
        rows = [{**row, name: _with_typed(_numbered(row.get(name)), typed)} for row in rows]
    return _with_typed(rows, typed) or [{"blank": True}] * section.empty


def _with_typed(rows: list[dict[str, Any]], typed: Any) -> list[dict[str, Any]]:
    return [{**row, "isi": _typed_in(typed, row["no"])} for row in rows]


def _typed_in(typed: Any, name: str) -> Any:
    return typed.get(name, {}) if isinstance(typed, Mapping) else {}


def _numbered(value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else []
    return [{"no": str(number), **row} for number, row in enumerate(rows, start=1)]


def _lines(section: s.Table, row: Mapping[str, Any]) -> Iterator[Block]:
    """The printed lines of ``row``: a group line before it, one line per child."""
    if row.get("group"):
        yield {"group": row["group"]}
    children: list[Mapping[str, Any]] = [row]
    if section.children and not row.get("blank"):
        children = row[section.children[1:]] or [{}]
    for index, child in enumerate(children):
        cells = [
            _cell(column, row if column.span else child, len(children) if column.span else 1)
            for column in section.columns
            if index == 0 or not column.span
        ]
        yield {"cells": cells, "blank": bool(row.get("blank"))}


def _cell(column: s.Column, row: Mapping[str, Any], span: int) -> Block:
    value = value_at(column.source[1:], row) if column.source else ""
    if not value and column.key:
        value = value_at(f"isi.{column.key}", row)
    if column.equals:
        on = False if row.get("blank") else _holds(value, column.equals)
        return {"tick": on, "span": span}
    below = value_at(column.below[1:], row) if column.below else []
    return {
        "text": text_of(value),
        "lead": text_of(value_at(column.lead[1:], row)) if column.lead else "",
        "below": [f"{each.get('no', '')} {each.get('teks', '')}".strip() for each in below or []],
        "span": span,
    }


def _holds(value: Any, wanted: str) -> bool:
    return wanted in value if isinstance(value, list) else value == wanted


def text_of(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(text_of(each) for each in value)
    return value if isinstance(value, str) else ""
