"""Marks of any kind give FR.IA.01, FR.AK.02 and FR.AK.05 that agree; a replay gives the same."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ajj.applications.models import Apl01, Apl02
from ajj.assessment import rules, selectors, values
from ajj.assessment.unmet import unmet
from ajj.committee.models import Case
from ajj.live import fold
from ajj.live.selectors import full_log
from tests.factories.live import Room, room
from tests.integration.assessment.test_papers import BACKEND

pytestmark = pytest.mark.django_db
STEPS = st.lists(
    st.tuples(
        st.integers(0, 7), st.sampled_from(["ya", "tidak", "lanjut"]), st.booleans(), st.booleans()
    ),
    max_size=8,
)


def agreed() -> Room:
    return room().go_live().agree()


def marked(made: Room, steps: list[tuple[int, str, bool, bool]], begun: float) -> None:
    """Marks by either asesor, some taken back; where they differ, the lead's word settles it."""
    at = begun
    for kuk, value, second, taken_back in steps:
        at += 1
        author = made.pendamping if second else made.asesor
        seq = made.do(author, "mark", {"kuk": made.kuk[kuk], "value": value}, seconds=at)
        if taken_back:
            made.do(author, "mark.undo", {"mark": seq}, seconds=at)
    for kuk, state in selectors.marks_state(made.fresh()).items():
        if state.disputed:
            seqs = [mark.seq for mark in state.current]
            word = {"kuk": kuk, "value": "tidak", "note": "Ditonton ulang", "settles": seqs}
            made.do(made.asesor, "mark.resolve", word, seconds=at + 1)


def recommended(made: Room, result: str, at: float) -> dict[str, Any]:
    units = [{"unit": row.pk, "bukti": ["observasi"]} for row in made.skema.units.all()]
    said = {"result": result, "note": "", "tindak_lanjut": "Latihan terarah", "units": units}
    made.do(made.asesor, "ak02.recommend", said, seconds=at)
    return values.for_session(made.fresh())


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=st.lists(st.tuples(STEPS, st.sampled_from(["K", "BK"])), min_size=1, max_size=2))
def test_any_marks_agree_over_the_forms_and_over_a_replay(db, rounds):
    made = agreed()
    for number, (steps, result) in enumerate(rounds, start=1):
        begun = number * 100
        marked(made, steps, begun)
        tree = recommended(made, result, begun + 50)
        met_not = unmet(tree["ceklis"]["units"])
        said = tree["asesmen"]["asesi_daftar"][0]["keterangan"]
        listed = [named for named in said.split("; ") if named]
        follow_up = tree["rekaman"]["tindak_lanjut"]
        if result == "K":
            assert listed == []
            assert tree["ceklis"]["belum_pada"] == ""
            assert follow_up == "Latihan terarah"
        else:
            assert listed == [each.named for each in met_not]
            assert tree["ceklis"]["belum_pada"] == "; ".join(each.with_kuk for each in met_not)
            for unit in tree["rekaman"]["units"]:
                named = f"{unit['kode']} {unit['judul']}"
                assert (named in follow_up) == (named in listed)
        session = made.fresh()
        again = fold.fold(full_log(session.pk))
        replayed = rules.standing(again.marks.values(), again.resolutions)
        assert replayed == selectors.marks_state(session)
        kuk_no = {pk: state.value for pk, state in replayed.items() if state.value}
        bad = sum(value in {"tidak", "lanjut"} for value in kuk_no.values())
        assert bad == sum(len(each.kuk) for each in met_not)


def test_the_units_to_retake_are_told_to_each_reader_as_far_as_it_is_theirs():
    made = agreed()
    Apl01.objects.create(permohonan=made.permohonan)
    Apl02.objects.create(permohonan=made.permohonan)
    marked(made, [(0, "tidak", False, False), (5, "lanjut", False, False)], 10)
    recommended(made, "BK", 40)
    first, second = made.skema.units.order_by("kode")
    page = f"/permohonan/{made.permohonan.nomor}/"

    def seen(person, address=page) -> str:
        client = Client()
        client.force_login(person, BACKEND)
        return client.get(address).content.decode()

    told = seen(made.asesor, f"{page}laporan/")
    assert f"{first.kode} {first.judul}" in told
    assert "KUK 1.1" in told
    assert 'data-testid="retake"' in seen(made.admin)
    assert 'data-testid="retake"' not in seen(made.asesi), "nothing before the komite's decision"
    assert 'data-testid="feedback"' not in seen(made.asesi)
    Case.objects.filter(session=made.session).update(result="BK")
    if not Case.objects.filter(session=made.session).exists():
        Case.objects.create(
            session=made.session,
            asesi=made.asesi,
            recommendation="BK",
            result="BK",
            recommended_at=made.at(40),
            created_at=made.at(40),
            changed_at=made.at(40),
        )
    own = seen(made.asesi)
    assert f"{second.kode} {second.judul}" in own
    assert "KUK 1.1" not in own, "marks are never the asesi's to see"
    said = selectors.recommendation(made.session)
    assert said is not None
    assert 'data-testid="feedback"' in own
    assert said.tindak_lanjut in own, "the asesor's words reach whom they are for"
    assert 'data-testid="feedback"' not in seen(made.asesor)
