"""A session without live media: what is marked as such, and what counts as in time."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.live import rescue
from ajj.live.states import SessionEvent, SessionState, session_machine

MOMENTS = st.integers(0, 10**9)


@given(at_ms=MOMENTS, rescue_ms=st.none() | MOMENTS)
def test_what_people_do_after_it_began_carries_its_mode_and_nothing_before(at_ms, rescue_ms):
    data = {"kuk": 1, "value": "ya", "note": ""}
    made = rescue.stamped("mark", data, at_ms=at_ms, rescue_ms=rescue_ms)
    after = rescue_ms is not None and at_ms >= rescue_ms
    assert made == ({**data, "mode": "rescue"} if after else data)
    for kind in ("segment.stored", "gap", "session.sealed", "form.issued"):
        assert rescue.stamped(kind, data, at_ms=at_ms, rescue_ms=rescue_ms) == data


def test_a_photo_taken_while_the_room_was_live_is_no_rescue_whenever_it_arrives():
    for taken_ms, mode in ((99, None), (100, "rescue"), (None, "rescue")):
        made = rescue.stamped(
            "evidence.received", {"taken_ms": taken_ms}, at_ms=5000, rescue_ms=100
        )
        assert made.get("mode") == mode


def test_an_answer_in_its_grace_is_not_late_and_after_it_late_by_all_of_it():
    due = 60_000
    assert rescue.late_by(at_ms=due + rescue.GRACE_MS, due_ms=due) == 0
    assert rescue.late_by(at_ms=due + rescue.GRACE_MS + 1, due_ms=due) == rescue.GRACE_MS + 1


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
def test_a_device_is_believed_only_between_opening_and_its_time(from_ms, to_ms):
    said = rescue.believable(
        from_ms=from_ms, to_ms=to_ms, opened_ms=1000, due_ms=61_000, at_ms=500_000
    )
    assert said == (1000 - 5000 <= from_ms < to_ms <= 61_000 + 20_000)


def test_a_rescue_begins_before_the_end_and_ends():
    for state in (SessionState.OPEN, SessionState.LIVE):
        after = session_machine.after(state, SessionEvent.RESCUE)
        assert session_machine.after(after, SessionEvent.END) is SessionState.ENDED
    assert not session_machine.allows(SessionState.ENDED, SessionEvent.RESCUE)
