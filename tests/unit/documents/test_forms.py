"""Every form of every version: its file is sound, and its print says what the file declares."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdf
import pytest

from ajj.documents import registry
from ajj.documents.filling import fill
from ajj.documents.registry import BUNDLED, BadForm, Catalogue
from ajj.documents.render import render
from ajj.documents.schema import FormTemplate
from ajj.kernel.errors import NotFound
from tests import pdfa
from tests.factories.documents import forms, values
from tests.factories.documents.printed import LISTED, Printed, demanded

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
LAID_OUT = sorted(form.label for form in registry.all_templates() if not form.own)
WRITTEN = ("diisi", "nama ")
MINIMAL = """
code = "FR.AK.01"
version = "2031"
title = "Persetujuan Asesmen"
slot = "persetujuan"
level = "asesi"

[[section]]
kind = "facts"
fields = [
  { label = "Nama Asesi", source = "asesmen.asesi.nama" },
  { label = "Juru bahasa isyarat", source = "", key = "juru_bahasa" },
]
"""


def pages(pdf: bytes) -> list[str]:
    """The text of each page without any blank: lines may break anywhere."""
    return [squeezed(page) for page in raw_pages(pdf)]


@lru_cache(maxsize=1)
def raw_pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("\u200b", "").casefold()


def flowing(form: FormTemplate, pdf: bytes, about: str) -> str:
    """The whole text as if on one page: without page header and footer."""
    header = squeezed(f"{form.code} {form.title}{about}")
    version = re.escape(squeezed(f"{form.code}·versi{form.version}"))
    footer = re.compile(version + r"halaman\d+dari\d+")
    first, *rest = (footer.sub("", page) for page in pages(pdf))
    return first + "".join(page.replace(header, "", 1) for page in rest)


@pytest.mark.parametrize("label", LAID_OUT)
@pytest.mark.parametrize("known", ["everything", "nothing"])
def test_a_print_holds_every_label_and_fixed_text(label, known):
    form = registry.labelled(label)
    tree: dict[str, Any] = {"lsp": forms.LSP}
    if known == "everything":
        tree = {**values.full(), "isi": values.typed(form)}
    pdf = render(form.code, form.version, tree, now=NOW)
    about = "isi asesmen.asesi.nama" if known == "everything" else ""
    text = flowing(form, pdf, about)
    missing = [words for words in form.words() if squeezed(words) not in text]
    assert not missing
    printed = Printed(raw_pages(pdf), form, about)
    assert [words for words in demanded(form) if not printed.has(words)] == []
    assert pdfa.problems(pdf) == []
    typed = [word for word in values.texts_in(tree.get("isi", {})) if word.startswith(WRITTEN)]
    assert [word for word in typed if squeezed(word) not in text] == []


def test_bnsps_texts_are_listed_for_every_form_of_both_editions():
    codes = {each for form in registry.all_templates() for each in (form.code, form.label)}
    assert {name for name, table in LISTED.items() if "forms" not in table} <= codes
    assert {each for table in LISTED.values() for each in table.get("forms", ())} <= codes
    forms_of_bnsp = [form for form in registry.all_templates() if form.code.startswith("FR.")]
    assert [form.label for form in forms_of_bnsp if len(list(demanded(form))) < 5] == []


def test_a_set_has_every_slot_once_and_both_meanings_of_ia11():
    for name in ("2023", "2020"):
        chosen = registry.form_set(name)
        slots = [form.slot for form in chosen.forms]
        assert len(slots) == len(set(slots))
        assert registry.in_slot(chosen.labels, "persetujuan").version == name
    with pytest.raises(NotFound):
        registry.form_set("2011")
    with pytest.raises(NotFound):
        registry.in_slot(["FR.AK.01@2023"], "rekaman")


def test_every_slot_keeps_its_meaning_over_the_versions():
    for form in registry.all_templates():
        again = [each for each in registry.all_templates() if each.slot == form.slot]
        assert len({each.version for each in again}) == len(again)


def write(directory, text: str = MINIMAL, name: str = "FR.AK.01@2031"):
    path = directory / name / "form.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return directory


def test_a_new_version_is_files_alone(tmp_path):
    write(tmp_path)
    (tmp_path / "sets.toml").write_text('[2031]\ntitle = "MUK 2031"\nforms = ["FR.AK.01@2031"]\n')
    registry.add_directory(tmp_path)
    try:
        assert registry.in_slot(registry.form_set("2031").labels, "persetujuan").version == "2031"
        tree = {**forms.ak01(), "isi": {"juru_bahasa": "Damar Prakoso"}}
        text = "".join(pages(render("FR.AK.01", "2031", tree, now=NOW)))
        assert squeezed("Juru bahasa isyarat Damar Prakoso") in text
        assert squeezed("Nama Asesi Melati Ayu Prameswari") in text
        assert squeezed("FR.AK.01 · versi 2031") in text
    finally:
        registry.remove_directory(tmp_path)
    with pytest.raises(NotFound):
        registry.labelled("FR.AK.01@2031")


def test_a_form_of_its_own_layout_is_files_alone_too(tmp_path):
    write(tmp_path, MINIMAL.partition("[[section]]")[0])
    source = '#import "/_style.typ": *\n#show: form-page\nHalo #data.asesmen.asesi.nama'
    (tmp_path / "FR.AK.01@2031" / "form.typ").write_text(source)
    registry.add_directory(tmp_path)
    try:
        assert "halomelati" in pages(render("FR.AK.01", "2031", forms.ak01(), now=NOW))[0]
    finally:
        registry.remove_directory(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (('source = "asesmen.asesi.nama"', 'source = "asesmen.asesi.umur"'), "is unknown"),
        (('source = "", key = "juru_bahasa"', 'source = ""'), "needs a key"),
        (('key = "juru_bahasa"', 'key = "juru_bahasa", options = "warna"'), "warna are unknown"),
        (('label = "Nama Asesi", ', ""), "label"),
        (('level = "asesi"', 'level = "kota"'), "level"),
        (('title = "Persetujuan', 'judul = "x"\ntitle = "Persetujuan'), "judul"),
        (('version = "2031"', 'version = "2032"'), "holds FR.AK.01@2032"),
        (("[[section]]", "[[section"), "Expected"),
        (('source = "asesmen.asesi.nama"', 'source = "", key = "juru_bahasa"'), "used twice"),
    ],
)
def test_a_wrong_form_file_is_refused_and_named(tmp_path, wrong, said):
    write(tmp_path, MINIMAL.replace(*wrong))
    with pytest.raises(BadForm) as refused:
        Catalogue.read([BUNDLED, tmp_path])
    assert said in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_a_directory_never_replaces_a_form(tmp_path):
    write(tmp_path, MINIMAL.replace("2031", "2023"), "FR.AK.01@2023")
    with pytest.raises(BadForm) as refused:
        Catalogue.read([BUNDLED, tmp_path])
    assert "exists already" in str(refused.value)


def test_a_long_table_breaks_and_repeats_its_head():
    sheets = pages(render("FR.IA.01", "2023", forms.ia01(kuk=60), now=NOW))
    assert len(sheets) > 6
    head = squeezed("Elemen Kriteria Unjuk Kerja Standar Industri atau Tempat Kerja")
    assert sum(head in sheet for sheet in sheets) > 6
    assert head in sheets[1]
    assert squeezed("Melati Ayu Prameswari") in sheets[1]
    assert f"halaman2dari{len(sheets)}" in sheets[1]
    whole = "".join(sheets)
    assert [row for row in range(1, 61) if f"1.{row}rancangan" not in whole] == []


def test_a_box_is_ticked_only_for_what_is_known():
    form = registry.template("FR.IA.01", "2023")
    ticks = [
        cell["tick"]
        for block in fill(form, forms.ia01(kuk=4))
        if block["kind"] == "table"
        for row in block["rows"]
        for cell in row["cells"]
        if "tick" in cell
    ]
    assert ticks == [False, True, False, False, False, False, True, False] * 4


def below_the_page(pdf: bytes) -> list[str]:
    """Texts that are drawn where nobody sees them: under the foot of their page."""
    lost: list[str] = []

    def look(text: str, outer: list[float], inner: list[float], *_font: Any) -> None:
        if text.strip() and outer[5] + inner[5] * outer[3] < 20:
            lost.append(text)

    for page in pypdf.PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=look)
    return lost


@pytest.mark.parametrize(
    "label", ["FR.APL.01@2023", "FR.IA.01@2023", "FR.AK.02@2023", "FR.AK.05@2023"]
)
def test_nothing_that_somebody_wrote_runs_off_the_page(label):
    form = registry.labelled(label)
    essay = " ".join(f"kata{number:04d}" for number in range(600))
    tree = values.lengthened(values.full(1), essay)
    pdf = render(form.code, form.version, tree, now=NOW)
    assert below_the_page(pdf) == []
    text = "".join(pages(pdf))
    assert text.count("kata0599") == text.count("kata0000") > 0
