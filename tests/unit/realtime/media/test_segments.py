"""Where segments are cut, into a real spool."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime.media.segments import GAP_MS, Segmenter
from realtime.media.spool import Spool, StreamState
from realtime.media.timeline import PATIENCE_S, Timeline
from recordings.container import Sample, Video
from recordings.webm.repair import blocks

TARGET = 2000
PICTURE = Video("vp8", 320, 240)


def stored(root: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((root / "s" / "t").glob("*.json"))]


def lines(root: Path) -> list[dict[str, Any]]:
    paths = sorted((root / "journal").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def make(root: Path) -> tuple[Spool, Segmenter]:
    spool = Spool(root, now=lambda: 1000.0)
    return spool, Segmenter(spool, StreamState("s", "t", "7", "camera", 0), TARGET)


def feed(segmenter: Segmenter, samples: list[Sample]) -> None:
    for sample in samples:
        segmenter.add(sample, PICTURE if sample.video and sample.keyframe else None)


def sound(start: int, end: int) -> list[Sample]:
    return [Sample(False, float(at), b"\xf8audio", True, 20.0) for at in range(start, end, 20)]


def picture(start: int, end: int, gop: int) -> list[Sample]:
    return [
        Sample(True, float(at), b"picture", (at - start) % gop == 0) for at in range(start, end, 50)
    ]


def merged(*tracks: list[Sample]) -> list[Sample]:
    return sorted(itertools.chain(*tracks), key=lambda s: (s.at_ms, not s.video))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.randoms(use_true_random=False),
    st.sampled_from([400, 1000, 3000]),
    st.integers(0, 30),
    st.booleans(),
)
def test_whatever_comes_segments_touch_and_start_on_a_keyframe(
    tmp_path_factory: pytest.TempPathFactory,
    rng: random.Random,
    gop: int,
    percent: int,
    with_sound: bool,
) -> None:
    root = tmp_path_factory.mktemp("spool")
    spool, segmenter = make(root)
    segmenter.expects_video, segmenter.audio_active = True, with_sound
    samples = merged(picture(5000, 13000, gop), sound(5000, 13000) if with_sound else [])
    kept = [s for s in samples if s.keyframe or rng.randrange(100) >= percent]
    feed(segmenter, kept)
    segmenter.close()
    spool.close()
    found = stored(root)
    assert [s["index"] for s in found] == list(range(len(found)))
    assert found[0]["start_ms"] == 5000
    assert abs(found[-1]["end_ms"] - 13000) <= 100 + 50 * percent
    for one, following in itertools.pairwise(found):
        assert one["end_ms"] == following["start_ms"]
    total = 0
    for sidecar in found:
        inside = blocks((root / "s" / "t" / f"{sidecar['index']:06d}.webm").read_bytes())
        video = [block for block in inside if block.track == 1]
        assert video[0].keyframe
        assert all(sidecar["start_ms"] <= b.at_ms <= sidecar["end_ms"] for b in inside)
        total += len(inside)
    assert total == len(kept)
    assert [line["event"] for line in lines(root)] == []


def test_sound_does_not_wait_for_ever_for_a_picture(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.expects_video = segmenter.audio_active = True
    feed(segmenter, sound(0, 3000))
    feed(segmenter, merged(picture(3000, 5000, 10000), sound(3000, 5000)))
    segmenter.close()
    spool.close()
    found = stored(tmp_path)
    assert [s["codecs"] for s in found] == [["opus"], ["opus"], ["vp8", "opus"]]
    assert [(s["start_ms"], s["end_ms"]) for s in found] == [
        (0, 2000), (2000, 3000), (3000, 5000),
    ]  # fmt: skip


def test_a_hole_is_named_with_its_cause_once(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.audio_active = True
    for number, start in enumerate((0, 1000 + GAP_MS, 3000 + GAP_MS)):
        if number == 2:
            segmenter.gap_cause = "stopped"
        feed(segmenter, sound(start, start + 1000))
        segmenter.close()
    feed(segmenter, sound(4000 + GAP_MS + 100, 5000))
    segmenter.close()
    spool.close()
    gaps = [(g["start_ms"], g["end_ms"], g["cause"]) for g in lines(tmp_path)]
    assert gaps == [(1000, 1500, "network"), (2500, 3500, "stopped")]


@pytest.mark.parametrize(("end", "count"), [(2900, 1), (3500, 1), (4500, 2)])
def test_what_a_dead_process_left_is_salvaged(tmp_path: Path, end: int, count: int) -> None:
    _, segmenter = make(tmp_path)
    segmenter.expects_video = segmenter.audio_active = True
    feed(segmenter, merged(picture(0, end, 3000), sound(0, end)))
    # The one before may still be on its way to its final name.
    torn = max((tmp_path / "s" / "t").glob("*.part"))
    torn.write_bytes(torn.read_bytes()[:-3])
    segmenter._spool.close()
    again = Spool(tmp_path)
    again.salvage()
    again.close()
    assert not list(tmp_path.rglob("*.part"))
    found = stored(tmp_path)
    assert [s["index"] for s in found] == list(range(count))
    state = Spool(tmp_path).load("s", "t")
    assert state is not None
    assert state.next_index == count
    assert not state.live


def test_parts_with_nothing_whole_in_them_leave_no_hole_between_indexes(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.audio_active = True
    feed(segmenter, sound(0, 1000))
    segmenter.close()
    for index in (1, 2):
        spool.begin("s", "t", index, "webm").append(b"\x1a\x45")
    spool.save(StreamState("s", "t", "7", "camera", 0, 3, 1000, live=True))
    spool.close()
    again = Spool(tmp_path)
    (found,) = again.salvage()
    again.close()
    assert found.next_index == 1
    assert not list(tmp_path.rglob("*.part"))


def test_what_the_disk_thread_still_has_to_finish_is_left_to_it(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.audio_active = True
    held = threading.Event()
    spool._submit(held.wait)
    feed(segmenter, sound(0, 1000))
    segmenter.close()
    assert spool.salvage_stream(segmenter.state).next_index == 1
    assert list((tmp_path / "s" / "t").glob("*.part"))
    held.set()
    spool.close()
    (found,) = stored(tmp_path)
    data = (tmp_path / "s" / "t" / "000000.webm").read_bytes()
    assert found["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_stream_without_its_state_still_finds_what_it_left(tmp_path: Path) -> None:
    _, segmenter = make(tmp_path)
    segmenter.audio_active = True
    feed(segmenter, sound(0, 2500))
    segmenter._spool.close()
    for path in (tmp_path / "journal" / "streams").iterdir():
        path.unlink()
    (tmp_path / "s" / "t" / ".000000.json.abcd").write_bytes(b"{")
    again = Spool(tmp_path)
    assert again.salvage() == []
    found = again.salvage_stream(StreamState("s", "t", "7", "camera", 0))
    again.close()
    assert (found.next_index, found.last_end_ms) == (1, 2000)
    assert sorted(path.name for path in (tmp_path / "s" / "t").iterdir()) == [
        "000000.json",
        "000000.webm",
    ]


def test_an_unfinished_rename_is_completed(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.audio_active = True
    feed(segmenter, sound(0, 1000))
    segmenter.close()
    spool.close()
    (before,) = stored(tmp_path)
    (tmp_path / "s" / "t" / "000000.json").unlink()
    again = Spool(tmp_path)
    again.salvage()
    again.close()
    (after,) = stored(tmp_path)
    assert after["sha256"] == before["sha256"]
    assert {k: after[k] for k in ("start_ms", "end_ms", "mime", "index", "t0_ms")} == {
        k: before[k] for k in ("start_ms", "end_ms", "mime", "index", "t0_ms")
    }


def test_the_timeline_merges_and_does_not_wait_for_a_silent_track() -> None:
    timeline = Timeline()
    for sample in sound(0, 100):
        timeline.add(sample, 0.0)
    timeline.add(Sample(True, 40.0, b"v", True), 0.0)
    out = timeline.ready(0.1, PATIENCE_S)
    assert [(s.at_ms, s.video) for s in out] == [(0, False), (20, False), (40, True), (40, False)]
    timeline.add(Sample(False, 100.0, b"a", True), 0.6)
    assert [s.at_ms for s in timeline.ready(0.6, PATIENCE_S)] == [60, 80, 100]
    timeline.add(Sample(True, 30.0, b"late", False), 0.7)
    assert [s.data for s in timeline.flush()] == [b"late"]


def test_a_keyframe_is_needed_until_a_segment_takes_the_picture(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.expects_video = segmenter.audio_active = True
    needed = []
    for sample in (*sound(0, 1600), *picture(1600, 1700, 1000)):
        feed(segmenter, [sample])
        needed.append(segmenter.needs_keyframe)
    assert needed == [True] * 80 + [False] * 2
    segmenter.close()
    spool.close()


def test_an_abandoned_segment_leaves_a_named_hole(tmp_path: Path) -> None:
    spool, segmenter = make(tmp_path)
    segmenter.audio_active = True
    feed(segmenter, sound(0, 1000))
    segmenter.close()
    feed(segmenter, sound(1000, 1500))
    segmenter.abandon()
    feed(segmenter, sound(7000, 8000))
    segmenter.close()
    spool.close()
    gaps = [(g["start_ms"], g["end_ms"], g["cause"]) for g in lines(tmp_path)]
    assert gaps == [(1000, 7000, "storage")]
