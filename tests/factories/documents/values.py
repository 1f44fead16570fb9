"""Trees of values in the shape of the vocabulary: everything known, and nothing known."""

from collections.abc import Mapping
from typing import Any

from ajj.documents import schema as s
from ajj.documents.schema import FormTemplate
from ajj.documents.sources import CHOICE, LIST, SOURCES, TEXT, Shape
from tests.factories.documents.forms import LSP

WRITTEN_FREELY = frozenset(
    {"alamat", "catatan", "keterangan", "belum_pada", "tindak_lanjut", "komentar", "aspek", "saran"}
)


def full(rows: int = 2) -> dict[str, Any]:
    """A value for every source: texts name their own path, so that a page shows what it took."""
    tree = {name: _made(shape, name, rows) for name, shape in SOURCES.items()}
    return {**tree, "lsp": LSP}


def _made(shape: Shape, path: str, rows: int) -> Any:
    if isinstance(shape, list):
        return [{**_made(shape[0], path, rows), "no": str(number)} for number in range(1, rows + 1)]
    if isinstance(shape, dict):
        return {name: _made(inner, f"{path}.{name}", rows) for name, inner in shape.items()}
    return {TEXT: f"isi {path}", CHOICE: "", LIST: []}[shape]


def typed(form: FormTemplate) -> dict[str, Any]:
    """Answers under every key of ``form`` outside an ``each`` that no source fills."""
    return {
        field.key: _answer(form, field)
        for section in form.section
        for field in section.fills
        if field.key and (not field.source or isinstance(field, s.Table))
    }


def _answer(form: FormTemplate, field: s.Sourced) -> Any:
    if isinstance(field, s.Signer):
        return {"nama": f"nama {field.key}"}
    if isinstance(field, s.Table):
        cells = {
            c.key: c.equals or f"diisi {c.key}" for c in field.columns if c.key and not c.source
        }
        if field.source:
            return {"1": cells, "2": cells}
        return {row.key: cells for row in field.rows} or [cells, cells]
    if isinstance(field, s.FactField) and field.pictures:
        return [f"isi {field.pictures}.kunci"]
    options = form.chosen(getattr(field, "options", ()))
    if isinstance(field, s.Choices):
        return [options[0].value]
    return options[0].value if options else f"diisi {field.key}"


def shapes_of(tree: Any, shape: Shape, path: str = "") -> list[str]:
    """Where ``tree`` says something that ``shape`` does not know."""
    if isinstance(shape, dict):
        wrong = [] if isinstance(tree, Mapping) else [f"{path} is no group"]
        for name, value in tree.items() if isinstance(tree, Mapping) else ():
            inner = shape.get(name)
            here = f"{path}.{name}".lstrip(".")
            wrong += [here] if inner is None else shapes_of(value, inner, here)
        return wrong
    if isinstance(shape, list):
        if not isinstance(tree, list):
            return [f"{path} is no list of rows"]
        return [line for row in tree for line in shapes_of(row, shape[0], f"{path}[]")]
    return [] if isinstance(tree, list if shape == LIST else str) else [f"{path} is no {shape}"]


def texts_in(tree: Any) -> list[str]:
    """Every text of ``tree``."""
    if isinstance(tree, Mapping):
        return [text for value in tree.values() for text in texts_in(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in texts_in(value)]
    return [tree]


def paths_of(tree: Any, path: str = "") -> set[str]:
    """The path of every value that ``tree`` really holds, rows without their number."""
    if isinstance(tree, Mapping):
        inside = (paths_of(value, f"{path}.{name}".lstrip(".")) for name, value in tree.items())
        return set().union(*inside)
    if isinstance(tree, list):
        return set().union(*(paths_of(row, path) for row in tree))
    return {path} if tree else set()


def shape_along(path: str) -> Shape:
    """The shape at ``path``, through rows."""
    shape: Shape = SOURCES
    for name in path.split("."):
        held = shape[0] if isinstance(shape, list) else shape
        assert isinstance(held, dict)
        shape = held[name]
    return shape


def lengthened(tree: Any, essay: str) -> Any:
    """``tree`` with ``essay`` wherever a person may write as much as they like."""
    if isinstance(tree, Mapping):
        return {
            name: essay
            if name in WRITTEN_FREELY and isinstance(value, str)
            else lengthened(value, essay)
            for name, value in tree.items()
        }
    return [lengthened(row, essay) for row in tree] if isinstance(tree, list) else tree
