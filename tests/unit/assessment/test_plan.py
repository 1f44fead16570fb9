"""A plan of any shape gives a consistent set: forms in force only, growing with the ticks."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ajj.assessment.completeness import Known, Standing, Typed, Why, judge, typed_on
from ajj.assessment.plan import Gap, Plan, Verdict, decide
from ajj.documents.registry import form_set, in_slot

ROWS = ("ia01", "ia02", "ia03", "ia04", "ia04a", "ia04b", "ia05", "ia06", "ia07", "ia08", "ia09")
METHODS = ("cl", "dit", "dpt", "cvp", "crp", "vpk", "vp", "cup")
POTENSI = st.lists(st.sampled_from("12345"), unique=True, max_size=5)


def scheme(groups: int = 2) -> dict[str, Any]:
    elemen = [{"no": str(n), "judul": f"Elemen {n}", "kuk": []} for n in (1, 2)]
    units = [
        {"no": str(n), "kode": f"J.{n:03d}", "judul": f"Unit {n}", "elemen": elemen} for n in (1, 2)
    ]
    rows = [{"no": str(n), "nama": f"Kelompok {n}", "units": units} for n in range(1, groups + 1)]
    return {"skema": {"units": units, "kelompok": rows}}


@st.composite
def charts(draw) -> dict[str, Any]:
    """Ticks of FR.MAPA.02 in kelompok (or units) 1 and 2, keys of other editions among them."""
    rows = st.dictionaries(st.sampled_from((*ROWS, "ia10", "ia11", "lain")), POTENSI)
    return {
        place: {row: {"potensi": ticks} for row, ticks in draw(rows).items()}
        for place in ("1", "2", "9")
    }


@st.composite
def matrices(draw) -> dict[str, Any]:
    cells = st.dictionaries(st.sampled_from(METHODS), st.sampled_from(["CL", "DIT", "x", ""]))
    return {a: {b: draw(cells) for b in ("1", "2")} for a in ("1", "2")}


def decided(name: str, potensi, chart, matrix=None, *, lookalike: bool = False) -> Plan:
    forms = form_set(name).forms
    if lookalike:
        forms = tuple(random.Random(7).sample(forms, len(forms)))
    plan, peta = (in_slot(form_set(name).labels, slot) for slot in ("rencana", "peta_instrumen"))
    isi = {
        plan.label: {"potensi": list(potensi), "rencana": matrix or {}},
        peta.label: {"peta": chart},
    }
    return decide(forms, scheme(), isi)


@pytest.mark.parametrize("name", ["2023", "2020"])
@settings(max_examples=40)
@given(potensi=POTENSI, chart=charts(), matrix=matrices())
def test_any_plan_gives_a_consistent_set(name, potensi, chart, matrix):
    plan = decided(name, potensi, chart, matrix)
    labels = set(form_set(name).labels)
    assert plan.planned <= plan.governed <= labels
    assert all("FR.IA." in label for label in plan.governed)
    assert plan.potensi == set(potensi)
    for label in labels:
        verdict = plan.says_of(label)
        assert (verdict is Verdict.PLANNED) == (label in plan.planned)
        assert (verdict is Verdict.FREE) == (label not in plan.governed)
    turned = {
        place: {row: {"potensi": cell["potensi"][::-1]} for row, cell in reversed(rows.items())}
        for place, rows in reversed(chart.items())
    }
    assert decided(name, potensi[::-1], turned, matrix, lookalike=True).planned == plan.planned


@pytest.mark.parametrize("name", ["2023", "2020"])
@settings(max_examples=40)
@given(
    potensi=POTENSI,
    chart=charts(),
    row=st.sampled_from((*ROWS, "ia10", "ia11")),
    column=st.sampled_from("12345"),
)
def test_a_tick_more_never_takes_a_form_away(name, potensi, chart, row, column):
    before = decided(name, potensi, chart)
    more = {place: {key: dict(cell) for key, cell in rows.items()} for place, rows in chart.items()}
    ticks = more["1"].setdefault(row, {"potensi": []})
    ticks["potensi"] = sorted({*ticks["potensi"], column})
    assert before.planned <= decided(name, potensi, more).planned
    assert before.planned <= decided(name, {*potensi, column}, chart).planned
    assert before.governed == decided(name, potensi, more).governed


def test_a_row_stands_for_all_parts_of_its_form_and_for_its_own_edition():
    chart = {"1": {"ia05": {"potensi": ["2"]}, "ia11": {"potensi": ["2"]}}}
    plan = decided("2023", ["2"], chart)
    assert plan.planned == {
        "FR.IA.05A@2023",
        "FR.IA.05B@2023",
        "FR.IA.05C@2023",
        "FR.IA.11@2023",
    }
    assert plan.says_of("FR.IA.11@2020") is Verdict.FREE, "reviews the instruments, not a product"
    assert decided("2020", ["2"], chart).planned >= {"FR.IA.11@2020"}
    assert "FR.IA.04@2020" in decided("2020", ["2"], chart).governed


def test_the_plan_says_what_it_lacks():
    empty = decided("2023", [], {})
    assert [hint.gap for hint in empty.hints] == [Gap.NO_POTENSI, Gap.NO_MAP, Gap.NO_MATRIX]
    assert empty.says_of("FR.IA.01@2023") is Verdict.UNDECIDED
    other = decided("2023", ["3"], {"1": {"ia01": {"potensi": ["1"]}}})
    assert Gap.NOTHING_TICKED in [hint.gap for hint in other.hints]
    assert not other.decided
    matrix = {"1": {"1": {"cl": "CL"}, "2": {"dpt": "PW"}}, "2": {"1": {"cl": "CL"}}}
    plan = decided("2023", ["1"], {"1": {"ia01": {"potensi": ["1"]}}}, matrix)
    said = {(hint.gap, hint.about.partition(":")[0]) for hint in plan.hints}
    assert said == {
        (Gap.UNIT_WITHOUT_METHOD, "Kelompok Pekerjaan 2"),
        (Gap.METHOD_UNTICKED, "Tanya Jawab (tertulis, wawancara, lisan, angket) [DPT/DPL/PW]"),
    }


@settings(max_examples=25)
@given(potensi=POTENSI, chart=charts(), data=st.data())
def test_every_form_stands_somewhere_and_says_why(potensi, chart, data):
    plan = decided("2023", potensi, chart)
    forms = form_set("2023").forms
    counts = st.builds(Typed, st.booleans(), st.integers(0, 3), st.integers(0, 3))
    known = {form.label: Known(typed=data.draw(counts)) for form in forms}
    found = judge(forms, plan, known)
    assert [row.form for row in found.rows] == [f for f in forms if f.code.startswith("FR.")]
    for row in found.rows:
        if row.form.label in plan.planned:
            assert row.standing is not Standing.NOT_NEEDED
        if row.why is Why.FILLED:
            assert not row.unanswered
        assert not (row.verdict is Verdict.UNPLANNED and row.missing)
        assert not (row.holds_up and row.waits_for_asesi)


def test_a_form_is_filled_when_every_choice_is_made():
    form = form_set("2023").forms
    ak03 = next(each for each in form if each.slot == "umpan_balik")
    tree = {**scheme(), "isi": {"komponen": {"k1": {"jawaban": "ya"}}}}
    assert typed_on(ak03, tree).unanswered == 9
    answers = {f"k{n}": {"jawaban": "ya"} for n in range(1, 11)}
    done = typed_on(ak03, {**tree, "isi": {"komponen": answers}})
    assert (done.anything, done.unanswered, done.empty) == (True, 0, 11)
    chart = in_slot(form_set("2023").labels, "peta_instrumen")
    ticked = {"peta": {"1": {"ia01": {"potensi": ["1"]}}}}
    one = typed_on(chart, {**scheme(), "isi": ticked})
    assert (one.anything, one.unanswered, one.empty) == (True, 0, 0), "no tick is an answer too"
    assert not typed_on(ak03, {**tree, "isi": {}}).anything
