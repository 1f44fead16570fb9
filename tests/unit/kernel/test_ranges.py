"""Byte ranges of RFC 9110, section 14."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.kernel.ranges import ByteRange, Unsatisfiable, parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", ByteRange(0, 9)),
        ("bytes=90-", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-1000", ByteRange(0, 99)),
        ("bytes=0-1000", ByteRange(0, 99)),
        ("Bytes=0-0", ByteRange(0, 0)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("items=0-9", None),
    ],
)
def test_one_range_is_read_and_the_rest_ignored(header, expected):
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=" + "9" * 30])
def test_beyond_the_end_is_unsatisfiable(header):
    header = header if "-" in header else header + "-"
    with pytest.raises(Unsatisfiable):
        parse_range(header, 100)


@given(st.text(max_size=30), st.integers(0, 1_000))
def test_a_range_always_lies_inside(header, size):
    try:
        found = parse_range(f"bytes={header}", size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found.first <= found.last < size
