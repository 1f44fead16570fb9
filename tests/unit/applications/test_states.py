"""The table of a permohonan: what leads where, and that its order is data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.applications.models import PermohonanState
from ajj.applications.states import (
    APL01,
    APL02,
    MACHINE,
    PATH,
    READY,
    Event,
    State,
    fillable,
    machine_of,
)
from ajj.kernel.errors import Conflict


def walk(*events: Event) -> State:
    state = MACHINE.initial
    for event in events:
        state = MACHINE.after(state, event)
    return state


def test_the_straight_way_ends_ready_to_schedule():
    assert walk(Event.SUBMIT, Event.ACCEPT, Event.SUBMIT_APL02, Event.VERIFY_APL02) is READY


def test_a_returned_application_can_be_handed_in_again():
    assert walk(Event.SUBMIT, Event.RETURN, Event.SUBMIT, Event.ACCEPT) is State.ACCEPTED


def test_asesor_can_ask_for_more_and_can_stop():
    handed_in = (Event.SUBMIT, Event.ACCEPT, Event.SUBMIT_APL02)
    assert walk(*handed_in, Event.RETURN_APL02, Event.SUBMIT_APL02) is State.APL02_SUBMITTED
    assert walk(*handed_in, Event.REJECT_APL02) is State.REJECTED


@pytest.mark.parametrize("event", list(Event))
def test_nothing_leaves_rejected(event):
    with pytest.raises(Conflict):
        MACHINE.after(State.REJECTED, event)


@given(st.lists(st.sampled_from(list(Event)), max_size=30))
def test_any_sequence_stays_in_known_states_and_verified_needs_both_forms(events):
    state, done = MACHINE.initial, []
    for event in events:
        if MACHINE.allows(state, event):
            state = MACHINE.after(state, event)
            done.append(event)
    if state is State.APL02_VERIFIED:
        assert Event.ACCEPT in done
        assert Event.SUBMIT_APL02 in done


def test_the_order_of_stages_is_data():
    swapped = machine_of((APL02, APL01))
    assert swapped.allows(State.DRAFT, Event.SUBMIT_APL02)
    assert not swapped.allows(State.DRAFT, Event.SUBMIT)
    assert swapped.after(State.APL02_VERIFIED, Event.SUBMIT) is State.SUBMITTED


def test_forms_can_be_filled_only_in_their_stage():
    assert fillable(APL01) == {State.DRAFT, State.RETURNED}
    assert fillable(APL02) == {State.ACCEPTED, State.APL02_RETURNED}
    assert fillable(APL02, (APL02, APL01)) == {State.DRAFT, State.APL02_RETURNED}


def test_every_state_has_its_words():
    assert set(PermohonanState.values) == {state.value for state in State}
    assert PATH == (APL01, APL02)
