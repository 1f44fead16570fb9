"""From form and data to PDF bytes: pure, and the same bytes for the same data and moment."""

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from ajj.documents.filling import Block, fill
from ajj.documents.registry import template
from ajj.documents.schema import FormTemplate
from ajj.documents.sources import value_at
from ajj.kernel.errors import Invalid

FONT_DIR = Path(__file__).parent / "fonts"
LAYOUT_DIR = Path(__file__).parent / "typst"
LAYOUT = LAYOUT_DIR / "formulir.typ"
UNPRINTABLE = "?"
Pictures = Callable[[Mapping[str, Any]], bytes | None]
"""From ``{file, sha256, caption}`` to the bytes, or None when they are not to be had."""
PAGE_BREAK: Block = {"kind": "page_break", "title": "", "keep": False}
PRINTED = {"code", "version", "title", "landscape", "letter", "nomor"}
# What the shipped fonts are known to draw. PDF/A refuses a document with a missing glyph, and a
# form must not fail to print because somebody typed an emoji.
PRINTABLE_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x2B0, 0x4FF),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20AC, 0x20AC),
)


def printable(text: str) -> str:
    """``text`` with what no shipped font can draw replaced by ``?``; line ends are kept."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        character if character == "\n" or _drawable(character) else UNPRINTABLE
        for character in composed
        if unicodedata.category(character) not in {"Mn", "Cf"}
    )


def _drawable(character: str) -> bool:
    if unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}:
        return False
    return any(first <= ord(character) <= last for first, last in PRINTABLE_RANGES)


def _printable_tree(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, Mapping):
        return {str(key): _printable_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable_tree(item) for item in value]
    return value


def qr_svg(text: str) -> str:
    """A QR code of ``text`` as an SVG (error correction M, quiet zone of 2 modules)."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, dark="#1c2422"
    )
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The faces that ship with the product, and no other."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONT_DIR)]
    )


def render(
    code: str,
    version: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
    pictures: Pictures | None = None,
) -> bytes:
    """The PDF (PDF/A-2b) of form ``code``@``version`` filled with ``data``; raises as ``press``."""
    form = template(code, version)
    return press(form, drawn(form, data), now=now, pictures=pictures)


def press(
    form: FormTemplate,
    what: Mapping[str, Any],
    *,
    now: datetime,
    pictures: Pictures | None = None,
) -> bytes:
    """The PDF (PDF/A-2b) of ``form`` from ``what`` its layout draws.

    ``now`` (aware) becomes the creation date in the file. ``pictures`` gives the bytes of a picture
    that ``what`` names; where none comes, or one that cannot be drawn, the print says so. Raises
    ``Invalid`` (``unprintable_form``) when ``what`` lacks something that the layout needs.
    """
    held = _held(what, pictures)
    try:
        return _compiled(form, _with_pictures(what, held), now)
    except Invalid:
        good = {file: data for file, data in held.items() if _can_be_drawn(data)}
        if good == held:
            raise
        return _compiled(form, _with_pictures(what, good), now)


def _held(what: Mapping[str, Any], pictures: Pictures | None) -> dict[str, bytes]:
    """The bytes of every picture that ``what`` names and that could be had."""
    if pictures is None:
        return {}
    named = {
        each["file"]: each
        for block in what.get("blocks", ())
        if block["kind"] == "facts"
        for row in block["rows"]
        for each in row.get("pictures", ())
    }
    found = {file: pictures(each) for file, each in named.items()}
    return {file: data for file, data in found.items() if data}


def _with_pictures(what: Mapping[str, Any], held: Mapping[str, bytes]) -> Mapping[str, Any]:
    """``what`` with the bytes of each picture that is ``held``."""
    if not held:
        return what

    def shown(each: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**each, "data": held[each["file"]]} if each["file"] in held else each

    def filled(row: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**row, "pictures": [shown(each) for each in row.get("pictures", ())]}

    blocks = [
        {**block, "rows": [filled(row) for row in block["rows"]]}
        if block["kind"] == "facts"
        else block
        for block in what["blocks"]
    ]
    return {**what, "blocks": blocks}


def _can_be_drawn(data: bytes) -> bool:
    """Whether ``data`` is a picture that the layout can draw; asked only when something failed."""
    source = b"#image(bytes(json(bytes(sys.inputs.data))))"
    compiler = typst.Compiler(
        source, font_paths=fonts(), sys_inputs={"data": json.dumps(list(data))}
    )
    try:
        compiler.compile(format="pdf")
    except typst.TypstError:
        return False
    return True


def _compiled(form: FormTemplate, what: Mapping[str, Any], now: datetime) -> bytes:
    inputs = {
        "data": json.dumps(_printable_tree(what), ensure_ascii=False),
        "form": json.dumps(form.model_dump(include=PRINTED), ensure_ascii=False),
    }
    try:
        compiler = typst.Compiler(
            form.own or LAYOUT.read_bytes(),
            root=str(LAYOUT_DIR),
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )
        pdf = compiler.compile(
            format="pdf", pdf_standards=form.standard, timestamp=int(now.timestamp())
        )
    except typst.TypstError as error:
        raise Invalid(
            f"{form.label} tidak dapat dicetak: {error.message}", code="unprintable_form"
        ) from error
    if not isinstance(pdf, bytes):
        raise TypeError(f"{form.label}: Typst gave no single file")
    return pdf


def drawn(form: FormTemplate, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the Typst source reads: a form of its own all of ``data``, the shared layout blocks."""
    if form.own:
        return data
    return {
        "lsp": data.get("lsp"),
        "blocks": _sheets(form, data),
        "about": value_at("asesmen.asesi.nama", data) or value_at("skema.judul", data),
        "nomor": value_at("surat.nomor", data),
        "tanggal": value_at("surat.tanggal", data),
    }


def _sheets(form: FormTemplate, data: Mapping[str, Any]) -> list[Block]:
    """The blocks; once for each of ``lembar`` where several people filled the same form."""
    first, *others = data.get("lembar") or [data.get("isi", {})]
    blocks = fill(form, {**data, "isi": first})
    for isi in others:
        blocks += [PAGE_BREAK, *fill(form, {**data, "isi": isi})]
    return blocks
