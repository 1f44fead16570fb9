from datetime import UTC, datetime
from io import BytesIO
from typing import cast

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ajj.documents.registry import all_templates, template
from ajj.documents.render import PRINTABLE_RANGES, printable, qr_svg, render
from ajj.kernel.errors import Invalid, NotFound
from tests import pdfa
from tests.factories.documents import forms

NOW = datetime(2026, 11, 24, 4, 30, 0, 123456, tzinfo=UTC)
FILLED = {
    "FR.AK.01@2023": forms.ak01,
    "FR.IA.01@2023": forms.ia01,
    "FR.AK.02@2023": forms.ak02,
    "FR.AK.05@2023": forms.ak05,
    "BA.PLENO@1": forms.pleno,
    "SK.KEPUTUSAN@1": forms.decision,
    "SERTIFIKAT@1": forms.certificate,
    "BA.PEMUSNAHAN@1": forms.disposal,
    "TANDA.TERIMA@1": forms.receipt,
}


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


def test_every_form_with_a_source_of_its_own_is_printed_here():
    assert {form.label for form in all_templates() if form.own} <= set(FILLED)


@pytest.mark.parametrize("label", sorted(FILLED))
def test_a_form_is_pdf_a_2b_and_says_what_it_is(label):
    code, _, version = label.partition("@")
    pdf = render(code, version, FILLED[label](), now=NOW)
    reader = pypdf.PdfReader(BytesIO(pdf))
    stream = cast("pypdf.generic.StreamObject", reader.root_object["/Metadata"].get_object())
    metadata = stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert pdfa.problems(pdf) == []
    assert code in words(pdf) or code == "SERTIFIKAT"
    assert "2026-11-24T04:30:00" in metadata


@pytest.mark.parametrize("label", sorted(FILLED))
def test_the_same_data_and_moment_give_the_same_bytes(label):
    code, _, version = label.partition("@")
    first = render(code, version, FILLED[label](), now=NOW)
    assert render(code, version, FILLED[label](), now=NOW) == first


def test_persetujuan_prints_the_fixed_statements_and_both_signatures():
    text = words(render("FR.AK.01", "2023", forms.ak01(), now=NOW))
    assert "hak dan prosedur banding asesmen dari asesor" in text
    assert "Lainnya: Studi kasus" in text
    assert "24 November 2026, 09.12.40 WIB" in text
    assert "MET.000.004455.2023" in text


def test_an_unsigned_form_says_so():
    text = words(render("FR.AK.01", "2023", forms.ak01(asesi=forms.UNSIGNED), now=NOW))
    assert "Belum ditandatangani" in text


def test_a_long_checklist_runs_over_pages_and_numbers_them():
    sheets = pages(render("FR.IA.01", "2023", forms.ia01(kuk=30), now=NOW))
    assert len(sheets) > 3
    assert f"Halaman 2 dari {len(sheets)}" in " ".join(sheets[1].split())


def test_a_certificate_has_two_pages_up_to_thirty_units():
    for units in (1, 8, 14, 30):
        assert len(pages(render("SERTIFIKAT", "1", forms.certificate(units), now=NOW))) == 2


def test_markup_in_the_data_is_printed_as_it_stands():
    evil = '#panic("x") $x^2$ *tebal* _miring_ @acuan <label> \\ `kode` #read("/etc/passwd")'
    text = words(render("FR.AK.02", "2023", forms.ak02(komentar=evil), now=NOW))
    assert '#panic("x") $x^2$ *tebal* _miring_' in text
    assert '#read("/etc/passwd")' in text


@settings(max_examples=25)
@given(st.text(max_size=60))
def test_any_text_a_person_can_type_prints(text):
    assert render("FR.AK.02", "2023", forms.ak02(komentar=text), now=NOW).startswith(b"%PDF")


def test_every_character_called_printable_is_drawn():
    for first, last in PRINTABLE_RANGES:
        text = " ".join(chr(code) for code in range(first, last + 1))
        assert render("FR.AK.02", "2023", forms.ak02(komentar=text), now=NOW)


def test_what_no_font_draws_becomes_a_question_mark():
    assert printable("Siti 日😀\x00\nNguyễn") == "Siti ???\nNguyễn"


def test_a_form_without_its_data_is_refused():
    with pytest.raises(Invalid) as refused:
        render("BA.PLENO", "1", {"lsp": forms.LSP}, now=NOW)
    assert refused.value.code == "unprintable_form"


def test_an_unknown_version_is_not_another_version():
    with pytest.raises(NotFound) as refused:
        template("FR.AK.01", "2015")
    assert refused.value.code == "unknown_form"


def test_a_qr_code_is_an_svg_with_one_path():
    svg = qr_svg("http://localhost:8000/verifikasi/abc")
    assert svg.startswith("<svg")
    assert svg.count("<path") == 1
