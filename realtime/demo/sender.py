"""Send drawn pictures and tones over WHIP, as any standard client would."""

import asyncio
import time
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import urljoin

import aiohttp
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from realtime.demo import pictures

FRAMES_PER_SECOND = 10
CLOCK = 90_000


class Pictures(MediaStreamTrack):
    """Turns pages into frames at the pace of the wall clock."""

    kind = "video"

    def __init__(self, pages: Sequence[VideoFrame], began: float) -> None:
        super().__init__()
        self.pages, self.began, self.count = pages, began, 0

    async def recv(self) -> VideoFrame:
        due = self.began + self.count / FRAMES_PER_SECOND
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        number = self.count * pictures.PAGES_PER_SECOND // FRAMES_PER_SECOND
        frame = pictures.with_bar(self.pages[number % len(self.pages)], self.count * 11)
        frame.pts = self.count * CLOCK // FRAMES_PER_SECOND
        frame.time_base = Fraction(1, CLOCK)
        self.count += 1
        return frame


class Tones(MediaStreamTrack):
    """A voice-like tone at the pace of the wall clock."""

    kind = "audio"

    def __init__(self, pitch: float, began: float) -> None:
        super().__init__()
        self.pitch, self.began, self.count = pitch, began, 0

    async def recv(self) -> AudioFrame:
        due = self.began + self.count * pictures.SAMPLES / pictures.RATE
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        frame = pictures.tone(self.count, self.pitch)
        self.count += 1
        return frame


class Sender:
    """One published stream; ``stop`` hangs up politely, ``fall`` as a broken line does."""

    def __init__(self, http: aiohttp.ClientSession, token: str) -> None:
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}
        self.resource = ""

    async def start(
        self, whip_url: str, *, kind: str, pages: Sequence[VideoFrame], pitch: float | None
    ) -> None:
        """Publish ``pages``, and a tone unless ``pitch`` is None. Raises on a refusal."""
        began = time.monotonic()
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTrack(Pictures(pages, began))
        if pitch is not None:
            self.connection.addTrack(Tones(pitch, began))
        await self.connection.setLocalDescription(await self.connection.createOffer())
        async with self.http.post(
            f"{whip_url}?kind={kind}",
            data=self.connection.localDescription.sdp.encode(),
            headers={**self.headers, "Content-Type": "application/sdp"},
        ) as answer:
            if answer.status != 201:
                raise RuntimeError(f"WHIP {answer.status}: {await answer.text()}")
            self.resource = urljoin(whip_url, answer.headers["Location"])
            sdp = await answer.text()
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def stop(self) -> None:
        async with self.http.delete(self.resource, headers=self.headers):
            pass
        await self.connection.close()

    async def fall(self) -> None:
        await self.connection.close()
