"""A file of evidence through two breaks of a thin line; the long figures: tests.prove uploads."""

import pytest

from tests.prove.uploads import MOST_TWICE, Line, carry, resent

pytestmark = pytest.mark.timeout(180)


def test_a_file_arrives_whole_through_breaks_and_little_is_sent_twice(playwright, tmp_path):
    carried = carry(playwright, tmp_path, Line(2000, 25, 6, 2), 3_500_000)
    print(carried)
    assert carried.breaks >= 2
    assert max(carried.twice, default=0) <= MOST_TWICE
    assert carried.goodput >= 0.75, "a break every six seconds, on a machine that is busy"


def test_what_was_sent_twice_is_counted_from_the_requests():
    assert resent([[0, 10], [10, 10], [20, 10]]) == []
    assert resent([[0, 10], [10, 10], [5, 10], [15, 10]]) == [15]
    assert resent([[0, 10], [0, 10], [0, 10]]) == [10, 10]
