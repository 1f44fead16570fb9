"""SIGKILL of the media process at random moments: what is lost, and what is said about it.

``python -m tests.prove kills [--kills N] [--seed N]``. The real process, two people who publish
real VP8 and Opus over ICE, DTLS and SRTP and come back after each kill. Afterwards every segment is
decoded, and every hole has to be a gap with the cause "media process" that begins at most two
seconds before the kill.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recordings.manifest import GAP_MS, Cause, MissingSpan, Presence, Span, gaps
from tests.factories.media import encode
from tests.factories.media.client import Person
from tests.factories.media.encode import Encoded
from tests.factories.media.look import look
from tests.factories.media.process import MediaProcess

STREAMS = ("asesi", "asesor")
FPS = 20
MOST_LOST_MS = 2000


@dataclass
class Report:
    """Session ms. ``lost`` by stream: from the end of what is kept to each kill."""

    killed: list[int] = field(default_factory=list)
    lost: dict[str, list[int]] = field(default_factory=dict)
    away: list[int] = field(default_factory=list)
    segments: int = 0
    pictures: int = 0
    sounds: int = 0
    gaps: int = 0


async def run(
    folder: Path, kills: int, rng: random.Random, *, target_ms: int, alive_s: tuple[float, float]
) -> Report:
    """Publish, kill after a random part of ``alive_s``, start, and so on; then look."""
    frames, sound = encode.video("vp8", seconds=4, fps=FPS, gop=4 * FPS), encode.audio(seconds=4)
    report = Report()
    async with MediaProcess(folder, target_ms=target_ms) as media:
        people = await _publish(media, frames, sound)
        for _ in range(kills):
            await asyncio.sleep(rng.uniform(*alive_s))
            report.killed.append(int(time.time() * 1000) - media.t0_ms)
            await media.stop(signal.SIGKILL)
            for person in people:
                await person.leave(politely=False)
            await media.start()
            people = await _publish(media, frames, sound)
        await asyncio.sleep(alive_s[0])
        for person in people:
            await person.leave()
        await media.stop()
        await asyncio.to_thread(_judge, media, report)
    return report


async def _publish(
    media: MediaProcess, frames: Sequence[Encoded], sound: Sequence[Encoded]
) -> list[Person]:
    people = [Person(media, stream) for stream in STREAMS]
    await asyncio.gather(*(person.publish(frames, sound, fps=FPS) for person in people))
    return people


def _judge(media: MediaProcess, report: Report) -> None:
    """Raises AssertionError where something is lost, torn or unnamed."""
    assert not list(media.spool.rglob("*.part"))
    lines = media.journal()
    for stream in STREAMS:
        stored = media.segments(stream)
        assert [s["index"] for s in stored] == list(range(len(stored)))
        for segment in stored:
            _decode(segment, report)
        spans = [Span(s["start_ms"], s["end_ms"]) for s in stored]
        own = [line for line in lines if line.get("stream") == stream]
        report.lost[stream] = [
            killed - max(span.end_ms for span in spans if span.start_ms < killed)
            for killed in report.killed
        ]
        found = _gaps(own, spans)
        report.gaps += len(found)
        report.away += [gap.end_ms - gap.start_ms for gap in found]
        assert {gap.cause for gap in found} <= {Cause.MEDIA_PROCESS}, found
        assert len(found) == len(report.killed), (found, report.killed)
        for gap, killed in zip(found, report.killed, strict=True):
            assert gap.start_ms <= killed < gap.end_ms, (gap, killed)
            assert killed - gap.start_ms <= MOST_LOST_MS, (gap, killed)


def _decode(segment: dict[str, Any], report: Report) -> None:
    """Every frame of it, none missing within."""
    seen = look(segment["path"])
    span = segment["end_ms"] - segment["start_ms"]
    assert seen.pictures >= span * FPS / 1000 * 0.9 - 4, (segment, seen)
    assert seen.sounds >= span / 20 * 0.9 - 10, (segment, seen)
    report.segments += 1
    report.pictures += seen.pictures
    report.sounds += seen.sounds


def _gaps(lines: Sequence[dict[str, Any]], spans: Sequence[Span]) -> list[MissingSpan]:
    """The gap map as it is made of the journal and the segments."""
    named = {line["event"] for line in lines if line.get("cause") not in (None, "media process")}
    assert not named, lines
    starts = [line["at_ms"] for line in lines if line["event"] == "stream.started"]
    stops = [line for line in lines if line["event"] == "stream.stopped"]
    presences = [
        Presence(start, stop["at_ms"], stop["reason"])
        for start, stop in zip(starts, stops, strict=True)
    ]
    hints = [
        MissingSpan(line["start_ms"], line["end_ms"], line["cause"])
        for line in lines
        if line["event"] == "gap"
    ]
    for one, following in itertools.pairwise(sorted(spans)):
        hole = following.start_ms - one.end_ms
        assert hole <= GAP_MS or any(h.start_ms == one.end_ms for h in hints), (one, following)
    return gaps(spans, presences, hints=hints, until_ms=presences[-1].end_ms or 0)


def main() -> None:
    parser = argparse.ArgumentParser(prog=sys.argv[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        report = asyncio.run(
            run(
                Path(name), options.kills, random.Random(options.seed),
                target_ms=10_000, alive_s=(2.5, 16.0),
            )
        )  # fmt: skip
    lost = sorted(itertools.chain(*report.lost.values()))
    print(
        f"seed {options.seed}: {options.kills} kills, {len(STREAMS)} streams; lost before a kill: "
        f"median {lost[len(lost) // 2]} ms, most {lost[-1]} ms (at most {MOST_LOST_MS})\n"
        f"{report.segments} segments, {report.pictures} pictures and {report.sounds} sounds "
        f"decoded without an error\n{report.gaps} gaps, one per kill and stream, each named "
        f"'media process'; away {min(report.away)} to {max(report.away)} ms"
    )
