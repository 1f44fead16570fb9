"""How the generator gets its peers connected: our control API (the naive engine's too) and Janus's.

Both answer the same question: a peer that publishes, a peer that watches, real ICE and DTLS.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any, Protocol

from aiohttp import ClientSession
from aiortc import RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from realtime.media import sdp
from realtime.media.datagrams import Sockets
from realtime.media.hooks import Wire, create_connection, gather, silence
from tests.factories.media.process import SDP, TOKEN

_PROTOCOL = Subprotocol("janus-protocol")


class Peer:
    """One connection of the generator; ``wire`` and ``sections`` are there once it is open."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        self.connection = create_connection()
        self.sections: dict[str, sdp.Section] = {}
        self.wire: Wire

    async def offer(self, direction: str) -> str:
        for media in ("audio", "video"):
            self.connection.addTransceiver(media, direction=direction)
        gather(self.connection, self._sockets, loopback=True)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        silence(self.connection)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._open(answer)

    async def answer(self, offer: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        silence(self.connection)
        gather(self.connection, self._sockets, loopback=True)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        answer = self.connection.localDescription.sdp
        self._open(answer)
        return answer

    async def connected(self) -> None:
        for _ in range(600):
            if self.wire.ready:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("not connected")

    def _open(self, answer: str) -> None:
        self.sections = {section.kind: section for section in sdp.read_answer(answer)}
        self.wire = Wire(self.connection.getTransceivers()[0].receiver.transport)
        self.wire.tap(lambda _: None, lambda _: None)


class Signalling(Protocol):
    """The server's own way of saying who publishes and who watches. ``name`` is the stream."""

    async def publish(self, peer: Peer, room: int, name: str) -> None: ...
    async def watch(self, peer: Peer, room: int, name: str) -> None: ...
    async def close(self) -> None: ...


class Whip:
    """WHIP and WHEP as the web process passes them on."""

    def __init__(self, port: int) -> None:
        self._http = ClientSession(f"http://127.0.0.1:{port}")

    async def publish(self, peer: Peer, room: int, name: str) -> None:
        await self._exchange(peer, room, f"/streams/{name}/whip", "sendonly")

    async def watch(self, peer: Peer, room: int, name: str) -> None:
        await self._exchange(peer, room, f"/streams/{name}/whep", "recvonly")

    async def close(self) -> None:
        await self._http.close()

    async def _exchange(self, peer: Peer, room: int, path: str, direction: str) -> None:
        headers = {
            **SDP, "X-Internal-Token": TOKEN, "X-Session": f"bench-{room}", "X-Stream-Owner": "1",
            "X-T0-Ms": str(int(time.time() * 1000) - 1000),
        }  # fmt: skip
        offer = await peer.offer(direction)
        async with self._http.post(path, data=offer, headers=headers) as response:
            answer = await response.text()
            assert response.status == 201, answer
        await peer.accept(answer)


class Janus:
    """The videoroom of Janus 1.x over its WebSocket API; one room of the plugin per room."""

    def __init__(self, port: int, folder: str) -> None:
        self._url, self._folder = f"ws://127.0.0.1:{port}", folder
        self._socket: ClientConnection | None = None
        self._session = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._rooms: set[int] = set()
        self._one = asyncio.Lock()
        self._feeds: dict[str, int] = {}

    async def publish(self, peer: Peer, room: int, name: str) -> None:
        async with self._one:
            handle = await self._attach()
            await self._open(handle, room)
        body = {
            "request": "joinandconfigure", "ptype": "publisher", "room": 1000 + room,
            "display": name, "record": True, "filename": f"{self._folder}/{name}",
        }  # fmt: skip
        answer = await self._say(
            handle, body, {"type": "offer", "sdp": await peer.offer("sendonly")}
        )
        self._feeds[name] = answer["plugindata"]["data"]["id"]
        await peer.accept(answer["jsep"]["sdp"])

    async def watch(self, peer: Peer, room: int, name: str) -> None:
        handle = await self._attach()
        offer = await self._say(handle, {
            "request": "join", "ptype": "subscriber", "room": 1000 + room,
            "streams": [{"feed": self._feeds[name]}],
        })  # fmt: skip
        answer = await peer.answer(offer["jsep"]["sdp"])
        await self._say(handle, {"request": "start"}, {"type": "answer", "sdp": answer})

    async def _open(self, handle: int, room: int) -> None:
        """Make the room if it is not there."""
        if room in self._rooms:
            return
        self._rooms.add(room)
        made = await self._say(handle, {
            "request": "create", "room": 1000 + room, "publishers": 6, "record": True,
            "rec_dir": f"{self._folder}/room-{room}", "bitrate": 3_000_000,
            "audiocodec": "opus", "videocodec": "vp8", "videoorient_ext": False,
        })  # fmt: skip
        assert made["plugindata"]["data"]["videoroom"] == "created", made

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def _attach(self) -> int:
        if self._socket is None:
            self._socket = await connect(self._url, subprotocols=[_PROTOCOL])
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep())]
            self._session = (await self._send({"janus": "create"}))["data"]["id"]
        request = {"janus": "attach", "plugin": "janus.plugin.videoroom"}
        return int((await self._send(request))["data"]["id"])

    async def _say(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        request: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        if jsep is not None:
            request["jsep"] = jsep
        answer = await self._send(request)
        assert "error" not in answer.get("plugindata", {}).get("data", {}), answer
        return answer

    async def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        transaction = secrets.token_hex(8)
        future = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        if self._session:
            request = {**request, "session_id": self._session}
        await self._socket.send(json.dumps({**request, "transaction": transaction}))
        return await asyncio.wait_for(future, 30)

    async def _read(self) -> None:
        assert self._socket is not None
        async for text in self._socket:
            message = json.loads(text)
            # "ack" only says that the answer will come as an event.
            if message.get("janus") in ("success", "event", "error"):
                future = self._waiting.pop(message.get("transaction", ""), None)
                if future is not None and not future.done():
                    future.set_result(message)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(20)
            await self._send({"janus": "keepalive"})
