"""Who may do what with media, the recording light, and the throttle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live import rules as live_rules
from ajj.live.states import SessionState
from realtime.room import rules
from realtime.room.light import FRESH_MS, Light, Track, recording_light
from realtime.throttle import Bucket
from recordings.models import StreamKind


@pytest.mark.parametrize("role", [role.value for role in live_rules.SessionRole])
def test_publishing_and_watching_by_role(role):
    publishes = {"asesi", "asesor", "asesor_pendamping"}
    watches = publishes | {"pengamat"}
    for require, allowed, code in (
        (rules.require_publisher, publishes, "role_may_not_publish"),
        (rules.require_subscriber, watches, "role_may_not_subscribe"),
    ):
        if role in allowed:
            require(role)
        else:
            with pytest.raises(Forbidden) as refused:
                require(role)
            assert refused.value.code == code


def test_the_words_are_the_domains_words():
    assert {role.value for role in live_rules.PUBLISHERS} == rules.PUBLISHERS
    assert {state.value for state in SessionState} == rules.RUNNING | rules.OVER | {
        "scheduled",
        "rescue",
    }
    assert {kind.value for kind in StreamKind} == set(rules.STREAM_KINDS)


def test_media_flows_only_while_the_session_runs():
    for state in ("open", "live"):
        rules.require_running(state)
    for state, code in (
        ("scheduled", "session_not_open"),
        ("ended", "session_ended"),
        ("sealed", "session_ended"),
    ):
        with pytest.raises(Conflict) as refused:
            rules.require_running(state)
        assert refused.value.code == code


def test_the_kind_of_a_stream():
    assert rules.stream_kind("") == "camera"
    assert rules.stream_kind("screen") == "screen"
    with pytest.raises(Invalid):
        rules.stream_kind("hologram")


def light(now_ms, *tracks):
    state = recording_light(tracks, now_ms)
    return state.light, state.until_ms, state.since_ms


def test_nothing_published_is_not_recording():
    assert light(5_000) == (Light.NOT_RECORDING, 0, 0)


def test_a_fresh_stream_is_given_the_time_of_a_segment():
    track = Track(started_ms=1_000, stopped_ms=None, stored_ms=0, spooled_ms=0)
    assert light(2_000, track)[0] is Light.RECORDING
    assert light(1_001 + FRESH_MS, track) == (Light.NOT_RECORDING, 1_000, 1_000)


def test_the_worst_live_stream_decides():
    good = Track(started_ms=0, stopped_ms=None, stored_ms=60_000, spooled_ms=0)
    stale = Track(started_ms=0, stopped_ms=None, stored_ms=30_000, spooled_ms=0)
    assert light(61_000, good) == (Light.RECORDING, 60_000, 0)
    assert light(61_000, good, stale) == (Light.NOT_RECORDING, 30_000, 30_000)


def test_what_only_the_media_node_holds_is_said_so():
    track = Track(started_ms=0, stopped_ms=None, stored_ms=30_000, spooled_ms=60_000)
    assert light(61_000, track) == (Light.STORED_LOCALLY, 60_000, 0)
    assert light(60_001 + FRESH_MS, track)[0] is Light.NOT_RECORDING


def test_a_stopped_stream_says_until_when():
    track = Track(started_ms=0, stopped_ms=31_000, stored_ms=30_500, spooled_ms=0)
    assert light(90_000, track) == (Light.NOT_RECORDING, 30_500, 31_000)


tracks = st.builds(
    Track,
    started_ms=st.integers(0, 10**6),
    stopped_ms=st.none(),
    stored_ms=st.integers(0, 10**6),
    spooled_ms=st.integers(0, 10**6),
)


@given(st.lists(tracks, min_size=1, max_size=4), st.integers(0, 2 * 10**6))
def test_the_light_never_claims_more_than_is_kept(live, now_ms):
    state = recording_light(live, now_ms)
    kept = [max(t.stored_ms, t.spooled_ms, t.started_ms) for t in live]
    assert state.until_ms == min(kept)
    if state.light is not Light.NOT_RECORDING:
        assert now_ms - state.until_ms <= FRESH_MS
    if state.light is Light.RECORDING:
        assert all(t.stored_ms >= t.spooled_ms for t in live)


@given(st.lists(st.floats(0, 3), max_size=200))
def test_the_bucket_lets_through_no_more_than_its_rate(pauses):
    bucket, now, passed = Bucket(5.0, 10, 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.take(now)
    assert passed <= 10 + 5 * now + 1e-6


def test_the_bucket_fills_again():
    bucket = Bucket(2.0, 3, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(0.5)
    assert not bucket.take(0.5)
