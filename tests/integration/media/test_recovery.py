from __future__ import annotations

import asyncio
import itertools
import signal

import pytest

from tests.factories.media.client import Person
from tests.factories.media.encode import Encoded
from tests.factories.media.look import look
from tests.factories.media.process import MediaProcess


async def test_a_killed_process_loses_at_most_the_open_second(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    first = Person(media, "s1")
    await first.publish(frames, sound)
    await asyncio.sleep(5.6)
    before = media.segments("s1")
    assert before
    await media.stop(signal.SIGKILL)
    killed_ms = asyncio.get_running_loop().time()
    await first.leave(politely=False)
    await media.start()
    assert not list(media.spool.rglob("*.part"))
    salvaged = media.segments("s1")
    assert len(salvaged) > len(before)
    assert salvaged[: len(before)] == before

    second = Person(media, "s1")
    await second.publish(frames, sound)
    down_ms = (asyncio.get_running_loop().time() - killed_ms) * 1000
    await asyncio.sleep(3)
    await second.leave()
    await media.stop()

    stored = media.segments("s1")
    assert [s["index"] for s in stored] == list(range(len(stored)))
    assert len(stored) > len(salvaged)
    for segment in stored:
        assert look(segment["path"]).pictures > 0
    lines = media.journal()
    boots = [index for index, line in enumerate(lines) if line["event"] == "media.started"]
    assert len(boots) == 2
    assert any(
        line["event"] == "stream.stopped" and line["reason"] == "media process"
        for line in lines[boots[1] :]
    )
    gaps = [line for line in lines if line["event"] == "gap"]
    assert gaps
    assert {gap["cause"] for gap in gaps} == {"media process"}
    assert gaps[0]["start_ms"] == salvaged[-1]["end_ms"]
    resumed = stored[len(salvaged)]["start_ms"]
    assert 0 <= resumed - gaps[-1]["end_ms"] < 500, "what is not named is shorter than a gap"
    for one, following in itertools.pairwise(gaps):
        assert one["end_ms"] == following["start_ms"]
    lost = resumed - gaps[0]["start_ms"]
    assert lost < down_ms + 2500


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
