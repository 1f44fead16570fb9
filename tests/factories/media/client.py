"""A person made of aiortc: publishes what was encoded before, decodes what it watches."""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Sequence
from typing import Any, Protocol

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from tests.factories.media.encode import RATE, Encoded
from tests.factories.media.process import Answer


class EncodedTrack(MediaStreamTrack):
    """Gives out encoded frames in real time, from the start again when they are used up."""

    def __init__(self, kind: str, frames: Sequence[Encoded], period_ms: float) -> None:
        super().__init__()
        self.kind = kind
        self.muted = False
        self._frames = frames
        self._period_ms = period_ms
        self._index = 0
        self._started: float | None = None
        self._rate = 90_000 if kind == "video" else RATE

    async def recv(self) -> av.Packet[Any]:
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            if self._started is None:
                self._started = time.monotonic()
            due = self._started + self._index * self._period_ms / 1000
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            frame = self._frames[self._index % len(self._frames)]
            at_ms = self._index * self._period_ms
            self._index += 1
            if not self.muted:
                packet = av.Packet(frame.data)
                packet.pts = round(at_ms * self._rate / 1000)
                packet.time_base = fractions.Fraction(1, self._rate)
                return packet


class Signalling(Protocol):
    """Who answers offers: the media process itself, or the site in front of it."""

    async def publish(self, stream: str, offer: str) -> Answer: ...

    async def subscribe(self, stream: str, offer: str) -> Answer: ...

    async def end(self, resource: str) -> int: ...


class Person:
    """One peer connection to the media process, publishing or watching."""

    def __init__(self, media: Signalling, stream: str) -> None:
        self.media = media
        self.stream = stream
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.resource = ""
        self.tracks: list[EncodedTrack] = []
        self.pictures: list[bytes] = []
        self.sounds = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def publish(
        self, frames: Sequence[Encoded] = (), sound: Sequence[Encoded] = (), *, fps: int = 20
    ) -> None:
        if frames:
            self.tracks.append(EncodedTrack("video", frames, 1000 / fps))
        if sound:
            self.tracks.append(EncodedTrack("audio", sound, 20.0))
        for track in self.tracks:
            self.connection.addTrack(track)
        offer = await self._offer()
        answer = await self.media.publish(self.stream, offer)
        assert answer.status == 201, answer.text
        await self._take(answer.text, answer.resource)

    async def watch(self) -> None:
        self.connection.addTransceiver("audio", direction="recvonly")
        self.connection.addTransceiver("video", direction="recvonly")

        @self.connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            self._tasks.append(asyncio.ensure_future(self._consume(track)))

        answer = await self.media.subscribe(self.stream, await self._offer())
        assert answer.status == 201, answer.text
        await self._take(answer.text, answer.resource)

    async def leave(self, *, politely: bool = True) -> None:
        """Go: by DELETE, or without a word."""
        if politely and self.resource:
            await self.media.end(self.resource)
        for task in self._tasks:
            task.cancel()
        await self.connection.close()

    async def _offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def _take(self, answer: str, resource: str) -> None:
        self.resource = resource
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def _consume(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.VideoFrame):
                self.pictures.append(bytes(frame.planes[0])[: 8 * frame.planes[0].line_size])
            else:
                self.sounds += 1
