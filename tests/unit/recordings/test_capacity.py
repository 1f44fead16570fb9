"""How many rooms fit: never more than the node can take, nor than the spool can hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.scheduling.admission import most_at_once
from recordings.capacity import Lack, Spool, lack

GB = 1_000_000_000
BIG = Spool(500 * GB, 1000 * GB)


@pytest.mark.parametrize(
    ("rooms", "free", "found"),
    [
        (25, 500 * GB, None),
        (26, 500 * GB, Lack.ROOMS),
        (25, 30 * GB, Lack.DISK),
        (24, 30 * GB, None),
        (1, GB, Lack.DISK),
    ],
)
def test_rooms_are_limited_by_the_node_and_by_the_spool(rooms, free, found):
    spool = Spool(free, 1000 * GB)
    assert lack(rooms, spool, rooms_per_node=25, room_hour_bytes=1_200_000_000) is found


def test_a_spool_below_the_floor_opens_nothing():
    spool = Spool(70 << 20, 1000 * GB)
    assert spool.brim == 512 << 20
    assert spool.opens
    assert not Spool(60 << 20, 1000 * GB).opens
    assert Spool(60 << 20, 1000 * GB, given_brim=10 << 20).opens


@given(st.integers(1, 200), st.integers(0, 10**12), st.integers(1, 10**10))
def test_what_fits_can_be_held_for_an_hour(rooms, free, per_hour):
    spool = Spool(free, 10**12)
    if lack(rooms, spool, rooms_per_node=1000, room_hour_bytes=per_hour) is None:
        assert free - spool.brim >= rooms * per_hour


minutes = st.integers(0, 300)
windows = st.tuples(minutes, st.integers(1, 120)).map(lambda t: (t[0], t[0] + t[1]))


@given(windows, st.lists(windows, max_size=12))
def test_the_most_rooms_at_once_is_what_counting_each_minute_gives(slot, others):
    zero = datetime(2026, 3, 4, tzinfo=UTC)

    def moment(pair):
        return tuple(zero + timedelta(minutes=at) for at in pair)

    counted = 1 + max(
        sum(1 for other in others if other[0] <= minute < other[1]) for minute in range(*slot)
    )
    assert most_at_once(moment(slot), [moment(other) for other in others]) == counted
