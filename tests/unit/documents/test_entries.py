"""What is typed on a form comes back on its screen and on its print, whatever the form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ajj.assessment.completeness import typed_on
from ajj.documents.editable import wording
from ajj.documents.entries import (
    MOST_CHARS,
    Entry,
    Line,
    Part,
    editable_tables,
    overlaid,
    parts,
    typed,
    unit_of,
)
from ajj.documents.filling import fill
from ajj.documents.registry import catalogue, labelled
from ajj.documents.schema import FormTemplate
from tests.factories.documents.values import full

FORMS = sorted(label for label in catalogue().forms if not labelled(label).own)


def entries(found: list[Part]) -> list[Entry]:
    return [
        entry
        for part in found
        for entry in (*part.entries, *(each for line in part.lines for each in line.entries))
    ]


def answered(form: FormTemplate, tree: dict[str, Any], draw: Any) -> dict[str, list[str]]:
    """A post of some entries, chosen by ``draw``, each word different."""
    posted: dict[str, list[str]] = {}
    for number, entry in enumerate(entries(parts(form, tree))):
        if not draw(st.booleans()):
            continue
        if entry.kind == "words":
            posted[entry.name] = [f"Kata {number} 'ab' <b>"]
        else:
            most = 1 if entry.kind == "one" else len(entry.options)
            values = [option.value for option in entry.options]
            posted[entry.name] = draw(
                st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)
            )
            if entry.other:
                posted[f"{entry.name}/lainnya"] = [f"Lain {number}"]
    return posted


@pytest.mark.parametrize("label", FORMS)
@settings(max_examples=2)
@given(data=st.data())
def test_what_is_typed_stands_on_the_screen_and_on_the_print(label: str, data: Any) -> None:
    form = labelled(label)
    tree = full() if data.draw(st.booleans()) else {}
    posted = answered(form, tree, data.draw)
    isi, wrong = typed(form, tree, posted)
    assert wrong == {}
    again = parts(form, {**tree, "isi": isi})
    kept = [word for entry in entries(again) for word in entry.value]
    assert sorted(kept) == sorted(word for words in posted.values() for word in words)
    printed = json.dumps(fill(form, {**tree, "isi": isi}), ensure_ascii=False)
    for words in posted.values():
        for word in words:
            assert not word.startswith(("Kata", "Lain")) or json.dumps(word)[1:-1] in printed


def test_unknown_names_and_options_are_left_out_and_rows_close_up() -> None:
    form = labelled("FR.IA.09@2023")
    (part,) = parts(form, {})
    second = part.lines[1].entries[0]
    posted = {second.name: ["Mengapa?"], "pertanyaan/+9/pertanyaan": ["x"], "skema": ["y"]}
    isi, _ = typed(form, {}, posted)
    assert isi == {"pertanyaan": [{"pertanyaan": "Mengapa?"}]}
    feedback = labelled("FR.AK.03@2023")
    assert typed(feedback, {}, {"komponen/k1/jawaban": ["mungkin"]}) == ({}, {})


def test_too_long_is_named_and_kept() -> None:
    form, name = labelled("FR.AK.03@2023"), "catatan_lain"
    isi, wrong = typed(form, {}, {name: ["x" * (MOST_CHARS + 1)]})
    assert wrong == {name: "too_long"}
    assert len(isi[name]) == MOST_CHARS + 1


@settings(max_examples=40)
@given(data=st.data(), label=st.sampled_from(["FR.AK.07@2023", "FR.IA.09@2023", "FR.AK.03@2023"]))
def test_two_people_on_different_entries_keep_what_both_typed(label: str, data: Any) -> None:
    form = labelled(label)
    before, mine, theirs = (answered(form, {}, data.draw) for _ in range(3))
    units = sorted({unit_of(entry.name) for entry in entries(parts(form, {}))})
    my_units = set(data.draw(st.lists(st.sampled_from(units), unique=True)))
    their_units = set(units) - my_units

    def after(*steps: tuple[dict[str, list[str]], set[str]]) -> dict[str, Any]:
        isi = typed(form, {}, before)[0]
        for posted, changed in steps:
            tree = {"isi": isi}
            isi = typed(form, tree, overlaid(form, tree, posted, changed))[0]
        return isi

    one = after((mine, my_units), (theirs, their_units))
    assert one == after((theirs, their_units), (mine, my_units)), "whoever comes first"
    merged = {n: v for n, v in mine.items() if unit_of(n) in my_units}
    merged |= {n: v for n, v in theirs.items() if unit_of(n) in their_units}
    assert one == typed(form, {}, merged)[0]
    assert after(({}, set())) == typed(form, {}, before)[0], "nothing changed"


REVIEW = "FR.IA.11@2023"
GAMBAR = [
    {"kunci": f"bukti:{n}", "nama": f"foto-{n}.jpg", "sidik": f"{n}" * 64, "alamat": f"/f/{n}"}
    for n in range(1, 11)
]


def lines_of(isi: dict[str, Any]) -> list[Line]:
    (part,) = (part for part in parts(labelled(REVIEW), {"isi": isi}) if part.lines)
    return list(part.lines)


def printed_review(isi: dict[str, Any], **tree: Any) -> tuple[list[str], list[Any]]:
    """What the table prints, line by line, and the pictures."""
    blocks = fill(labelled(REVIEW), {**tree, "isi": isi})
    (table,) = (block for block in blocks if block["kind"] == "table")
    said = [row.get("group") or row["cells"][0]["text"] for row in table["rows"]]
    shown = [
        row["pictures"]
        for block in blocks
        if block["kind"] == "facts"
        for row in block["rows"]
        if "pictures" in row
    ]
    return said, shown[0]


def test_rows_are_fitted_to_the_profession_and_only_used_ones_are_printed() -> None:
    form = labelled(REVIEW)
    lines = lines_of({})
    assert lines[0].known == ("Ukuran sesuai rencana/gambar kerja",)
    added = [line for line in lines if line.added]
    assert len(added) == 2, "a spare row below each group"
    first = lines[0]
    text, use = first.edits
    posted = {
        text.name: ["Tata letak sesuai rancangan"],
        first.entries[1].name: ["ya"],
        lines[1].edits[1].name: ["tidak"],
        added[0].entries[0].name: ["Waktu muat di bawah 3 detik"],
        added[0].entries[2].name: ["tidak"],
    }
    isi, wrong = typed(form, {}, posted)
    assert wrong == {}
    said, _shown = printed_review(isi)
    assert said[:4] == [
        "1. Spesifikasi",
        "Tata letak sesuai rancangan",
        "Kebersihan dan kerapian",
        "Waktu muat di bawah 3 detik",
    ]
    assert said[4] == "2. Performa"
    again = lines_of(isi)
    assert again[1].unused
    assert again[1].entries == ()
    assert use.value == ()
    assert typed_on(form, {"isi": isi}).unanswered == 7, "the recommendation, not what is left out"
    kept, _wrong = typed(form, {"isi": isi}, {**posted, "reviu/+7_1/teks": ["x"]})
    assert kept == isi


def test_a_group_whose_first_row_is_left_out_keeps_its_head() -> None:
    said, _shown = printed_review({"reviu": {"ukuran": {"pakai": "tidak"}}})
    assert said[:2] == ["1. Spesifikasi", "Estetika/penampilan"]
    rows = {key: {"pakai": "tidak"} for key in ("ukuran", "estetika", "kebersihan")}
    said, _shown = printed_review({"reviu": rows})
    assert said[0] == "2. Performa"


def test_only_the_wording_goes_to_another_asesi() -> None:
    (table,) = editable_tables(labelled(REVIEW))
    isi = {
        "ukuran": {"teks": "Tata letak", "hasil": "ya", "reviu": "rapi"},
        "estetika": {"hasil": "tidak"},
        "kebersihan": {"pakai": ["tidak"]},
        "+0_1": {"teks": "Waktu muat", "hasil": "ya"},
    }
    assert wording(table, isi) == {
        "ukuran": {"teks": "Tata letak"},
        "kebersihan": {"pakai": ["tidak"]},
        "+0_1": {"teks": "Waktu muat"},
    }
    assert wording(table, None) == {}


def test_pictures_are_chosen_among_what_was_uploaded() -> None:
    form, tree = labelled(REVIEW), {"bukti": {"gambar": GAMBAR}}
    (entry,) = (each for each in entries(parts(form, tree)) if each.pictures is not None)
    assert [url for _option, url in entry.shown][:2] == ["/f/1", "/f/2"]
    isi, wrong = typed(form, tree, {entry.name: ["bukti:2", "bukti:99", "bukti:1"]})
    assert (isi, wrong) == ({"gambar": ["bukti:2", "bukti:1"]}, {})
    _said, shown = printed_review(isi, **tree)
    assert [(each["file"], each["caption"]) for each in shown] == [
        ("bukti:1", "foto-1.jpg"),
        ("bukti:2", "foto-2.jpg"),
    ]
    many = [row["kunci"] for row in GAMBAR]
    assert typed(form, tree, {entry.name: many})[1] == {"gambar": "too_many"}
