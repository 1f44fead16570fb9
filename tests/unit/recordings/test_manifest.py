"""Gaps: every missing span over 500 ms is named, nothing that is kept is called missing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.manifest import (
    GAP_MS,
    MEDIA_PROCESS,
    NETWORK,
    NOT_RECORDED,
    STOPPED,
    MissingSpan,
    Presence,
    Span,
    gaps,
    merged,
    uncovered,
)

spans = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 1_500)).map(lambda t: Span(t[0], t[0] + t[1])),
    max_size=12,
)
presences = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 2_000), st.booleans()).map(
        lambda t: Presence(t[0], None if t[2] else t[0] + t[1], "network")
    ),
    max_size=5,
)


def points(found) -> set[int]:
    return {moment for span in found for moment in range(span.start_ms, span.end_ms)}


@given(spans)
def test_a_union_keeps_every_moment_once_and_in_order(found):
    union = merged(found)
    assert points(union) == points(found)
    assert all(a.end_ms < b.start_ms for a, b in pairwise(union))


@given(st.integers(0, 4_000), st.integers(0, 3_000), spans)
def test_what_is_uncovered_is_exactly_what_nobody_holds(start, length, held):
    span = Span(start, start + length)
    assert points(uncovered(span, held)) == points([span]) - points(held)


@given(spans, presences, st.integers(0, 8_000))
def test_gaps_and_segments_fill_the_presence(segments, stays, until_ms):
    found = gaps(segments, stays, until_ms=until_ms)
    assert not points(found) & points(segments)
    assert all(gap.end_ms - gap.start_ms > GAP_MS for gap in found)
    if stays:
        first = min(stay.start_ms for stay in stays)
        last = max(until_ms if stay.end_ms is None else stay.end_ms for stay in stays)
        missing = uncovered(Span(first, max(first, last)), segments)
        long = [(s.start_ms, s.end_ms) for s in missing if s.end_ms - s.start_ms > GAP_MS]
        assert [(gap.start_ms, gap.end_ms) for gap in found] == long
    else:
        assert found == []


def test_no_presence_no_gap():
    assert gaps([Span(0, 10)], [], until_ms=10_000) == []


@pytest.mark.parametrize(("length", "named"), [(500, False), (501, True)])
def test_the_threshold_is_half_a_second(length, named):
    segments = [Span(0, 1_000), Span(1_000 + length, 5_000)]
    found = gaps(segments, [Presence(0, 5_000)], until_ms=9_000)
    assert bool(found) is named


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("ended", STOPPED),
        ("network", NETWORK),
        ("media process", MEDIA_PROCESS),
        ("shutdown", MEDIA_PROCESS),
        ("replaced", NETWORK),
        ("", NETWORK),
    ],
)
def test_the_time_between_two_stays_has_the_cause_of_the_first_ones_end(reason, cause):
    stays = [Presence(0, 6_000, reason), Presence(20_000, 26_000, "ended")]
    found = gaps([Span(0, 6_000), Span(20_000, 26_000)], stays, until_ms=0)
    assert found == [MissingSpan(6_000, 20_000, cause)]


def test_present_and_not_kept_is_not_recorded():
    stays = [Presence(0, 10_000, "ended")]
    found = gaps([Span(0, 4_000), Span(6_000, 10_000)], stays, until_ms=0)
    assert found == [MissingSpan(4_000, 6_000, NOT_RECORDED)]


def test_what_the_media_node_noted_goes_first():
    stays = [Presence(0, 10_000, "ended")]
    noted = [MissingSpan(3_900, 6_100, MEDIA_PROCESS)]
    found = gaps([Span(0, 4_000), Span(6_000, 10_000)], stays, hints=noted, until_ms=0)
    assert found == [MissingSpan(4_000, 6_000, MEDIA_PROCESS)]


def test_a_running_stream_is_due_up_to_a_moment():
    found = gaps([Span(0, 6_000)], [Presence(0, None)], until_ms=6_200)
    assert found == []
    found = gaps([Span(0, 6_000)], [Presence(0, None)], until_ms=9_000)
    assert found == [MissingSpan(6_000, 9_000, NOT_RECORDED)]
