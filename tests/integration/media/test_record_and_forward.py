from __future__ import annotations

import asyncio
import hashlib
import itertools

import pytest

from tests.factories.media.client import Person
from tests.factories.media.encode import Encoded
from tests.factories.media.look import look
from tests.factories.media.process import MediaProcess


async def test_a_published_stream_is_seen_and_stored(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    sender, watcher = Person(media, "s1"), Person(media, "s1")
    await sender.publish(frames, sound)
    await asyncio.sleep(1)
    await watcher.watch()
    await asyncio.sleep(6)
    live = await media.streams()
    await watcher.leave()
    await sender.leave()
    await media.stop()

    assert len(watcher.pictures) > 60
    assert len(set(watcher.pictures)) > 20, "the picture does not move"
    assert watcher.sounds > 150
    assert live[0]["stream"] == "s1"
    assert live[0]["live"] is True
    assert live[0]["last_packet_ms_ago"] < 500
    assert live[0]["codecs"] == ["vp8", "opus"]

    stored = media.segments("s1")
    assert len(stored) >= 3
    assert [s["index"] for s in stored] == list(range(len(stored)))
    for one, following in itertools.pairwise(stored):
        assert one["end_ms"] == following["start_ms"]
    for segment in stored:
        data = segment["path"].read_bytes()
        assert segment["sha256"] == hashlib.sha256(data).hexdigest()
        assert segment["bytes"] == len(data)
        assert segment["mime"] == 'video/webm; codecs="vp8,opus"'
        seen = look(segment["path"])
        span = segment["end_ms"] - segment["start_ms"]
        assert seen.first_is_keyframe
        assert seen.video_ms is not None
        assert seen.audio_ms is not None
        assert abs(seen.video_ms[0] - segment["start_ms"]) <= 250
        assert seen.pictures == pytest.approx(span / 50, abs=3)
        assert seen.sounds == pytest.approx(span / 20, abs=8)
        assert seen.duration_ms == pytest.approx(span, abs=1)
    events = [line["event"] for line in media.journal()]
    assert events == ["media.started", "stream.started", "stream.stopped", "media.stopped"]
    span = stored[-1]["end_ms"] - stored[0]["start_ms"]
    lines = {line["event"]: line for line in media.journal()}
    assert span == pytest.approx(
        lines["stream.stopped"]["at_ms"] - lines["stream.started"]["at_ms"], abs=500
    )


async def test_sound_alone_and_picture_alone_are_cut_too(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    heard, seen = Person(media, "heard"), Person(media, "seen")
    await heard.publish(sound=sound)
    await seen.publish(frames=frames)
    await asyncio.sleep(5)
    await heard.leave()
    await seen.leave()
    await media.stop()

    for stream, mime in (
        ("heard", 'audio/webm; codecs="opus"'),
        ("seen", 'video/webm; codecs="vp8"'),
    ):
        stored = media.segments(stream)
        assert len(stored) >= 2
        for segment in stored:
            assert segment["mime"] == mime
            found = look(segment["path"])
            assert found.pictures + found.sounds > 5
    assert not [line for line in media.journal() if line["event"] == "gap"]


async def test_a_camera_that_is_muted_leaves_the_sound_running(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    sender = Person(media, "s1")
    await sender.publish(frames, sound)
    await asyncio.sleep(3)
    sender.tracks[0].muted = True
    await asyncio.sleep(4)
    sender.tracks[0].muted = False
    await asyncio.sleep(3)
    await sender.leave()
    await media.stop()

    stored = media.segments("s1")
    mimes = [s["mime"] for s in stored]
    assert 'audio/webm; codecs="opus"' in mimes
    assert mimes[0] == mimes[-1] == 'video/webm; codecs="vp8,opus"'
    for one, following in itertools.pairwise(stored):
        assert abs(following["start_ms"] - one["end_ms"]) <= 60
    assert not [line for line in media.journal() if line["event"] == "gap"]


async def test_a_sender_whose_reports_come_on_but_no_media_is_muted(
    media: MediaProcess, frames: list[Encoded], sound: list[Encoded]
) -> None:
    sender = Person(media, "s1")
    await sender.publish(frames, sound)
    await asyncio.sleep(2.5)
    for track in sender.tracks:
        track.muted = True
    await asyncio.sleep(2)
    stored_meanwhile = media.segments("s1")
    for track in sender.tracks:
        track.muted = False
    await asyncio.sleep(2.5)
    await sender.leave()
    await media.stop()

    assert stored_meanwhile, "what came before the stall is stored while it lasts"
    gaps = [line for line in media.journal() if line["event"] == "gap"]
    assert len(gaps) == 1
    assert gaps[0]["cause"] == "muted"
    assert gaps[0]["end_ms"] - gaps[0]["start_ms"] == pytest.approx(2000, abs=400)
    ends = {s["end_ms"] for s in media.segments("s1")}
    starts = {s["start_ms"] for s in media.segments("s1")}
    assert gaps[0]["start_ms"] in ends
    assert gaps[0]["end_ms"] in starts
