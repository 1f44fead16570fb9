"""Whether a watcher gets the picture."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp.allowance import LEAST_BPS, Allowance


def poor(allowance: Allowance, start: int, seconds: int) -> None:
    for now in range(start, start + seconds):
        allowance.estimate(LEAST_BPS // 2, LEAST_BPS // 8 * now, float(now))
        allowance.look(float(now))


def test_a_line_too_thin_for_any_picture_gets_the_sound_and_has_no_say() -> None:
    allowance = Allowance()
    poor(allowance, 0, 2)
    assert allowance.cap(1.5) == LEAST_BPS // 2
    poor(allowance, 2, 1)
    assert not allowance.video
    assert allowance.cap(2.5) is None


def test_a_resting_picture_is_no_thin_line() -> None:
    """Of 10 kbit/s that come a browser's estimate says 25 at most; what fits is not withheld."""
    resting = Allowance()
    for now in range(20):
        resting.estimate(25_000, 10_000 // 8 * now, float(now))
        resting.look(float(now))
        assert now == 0 or resting.cap(float(now)) is None
    assert resting.video
    fits = Allowance()
    for now in range(20):
        fits.estimate(40_000, 42_000 // 8 * now, float(now))
        fits.look(float(now))
    assert fits.video
    assert fits.cap(19.5) == 40_000


def test_loss_alone_tells_too_and_old_reports_tell_nothing() -> None:
    allowance = Allowance()
    allowance.loss(0.5, 0.0)
    assert [allowance.look(float(now)) for now in range(4)] == [False, False, True, False]
    fresh = Allowance()
    fresh.loss(0.5, 0.0)
    assert [fresh.look(now) for now in (10.0, 12.0, 14.0)] == [False] * 3


def test_it_is_tried_again_ever_more_rarely() -> None:
    allowance = Allowance()
    tries: list[int] = []
    for now in range(400):
        allowance.estimate(10_000, 10_000 * now, float(now))
        if allowance.look(float(now)) and allowance.video:
            tries.append(now)
    waits = [b - a for a, b in itertools.pairwise(tries)]
    assert len(tries) >= 3
    assert waits == sorted(waits)
    assert waits[-1] > 1.9 * waits[0]


def test_who_declines_is_not_asked_by_the_line() -> None:
    allowance = Allowance()
    allowance.declined = True
    poor(allowance, 0, 10)
    assert not allowance.held
    allowance.declined = False
    assert allowance.video


@given(st.lists(st.tuples(st.integers(0, 2_000_000), st.floats(0, 1)), max_size=80))
def test_a_cap_comes_only_from_who_sees(reports: list[tuple[int, float]]) -> None:
    allowance = Allowance()
    for n, (bitrate, lost) in enumerate(reports):
        now = float(n)
        allowance.estimate(bitrate, 10_000 * n, now)
        allowance.loss(lost, now)
        before = allowance.video
        assert allowance.look(now) == (allowance.video != before)
        assert allowance.video or allowance.cap(now) is None
