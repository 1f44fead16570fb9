"""A peer connection whose RTP and RTCP are ours to see and to spoil: ICE and DTLS are real."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from aiohttp import ClientSession
from aiortc import RTCSessionDescription

from realtime.media import sdp
from realtime.media.datagrams import Sockets
from realtime.media.hooks import Wire, create_connection, gather, silence
from realtime.rtp import packet, rtcp
from realtime.rtp.packet import Packet
from tests.factories.media.process import SDP, TOKEN


class RawPeer:
    """Publishes or watches ``stream`` at the control server that ``http`` reaches."""

    def __init__(
        self,
        http: ClientSession,
        stream: str,
        *,
        session: str = "session-1",
        sockets: Sockets | None = None,
    ) -> None:
        self._http, self._stream, self._session = http, stream, session
        self._connection = create_connection()
        self._sockets = sockets or Sockets()
        self.sections: dict[str, sdp.Section] = {}
        self.messages: list[rtcp.Message] = []
        self.packets: list[Packet] = []
        self.on_packet: Callable[[Packet], None] = self.packets.append
        self.wire: Wire | None = None
        self.resource = ""

    async def connect(self, kind: str) -> Wire:
        """``kind`` is whip or whep; returns when packets can pass."""
        direction = "sendonly" if kind == "whip" else "recvonly"
        for media in ("audio", "video"):
            self._connection.addTransceiver(media, direction=direction)
        gather(self._connection, self._sockets, loopback=True)
        await self._connection.setLocalDescription(await self._connection.createOffer())
        headers = {
            **SDP, "X-Internal-Token": TOKEN, "X-Session": self._session, "X-Stream-Owner": "1",
            "X-T0-Ms": str(int(time.time() * 1000) - 1000),
        }  # fmt: skip
        offer = self._connection.localDescription.sdp
        path = f"/streams/{self._stream}/{kind}"
        async with self._http.post(path, data=offer, headers=headers) as response:
            answer = await response.text()
            assert response.status == 201, answer
            self.resource = response.headers["X-Resource"]
        silence(self._connection)
        self.sections = {section.kind: section for section in sdp.read_answer(answer)}
        await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        wire = self.wire = Wire(self._connection.getTransceivers()[0].receiver.transport)
        wire.tap(self._received, self._control)
        for _ in range(400):
            if wire.ready:
                return wire
            await asyncio.sleep(0.05)
        raise AssertionError("not connected")

    async def close(self) -> None:
        await self._connection.close()

    def _received(self, batch: list[bytes]) -> None:
        for data in batch:
            item = packet.parse(data)
            if item is not None:
                self.on_packet(item)

    def _control(self, data: bytes) -> None:
        self.messages += rtcp.parse(data)
