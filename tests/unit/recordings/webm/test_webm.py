"""Segments as FFmpeg reads them, and as they are repaired (RFC 9559)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.container import Audio, Sample, Video
from recordings.webm import WebmWriter, ebml, repair
from recordings.webm.repair import blocks
from tests.factories.media import encode
from tests.factories.media.look import look
from tests.factories.media.samples import samples, write

START = 3_600_000.0
VIDEO = Video("vp8", 320, 240)


@pytest.fixture(scope="module")
def items() -> list[Sample]:
    return samples(encode.video("vp8", seconds=3, gop=60), encode.audio(seconds=3), START)


@pytest.fixture(scope="module")
def whole(items: list[Sample]) -> bytes:
    return write(WebmWriter(START, VIDEO, Audio()), items, START + 3000)


def test_a_segment_decodes_at_its_session_time(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "segment.webm"
    path.write_bytes(whole)
    seen = look(path)
    assert (seen.pictures, seen.sounds) == (60, 150)
    assert seen.video_ms == (START, START + 2950)
    assert seen.audio_ms == (START, START + 2980)
    assert seen.duration_ms == 3000
    assert seen.first_is_keyframe


@pytest.mark.parametrize("video", [True, False])
def test_one_track_alone(items: list[Sample], video: bool, tmp_path: Path) -> None:
    writer = WebmWriter(START, VIDEO if video else None, None if video else Audio())
    assert writer.mime == ('video/webm; codecs="vp8"' if video else 'audio/webm; codecs="opus"')
    path = tmp_path / "segment.webm"
    path.write_bytes(write(writer, [i for i in items if i.video == video], START + 3000))
    seen = look(path)
    assert (seen.pictures, seen.sounds) == ((60, 0) if video else (0, 150))


def test_clusters_of_a_second_are_written_whole(items: list[Sample]) -> None:
    writer = WebmWriter(START, VIDEO, Audio())
    writer.header()
    flushed = [out for out in (writer.add(item) for item in items) if out]
    assert len(flushed) == 2
    for out in flushed:
        (cluster,) = ebml.walk(out, 0, len(out))
        assert (cluster.kind, cluster.end) == (ebml.CLUSTER, len(out))


def test_a_file_torn_between_clusters_is_made_final(items: list[Sample], tmp_path: Path) -> None:
    repaired = repair(write(WebmWriter(START, VIDEO, Audio()), items, None))
    assert repaired is not None
    assert (repaired.start_ms, repaired.end_ms) == (int(START), int(START) + 2000)
    assert repaired.mime == 'video/webm; codecs="vp8,opus"'
    assert repaired.codecs == ("vp8", "opus")
    path = tmp_path / "segment.webm"
    path.write_bytes(repaired.data)
    seen = look(path)
    assert (seen.pictures, seen.sounds, seen.duration_ms) == (40, 100, 2000)


@settings(max_examples=60)
@given(share=st.floats(0, 1))
def test_a_file_torn_anywhere_keeps_every_whole_frame(whole: bytes, share: float) -> None:
    torn = whole[: round(share * len(whole))]
    repaired = repair(torn)
    kept = blocks(torn)
    assert (repaired is None) == (not kept)
    if repaired is not None:
        assert blocks(repaired.data) == kept == blocks(whole)[: len(kept)]
        assert repair(repaired.data) == repaired


@given(st.binary(max_size=200), st.integers(0, 2000), st.binary(max_size=20))
def test_any_bytes_never_raise(whole: bytes, data: bytes, at: int, patch: bytes) -> None:
    assert repair(data) is None
    blocks(data)
    damaged = whole[:at] + patch + whole[at + len(patch) :]
    repair(damaged)
    blocks(damaged)


@given(st.integers(0, (1 << 56) - 2))
def test_sizes_are_read_back(value: int) -> None:
    """RFC 8794 §4."""
    for width in (0, 8):
        data = ebml.identifier(ebml.VOID) + ebml.size(value, width)
        (found,) = ebml.walk(data, 0, len(data))
        assert found.end - found.body == value
        assert not found.unknown_size


def test_late_samples_do_not_break_a_cluster() -> None:
    writer = WebmWriter(100.0, None, Audio())
    data = write(writer, [Sample(False, at, b"\xf8xx", True, 20.0) for at in (100, 140, 80)], 160)
    assert [block.at_ms for block in blocks(data)] == [100, 140, 100]
