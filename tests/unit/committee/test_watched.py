from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ajj.committee.watched import covers, merged, total_ms

spans = st.lists(st.tuples(st.integers(-5_000, 60_000), st.integers(-5_000, 60_000)), max_size=30)


@given(spans)
def test_merged_spans_are_ordered_apart_and_inside_the_session(wild):
    union = merged(wild, limit_ms=50_000)
    for start, end in union:
        assert 0 <= start < end <= 50_000
    for (_first, end), (start, _last) in pairwise(union):
        assert start > end


@given(spans, spans)
def test_watching_in_pieces_is_watching_at_once(one, other):
    assert merged([*merged(one), *other]) == merged([*one, *other])


@given(spans, st.integers(0, 60_000))
def test_nothing_watched_is_forgotten(wild, moment):
    if any(max(0, start) <= moment <= end and end > max(0, start) for start, end in wild):
        assert covers(merged(wild), moment)


def test_a_moment_watched_twice_counts_once():
    assert total_ms(merged([(0, 4_000), (2_000, 6_000), (20_000, 21_000)])) == 7_000
