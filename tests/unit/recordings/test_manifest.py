"""Gaps: every missing span over 500 ms is named, nothing that is kept is called missing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.manifest import (
    AUDIO,
    FILLED_BY_DEVICE,
    GAP_MS,
    VIDEO,
    Cause,
    MappedGap,
    MissingSpan,
    Piece,
    Presence,
    Span,
    TrackHint,
    cause_of,
    gap_map,
    gaps,
    media_in,
    merged,
    track_gaps,
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


hints = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(1, 2_500), st.sampled_from([*Cause, "disk"])).map(
        lambda t: MissingSpan(t[0], t[0] + t[1], t[2])
    ),
    max_size=6,
)


@given(spans, presences, hints, st.integers(0, 8_000), st.booleans())
def test_gaps_and_segments_fill_what_is_due(segments, stays, noted, until_ms, whole):
    found = gaps(segments, stays, hints=noted, until_ms=until_ms, whole=whole)
    assert not points(found) & points(segments)
    assert all(gap.end_ms - gap.start_ms > GAP_MS for gap in found)
    assert all(gap.cause in list(Cause) for gap in found)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(found))
    assert all(a.end_ms < b.start_ms or a.cause != b.cause for a, b in pairwise(found))
    if not stays:
        assert found == []
        return
    first = min(stay.start_ms for stay in stays)
    last = max(until_ms if stay.end_ms is None else stay.end_ms for stay in stays)
    due = Span(0, until_ms) if whole else Span(first, max(first, last))
    long = [s for s in uncovered(due, segments) if s.end_ms - s.start_ms > GAP_MS]
    assert points(found) == points(long)


@given(spans, presences, hints, st.integers(0, 8_000))
def test_what_was_noted_names_the_cause(segments, stays, noted, until_ms):
    """A gap that a hint covers whole never has a cause that nobody noted."""
    for gap in gaps(segments, stays, hints=noted, until_ms=until_ms, whole=True):
        over = [h for h in noted if h.start_ms <= gap.start_ms and h.end_ms >= gap.end_ms]
        if over:
            assert gap.cause in {cause_of(hint.cause) for hint in noted}


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
        ("ended", Cause.STOPPED),
        ("network", Cause.NETWORK),
        ("media process", Cause.MEDIA_PROCESS),
        ("shutdown", Cause.MEDIA_PROCESS),
        ("replaced", Cause.NETWORK),
        ("", Cause.NETWORK),
    ],
)
def test_the_time_between_two_stays_has_the_cause_of_the_first_ones_end(reason, cause):
    stays = [Presence(0, 6_000, reason), Presence(20_000, 26_000, "ended")]
    found = gaps([Span(0, 6_000), Span(20_000, 26_000)], stays, until_ms=0)
    assert found == [MissingSpan(6_000, 20_000, cause)]


def test_present_and_not_kept_is_not_recorded():
    stays = [Presence(0, 10_000, "ended")]
    found = gaps([Span(0, 4_000), Span(6_000, 10_000)], stays, until_ms=0)
    assert found == [MissingSpan(4_000, 6_000, Cause.NOT_RECORDED)]


def test_what_the_media_node_noted_goes_first():
    stays = [Presence(0, 10_000, "ended")]
    noted = [MissingSpan(3_900, 6_100, Cause.MEDIA_PROCESS)]
    found = gaps([Span(0, 4_000), Span(6_000, 10_000)], stays, hints=noted, until_ms=0)
    assert found == [MissingSpan(4_000, 6_000, Cause.MEDIA_PROCESS)]


def test_a_running_stream_is_due_up_to_a_moment():
    found = gaps([Span(0, 6_000)], [Presence(0, None)], until_ms=6_200)
    assert found == []
    found = gaps([Span(0, 6_000)], [Presence(0, None)], until_ms=9_000)
    assert found == [MissingSpan(6_000, 9_000, Cause.NOT_RECORDED)]


def test_before_the_first_publication_a_camera_had_not_joined():
    stays = [Presence(180_000, None)]
    found = gaps([Span(181_000, 200_000)], stays, until_ms=200_000, whole=True)
    assert found == [MissingSpan(0, 181_000, Cause.NOT_YET_JOINED)]
    found = gaps([Span(184_000, 200_000)], stays, until_ms=200_000, whole=True)
    assert found == [
        MissingSpan(0, 180_000, Cause.NOT_YET_JOINED),
        MissingSpan(180_000, 184_000, Cause.NOT_RECORDED),
    ]


def test_a_broken_publication_broke_where_its_last_segment_ends():
    """The node notices a dead network, and a new node a dead one, only later."""
    stays = [Presence(0, 40_000, "network"), Presence(60_000, 90_000, "media process")]
    found = gaps([Span(0, 10_000), Span(60_500, 80_000)], stays, until_ms=95_000, whole=True)
    assert found == [
        MissingSpan(10_000, 60_500, Cause.NETWORK),
        MissingSpan(80_000, 95_000, Cause.MEDIA_PROCESS),
    ]


def test_after_the_last_publication_a_camera_is_still_due():
    stays = [Presence(0, 6_000, "network")]
    found = gaps([Span(0, 6_000)], stays, until_ms=60_000, whole=True)
    assert found == [MissingSpan(6_000, 60_000, Cause.NETWORK)]
    assert gaps([Span(0, 6_000)], stays, until_ms=60_000) == []


def test_a_hole_with_two_causes_is_two_gaps_that_touch():
    stays = [Presence(0, 10_000, "media process"), Presence(13_000, None)]
    noted = [MissingSpan(13_000, 15_000, Cause.STALLED)]
    found = gaps(
        [Span(0, 9_800), Span(15_000, 20_000)], stays, hints=noted, until_ms=20_000, whole=True
    )
    assert found == [
        MissingSpan(9_800, 13_000, Cause.MEDIA_PROCESS),
        MissingSpan(13_000, 15_000, Cause.STALLED),
    ]


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("disk", Cause.STORAGE),
        ("media process", Cause.MEDIA_PROCESS),
        ("shutdown", Cause.MEDIA_PROCESS),
        ("anything else", Cause.NOT_RECORDED),
    ],
)
def test_older_words_are_understood(word, cause):
    assert cause_of(word) is cause


@given(spans, spans, presences, st.integers(0, 8_000))
def test_what_the_device_fills_changes_no_moment_of_the_map(segments, pieces, stays, until_ms):
    missing = gaps(segments, stays, until_ms=until_ms, whole=True)
    mapped = gap_map(missing, pieces)
    assert points(mapped) == points(missing)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(mapped))
    assert all(gap.end_ms - gap.start_ms > GAP_MS for gap in mapped)
    held = points(pieces)
    for gap in mapped:
        wrong = points([gap]) - held if gap.filled_by else points([gap]) & held
        runs = merged(Span(moment, moment + 1) for moment in wrong)
        assert all(run.end_ms - run.start_ms <= GAP_MS for run in runs)


def test_a_piece_narrows_a_gap():
    missing = [MissingSpan(10_000, 70_000, Cause.NETWORK)]
    assert gap_map(missing, [Span(9_700, 40_000), Span(40_000, 60_000)]) == [
        MappedGap(10_000, 60_000, Cause.NETWORK, FILLED_BY_DEVICE),
        MappedGap(60_000, 70_000, Cause.NETWORK, None),
    ]
    assert gap_map(missing, [Span(10_200, 69_800)]) == [
        MappedGap(10_000, 70_000, Cause.NETWORK, FILLED_BY_DEVICE)
    ]
    assert gap_map(missing, []) == [MappedGap(10_000, 70_000, Cause.NETWORK, None)]


BOTH = frozenset({VIDEO, AUDIO})


@pytest.mark.parametrize(
    ("mime", "media"),
    [
        ('video/webm; codecs="vp8,opus"', BOTH),
        ('video/webm; codecs="vp8"', {VIDEO}),
        ('audio/webm; codecs="opus"', {AUDIO}),
        ('video/mp4; codecs="avc1.42e01f, opus"', BOTH),
        ("audio/webm", {AUDIO}),
    ],
)
def test_a_mime_type_tells_what_a_segment_holds(mime, media):
    assert media_in(mime) == media


def test_sound_alone_is_a_gap_of_the_picture():
    pieces = [Piece(0, 10_000, BOTH), Piece(10_000, 25_000, frozenset({AUDIO}))]
    assert track_gaps(pieces, BOTH, []) == [
        MappedGap(10_000, 25_000, Cause.MUTED, None, VIDEO),
    ]
    full = TrackHint(10_000, 24_000, "storage", VIDEO)
    assert track_gaps(pieces, BOTH, [full]) == [
        MappedGap(10_000, 25_000, Cause.STORAGE, None, VIDEO),
    ]
    assert track_gaps(pieces, frozenset({AUDIO}), []) == []


def test_a_track_that_stalled_within_a_segment_is_in_the_map():
    pieces = [Piece(0, 10_000, BOTH)]
    hint = TrackHint(4_000, 6_000, Cause.STALLED, AUDIO)
    assert track_gaps(pieces, BOTH, [hint]) == [MappedGap(4_000, 6_000, Cause.STALLED, None, AUDIO)]
    assert track_gaps(pieces, BOTH, [TrackHint(4_000, 4_500, Cause.STALLED, AUDIO)]) == []
    assert track_gaps([], BOTH, [hint]) == []


media_sets = st.frozensets(st.sampled_from([VIDEO, AUDIO]), min_size=1)
piece_lists = st.lists(
    st.builds(
        lambda at, long, media: Piece(at, at + long, media),
        st.integers(0, 5_000),
        st.integers(1, 2_500),
        media_sets,
    ),
    max_size=8,
)
track_hints = st.lists(
    st.builds(
        lambda at, long, cause, media: TrackHint(at, at + long, cause, media),
        st.integers(0, 5_000),
        st.integers(1, 2_500),
        st.sampled_from(list(Cause)),
        st.sampled_from([VIDEO, AUDIO]),
    ),
    max_size=4,
)


@given(piece_lists, media_sets, track_hints)
def test_each_kind_of_media_is_kept_or_named(pieces, expected, noted):
    found = track_gaps(pieces, expected, noted)
    assert all(gap.end_ms - gap.start_ms > GAP_MS for gap in found)
    for media in expected:
        mine = [gap for gap in found if gap.media == media]
        assert sum(gap.end_ms - gap.start_ms for gap in mine) == len(points(mine)), "apart"
        having = points([p for p in pieces if media in p.media])
        lacking = points([p for p in pieces if p.media & expected]) - having
        runs = merged(Span(moment, moment + 1) for moment in lacking - points(mine))
        assert all(run.end_ms - run.start_ms <= GAP_MS for run in runs)
