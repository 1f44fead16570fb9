"""A recording is cut exactly, whatever its keyframes, and says honestly what it covers."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recordings.container import Audio, Video
from recordings.manifest import Span
from recordings.splice import CATCH_UP_MS, coverage, opus_ms, pieces, share
from recordings.webm.demux import Demuxed, demux
from recordings.webm.frame import Frame

SOUND_20 = b"\xfc" + bytes(20)
KEY = b"\x10\x00\x00\x9d\x01\x2a\x40\x01\xf0\x00"


def recording(seconds: float, *, gop: int, fps: int = 25, skip: Span | None = None) -> Demuxed:
    """Frames that decode to nothing but are laid out like a recorder's."""
    frames = [
        Frame(True, 1000 * n / fps, n % gop == 0, KEY if n % gop == 0 else b"\x11" + bytes(9))
        for n in range(round(seconds * fps))
    ]
    frames += [Frame(False, 20.0 * n, True, SOUND_20) for n in range(round(seconds * 50))]
    if skip is not None:
        frames = [f for f in frames if not f.video or not skip.start_ms <= f.pts_ms < skip.end_ms]
    frames.sort(key=lambda f: (f.pts_ms, not f.video))
    return Demuxed(Video("vp8", 320, 240), Audio(2), tuple(frames), damaged=False)


@given(st.integers(0, 9_000), st.integers(150, 9_000), st.sampled_from([1, 25, 50, 1000]))
@example(first=4469, length=150, gop=1000)
@settings(max_examples=40)
def test_pieces_hold_exactly_what_was_asked_for(first, length, gop):
    found = recording(10, gop=gop)
    span = Span(100_000 + first, min(100_000 + first + length, 110_000))
    made = list(pieces(found, 100_000.0, [span]))
    if span.end_ms - span.start_ms < 100:
        return
    assert (made[0].start_ms, made[-1].end_ms) == (span.start_ms, span.end_ms)
    for piece in made:
        back = demux(piece.data)
        pictures = [f for f in back.frames if f.video]
        sounds = [f for f in back.frames if not f.video]
        assert pictures[0].keyframe
        assert piece.start_ms <= pictures[0].pts_ms <= piece.start_ms + 40
        assert pictures[-1].pts_ms < piece.end_ms
        assert all(a.pts_ms <= b.pts_ms for a, b in pairwise(pictures))
        true = {round(100_000 + f.pts_ms) for f in found.frames if f.video}
        late = [f for f in pictures if f.pts_ms > piece.start_ms + CATCH_UP_MS + 1]
        assert all(round(f.pts_ms) in true for f in late)
        assert sounds[0].pts_ms >= piece.start_ms - 10
        assert sounds[-1].pts_ms + 20 <= piece.end_ms + 10


def test_long_spans_become_short_segments_that_touch():
    made = list(pieces(recording(31, gop=50), 0.0, [Span(500, 30_900)]))
    assert all(piece.end_ms - piece.start_ms <= 10_000 for piece in made)
    assert all(a.end_ms == b.start_ms for a, b in pairwise(made))
    assert (made[0].start_ms, made[-1].end_ms) == (500, 30_900)


def test_where_the_camera_gave_nothing_nothing_is_covered():
    found = recording(10, gop=1000, skip=Span(3_000, 6_000))
    (one, two) = coverage(found, 1_000.0)
    assert abs(one.end_ms - 4_000) <= 40
    assert two == Span(7_000, 11_000)
    assert share(Span(1_000, 11_000), [one, two]) == pytest.approx(0.7, abs=0.01)


def test_sound_alone_covers_when_there_is_no_other_track():
    found = recording(4, gop=10)
    alone = Demuxed(None, Audio(1), tuple(f for f in found.frames if not f.video), damaged=False)
    assert coverage(alone, 50.0) == [Span(50, 4_050)]
    (piece,) = pieces(alone, 50.0, [Span(1_000, 2_000)])
    assert piece.mime == 'audio/webm; codecs="opus"'


@pytest.mark.parametrize(
    ("packet", "length"),
    [(b"", 0), (b"\xfc", 20), (b"\x18", 60), (b"\xfb\x03", 60), (b"\x0b\xff", 120), (b"\x03", 0)],
)
def test_the_length_of_an_opus_packet(packet, length):
    assert opus_ms(packet) == length
