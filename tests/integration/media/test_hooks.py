"""One contract test for each private seam of aiortc and aioice that hooks.py relies on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioice import stun
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import SessionDescription

from realtime.media import sdp
from realtime.media.datagrams import Sockets
from realtime.media.hooks import Wire, create_connection, gather, silence
from realtime.rtp import packet, rtcp
from tests.factories.media.client import EncodedTrack
from tests.factories.media.encode import Encoded


class Pair:
    """A browser's place taken by plain aiortc, and our own end."""

    def __init__(self) -> None:
        self.theirs = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.ours = create_connection()
        self.received: list[bytes] = []
        self.control: list[bytes] = []

    async def connect(self, direction: str) -> Wire:
        await self.theirs.setLocalDescription(await self.theirs.createOffer())
        body = self.theirs.localDescription.sdp.encode()
        sdp.prepare_transceivers(self.ours, sdp.read_offer(body), direction)
        await self.ours.setRemoteDescription(RTCSessionDescription(sdp.clean_offer(body), "offer"))
        silence(self.ours)
        gather(self.ours, Sockets(), loopback=True)
        await self.ours.setLocalDescription(await self.ours.createAnswer())
        wire = Wire(self.ours.getTransceivers()[0].receiver.transport)
        wire.tap(self.received.extend, self.control.append)
        await self.theirs.setRemoteDescription(self.ours.localDescription)
        for _ in range(100):
            if wire.ready and self.theirs.connectionState == "connected":
                return wire
            await asyncio.sleep(0.05)
        raise AssertionError("the two ends did not connect")

    def sections(self) -> list[sdp.Section]:
        return sdp.read_answer(self.ours.localDescription.sdp)


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    yield pair
    await pair.theirs.close()
    await pair.ours.close()


async def test_silence_starts_no_decoder_and_the_tap_gets_plain_rtp(
    pair: Pair, frames: list[Encoded]
) -> None:
    pair.theirs.addTrack(EncodedTrack("video", frames, 50))
    wire = await pair.connect("recvonly")
    await asyncio.sleep(2)
    assert not [t for t in threading.enumerate() if t.name.endswith("-decoder")]
    parsed = [packet.parse(data) for data in pair.received]
    assert len(parsed) > 20
    assert all(item is not None and item.payload_type in (97, 98) for item in parsed)
    reports = [m for data in pair.control for m in rtcp.parse(data)]
    assert any(isinstance(message, rtcp.SenderReport) for message in reports)
    assert wire.identity == Wire(pair.ours.getTransceivers()[0].receiver.transport).identity


async def test_what_the_wire_sends_is_understood(pair: Pair, frames: list[Encoded]) -> None:
    pair.theirs.addTransceiver("video", direction="recvonly")
    tracks: list[MediaStreamTrack] = []
    pair.theirs.on("track", tracks.append)
    wire = await pair.connect("sendonly")
    (section,) = pair.sections()
    first = frames[0]
    for number in range(40):
        assert wire.send(
            packet.build(
                bytes([0x90, 0x80, number]) + first.data,
                payload_type=next(iter(section.payloads)),
                sequence=number,
                timestamp=number * 3000,
                ssrc=section.ssrc,
                marker=True,
            )
        )
        await asyncio.sleep(0.02)
    frame: Any = await asyncio.wait_for(tracks[0].recv(), 5)
    assert (frame.width, frame.height) == (320, 240)
    assert wire.send(rtcp.sender_report(section.ssrc, ntp=1 << 32, rtp=5, packets=1, octets=1))
    await asyncio.sleep(0.2)
    report = await pair.theirs.getReceivers()[0].getStats()
    assert any(item.type == "remote-outbound-rtp" for item in report.values())


async def test_loopback_is_among_our_candidates_and_nothing_is_sent_before_connecting(
    pair: Pair,
) -> None:
    pair.theirs.addTransceiver("audio", direction="recvonly")
    await pair.connect("sendonly")
    hosts = {c.ip for m in _media(pair.ours.localDescription.sdp) for c in m.ice_candidates}
    assert "127.0.0.1" in hosts
    lonely = create_connection()
    lonely.addTransceiver("audio", direction="sendonly")
    gather(lonely, Sockets(), loopback=True)
    wire = Wire(lonely.getTransceivers()[0].receiver.transport)
    assert not wire.ready
    assert not wire.send(packet.build(b"", payload_type=96, sequence=1, timestamp=1, ssrc=1))
    assert not wire.send(rtcp.bye(1))
    await lonely.close()


async def test_bundled_sections_share_one_wire(pair: Pair, sound: list[Encoded]) -> None:
    pair.theirs.addTransceiver("audio", direction="sendonly")
    pair.theirs.addTransceiver("video", direction="sendonly")
    await pair.connect("recvonly")
    wires = [Wire(t.receiver.transport) for t in pair.ours.getTransceivers()]
    assert len({wire.identity for wire in wires}) == 1


def _media(text: str) -> list[Any]:
    return list(SessionDescription.parse(text).media)


async def test_a_consent_check_waits_for_a_long_round_trip(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aioice asks with ``retransmissions=0`` and closes after six checks without an answer."""
    pair.theirs.addTransceiver("audio", direction="sendonly")
    await pair.connect("recvonly")
    ice: Any = pair.ours.getTransceivers()[0].receiver.transport.transport._connection
    (nominated,) = ice._nominated.values()
    monkeypatch.setattr(stun, "RETRY_RTO", 0.1)
    sent: list[float] = []
    monkeypatch.setattr(
        nominated.protocol, "send_stun", lambda *_: sent.append(asyncio.get_running_loop().time())
    )
    began = asyncio.get_running_loop().time()
    with pytest.raises(stun.TransactionTimeout):
        await nominated.protocol.request(
            ice.build_request(nominated, nominate=False),
            nominated.remote_addr,
            integrity_key=b"key",
            retransmissions=0,
        )
    assert len(sent) == 3
    assert asyncio.get_running_loop().time() - began > 0.6
