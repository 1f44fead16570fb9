"""What may still be written when a disk fills up."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from realtime.media.disk import DiskWatch
from realtime.media.segments import Segmenter
from realtime.media.spool import Spool, StreamState
from recordings.container import Sample
from tests.unit.realtime.media.test_segments import feed, merged, picture, sound, stored

GIB = 1 << 30


class Disk:
    """A file system of 100 GiB, as far as a watch can tell."""

    def __init__(self, free: float) -> None:
        self.free = free

    def __call__(self) -> tuple[int, int]:
        if self.free < 0:
            raise OSError("gone")
        return int(self.free * GIB), 100 * GIB


def test_thresholds_are_left_only_with_some_room_to_spare() -> None:
    disk = Disk(50)
    watch = DiskWatch(disk)
    seen = []
    for free in (50, 1.9, 2.1, 2.3, 0.49, 0.52, 0.6, 0.05, 0.065, 0.08, -1, 40):
        disk.free = free
        watch.look()
        seen.append((watch.state, watch.describe()["recording"]))
    assert seen == [
        ("ok", "all"), ("low", "all"), ("low", "all"), ("ok", "all"),
        ("brim", "audio"), ("brim", "audio"), ("low", "all"),
        ("brim", "nothing"), ("brim", "nothing"), ("brim", "audio"), ("brim", "audio"),
        ("ok", "all"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("total", "alarm", "brim"), [(1 << 40, 2 * GIB, GIB // 2), (10 << 20, 1 << 20, 1 << 18)]
)
def test_a_small_disk_has_small_thresholds(total: int, alarm: int, brim: int) -> None:
    watch = DiskWatch(lambda: (total, total))
    assert watch.alarm == pytest.approx(alarm, rel=0.05)
    assert watch.brim == pytest.approx(brim, rel=0.05)
    given = DiskWatch(lambda: (total, total), alarm=5, brim=3)
    assert (given.alarm, given.brim, given.state) == (5, 3, "ok")


def record(
    root: Path, free: list[tuple[int, float]], *, audio: bool = True, target_ms: int = 20_000
) -> Spool:
    """Twelve seconds of both; ``free`` says from which ms on how many GiB are left."""
    disk = Disk(50)
    spool = Spool(root, now=lambda: 1000.0, disk=DiskWatch(disk))
    segmenter = Segmenter(spool, StreamState("s", "t", "7", "camera", 0), target_ms)
    segmenter.expects_video, segmenter.audio_active = True, audio
    samples: list[Sample] = merged(picture(0, 12_000, 500), sound(0, 12_000) if audio else [])
    for sample in samples:
        disk.free = [left for since, left in [(0, 50.0), *free] if since <= sample.at_ms][-1]
        spool.disk.look()
        feed(segmenter, [sample])
    segmenter.close()
    spool.close()
    return spool


def journal(root: Path) -> list[dict[str, object]]:
    text = next((root / "journal").glob("*.jsonl")).read_text()
    wanted = ("start_ms", "end_ms", "cause", "media")
    return [
        {name: line[name] for name in wanted if name in line}
        for line in map(json.loads, text.splitlines())
    ]


def test_at_the_brim_sound_goes_on_without_pictures(tmp_path: Path) -> None:
    record(tmp_path, [(2_750, 0.3), (8_200, 50.0)], target_ms=4_000)
    found = [(s["start_ms"], s["end_ms"], s["codecs"]) for s in stored(tmp_path)]
    assert found[:3] == [
        (0, 2_000, ["vp8", "opus"]),
        (2_000, 2_750, ["vp8", "opus"]),
        (2_760, 6_760, ["opus"]),
    ]
    assert found[3:5] == [(6_760, 8_500, ["opus"]), (8_500, 10_500, ["vp8", "opus"])]
    noted = journal(tmp_path)
    assert {(line["cause"], line["media"]) for line in noted} == {("storage", "video")}
    assert (noted[0]["start_ms"], noted[-1]["end_ms"]) == (2_750, 8_500)
    for one, following in itertools.pairwise(noted):
        assert one["end_ms"] == following["start_ms"]


def test_below_the_floor_nothing_is_begun_and_the_hole_is_named(tmp_path: Path) -> None:
    record(tmp_path, [(3_100, 0.01), (7_300, 50.0)])
    found = [(s["start_ms"], s["end_ms"]) for s in stored(tmp_path)]
    assert found == [(0, 3_100), (7_300, 12_000)]
    assert journal(tmp_path) == [{"start_ms": 3_100, "end_ms": 7_300, "cause": "storage"}]


def test_pictures_without_sound_are_missing_altogether(tmp_path: Path) -> None:
    record(tmp_path, [(2_000, 0.3), (6_100, 50.0)], audio=False)
    found = [(s["start_ms"], s["end_ms"]) for s in stored(tmp_path)]
    assert found == [(0, 2_000), (6_500, 12_000)]
    gaps = [line for line in journal(tmp_path) if "media" not in line]
    assert gaps == [{"start_ms": 2_000, "end_ms": 6_500, "cause": "storage"}]
