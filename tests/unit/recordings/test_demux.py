"""What browsers' recorders write is read forgivingly: whatever is whole, from any bytes."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.webm.demux import DemuxError, demux
from tests.factories.media.device import recorder_file
from tests.factories.media.encode import Encoded, audio, video
from tests.prove.fuzz_backup import fuzz

CLUSTER = b"\x1f\x43\xb6\x75"


@pytest.fixture(scope="module")
def vp8():
    return video("vp8", seconds=3, gop=20), audio(seconds=3)


def frames_of(found, *, video):
    return [f for f in found.frames if f.video == video]


@pytest.mark.parametrize("known", [False, True])
def test_everything_of_a_whole_file_comes_back(vp8, known):
    pictures, sound = vp8
    found = demux(recorder_file(pictures, sound, known_clusters=known))
    assert not found.damaged
    assert found.video
    assert found.audio
    assert (found.video.codec, found.video.width, found.video.height) == ("vp8", 320, 240)
    assert found.audio.channels == 2
    for kind, wanted in ((True, pictures), (False, sound)):
        got = frames_of(found, video=kind)
        assert [f.data for f in got] == [e.data for e in wanted]
        assert [f.pts_ms for f in got] == [round(e.at_ms) for e in wanted]
    assert [f.keyframe for f in frames_of(found, video=True)] == [e.keyframe for e in pictures]


def test_a_torn_end_costs_the_torn_block_alone(vp8):
    pictures, sound = vp8
    whole = recorder_file(pictures, sound)
    full = demux(whole).frames
    assert demux(whole[:-1]).frames == full[:-1]
    for cut in range(len(whole) // 2, len(whole), 997):
        found = demux(whole[:cut]).frames
        assert found == full[: len(found)]
        assert sum(len(f.data) for f in found) > cut * 0.9 - 4000


def test_damage_in_the_middle_costs_at_most_its_cluster(vp8):
    pictures, sound = vp8
    whole = bytearray(recorder_file(pictures, sound))
    at = whole.index(CLUSTER, whole.index(CLUSTER) + 1) + 15
    whole[at : at + 20] = bytes(20)
    found = demux(bytes(whole))
    assert found.damaged
    assert {int(f.pts_ms // 1000) for f in found.frames} >= {0, 2}


def test_one_wild_time_costs_only_itself(vp8):
    _pictures, sound = vp8
    wild = [Encoded(e.video, 9000 if n == 10 else e.at_ms, e.data, e.keyframe)
            for n, e in enumerate(sound)]  # fmt: skip
    found = demux(recorder_file([], wild, cluster_ms=30_000))
    assert len(found.frames) >= len(sound) - 1


def test_h264_with_start_codes_gets_lengths_and_parameter_sets(vp8):
    pictures = video("h264", seconds=1)
    found = demux(recorder_file(pictures, vp8[1], codec="h264"))
    got = frames_of(found, video=True)
    assert len(got) == len(pictures)
    assert found.video
    assert found.video.sps[0] & 31 == 7
    assert found.video.pps[0] & 31 == 8
    for frame in got:
        position = 0
        while position < len(frame.data):
            position += 4 + int.from_bytes(frame.data[position : position + 4], "big")
        assert position == len(frame.data)
    assert got[0].keyframe


def test_pictures_before_the_first_keyframe_are_left_out(vp8):
    pictures, sound = vp8
    found = demux(recorder_file(pictures[7:], sound))
    assert frames_of(found, video=True)[0].pts_ms == pictures[20].at_ms


@given(st.binary(max_size=2000))
@settings(max_examples=150)
def test_wild_bytes_are_refused_or_read(data):
    with suppress(DemuxError):
        assert demux(b"\x1a\x45\xdf\xa3" + data).frames


def test_memory_is_bounded_by_the_file():
    head = recorder_file([], audio(seconds=1))
    tiny = b"\xa3\x85\x81\x00\x00\x80\x00"
    data = head + tiny * 20_000
    tracemalloc.start()
    demux(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


def test_mutated_recordings_never_hurt():
    told = fuzz(files=200, seed=20261121)
    assert told.files == 200
    assert told.read + told.refused == 200
    assert told.read > 40


def test_mutated_files_of_safari_never_hurt():
    told = fuzz(files=40, seed=20261121, mp4=True)
    assert told.read + told.refused == 40
    assert told.read > 5
