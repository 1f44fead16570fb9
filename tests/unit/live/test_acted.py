"""How far a device's word about a moment is believed."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.live.acted import PROMISED_MS, Claim, Corrected, moment, place

MS = st.integers(0, 10**7)
ERRORS = st.integers(0, 2000)


def claim(ms: int, error_ms: int = 20, n: int = 1) -> Claim:
    return Claim(ms, error_ms, "tab", n)


BOUNDS = st.fixed_dictionaries(
    {"joined_ms": MS, "arrived_ms": MS, "after_ms": st.none() | MS, "before_ms": st.none() | MS}
)


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), BOUNDS)
def test_no_claim_leaves_the_bounds(ms, error_ms, bounds):
    found = place(
        claim(ms, error_ms),
        **bounds,
    )
    joined_ms, arrived_ms = bounds["joined_ms"], bounds["arrived_ms"]
    after_ms = bounds["after_ms"]
    assert 0 <= found.ms <= arrived_ms
    if joined_ms <= arrived_ms:
        assert found.ms >= joined_ms
    if after_ms is not None and after_ms <= arrived_ms:
        assert found.ms >= after_ms
    assert found.error_ms >= abs(found.ms - ms)
    assert (found.corrected is None) == ("claimed_ms" not in found.data())


@given(MS, ERRORS, st.integers(0, 10**6), st.integers(0, 10**6), st.randoms())
def test_an_honest_claim_is_placed_within_its_error(ms, error_ms, before, later, random):
    """However late it arrives: what is placed is no further off than the device said it may be."""
    said = max(0, ms + random.randint(-error_ms, error_ms))
    found = place(claim(said, error_ms), arrived_ms=ms + later, joined_ms=max(0, ms - before))
    assert abs(found.ms - ms) <= max(error_ms, PROMISED_MS, 0) or found.corrected
    assert abs(found.ms - ms) <= found.error_ms
    if error_ms <= PROMISED_MS:
        assert found.corrected is None


@given(st.lists(st.tuples(MS, ERRORS), min_size=1, max_size=20), st.randoms())
def test_acts_of_one_device_keep_their_order_whatever_order_they_arrive_in(acts, random):
    numbered = list(enumerate(acts, 1))
    random.shuffle(numbered)
    placed: dict[int, int] = {}
    for n, (ms, error_ms) in numbered:
        found = place(
            claim(ms, error_ms, n),
            arrived_ms=2 * 10**7,
            joined_ms=0,
            after_ms=max((at for m, at in placed.items() if m < n), default=None),
            before_ms=min((at for m, at in placed.items() if m > n), default=None),
        )
        placed[n] = found.ms
    assert [placed[n] for n in sorted(placed)] == sorted(placed.values())


def test_what_cannot_be_is_named():
    future = place(claim(700_000), arrived_ms=280_000, joined_ms=1_000)
    assert (future.ms, future.corrected) == (280_000, Corrected.FUTURE)
    early = place(claim(10), arrived_ms=280_000, joined_ms=5_000)
    assert (early.ms, early.corrected) == (5_000, Corrected.BEFORE_JOIN)
    order = place(claim(60_000), arrived_ms=280_000, joined_ms=1_000, after_ms=90_000)
    assert (order.ms, order.corrected) == (90_000, Corrected.ORDER)
    unsure = place(claim(270_000, 60_000), arrived_ms=280_000, joined_ms=1_000)
    assert (unsure.ms, unsure.corrected) == (280_000, Corrected.UNSURE)
    kept = place(claim(100_000, 60_000), arrived_ms=280_000, joined_ms=1_000)
    assert (kept.ms, kept.error_ms, kept.corrected) == (100_000, 60_000, None)


def test_an_entry_without_it_happened_when_it_arrived():
    assert moment(5_000, {"kuk": 1}) == 5_000
    assert moment(5_000, {"acted": place(claim(400), arrived_ms=5_000, joined_ms=0).data()}) == 400
