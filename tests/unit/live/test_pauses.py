"""The time a session gets back."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.live.pauses import MOST_MS, Pause, paused_ms

SPANS = st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=6)


@given(SPANS, st.integers(0, 3 * 10**7), st.integers(0, 10**6))
def test_it_never_shrinks_and_never_passes_the_most(spans, now_ms, later_ms):
    pauses = [Pause(min(a, b), "lain", "", "1", max(a, b)) for a, b in spans]
    found = paused_ms(pauses, now_ms + later_ms)
    assert 0 <= paused_ms(pauses, now_ms) <= found <= MOST_MS


def test_a_running_pause_counts_up_to_now():
    done = Pause(1000, "koneksi", "", "1").ended(4000)
    assert paused_ms([done, Pause(10_000, "lain", "", "1")], 12_500) == 5500
    assert paused_ms([done.ended(500)], 12_500) == 0
