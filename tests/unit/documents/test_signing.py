"""Who signs which form, what still stands after any course of events, and how it is drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.documents import registry
from ajj.documents.filling import fill
from ajj.documents.signing import Given, Place, Stamp, places, signed_blocks, standing
from tests.factories.documents import values

FORMS = {form.label: form for form in registry.all_templates()}
LINES = (
    Place("asesmen.asesi", "Asesi", "asesi"),
    Place("asesmen.asesor", "Asesor", "asesor"),
    Place("isi.supervisor", "Supervisor", "kertas"),
)
TEXTS = st.sampled_from(["lama", "baru", "terbaru"])
GIVEN = st.builds(Given, st.sampled_from([line.key for line in LINES]), st.integers(1, 4), TEXTS)


def parties(label: str) -> list[str]:
    return [place.party for place in places(FORMS[label])]


def test_who_signs_is_what_the_forms_say():
    assert parties("FR.AK.07@2023") == ["asesi", "asesor"]
    assert parties("FR.IA.02@2023") == ["asesi", "asesor", "kertas"]
    assert parties("FR.IA.07@2023") == ["kertas", "asesor"]
    assert parties("FR.IA.10@2023") == ["tamu", "asesor"]
    assert parties("FR.IA.11@2020") == ["peninjau"]
    assert parties("FR.AK.06@2023") == ["tim"]
    assert parties("FR.VA@2023") == ["tim", "tim", "tim"]
    assert parties("FR.MAPA.01@2023") == ["asesor", "peninjau"]
    assert parties("UNDANGAN.ASESI@1") == ["ketua"]


@pytest.mark.parametrize(
    "label", ["FR.APL.01@2023", "FR.AK.01@2023", "FR.AK.02@2023", "FR.IA.01@2023"]
)
def test_what_was_signed_where_it_was_done_is_not_signed_again(label):
    assert places(FORMS[label]) == ()


@pytest.mark.parametrize("label", sorted(FORMS))
def test_every_line_of_a_form_has_a_role_of_its_own_and_somebody_who_may_sign(label):
    lines = places(FORMS[label])
    assert len({line.role for line in lines}) == len({line.key for line in lines}) == len(lines)
    named = [line for line in lines if line.key.startswith("isi.")]
    people = [
        person
        for section in FORMS[label].section
        if section.kind == "signatures"
        for person in section.people
    ]
    assert all(person.by for person in people if not person.source), "says who it is by"
    assert len(named) <= len(people)


def test_an_asesi_is_never_asked_to_read_keys():
    for form in FORMS.values():
        keys = any("kunci" in words.casefold() for words in form.words())
        assert not (keys and any(place.party == "asesi" for place in places(form))), form.label


@given(st.lists(GIVEN, max_size=12), TEXTS)
def test_whatever_happened_only_this_text_counts_once_a_line_and_once_a_person(signed, text):
    now = standing(LINES, signed, text)
    assert all(each.text == text for each in now.valid)
    assert all(each.text != text for each in now.void)
    assert len({each.place for each in now.valid}) == len(now.valid)
    assert len({each.signer for each in now.valid}) == len(now.valid)
    assert set(now.valid) | set(now.void) <= set(signed)
    taken = {each.place for each in now.valid}
    assert now.complete == {"asesmen.asesi", "asesmen.asesor"}.issubset(taken)


@given(st.lists(GIVEN, max_size=12))
def test_another_text_voids_everything_and_asks_everybody_again(signed):
    after = standing(LINES, signed, "belum pernah")
    assert (after.valid, len(after.void)) == ((), len(signed))
    assert [place.key for place in after.open] == ["asesmen.asesi", "asesmen.asesor"]


@given(st.lists(GIVEN, max_size=12), TEXTS, st.integers(1, 4))
def test_a_line_that_is_offered_is_open_and_taking_it_is_progress(signed, text, signer):
    before = standing(LINES, signed, text)
    line = before.offered(signer, {"asesi", "asesor"})
    if line is None:
        mine = {each.signer for each in before.valid}
        assert before.complete or signer in mine
        return
    after = standing(LINES, [*signed, Given(line.key, signer, text)], text)
    assert set(before.valid) < set(after.valid)
    assert len(after.open) == len(before.open) - 1
    assert after.offered(signer, {"asesi", "asesor"}) is None


def test_nobody_signs_for_another_party_and_a_form_without_lines_is_never_complete():
    fresh = standing(LINES, [], "lama")
    assert fresh.offered(1, {"kantor", "tim"}) is None
    assert not standing((), [], "lama").complete
    assert not standing(LINES[2:], [], "lama").complete


@pytest.mark.parametrize("label", sorted(label for label, form in FORMS.items() if places(form)))
def test_stamps_stand_on_their_lines_and_change_nothing_else(label):
    form = FORMS[label]
    blocks = fill(form, {**values.full(), "isi": values.typed(form)})
    stamps = [
        Stamp(place.key, f"Nama {number}", "MET", f"tanda {number}")
        for number, place in enumerate(places(form))
        if place.needed
    ]
    after = signed_blocks(form, blocks, stamps)
    said = str(after)
    assert all(said.count(f"'{stamp.signed}'") == 1 for stamp in stamps)
    touched = {"signatures", "validators"}
    assert [b for b in after if b["kind"] not in touched] == [
        b for b in blocks if b["kind"] not in touched
    ]
    ink = [place for place in places(form) if not place.needed]
    assert said.count("'ink': True") == len(ink)
    if not ink:
        assert signed_blocks(form, blocks, []) == blocks
