"""What the log says was not recorded: every gap once, cut where something fills it."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.gaps import MissingPart, missing_parts
from ajj.assessment.values.gaps import length_text

STARTED = ("stream.started", {"stream": "s", "kind": "camera", "owner": "7", "codecs": []})


def gap(start_ms, end_ms, cause="network"):
    return "gap", {"stream": "s", "start_ms": start_ms, "end_ms": end_ms, "cause": cause}


def fill(start_ms, end_ms):
    return "gap.filled", {"stream": "s", "start_ms": start_ms, "end_ms": end_ms, "by": "x"}


def test_a_filled_part_and_an_open_one():
    found = missing_parts([STARTED, gap(10_000, 70_000), fill(10_000, 60_000)])
    assert found == [
        MissingPart("s", "camera", "7", 10_000, 60_000, "network", "x"),
        MissingPart("s", "camera", "7", 60_000, 70_000, "network", ""),
    ]


def test_what_no_stream_is_known_of_is_still_named():
    assert missing_parts([gap(0, 900)]) == [MissingPart("s", "", "", 0, 900, "network", "")]


spans = st.lists(st.tuples(st.integers(0, 20_000), st.integers(501, 5_000)), max_size=6)


@given(spans, spans)
def test_no_moment_of_a_gap_is_lost(holes, fills):
    entries = [STARTED, *(gap(at, at + long) for at, long in holes)]
    entries += [fill(at, at + long) for at, long in fills]
    found = missing_parts(entries)
    total = sum(part.end_ms - part.start_ms for part in found)
    assert total == sum(long for _at, long in holes)
    assert all(part.end_ms - part.start_ms > 500 for part in found)


def test_lengths_in_words():
    assert [length_text(ms) for ms in (600, 9_900, 62_000, 59_600, 3_900_000)] == [
        "0,6 dtk",
        "9,9 dtk",
        "1 mnt 2 dtk",
        "1 mnt 0 dtk",
        "1 jam 5 mnt",
    ]
