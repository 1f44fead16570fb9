from __future__ import annotations

import asyncio
import itertools
import random
from pathlib import Path

import pytest

from tests.factories.media.client import Person
from tests.factories.media.encode import Encoded
from tests.factories.media.look import look
from tests.factories.media.process import MediaProcess
from tests.prove import kills


async def test_a_killed_process_loses_at_most_two_seconds(tmp_path: Path) -> None:
    """A little of ``python -m tests.prove kills``; it raises where something does not hold."""
    report = await kills.run(tmp_path, 2, random.Random(6), target_ms=2000, alive_s=(2.5, 5.0))
    assert report.gaps == 4
    assert report.segments >= 6
    assert report.pictures > 150


async def test_a_second_publisher_replaces_the_first_and_goes_on(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    first, second, watcher = (Person(media, "s1") for _ in range(3))
    await first.publish(frames, sound)
    await asyncio.sleep(1)
    await watcher.watch()
    await asyncio.sleep(2)
    await second.publish(frames, sound)
    seen, heard = len(watcher.pictures), watcher.sounds
    await asyncio.sleep(4)
    await watcher.leave()
    await second.leave()
    await first.leave(politely=False)
    await media.stop()

    assert len(watcher.pictures) - seen > 30, "the watcher sees on without doing anything"
    assert watcher.sounds - heard > 100
    stored = media.segments("s1")
    assert [s["index"] for s in stored] == list(range(len(stored)))
    for one, following in itertools.pairwise(stored):
        assert following["start_ms"] >= one["end_ms"]
    for segment in stored:
        assert look(segment["path"]).first_is_keyframe


async def test_coming_back_after_leaving_continues_the_stream(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    for _ in range(2):
        person = Person(media, "s1")
        await person.publish(frames, sound)
        await asyncio.sleep(2.5)
        await person.leave()
        await asyncio.sleep(0.5)
        for path in media.spool.glob("session-1/s1/*"):
            path.unlink()
        await asyncio.sleep(1)
    person = Person(media, "s1")
    await person.publish(frames, sound)
    await asyncio.sleep(2)
    await person.leave()
    await media.stop()

    stored = media.segments("s1")
    assert stored[0]["index"] >= 2, "the index goes on though the files before are gone"
    gaps = [line for line in media.journal() if line["event"] == "gap"]
    assert [gap["cause"] for gap in gaps] == ["stopped", "stopped"]
    events = [line["event"] for line in media.journal() if line["event"].startswith("stream")]
    assert events == ["stream.started", "stream.stopped"] * 3


async def test_a_sender_that_vanishes_without_a_word_is_stored_at_once(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    person = Person(media, "s1")
    await person.publish(frames, sound)
    await asyncio.sleep(1.5)
    for track in person.tracks:
        track.muted = True
    await asyncio.sleep(1.2)
    stored = media.segments("s1")
    assert stored
    assert not list(media.spool.rglob("*.part"))
    live = await media.streams()
    assert live[0]["last_packet_ms_ago"] == pytest.approx(1200, abs=600)
    await person.leave()
