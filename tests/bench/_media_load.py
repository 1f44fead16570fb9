"""The rooms of the benchmark: pre-encoded packets published, every watched packet counted.

``python -m tests.bench._media_load JSON``, JSON being ``Order``'s fields. When all are connected
and warm it prints ``ready``; after ``seconds`` one line of JSON, ``Result``'s fields.

It must not be the limit itself. Packets are cut from the input once; a frame's packets leave in
one system call, yet one by one for the receiver (no segmentation offload). Watchers count by the
RTP header, which is in the clear; in the first rooms they also decrypt, and read the delay from
a time that the publisher wrote at the payload's end and the kernel's time of arrival.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import json
import pickle
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pylibsrtp
import uvloop
from aiortc.codecs.vpx import Vp8Encoder

from realtime.media.batch import Inbox
from realtime.media.datagrams import Port, Sockets
from realtime.rtp import packet, rtcp
from realtime.rtp.sequence import Unwrapper
from tests.bench._media_peers import Janus, Peer, Signalling, Whip
from tests.factories.media.encode import Encoded

FPS = 30
SAMPLED_ROOMS = 4
_TIMESTAMPNS = 35
_STAMP = struct.Struct("!d")
_HEADER = struct.Struct("!BBHII")


@dataclass
class Order:
    """``stamp``: write times into payloads; off for an engine that decodes them."""

    engine: str
    port: int
    rooms: int
    seconds: float
    source: str
    folder: str = ""
    stamp: bool = True


@dataclass
class Result:
    """Delays in ms, of the sampled rooms; lateness in ms is the generator's own, at its worst."""

    p50: float = 0.0
    p99: float = 0.0
    sent: int = 0
    received: int = 0
    missing: int = 0
    silent: int = 0
    late_p99: float = 0.0
    cpu: float = 0.0
    delays: int = 0
    nacks: int = 0
    keyframe_requests: int = 0
    rembs: list[int] = field(default_factory=list)


class Publisher:
    """Sends one person's frames in real time."""

    def __init__(
        self, peer: Peer, video: list[list[bytes]], audio: list[list[bytes]], *, stamp: bool
    ) -> None:
        self.sent = 0
        self.messages: list[rtcp.Message] = []
        self._stamp = stamp
        self._line: Any = peer.wire._line
        self._peer = peer
        self._tracks = {
            kind: _Track(peer, kind, groups, step)
            for kind, groups, step in (("video", video, 90_000 // FPS), ("audio", audio, 960))
        }  # fmt: skip
        peer.wire.tap(lambda _: None, lambda data: self.messages.extend(rtcp.parse(data)))

    def frame(self, kind: str) -> None:
        """Send the next frame of ``kind``."""
        track, now = self._tracks[kind], time.time()
        block = b""
        if track.time_id:
            block = packet.build_extension(track.time_id, packet.abs_send_time(now))
        stamp = _STAMP.pack(now)
        group = track.groups[track.number % len(track.groups)]
        last = len(group) - 1
        for index, payload in enumerate(group):
            self._line.send(
                _HEADER.pack(
                    0x90 if block else 0x80, track.payload_type | (0x80 if index == last else 0),
                    track.sequence, track.number * track.step & 0xFFFFFFFF, track.ssrc,
                )
                + block
                + (payload[:-8] + stamp if self._stamp else payload)
            )  # fmt: skip
            track.sequence = (track.sequence + 1) & 0xFFFF
        self.sent += len(group)
        if now - track.reported > 1:
            track.reported = now
            ntp = int((now + 2_208_988_800) * (1 << 32))
            self._line.send(
                rtcp.sender_report(
                    track.ssrc, ntp=ntp, rtp=track.number * track.step, packets=0, octets=0
                )
            )
        track.number += 1
        self._line._flush(self._line._sockets.outbox)


class _Track:
    def __init__(self, peer: Peer, kind: str, groups: list[list[bytes]], step: int) -> None:
        section = peer.sections[kind]
        names = {codec: payload for payload, codec in reversed(section.payloads.items())}
        self.payload_type = names["vp8" if kind == "video" else "opus"]
        self.time_id = section.abs_send_time
        self.groups, self.step = groups, step
        # As the offer announced it: Janus drops what it was not told of.
        self.ssrc = next(
            t.sender._ssrc for t in peer.connection.getTransceivers() if t.kind == kind
        )
        self.sequence = self.number = 0
        self.reported = 0.0


class Watcher:
    """Counts what comes; ``sampled`` ones also measure the delay."""

    def __init__(self, peer: Peer, *, sampled: bool) -> None:
        self.delays: list[float] = []
        self._tracks: dict[int, tuple[Unwrapper, list[int]]] = {}
        self._line: Any = peer.wire._line
        self._peer = peer
        self._rtx = {p for s in peer.sections.values() for p in s.rtx}
        # The server may have settled for another pair than our end: all of them.
        self._ports = [protocol.transport for protocol in self._line._ice._protocols]
        self.sampled = sampled
        for port in self._ports:
            port.deliver = functools.partial(self._count, port)
            if sampled:
                # Read here, with the kernel's own time of arrival, not by the tick.
                port._sockets._ready.remove(port.fileno)
                port.socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)

    def poll(self) -> None:
        """Read all that waits at a sampled watcher."""
        for port in self._ports:
            while self._read(port):
                pass

    def _read(self, port: Port) -> bool:
        try:
            data, extra, _, source = port.socket.recvmsg(2048, 64)
        except BlockingIOError:
            return False
        if not self._is_rtp(data[0], data[1]):
            port._protocol.datagram_received(data, source)
            return True
        self._note(data)
        seconds, nanoseconds = struct.unpack_from("qq", extra[0][2])
        with contextlib.suppress(pylibsrtp.Error):
            (sent,) = _STAMP.unpack(self._line.dtls._rx_srtp.unprotect(data)[-8:])
            self.delays.append((seconds + nanoseconds / 1e9 - sent) * 1000)
        return True

    def clear(self) -> None:
        self._tracks.clear()
        self.delays.clear()

    @property
    def received(self) -> int:
        return sum(counts[0] for _, counts in self._tracks.values())

    @property
    def missing(self) -> int:
        """Sequence numbers that never came between the first and the last."""
        return sum(
            max(0, (unwrap.highest or 0) - counts[1] + 1 - counts[0])
            for unwrap, counts in self._tracks.values()
        )

    def report(self) -> None:
        """What a browser says each second: RR and bandwidth."""
        ssrcs = [ssrc for ssrc in self._tracks if ssrc]
        reports = [
            rtcp.Report(ssrc, 0, 0, unwrap.highest or 0, 0, 0, 0)
            for ssrc, (unwrap, _) in self._tracks.items()
        ]
        self._line.send(rtcp.receiver_report(1, reports) + rtcp.remb(1, 3_000_000, ssrcs))

    def _count(self, port: Port, inbox: Inbox, sizes: list[int]) -> None:
        for slot, size in enumerate(sizes):
            start = inbox.starts[slot]
            if self._is_rtp(inbox.memory[start], inbox.memory[start + 1]):
                self._note(inbox.memory[start : start + 12])
            elif not 127 < inbox.memory[start] < 192:
                port.pass_on(inbox, slot, size)

    def _note(self, data: bytes | bytearray) -> None:
        _, second, sequence, _, ssrc = _HEADER.unpack_from(data)
        if second & 0x7F in self._rtx:
            return
        track = self._tracks.get(ssrc)
        if track is None:
            track = self._tracks[ssrc] = (Unwrapper(16), [0, sequence])
        track[0].unwrap(sequence)
        track[1][0] += 1

    @staticmethod
    def _is_rtp(first: int, second: int) -> bool:
        return 127 < first < 192 and not 192 <= second <= 223


def signalling(order: Order) -> Signalling:
    return Janus(order.port, order.folder) if order.engine == "janus" else Whip(order.port)


class Load:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._sockets = Sockets()
        self._publishers: list[Publisher] = []
        self._watchers: list[Watcher] = []
        self._late: list[float] = []

    async def run(self, video: list[list[bytes]], audio: list[list[bytes]]) -> None:
        """From the first connection to the printed result."""
        order = self._order
        says = signalling(order)
        sending = asyncio.create_task(self._send())
        names = [(room, f"{who}-{room}") for room in range(order.rooms) for who in ("one", "two")]
        for several in _batches(names):
            peers = [Peer(self._sockets) for _ in several]
            await asyncio.gather(
                *(self._publish(says, p, *n) for p, n in zip(peers, several, strict=True))
            )
            self._publishers += [Publisher(p, video, audio, stamp=order.stamp) for p in peers]
        await asyncio.sleep(1)
        for several in _batches(names):
            peers = [Peer(self._sockets) for _ in several]
            for peer, (room, name) in zip(peers, several, strict=True):
                await says.watch(peer, room, name)
            await asyncio.gather(*(peer.connected() for peer in peers))
            self._watchers += [
                Watcher(peer, sampled=order.stamp and room < SAMPLED_ROOMS)
                for peer, (room, _) in zip(peers, several, strict=True)
            ]
        self._sockets._tick_s = 0.01
        await asyncio.sleep(4)
        result = await self._measure()
        print(json.dumps(asdict(result)), flush=True)
        sending.cancel()
        await says.close()

    async def _measure(self) -> Result:
        for watcher in self._watchers:
            watcher.clear()
        self._late.clear()
        for publisher in self._publishers:
            publisher.messages.clear()
        before, cpu = sum(p.sent for p in self._publishers), time.process_time()
        print("ready", flush=True)
        await asyncio.sleep(self._order.seconds)
        sent = sum(p.sent for p in self._publishers) - before
        cpu = (time.process_time() - cpu) / self._order.seconds
        print("done", flush=True)
        await asyncio.sleep(0.3)
        order_least = sent / len(self._watchers) / 2
        delays = sorted(d for w in self._watchers for d in w.delays) or [float("nan")]
        said = [m for p in self._publishers for m in p.messages]
        late = sorted(self._late)
        return Result(
            p50=delays[len(delays) // 2],
            p99=delays[len(delays) * 99 // 100],
            sent=sent,
            received=sum(w.received for w in self._watchers),
            missing=sum(w.missing for w in self._watchers),
            silent=sum(w.received < order_least for w in self._watchers),
            late_p99=late[len(late) * 99 // 100] * 1000,
            cpu=cpu,
            delays=len(delays),
            nacks=sum(isinstance(m, rtcp.Nack) for m in said),
            keyframe_requests=sum(isinstance(m, rtcp.KeyframeRequest) for m in said),
            rembs=[m.bitrate for m in said if isinstance(m, rtcp.Remb)][-3:],
        )

    async def _send(self) -> None:
        """Every frame at its time, the publishers spread evenly; new ones join in."""
        due: list[tuple[float, int, str]] = []
        started, known, total = time.monotonic(), 0, 2 * self._order.rooms
        report_at = started + 1
        while True:
            now = time.monotonic()
            while known < len(self._publishers):
                for kind, period in (("video", 1 / FPS), ("audio", 0.02)):
                    # Onto a grid of the period, each publisher with a phase of its own.
                    grid = started + ((now - started) // period + 1 + known / total) * period
                    heapq.heappush(due, (grid, known, kind))
                known += 1
            while due and due[0][0] <= now:
                at, index, kind = due[0]
                self._late.append(time.monotonic() - at)
                self._publishers[index].frame(kind)
                heapq.heapreplace(due, (at + (1 / FPS if kind == "video" else 0.02), index, kind))
            for watcher in self._watchers:
                if watcher.sampled:
                    watcher.poll()
                if now >= report_at:
                    watcher.report()
            if now >= report_at:
                report_at = now + 1
            wait = due[0][0] - time.monotonic() if due else 0.005
            await asyncio.sleep(max(0.0, min(wait, 0.005)))

    async def _publish(self, says: Signalling, peer: Peer, room: int, name: str) -> None:
        await says.publish(peer, room, name)
        await peer.connected()
        # One datagram each: a sender on another machine would not come as one either.
        line: Any = peer.wire._line
        line._ice._nominated[1].protocol.transport.segments = False


def _batches(names: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Rooms of two side by side, a few at once."""
    return [names[first : first + 4] for first in range(0, len(names), 4)]


def _packets(frames: list[Encoded]) -> list[list[bytes]]:
    encoder = Vp8Encoder()
    return [encoder._packetize(frame.data, number) for number, frame in enumerate(frames)]


if __name__ == "__main__":
    given = Order(**json.loads(sys.argv[1]))
    pictures, sound = pickle.loads(Path(given.source).read_bytes())
    uvloop.run(Load(given).run(_packets(pictures), [[item.data] for item in sound]))
