"""The check of what PDF/A-2b demands sees each thing that it forbids; a clean file has none."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from ajj.documents.render import render
from tests.factories.documents import forms
from tests.pdfa import problems

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
PLAIN = render("FR.AK.01", "2023", forms.ak01(), now=NOW)
Spoil = Callable[[pypdf.PdfWriter], None]


def name(text: str) -> NameObject:
    return NameObject(text)


def fonts(writer: pypdf.PdfWriter) -> DictionaryObject:
    found = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()  # type: ignore[index]
    below = found["/DescendantFonts"][0].get_object()
    assert isinstance(below, DictionaryObject)
    return below


def profile(writer: pypdf.PdfWriter) -> DictionaryObject:
    found = writer.root_object["/OutputIntents"][0].get_object()  # type: ignore[index]
    assert isinstance(found, DictionaryObject)
    return found


def annotate(writer: pypdf.PdfWriter, **changes: object) -> None:
    row = DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/Widget"),
            name("/F"): NumberObject(4),
            name("/Rect"): ArrayObject([FloatObject(0)] * 4),
        }
    )
    row.update({name(f"/{key}"): value for key, value in changes.items()})
    writer.pages[0][name("/Annots")] = ArrayObject([writer._add_object(row)])


def paint(writer: pypdf.PdfWriter, content: bytes) -> None:
    stream = StreamObject()
    stream.set_data(content)
    writer.pages[0][name("/Contents")] = writer._add_object(stream)


def action(kind: str) -> DictionaryObject:
    return DictionaryObject(
        {
            name("/Type"): name("/Action"),
            name("/S"): name(kind),
            name("/JS"): TextStringObject("app.alert(1)"),
        }
    )


SPOILT: dict[str, tuple[Spoil, str]] = {
    "javascript": (
        lambda it: it.root_object.update({name("/OpenAction"): action("/JavaScript")}),
        "6.5.1",
    ),
    "no intent": (lambda it: it.root_object.pop("/OutputIntents"), "6.2.3"),
    "no profile": (lambda it: profile(it).pop("/DestOutputProfile"), "6.2.3"),
    "no metadata": (lambda it: it.root_object.pop("/Metadata"), "6.6.2.1"),
    "font outside": (
        lambda it: fonts(it).update({name("/FontDescriptor"): DictionaryObject()}),
        "6.2.11.4",
    ),
    "no glyph map": (lambda it: fonts(it).pop("/CIDToGIDMap", None), "6.2.11.3"),
    "hidden annotation": (lambda it: annotate(it, F=NumberObject(6)), "6.3.2"),
    "unprinted annotation": (lambda it: annotate(it, F=NumberObject(0)), "6.3.2"),
    "undrawn annotation": (
        lambda it: annotate(it, Rect=ArrayObject([FloatObject(side) for side in (0, 0, 9, 9)])),
        "6.3.3",
    ),
    "video": (lambda it: annotate(it, Subtype=name("/Movie")), "6.3.1"),
    "field with an action": (lambda it: annotate(it, AA=DictionaryObject()), "6.4.1"),
    "cmyk": (lambda it: paint(it, b"0 0 0 1 k 0 0 9 9 re f"), "6.2.4.3"),
    "missing glyph": (lambda it: paint(it, b"BT /f0 9 Tf <00410000> Tj ET"), "6.2.11.8"),
    "deep": (lambda it: paint(it, b"q " * 40 + b"Q " * 40), "6.1.13"),
    "drawn by the reader": (
        lambda it: it.root_object.update(
            {name("/AcroForm"): DictionaryObject({name("/XFA"): TextStringObject("x")})}
        ),
        "6.4.1",
    ),
    "encrypted": (lambda it: it.encrypt("", algorithm="RC4-128"), "6.1.3"),
}


def test_a_print_has_no_problem():
    assert problems(PLAIN) == []


@pytest.mark.parametrize("fault", sorted(SPOILT))
def test_what_is_forbidden_is_seen(fault):
    spoil, clause = SPOILT[fault]
    writer = pypdf.PdfWriter(clone_from=BytesIO(PLAIN))
    spoil(writer)
    out = BytesIO()
    writer.write(out)
    assert any(problem.startswith(clause) for problem in problems(out.getvalue()))


def test_the_file_around_it_is_looked_at_too():
    assert any(each.startswith("6.1.3") for each in problems(PLAIN + b"more"))
    assert any(
        each.startswith("6.1.2") for each in problems(PLAIN.replace(b"%PDF-1.7", b"%PDF-2.0"))
    )
    other = PLAIN.replace(b"<pdfaid:part>2<", b"<pdfaid:part>1<")
    assert any(each.startswith("6.6.4") for each in problems(other))
