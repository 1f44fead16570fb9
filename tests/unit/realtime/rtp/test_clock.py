from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp.clock import TrackClock

TICKS = 90


def ntp(ms: float) -> int:
    return round(ms * 4294967296 / 1000)


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 1 << 32))
def test_jitter_never_enters_the_recording(start: int, seed: int) -> None:
    clock, places, rng = TrackClock(TICKS * 1000), list[float](), random.Random(seed)
    for number in range(300):
        arrival = 5000 + number * 50 + (rng.uniform(0, 200) if number else 0)
        at, anchored = clock.place((start + number * 50 * TICKS) & 0xFFFFFFFF, arrival)
        assert not anchored
        places.append(at)
    assert places == pytest.approx([5000 + number * 50 for number in range(300)])


def test_a_jump_of_the_timestamp_anchors_anew() -> None:
    clock = TrackClock(TICKS * 1000)
    clock.place(0, 1000)
    assert clock.place(50 * TICKS, 1050) == (1050, False)
    assert clock.place(4_000_000_000, 1100) == (1100, True)
    assert clock.place(4_000_000_000 + 50 * TICKS, 1150) == (1150, False)
    assert clock.place(0, 1200) == (1200, True)


def test_a_pause_is_no_jump() -> None:
    clock = TrackClock(TICKS * 1000)
    clock.place(0, 1000)
    assert clock.place(60_000 * TICKS, 61_000) == (61_000, False)


def test_a_slow_sender_clock_is_caught_after_a_window() -> None:
    clock, anchored = TrackClock(TICKS * 1000), 0
    for number in range(2000):
        at, anew = clock.place(round(number * 50 * 0.99 * TICKS), number * 50.0)
        anchored += anew
        assert abs(at - number * 50) < 350
    assert anchored >= 2


def test_a_clock_that_runs_ahead_is_caught_at_once() -> None:
    clock = TrackClock(TICKS * 1000)
    clock.place(0, 1000)
    assert clock.place(400 * TICKS, 1100) == (1100, True)


def test_a_burst_at_the_start_is_placed_by_its_last_frame() -> None:
    clock = TrackClock(TICKS * 1000)
    burst = [(n * 50 * TICKS, 3000.0 + n) for n in range(20)]
    clock.settle(burst)
    assert clock.place(0, 3000.0)[0] == pytest.approx(3000 + 19 - 950)
    assert clock.place(1000 * TICKS, 3070.0)[0] == pytest.approx(3069)


def test_no_offset_before_the_first_report() -> None:
    assert TrackClock(90_000).offset_ms is None


def test_sender_reports_tell_sound_from_picture() -> None:
    """Both start at the same instant at the sender; the picture takes 80 ms longer to arrive."""
    picture, sound = TrackClock(90_000), TrackClock(48_000)
    picture.place(1000, 180)
    sound.place(777, 100)
    picture.sender_report(ntp(50_000), 1000)
    sound.sender_report(ntp(50_000), 777)
    assert picture.offset_ms is not None
    assert sound.offset_ms is not None
    sound.shift(sound.offset_ms - picture.offset_ms)
    assert sound.place(777 + 48 * 20, 121)[0] == pytest.approx(200, abs=0.01)
    assert sound.offset_ms == pytest.approx(picture.offset_ms)


@pytest.mark.parametrize(("slower_ms", "kept"), [(900, True), (2500, False)])
def test_after_a_silence_a_slower_network_does_not_move_the_clock(
    slower_ms: int, kept: bool
) -> None:
    clock = TrackClock(48_000)
    clock.sender_report(ntp(50_000), 0)
    clock.settle([(n * 960, 1000.0 + n * 20) for n in range(20)])
    for second in range(1, 4):
        clock.place(second * 48_000, 1000.0 + second * 1000)
        clock.sender_report(ntp(50_000 + second * 1000), second * 48_000)
    after = [(10 * 48_000 + n * 2880, 11_000.0 + slower_ms + n * 60) for n in range(6)]
    clock.settle(after)
    assert clock.place(*after[0])[0] == pytest.approx(11_000 if kept else 11_000 + slower_ms)
