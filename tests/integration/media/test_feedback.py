"""RTCP both ways, seen from outside: NACK, RTX, PLI, REMB, reports, lip sync."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
from aiortc.codecs.vpx import Vp8Encoder

from realtime.rtp import packet, rtcp
from tests.factories.media.encode import Encoded
from tests.factories.media.process import TOKEN, MediaProcess
from tests.factories.media.raw import RawPeer

M = TypeVar("M")
INTERNAL = {"X-Internal-Token": TOKEN}
VIDEO_SSRC, NTP = 1111, 0x1234_5678_0000_0000


class Room:
    """One who publishes by hand and one who watches by hand."""

    def __init__(self, media: MediaProcess, frames: list[Encoded]) -> None:
        self.sender, self.watcher = RawPeer(media.http, "s1"), RawPeer(media.http, "s1")
        encoder = Vp8Encoder()
        self._frames = [encoder._packetize(frame.data, n) for n, frame in enumerate(frames)]
        self._sent = self._count = 0

    async def start(self) -> None:
        await self.sender.connect("whip")
        self.send(1)
        await self.watcher.connect("whep")

    def send(self, count: int, *, skip: frozenset[int] = frozenset()) -> None:
        """So many frames from the first (a keyframe) on, without the packets in ``skip``."""
        section, wire = self.sender.sections["video"], self.sender.wire
        assert wire is not None
        block = packet.build_extension(section.abs_send_time, packet.abs_send_time(time.time()))
        for _ in range(count):
            group = self._frames[self._count % len(self._frames)]
            for index, payload in enumerate(group):
                data = packet.build(
                    payload,
                    payload_type=next(iter(section.payloads)),
                    sequence=65500 + self._sent,
                    timestamp=self._count * 4500,
                    ssrc=VIDEO_SSRC,
                    marker=index == len(group) - 1,
                    block=block,
                )
                if self._sent not in skip:
                    wire.send(data)
                self._sent += 1
            self._count += 1

    def rewind(self) -> None:
        """The next frame is the keyframe again."""
        self._count += -self._count % len(self._frames)


@pytest.fixture
async def room(media: MediaProcess, frames: list[Encoded]) -> AsyncIterator[Room]:
    room = Room(media, frames)
    await room.start()
    yield room
    await room.sender.close()
    await room.watcher.close()


def of(messages: list[rtcp.Message], kind: type[M]) -> list[M]:
    return [message for message in messages if isinstance(message, kind)]


async def flow(room: Room, seconds: float) -> None:
    for _ in range(round(seconds * 20)):
        room.send(1)
        await asyncio.sleep(0.05)


async def test_joining_asks_the_publisher_for_a_keyframe_and_nothing_else_is_sent(
    room: Room,
) -> None:
    room.sender.messages.clear()
    await flow(room, 0.6)
    requests = of(room.sender.messages, rtcp.KeyframeRequest)
    assert 1 <= len(requests) <= 3
    assert requests[0].media_ssrcs == (VIDEO_SSRC,)
    assert room.watcher.packets == []
    room.rewind()
    await flow(room, 0.5)
    section = room.watcher.sections["video"]
    assert {p.ssrc for p in room.watcher.packets} == {section.ssrc}
    assert {p.payload_type for p in room.watcher.packets} == {next(iter(section.payloads))}
    assert all(packet.extension(p, section.abs_send_time) for p in room.watcher.packets)
    steps = [p.sequence for p in room.watcher.packets]
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(steps)] == [1] * (len(steps) - 1)


async def test_a_keyframe_request_of_the_watcher_goes_up_throttled(room: Room) -> None:
    room.rewind()
    await flow(room, 1.0)
    room.sender.messages.clear()
    wire, ssrc = room.watcher.wire, room.watcher.sections["video"].ssrc
    assert wire is not None
    for _ in range(20):
        wire.send(rtcp.pli(1, ssrc))
        await flow(room, 0.05)
    assert 1 <= len(of(room.sender.messages, rtcp.KeyframeRequest)) <= 3


async def test_what_the_watcher_misses_comes_again_by_rtx(room: Room) -> None:
    room.rewind()
    await flow(room, 0.5)
    wire, section = room.watcher.wire, room.watcher.sections["video"]
    assert wire is not None
    wanted = room.watcher.packets[3]
    for _ in range(3):
        # Asked three times before the first answer can be there: sent once.
        wire.send(rtcp.nack(1, section.ssrc, [wanted.sequence]))
    await asyncio.sleep(0.3)
    again = [p for p in room.watcher.packets if p.payload_type in section.rtx]
    assert len(again) == 1
    assert again[0].ssrc == section.rtx_ssrc
    original = packet.unwrap_rtx(again[0], payload_type=wanted.payload_type, ssrc=section.ssrc)
    assert original is not None
    assert (original.sequence, original.timestamp) == (wanted.sequence, wanted.timestamp)
    assert original.payload == wanted.payload


async def test_what_the_server_misses_is_asked_for_across_the_wrap(room: Room) -> None:
    room.send(2)
    lost = frozenset({room._sent + 1})
    room.send(4, skip=lost)
    await flow(room, 0.5)
    asked = of(room.sender.messages, rtcp.Nack)
    assert asked
    assert asked[0].missing == ((65500 + min(lost)) & 0xFFFF,)
    assert 2 <= len(asked) <= 6, "it is asked for again while it does not come"


async def test_reports_and_bandwidth_reach_the_publisher(room: Room) -> None:
    await flow(room, 3)
    # The estimator wants two seconds of arrivals; a busy machine is given more.
    for _ in range(8):
        if of(room.sender.messages, rtcp.Remb):
            break
        await flow(room, 1)
    reports = of(room.sender.messages, rtcp.ReceiverReport)
    assert len(reports) >= 2
    assert reports[-1].reports[0].ssrc == VIDEO_SSRC
    assert reports[-1].reports[0].packets_lost == 0
    remb = of(room.sender.messages, rtcp.Remb)
    assert remb
    assert remb[-1].bitrate > 10_000
    assert remb[-1].ssrcs == (VIDEO_SSRC,)
    wire, ssrc = room.watcher.wire, room.watcher.sections["video"].ssrc
    assert wire is not None
    room.sender.messages.clear()
    for _ in range(4):
        wire.send(rtcp.remb(1, 1, [ssrc]))
        await flow(room, 0.5)
    assert of(room.sender.messages, rtcp.Remb)[-1].bitrate <= 150_000


async def wants(room: Room, media: MediaProcess, *, wanted: object) -> int:
    path = f"/resources/{room.watcher.resource}/video"
    async with media.http.put(path, json={"wanted": wanted}, headers=INTERNAL) as answer:
        return answer.status


async def test_who_declines_the_picture_gets_none_until_it_is_wanted_again(
    room: Room, media: MediaProcess
) -> None:
    room.rewind()
    await flow(room, 0.5)
    assert room.watcher.packets
    assert await wants(room, media, wanted=False) == 204
    await flow(room, 0.1)
    before = room.watcher.packets[-1].sequence
    room.watcher.packets.clear()
    await flow(room, 0.5)
    assert room.watcher.packets == []
    room.sender.messages.clear()
    assert await wants(room, media, wanted=True) == 204
    await flow(room, 0.2)
    assert of(room.sender.messages, rtcp.KeyframeRequest), "it begins again with a keyframe"
    room.rewind()
    await flow(room, 0.3)
    assert room.watcher.packets
    assert room.watcher.packets[0].sequence == (before + 1) & 0xFFFF, "no hole to be asked for"
    assert await wants(room, media, wanted="ya") == 400
    room.watcher.resource = "unknown"
    assert await wants(room, media, wanted=True) == 404


async def test_a_watcher_whose_line_carries_no_picture_is_given_the_sound_alone(
    room: Room, media: MediaProcess
) -> None:
    room.rewind()
    await flow(room, 0.5)
    wire, ssrc = room.watcher.wire, room.watcher.sections["video"].ssrc
    assert wire is not None
    for _ in range(10):
        # Less than the small pictures of this sender take.
        wire.send(rtcp.remb(1, 4_000, [ssrc]))
        await flow(room, 0.5)
    room.watcher.packets.clear()
    await flow(room, 0.5)
    assert room.watcher.packets == []
    async with media.http.get("/streams", headers=INTERNAL) as answer:
        (told,) = (await answer.json())["items"]
    assert told["without_video"] == 1
    assert told["frame_rate"] > 5


async def test_the_senders_clock_reaches_the_watcher(room: Room) -> None:
    room.rewind()
    await flow(room, 0.5)
    wire = room.sender.wire
    assert wire is not None
    timestamp = (room._count - 1) * 4500
    wire.send(rtcp.sender_report(VIDEO_SSRC, ntp=NTP, rtp=timestamp, packets=9, octets=9))
    await asyncio.sleep(0.3)
    (report,) = of(room.watcher.messages, rtcp.SenderReport)
    assert report.ssrc == room.watcher.sections["video"].ssrc
    assert report.ntp == NTP
    assert report.rtp == room.watcher.packets[-1].timestamp
    assert report.packets == len(room.watcher.packets)
