"""Fragmented MP4 segments as FFmpeg reads them, and as they are repaired."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.rtp import h264
from recordings.container import Audio, Sample, Video
from recordings.fmp4 import Fmp4Writer, repair
from recordings.fmp4.boxes import find, walk
from recordings.fmp4.repair import samples as stored
from tests.factories.media import encode
from tests.factories.media.look import look
from tests.factories.media.samples import samples, write

START = 3_600_000.0


def lengthened(frame: encode.Encoded) -> tuple[bytes, dict[int, bytes]]:
    """Annex B to 4-byte lengths, parameter sets apart."""
    kept, sets = b"", {}
    for unit in frame.data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]:
        kind = h264.unit_type(unit)
        if kind in (h264.SPS, h264.PPS):
            sets[kind] = unit
        else:
            kept += len(unit).to_bytes(4, "big") + unit
    return kept, sets


@pytest.fixture(scope="module")
def coded() -> tuple[Video, list[Sample]]:
    frames = encode.video("h264", seconds=3, gop=60)
    sets = lengthened(frames[0])[1]
    video = Video("h264", 320, 240, sets[h264.SPS], sets[h264.PPS])
    frames = [encode.Encoded(True, f.at_ms, lengthened(f)[0], f.keyframe) for f in frames]
    return video, samples(frames, encode.audio(seconds=3), START)


@pytest.fixture(scope="module")
def whole(coded: tuple[Video, list[Sample]]) -> bytes:
    return write(Fmp4Writer(START, coded[0], Audio()), coded[1], START + 3000)


def test_a_segment_decodes_at_its_session_time(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "segment.mp4"
    path.write_bytes(whole)
    seen = look(path)
    assert (seen.pictures, seen.sounds) == (60, 150)
    assert seen.video_ms == pytest.approx((START, START + 2950))
    assert seen.audio_ms == pytest.approx((START, START + 2980))
    assert seen.first_is_keyframe


def test_mime_and_picture_alone(coded: tuple[Video, list[Sample]], tmp_path: Path) -> None:
    video, items = coded
    name = f"avc1.{video.sps[1:4].hex().upper()}"
    assert Fmp4Writer(START, video, Audio()).mime == f'video/mp4; codecs="{name},opus"'
    writer = Fmp4Writer(START, video, None)
    assert writer.mime == f'video/mp4; codecs="{name}"'
    path = tmp_path / "segment.mp4"
    path.write_bytes(write(writer, [i for i in items if i.video], START + 3000))
    assert look(path).pictures == 60


def test_every_fragment_stands_at_its_absolute_time(
    coded: tuple[Video, list[Sample]], whole: bytes
) -> None:
    kinds = [box.kind for box in walk(whole, 0, len(whole))]
    assert kinds == [b"ftyp", b"moov", *[b"moof", b"mdat"] * 3]
    assert find(whole, 0, len(whole), b"moov", b"mvex", b"trex") is not None
    found = stored(whole)
    assert sorted((s.video, round(s.at_ms), s.data) for s in found) == sorted(
        (s.video, round(s.at_ms), s.data) for s in coded[1]
    )


def test_a_hole_stays_a_hole(coded: tuple[Video, list[Sample]]) -> None:
    video, items = coded
    kept = [s for s in items if not START + 1500 < s.at_ms < START + 2200]
    found = stored(write(Fmp4Writer(START, video, Audio()), kept, START + 3000))
    assert sorted(round(s.at_ms) for s in found) == sorted(round(s.at_ms) for s in kept)


@settings(max_examples=60)
@given(share=st.floats(0, 1))
def test_a_file_torn_anywhere_keeps_every_whole_frame(whole: bytes, share: float) -> None:
    torn = whole[: round(share * len(whole))]
    repaired, kept = repair(torn), stored(torn)
    assert (repaired is None) == (not kept)
    if repaired is not None:
        again = stored(repaired.data)
        assert [s.data for s in again] == [s.data for s in kept]
        assert [s.at_ms for s in again] == pytest.approx([s.at_ms for s in kept], abs=0.1)
        assert repaired.start_ms == START
        assert repaired.codecs == ("h264", "opus")


@given(st.binary(max_size=200), st.integers(0, 4000), st.binary(max_size=20))
def test_any_bytes_never_raise(whole: bytes, data: bytes, at: int, patch: bytes) -> None:
    assert repair(data) is None
    damaged = whole[:at] + patch + whole[at + len(patch) :]
    repair(damaged)
    stored(damaged)


def test_a_torn_file_decodes_after_repair(whole: bytes, tmp_path: Path) -> None:
    repaired = repair(whole[: round(0.8 * len(whole))])
    assert repaired is not None
    path = tmp_path / "segment.mp4"
    path.write_bytes(repaired.data)
    seen = look(path)
    assert seen.pictures >= 40
    assert seen.video_ms is not None
    assert seen.video_ms[0] == pytest.approx(START)
