"""The order of the stages: nothing skipped, one at hand, and a promise kept in working days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ajj.applications.states import State
from ajj.portal.rules import (
    Actor,
    Facts,
    Meeting,
    Stage,
    StepState,
    add_workdays,
    current,
    positions,
)

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
moments = st.none() | st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(UTC)
)
meetings = st.none() | st.builds(Meeting, starts_at=st.just(MONDAY), over=st.booleans())
any_facts = st.builds(
    Facts,
    state=st.sampled_from(State),
    submitted_at=moments,
    accepted_at=moments,
    apl02_signed_at=moments,
    apl02_verified_at=moments,
    pra_asesmen=meetings,
    asesmen=meetings,
    recommended_at=moments,
    decided_at=moments,
    kompeten=st.none() | st.booleans(),
    sk_at=moments,
    certificate_at=moments,
)


VERIFIED = Facts(
    state=State.APL02_VERIFIED,
    submitted_at=MONDAY,
    accepted_at=MONDAY,
    apl02_signed_at=MONDAY,
    apl02_verified_at=MONDAY,
)


def to(state: State, **more: Any) -> Facts:
    """The facts of a permohonan in ``state`` whose earlier stages went as they should."""
    return replace(VERIFIED, state=state, **more)


@given(any_facts)
def test_every_stage_once_done_before_now_before_next(facts: Facts) -> None:
    rows = positions(facts)
    assert [row.stage for row in rows] == list(Stage)
    rank = {StepState.DONE: 0, StepState.NOW: 1, StepState.STOPPED: 1, StepState.NEXT: 2}
    ranks = [rank[row.state] for row in rows]
    assert ranks == sorted(ranks)
    assert ranks.count(1) <= 1


@given(any_facts)
def test_who_acts_is_said_exactly_at_the_stage_at_hand(facts: Facts) -> None:
    for row in positions(facts):
        assert (row.actor is not None) == (row.state is StepState.NOW)
        assert (row.at is not None) == (row.state is StepState.DONE)


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(2100, 1, 1)), st.integers(1, 60))
def test_working_days_end_on_a_working_day_and_are_counted(start: datetime, days: int) -> None:
    end = add_workdays(start, days)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert end.weekday() < 5
    assert sum(day.weekday() < 5 for day in between) == days


def test_a_draft_is_the_asesi_s() -> None:
    place = current(Facts(state=State.DRAFT))
    assert place is not None
    assert (place.stage, place.actor) == (Stage.APL01, Actor.ASESI)


def test_a_returned_form_is_at_hand_again_though_it_was_handed_in() -> None:
    place = current(Facts(state=State.RETURNED, submitted_at=MONDAY))
    assert place is not None
    assert (place.stage, place.actor) == (Stage.APL01, Actor.ASESI)


def test_the_office_has_five_working_days() -> None:
    place = current(Facts(state=State.SUBMITTED, submitted_at=MONDAY))
    assert place is not None
    assert (place.stage, place.actor) == (Stage.CHECK, Actor.ADMIN)
    assert place.due == MONDAY + timedelta(days=7)


def test_apl02_goes_from_asesi_to_asesor_and_back() -> None:
    actors = {
        state: place.actor
        for state in (State.ACCEPTED, State.APL02_SUBMITTED, State.APL02_RETURNED)
        if (place := current(to(state))) is not None
    }
    assert actors == {
        State.ACCEPTED: Actor.ASESI,
        State.APL02_SUBMITTED: Actor.ASESOR,
        State.APL02_RETURNED: Actor.ASESI,
    }


def test_a_session_is_the_office_s_until_it_has_a_date_and_then_an_appointment() -> None:
    place = current(to(State.APL02_VERIFIED))
    assert place is not None
    assert (place.stage, place.actor, place.due) == (Stage.PRA_ASESMEN, Actor.ADMIN, None)
    place = current(to(State.APL02_VERIFIED, pra_asesmen=Meeting(MONDAY, over=False)))
    assert place is not None
    assert (place.actor, place.due) == (Actor.MEETING, MONDAY)


def test_after_the_assessment_the_asesor_recommends_then_the_komite_decides() -> None:
    held: dict[str, Any] = {
        "pra_asesmen": Meeting(MONDAY, over=True),
        "asesmen": Meeting(MONDAY, over=True),
    }
    place = current(to(State.APL02_VERIFIED, **held))
    assert place is not None
    assert (place.stage, place.actor) == (Stage.ASESMEN, Actor.ASESOR)
    place = current(to(State.APL02_VERIFIED, **held, recommended_at=MONDAY))
    assert place is not None
    assert (place.stage, place.actor) == (Stage.PLENO, Actor.KOMITE)
    assert place.due == MONDAY + timedelta(days=18)


def test_belum_kompeten_stops_before_a_certificate() -> None:
    facts = to(
        State.APL02_VERIFIED,
        pra_asesmen=Meeting(MONDAY, over=True),
        asesmen=Meeting(MONDAY, over=True),
        recommended_at=MONDAY,
        decided_at=MONDAY,
        sk_at=MONDAY,
        kompeten=False,
    )
    last = positions(facts)[-1]
    assert (last.stage, last.state) == (Stage.CERTIFICATE, StepState.STOPPED)


def test_a_refused_permohonan_stops_where_it_was_refused() -> None:
    early = current(Facts(state=State.REJECTED, submitted_at=MONDAY))
    late = current(to(State.REJECTED, apl02_verified_at=None))
    assert early is not None
    assert late is not None
    assert (early.stage, early.state) == (Stage.CHECK, StepState.STOPPED)
    assert (late.stage, late.state) == (Stage.APL02, StepState.STOPPED)


def test_all_done_leaves_nothing_at_hand() -> None:
    facts = to(
        State.APL02_VERIFIED,
        pra_asesmen=Meeting(MONDAY, over=True),
        asesmen=Meeting(MONDAY, over=True),
        recommended_at=MONDAY,
        decided_at=MONDAY,
        kompeten=True,
        sk_at=MONDAY,
        certificate_at=MONDAY,
    )
    assert current(facts) is None
