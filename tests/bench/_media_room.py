"""One room of two for the benchmark: publishes pre-encoded packets, watches without decoding.

``python -m tests.bench._media_room PORT SECONDS INPUT``: INPUT is a pickle of encoded frames. When
both hear and see each other it prints ``ready``; after SECONDS one line of JSON: the forwarding
delays in ms and how many packets were sent and received.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
import time
from pathlib import Path

from aiohttp import ClientSession
from aiortc.codecs.vpx import Vp8Encoder

from realtime.rtp import packet, rtcp
from tests.factories.media.encode import Encoded
from tests.factories.media.raw import RawPeer

FPS = 30


class Member:
    """Sends what was encoded before, or notes when it arrives."""

    def __init__(self, http: ClientSession, stream: str, sent: dict[bytes, float]) -> None:
        self._sent = sent
        self.peer = RawPeer(http, stream, session="bench")
        self.peer.on_packet = self._received
        self.delays: list[float] = []
        self.sent_count = self.received_count = 0

    async def send(self, frames: list[Encoded], sound: list[Encoded], until: float) -> None:
        """Until ``until`` on the monotonic clock."""
        encoder = Vp8Encoder()
        video = [encoder._packetize(frame.data, n) for n, frame in enumerate(frames)]
        await asyncio.gather(
            self._send("video", video, 1 / FPS, 90_000 // FPS, until),
            self._send("audio", [[frame.data] for frame in sound], 0.02, 960, until),
        )

    async def _send(
        self, kind: str, groups: list[list[bytes]], period: float, step: int, until: float
    ) -> None:
        section, ssrc = self.peer.sections[kind], 1 if kind == "audio" else 2
        payload_type = next(iter(section.payloads))
        started, sequence, number = time.monotonic(), 0, 0
        reported = 0.0
        wire = self.peer.wire
        assert wire is not None
        while time.monotonic() < until:
            group = groups[number % len(groups)]
            now = time.time()
            block = b""
            if section.abs_send_time:
                block = packet.build_extension(section.abs_send_time, packet.abs_send_time(now))
            for index, payload in enumerate(group):
                data = packet.build(
                    payload, payload_type=payload_type, sequence=sequence,
                    timestamp=number * step, ssrc=ssrc, marker=index == len(group) - 1,
                    block=block,
                )  # fmt: skip
                self._sent[payload[-40:]] = time.perf_counter()
                wire.send(data)
                self.sent_count += 1
                sequence += 1
            if now - reported > 1:
                reported = now
                ntp = int((now + 2_208_988_800) * (1 << 32))
                wire.send(rtcp.sender_report(ssrc, ntp=ntp, rtp=number * step, packets=0, octets=0))
            number += 1
            await asyncio.sleep(max(0.0, started + number * period - time.monotonic()))

    def _received(self, item: packet.Packet) -> None:
        now = time.perf_counter()
        self.received_count += 1
        sent = self._sent.get(item.payload[-40:])
        if sent is not None:
            self.delays.append((now - sent) * 1000)


async def main(port: int, seconds: float, frames: list[Encoded], sound: list[Encoded]) -> None:
    """Both people for ``seconds`` after they have been connected for a while."""
    async with ClientSession(f"http://127.0.0.1:{port}") as http:
        sent: dict[bytes, float] = {}
        senders = [Member(http, name, sent) for name in ("one", "two")]
        watchers = [Member(http, name, sent) for name in ("one", "two")]
        for member in senders:
            await member.peer.connect("whip")
        until = time.monotonic() + seconds + 60
        work = [asyncio.ensure_future(m.send(frames, sound, until)) for m in senders]
        await asyncio.sleep(1)
        for member in watchers:
            await member.peer.connect("whep")
        await asyncio.sleep(4)
        print("ready", flush=True)
        for member in (*senders, *watchers):
            member.delays.clear()
            member.sent_count = member.received_count = 0
        await asyncio.sleep(seconds)
        result = {
            "delays": sorted(d for m in watchers for d in m.delays),
            "sent": sum(m.sent_count for m in senders),
            "received": sum(m.received_count for m in watchers),
        }
        print(json.dumps(result), flush=True)
        for task in work:
            task.cancel()
        for member in (*senders, *watchers):
            await member.peer.close()


if __name__ == "__main__":
    given = pickle.loads(Path(sys.argv[3]).read_bytes())
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), *given))
