"""What a device says of its pictures, held against what the server knows."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.capture import Claim, Doubt, Known, Moment, Original, Source, as_data, doubts
from ajj.assessment.tus import metadata
from ajj.live.tus import TusError

HASH = "ab" * 32
LIVE = Claim(Source.LIVE, clock_error_ms=40, stream="cam", moment=Moment(7, HASH))
KNOWN = Known(now_ms=60_000, streams={"cam": 1000}, moment_ms=30_000)


def test_a_picture_that_fits_is_not_doubted():
    assert doubts(LIVE, 31_000, KNOWN) == []


@pytest.mark.parametrize(
    ("claim", "taken_ms", "known", "found"),
    [
        (LIVE, None, KNOWN, [Doubt.NO_TIME]),
        (LIVE, 90_000, KNOWN, [Doubt.FUTURE]),
        (LIVE, 20_000, KNOWN, [Doubt.BEFORE_MOMENT]),
        (LIVE, 31_000, Known(60_000, {}, 30_000), [Doubt.NO_STREAM]),
        (LIVE, 31_000, Known(60_000, {"cam": 50_000}, 30_000), [Doubt.NO_STREAM]),
        (LIVE, 31_000, Known(60_000, {"cam": 1}, None), [Doubt.NO_MOMENT]),
        (LIVE, 31_000, Known(60_000, {"cam": 1}, 30_000, late=True), [Doubt.LATE]),
        (Claim(Source.LIVE), None, KNOWN, [Doubt.NO_TIME]),
        (
            Claim(Source.LIVE, clock_error_ms=9000, stream="cam", moment=Moment(7, HASH)),
            31_000,
            KNOWN,
            [Doubt.CLOCK],
        ),
    ],
)
def test_what_does_not_fit_is_named(claim, taken_ms, known, found):
    assert doubts(claim, taken_ms, known) == found


@given(st.integers(0, 2**53), st.integers(0, 2**53), st.integers(0, 2**53))
def test_a_gallery_file_claims_nothing(taken_ms, now_ms, wall_ms):
    claim = Claim(Source.GALLERY, wall_ms=wall_ms)
    assert doubts(claim, taken_ms, Known(now_ms)) == []
    assert as_data(claim, []) == {"source": "gallery", "doubts": [], "wall_ms": wall_ms}


@given(st.integers(0, 10**7), st.integers(0, 5000), st.integers(-2000, 2000))
def test_an_honest_clock_within_its_error_is_believed(taken_ms, error_ms, off_ms):
    claim = Claim(Source.LIVE, clock_error_ms=error_ms, stream="cam", moment=Moment(1, HASH))
    known = Known(now_ms=max(0, taken_ms + off_ms), streams={"cam": 0}, moment_ms=0)
    assert doubts(claim, taken_ms, known) == []


def said(**pairs: str) -> str:
    pairs = {"filename": "a.jpg", "filetype": "image/jpeg", **pairs}
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def test_everything_that_a_device_says_is_read():
    found = metadata(
        said(
            source="live",
            taken_ms="1234.6",
            clock_error_ms="31",
            wall_ms="1790000000000",
            stream="0a1b",
            moment=f"12:{HASH[:32]}",
            owner="7",
            id="9a0b3c5e-3f3c-4a51-9a52-6a53b2a8f1c0",
            original_sha256=HASH,
            original_bytes="4000000",
            original_type="image/JPG",
        )
    )
    assert found.claim == Claim(Source.LIVE, 31, 1790000000000, "0a1b", Moment(12, HASH[:32]))
    assert found.original == Original(HASH, 4_000_000, "image/jpeg")
    assert (found.taken_ms, found.owner, found.original_of) == (1234, 7, None)
    assert str(found.id) == "9a0b3c5e-3f3c-4a51-9a52-6a53b2a8f1c0"


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "camera"},
        {"source": "live", "stream": "x" * 81},
        {"source": "live", "moment": "12"},
        {"source": "live", "moment": "12:xyz"},
        {"original_sha256": "12"},
        {"original_sha256": HASH, "original_bytes": "0", "original_type": "image/png"},
        {"id": "one"},
        {"original_of": "-"},
        {"owner": "-1"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(TusError) as refused:
        metadata(said(**wrong))
    assert refused.value.status == 400
