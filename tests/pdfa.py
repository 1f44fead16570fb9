"""What PDF/A-2b (ISO 19005-2) demands of a file, as far as its structure shows it.

Read with pypdf, which has no part in making the files. It is no validator: the font programs are
not opened (glyph widths, cmaps), XMP extension schemas and the syntax between objects are not
checked. docs/signatures.md says what that leaves open.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import pypdf
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
ACTIONS = {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
ANNOTATIONS = {"/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon",
               "/PolyLine", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp",
               "/Caret", "/Ink", "/Popup", "/FileAttachment", "/Widget", "/PrinterMark",
               "/TrapNet", "/Watermark", "/Redact"}  # fmt: skip
FILTERS = {"/ASCIIHexDecode", "/ASCII85Decode", "/FlateDecode", "/RunLengthDecode",
           "/CCITTFaxDecode", "/JBIG2Decode", "/DCTDecode", "/JPXDecode"}  # fmt: skip
INTENTS = {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
          "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion",
          "/Hue", "/Saturation", "/Color", "/Luminosity"}  # fmt: skip
SHOWS_TEXT = {b"Tj", b"TJ", b"'", b'"'}
PRINT, NEVER = 4, 1 | 2 | 32 | 256
DEEPEST_Q = 28


def problems(pdf: bytes) -> list[str]:
    """Everything in ``pdf`` that PDF/A-2b does not allow, each with its clause."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    return [
        *_file(pdf, reader),
        *_metadata(reader),
        *_output_intent(reader),
        *_catalogue(reader),
        *(problem for each in _objects(reader) for problem in _object(each)),
        *(problem for page in reader.pages for problem in _page(page)),
    ]


def _file(pdf: bytes, reader: pypdf.PdfReader) -> Iterator[str]:
    head = re.match(rb"%PDF-1\.[0-7][\r\n]+%([^\r\n]{4,})", pdf)
    if head is None or any(byte < 128 for byte in head[1][:4]):
        yield "6.1.2: no header of PDF 1.0 to 1.7 with a binary comment"
    if not re.search(rb"%%EOF[\r\n]*\Z", pdf):
        yield "6.1.3: something follows the last end of file"
    if "/Encrypt" in reader.trailer:
        yield "6.1.3: encrypted"
    if len(reader.trailer.get("/ID", ())) != 2:
        yield "6.1.3: no file identifier"


def _metadata(reader: pypdf.PdfReader) -> Iterator[str]:
    stream = reader.root_object.get("/Metadata")
    if stream is None:
        yield "6.6.2.1: no XMP"
        return
    data = stream.get_object().get_data()
    packet = re.match(rb"\s*<\?xpacket begin=[^?]*\?>", data)
    if packet is None or b"bytes=" in packet[0] or b"encoding=" in packet[0]:
        yield "6.6.2.1: no plain XMP packet"
    said = _xmp(data)
    if (said.get(f"{PDFAID}part"), said.get(f"{PDFAID}conformance")) != ("2", "B"):
        yield "6.6.4: not called PDF/A-2b"
    info = reader.trailer.get("/Info", {})
    for key, name in (("/Producer", "pdf/1.3/}Producer"), ("/Creator", "xap/1.0/}CreatorTool")):
        xmp = next((value for tag, value in said.items() if tag.endswith(name)), None)
        if key in info.get_object() and xmp not in {None, str(info.get_object()[key])}:
            yield f"6.6.3: {key} is another in the XMP"


def _xmp(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ET.fromstring(data.decode("utf-8")).iter():
        found |= dict(node.attrib)
        if node.text and node.text.strip():
            found[node.tag] = node.text.strip()
    return found


def _output_intent(reader: pypdf.PdfReader) -> Iterator[str]:
    rows = [row.get_object() for row in reader.root_object.get("/OutputIntents", ())]
    chosen = [row for row in rows if row.get("/S") == "/GTS_PDFA1"]
    profiles = [
        row["/DestOutputProfile"].get_object() for row in chosen if "/DestOutputProfile" in row
    ]
    if not profiles:
        yield "6.2.3: no PDF/A output intent with a profile"
    for profile in profiles:
        icc = profile.get_data()
        channels = {b"RGB ": 3, b"CMYK": 4, b"GRAY": 1}.get(icc[16:20])
        if icc[36:40] != b"acsp" or icc[8] > 4 or icc[12:16] not in {b"mntr", b"prtr"}:
            yield "6.2.3: the output intent's profile is no ICC profile of a device"
        if channels != profile.get("/N"):
            yield "6.2.3: the profile has another number of channels"


def _catalogue(reader: pypdf.PdfReader) -> Iterator[str]:
    root = reader.root_object
    for key in ("/AA", "/Requirements", "/NeedsRendering"):
        if key in root:
            yield f"6.x: the catalogue has {key}"
    names = root.get("/Names", DictionaryObject()).get_object()
    for key in ("/JavaScript", "/AlternatePresentations", "/EmbeddedFiles"):
        if key in names:
            yield f"6.5.2: {key} in the names"
    form = root.get("/AcroForm", DictionaryObject()).get_object()
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "6.4.1: a form that is drawn by the reader"


def _objects(reader: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that the trailer reaches, once."""
    seen: set[tuple[int, int]] = set()
    rest: list[Any] = [
        reader.trailer.raw_get(key) for key in ("/Root", "/Info") if key in reader.trailer
    ]
    while rest:
        each = rest.pop()
        if isinstance(each, IndirectObject):
            place = (each.idnum, each.generation)
            if place in seen:
                continue
            seen.add(place)
            each = each.get_object()
        if isinstance(each, DictionaryObject):
            yield each
            rest += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            rest += list(each)


def _object(each: DictionaryObject) -> Iterator[str]:
    kind, subtype = each.get("/Type"), each.get("/Subtype")
    if isinstance(each, StreamObject):
        yield from _stream(each)
    if kind == "/Action" or ("/S" in each and subtype is None and kind is None and "/JS" in each):
        yield from () if each.get("/S") in ACTIONS else (f"6.5.1: action {each.get('/S')}",)
    if kind == "/ExtGState":
        yield from _graphics_state(each)
    if kind == "/Font":
        yield from _font(each)
    if kind == "/Annot" or (subtype in ANNOTATIONS and "/Rect" in each):
        yield from _annotation(each)
    if kind == "/Sig":
        yield from () if "/ByteRange" in each else ("6.4.3: a signature without its range",)
    if any(isinstance(name, NameObject) and len(name) > 128 for name in each):
        yield "6.1.13: a name is too long"


def _stream(each: StreamObject) -> Iterator[str]:
    for key in ("/F", "/FFilter", "/FDecodeParms"):
        if key in each:
            yield f"6.1.7.1: a stream with {key}"
    filters = each.get("/Filter", ArrayObject())
    for name in filters if isinstance(filters, ArrayObject) else [filters]:
        if name not in FILTERS:
            yield f"6.1.7.2: filter {name}"
    if each.get("/Subtype") == "/PS" or each.get("/Subtype2") == "/PS":
        yield "6.2.9: PostScript"
    if each.get("/Subtype") == "/Image":
        for key in ("/Alternates", "/OPI"):
            if key in each:
                yield f"6.2.8: an image with {key}"
        if each.get("/Interpolate"):
            yield "6.2.8: an interpolated image"
    if "/Ref" in each or "/OPI" in each:
        yield "6.2.9: a form that stands for another file"


def _graphics_state(each: DictionaryObject) -> Iterator[str]:
    if "/TR" in each or each.get("/TR2", "/Default") != "/Default" or "/HTP" in each:
        yield "6.2.5: a transfer function"
    if each.get("/RI", "/Perceptual") not in INTENTS:
        yield f"6.2.6: rendering intent {each['/RI']}"
    if each.get("/BM", "/Normal") not in BLENDS:
        yield f"6.2.10: blend mode {each['/BM']}"


def _font(each: DictionaryObject) -> Iterator[str]:
    name = each.get("/BaseFont")
    if each.get("/Subtype") == "/Type3":
        return
    below: Any = each
    if each.get("/Subtype") == "/Type0":
        inner: Any = each["/DescendantFonts"]
        below = inner[0].get_object()
        if each.get("/Encoding") not in {"/Identity-H", "/Identity-V"}:
            yield f"6.2.11.3: {name} has a cmap of its own"
        if below.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in below:
            yield f"6.2.11.3: {name} maps no glyphs"
        if "/W" not in below and "/DW" not in below:
            yield f"6.2.11.5: {name} has no widths"
    about = below.get("/FontDescriptor", DictionaryObject()).get_object()
    if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about):
        yield f"6.2.11.4: {name} is not embedded"


def _annotation(each: DictionaryObject) -> Iterator[str]:
    kind, flags = each.get("/Subtype"), int(each.get("/F", 0))
    if kind not in ANNOTATIONS:
        yield f"6.3.1: annotation {kind}"
    if kind != "/Popup" and (not flags & PRINT or flags & NEVER):
        yield f"6.3.2: annotation {kind} is not always printed"
    if kind == "/Widget" and ("/A" in each or "/AA" in each):
        yield "6.4.1: a field with an action"
    box: Any = each["/Rect"]
    left, low, right, high = (float(number) for number in box)
    no_size = left == right and low == high
    if "/AP" not in each and kind not in {"/Popup", "/Link"} and not no_size:
        yield f"6.3.3: annotation {kind} has no appearance"


def _page(page: pypdf.PageObject) -> Iterator[str]:
    sides = (float(page.mediabox.width), float(page.mediabox.height))
    if not all(3 <= side <= 14400 for side in sides):
        yield "6.1.13: a page too small or too large"
    content = page.get_contents()
    if content is not None:
        yield from _content(content, page.get("/Resources", DictionaryObject()).get_object())


def _content(content: ContentStream, resources: DictionaryObject) -> Iterator[str]:
    """Colours that the RGB output intent does not cover, glyphs that no font has, nesting."""
    depth = deepest = 0
    for operands, operator in content.operations:
        if operator in {b"k", b"K"}:
            yield "6.2.4.3: DeviceCMYK without a profile"
        if operator in SHOWS_TEXT and _missing_glyph(operands):
            yield "6.2.11.8: the missing glyph is shown"
        if operator == b"ri" and operands[0] not in INTENTS:
            yield f"6.2.6: rendering intent {operands[0]}"
        depth += {b"q": 1, b"Q": -1}.get(operator, 0)
        deepest = max(deepest, depth)
    if deepest > DEEPEST_Q:
        yield f"6.1.13: graphics state saved {deepest} deep"
    for item in resources.get("/XObject", DictionaryObject()).get_object().values():
        inner = item.get_object()
        if inner.get("/Subtype") == "/Form":
            own = inner.get("/Resources", DictionaryObject()).get_object()
            yield from _content(ContentStream(inner, None), own)


def _missing_glyph(operands: list[Any]) -> bool:
    """All our fonts are Identity-H: two bytes a glyph, and glyph 0 is the missing one."""
    shown = operands[-1] if operands else b""
    for each in shown if isinstance(shown, ArrayObject) else [shown]:
        raw = each.original_bytes if isinstance(each, TextStringObject) else each
        if isinstance(raw, bytes) and any(
            raw[at : at + 2] == b"\0\0" for at in range(0, len(raw), 2)
        ):
            return True
    return False
