"""``python -m tests.factories.media.full_disk FOLDER``: record into a disk until it is full.

FOLDER is a small file system of its own, and no threshold is set: the disk itself refuses. Then
room is made, as when segments are taken in, and recording goes on. Prints what is there as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from realtime.media.disk import DiskWatch, usage_of
from realtime.media.segments import Segmenter
from realtime.media.spool import Spool, StreamState
from recordings.container import Sample, Video
from tests.factories.media import encode
from tests.factories.media.samples import samples

LOOP_MS = 4_000


def main(root: Path) -> None:
    ballast = root / "ballast"
    ballast.write_bytes(bytes(1_500_000))
    spool = Spool(root, now=lambda: 1000.0, disk=DiskWatch(usage_of(root), alarm=0, brim=0))
    segmenter = Segmenter(spool, StreamState("s", "t", "7", "camera", 0), LOOP_MS)
    segmenter.expects_video = segmenter.audio_active = True
    loop = samples(
        encode.video("vp8", seconds=4, gop=80, bit_rate=600_000, grain=60),
        encode.audio(seconds=4), 0.0,
    )  # fmt: skip
    refused_ms: list[int] = []
    at_ms = 0
    while at_ms < 40_000:
        for item in loop:
            sample = Sample(item.video, at_ms + item.at_ms, item.data, item.keyframe,
                            item.duration_ms)  # fmt: skip
            try:
                segmenter.add(sample, Video("vp8", 320, 240) if item.keyframe else None)
            except OSError:
                segmenter.abandon()
                refused_ms.append(round(sample.at_ms))
        at_ms += LOOP_MS
        spool.journal("note", at_ms=at_ms)
        spool.settle()
        if refused_ms and at_ms >= refused_ms[0] + 3 * LOOP_MS:
            # Somebody took the segments in.
            ballast.unlink(missing_ok=True)
            spool.retry()
            spool.settle()
    segmenter.close()
    spool.retry()
    spool.close()
    torn = [path.name for path in root.rglob("*") if path.suffix == ".part" or path.name[0] == "."]
    print(json.dumps({"refused_ms": refused_ms, "torn": torn}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
