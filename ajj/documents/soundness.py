"""What a form names must exist: its sources in the vocabulary, its options, its keys once. Pure."""

from collections.abc import Iterator, Sequence

from ajj.documents.schema import (
    PLACEHOLDER,
    AnySection,
    Choices,
    Each,
    Facts,
    FormTemplate,
    Prose,
    Table,
    Units,
    Validators,
)
from ajj.documents.sources import GAMBAR, SOURCES, TEXT, Shape, shape_at

OWN_ROW: Shape = {"no": TEXT, "teks": TEXT}


def problems(form: FormTemplate) -> list[str]:
    """Everything in ``form`` that names what is not there; empty when it is sound."""
    keys = list(_keys(form.section))
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return [
        *_sections(form, form.section, SOURCES),
        *(f"key {key} is used twice" for key in twice),
    ]


def _keys(sections: Sequence[AnySection]) -> Iterator[str]:
    for section in sections:
        if isinstance(section, Each):
            yield from _keys(section.sections)
        yield from (field.key for field in section.fills if field.key)


def _sections(form: FormTemplate, sections: Sequence[AnySection], scope: Shape) -> Iterator[str]:
    for section in sections:
        if section.when and shape_at(section.when) is None:
            yield f"when {section.when} is unknown"
        for path in _paths(section):
            if _shape(path, scope) is None:
                yield f"source {path} is unknown"
        for name in _option_names(section):
            if name not in form.options:
                yield f"options {name} are unknown"
        if isinstance(section, Table):
            yield from _columns(section, scope)
        if isinstance(section, Facts):
            yield from _pictures(section)
        if isinstance(section, Each):
            yield from _each(form, section, scope)


def _each(form: FormTemplate, section: Each, scope: Shape) -> Iterator[str]:
    rows = _shape(section.source, scope)
    if not isinstance(rows, list):
        yield f"source {section.source} has no rows"
        return
    for path in PLACEHOLDER.findall(section.title):
        if _shape(path, rows[0]) is None:
            yield f"source {path} is unknown"
    yield from _sections(form, section.sections, rows[0])


def _pictures(facts: Facts) -> Iterator[str]:
    for field in facts.fields:
        if field.pictures and shape_at(field.pictures) != [GAMBAR]:
            yield f"pictures {field.pictures} are unknown"


def _shape(path: str, scope: Shape) -> Shape | None:
    return shape_at(path[1:], scope) if path.startswith(".") else shape_at(path)


def _paths(section: AnySection) -> Iterator[str]:
    """The sources that a section names, without those of columns and of what is inside."""
    yield from (field.source for field in section.fills if field.source)
    if isinstance(section, Each):
        return
    if isinstance(section, Units):
        yield section.source
    if isinstance(section, Validators) and section.source:
        yield from (f"{section.source}.penyusun", f"{section.source}.validator")
    texts = section.text if isinstance(section, Prose) else ()
    for text in (section.title, section.aid, *texts):
        yield from PLACEHOLDER.findall(text)


def _option_names(section: AnySection) -> Iterator[str]:
    if isinstance(section, Choices):
        yield from (section.options,) if isinstance(section.options, str) else ()
    if isinstance(section, Facts):
        yield from (field.options for field in section.fields if isinstance(field.options, str))


def _columns(table: Table, scope: Shape) -> Iterator[str]:
    rows = _shape(table.source, scope) if table.source else [OWN_ROW]
    if not isinstance(rows, list):
        yield f"source {table.source} has no rows"
        return
    row = inner = rows[0]
    if table.children:
        held = shape_at(table.children[1:], row)
        if not isinstance(held, list):
            yield f"children {table.children} are no rows"
            return
        inner = held[0]
    if table.editable and not (table.rows and table.key and scope is SOURCES):
        yield "an editable table needs rows and a key of its own, outside of any each"
    for column in table.columns:
        if column.key and not table.key:
            yield f"column {column.title} is typed in a table without a key"
        within = row if column.span else inner
        for path in filter(None, (column.source, column.lead, column.below)):
            if not path.startswith(".") or shape_at(path[1:], within) is None:
                yield f"column source {path} is unknown"


def named(form: FormTemplate) -> set[str]:
    """The full path of every value that ``form`` names, through rows and ``each``."""
    return set(_named(form.section, ""))


def _named(sections: Sequence[AnySection], base: str) -> Iterator[str]:
    for section in sections:
        yield from (_full(path, base) for path in _paths(section))
        if isinstance(section, Each):
            yield from _named(section.sections, _full(section.source, base))
        if isinstance(section, Table) and section.source:
            yield from _named_by_columns(section, _full(section.source, base))


def _named_by_columns(table: Table, row: str) -> Iterator[str]:
    inner = _full(table.children, row) if table.children else row
    for column in table.columns:
        within = row if column.span else inner
        yield from (_full(path, within) for path in (column.source, column.lead) if path)


def _full(path: str, base: str) -> str:
    return f"{base}{path}" if path.startswith(".") else path
