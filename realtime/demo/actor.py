"""One acted person in a room: joins, holds the socket, sends media and commands over HTTP."""

import asyncio
import base64
import json
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from av.video.frame import VideoFrame

from realtime.demo.sender import Sender

PING_S = 5.0


@dataclass(frozen=True)
class Credentials:
    """Where the site is and the API token of the person."""

    base_url: str
    session: str
    api_token: str

    @property
    def api(self) -> str:
        return f"{self.base_url}/api/v1/sessions/{self.session}"


class Actor:
    """``enter`` first; ``leave`` always."""

    def __init__(self, http: aiohttp.ClientSession, who: Credentials) -> None:
        self.http, self.who = http, who
        self.headers = {"Authorization": f"Bearer {who.api_token}"}
        self.senders: dict[str, Sender] = {}
        self.heard: list[dict[str, Any]] = []

    async def enter(self) -> None:
        """Consent to the current text, join, and keep a socket as a browser would."""
        version = (await self._json("GET", self.who.api))["consent_version"]
        room = await self._json("POST", f"{self.who.api}/join", {"consent_version": version})
        self.token = str(room["token"])
        self.whip_url = str(room["whip_url"])
        self.socket = await self.http.ws_connect(f"{room['ws_url']}?after=0")
        self.listening = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._ping()),
        ]

    async def show(self, kind: str, pages: Sequence[VideoFrame], pitch: float | None) -> None:
        """Start, or start again, the stream of ``kind``."""
        sender = Sender(self.http, self.token)
        await sender.start(self.whip_url, kind=kind, pages=pages, pitch=pitch)
        self.senders[kind] = sender

    async def hide(self, kind: str, *, broken: bool = False) -> None:
        """End the stream of ``kind``; ``broken`` leaves without a word."""
        sender = self.senders.pop(kind)
        await (sender.fall() if broken else sender.stop())

    async def say(self, kind: str, data: dict[str, Any]) -> int:
        """Send one command; the seq of its entry. Raises on a refusal."""
        body = {"op_id": uuid.uuid4().hex, "kind": kind, "data": data}
        return int((await self._json("POST", f"{self.who.api}/ops", body))["seq"])

    async def tell(self, ujian: str, kind: str, data: dict[str, Any]) -> None:
        """One act in a ujian that is asked aloud. Raises on a refusal."""
        body = {"ops": [{"op_id": str(uuid.uuid4()), "kind": kind, "data": data}]}
        url = f"{self.who.base_url}/api/v1/ujian/{ujian}/ops"
        (ack,) = (await self._json("POST", url, body))["acks"]
        if ack["code"]:
            raise RuntimeError(f"ujian {kind}: {ack['message']}")

    async def hand_in(self, name: str, mime: str, content: bytes, kuk: Sequence[int]) -> None:
        """Upload a piece of evidence by tus 1.0.0 (creation-with-upload)."""
        values = {
            "filename": name,
            "filetype": mime,
            "kuk": ",".join(str(one) for one in kuk),
        }
        listed = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items()
        )
        async with self.http.post(
            f"{self.who.api}/evidence",
            data=content,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(content)),
                "Upload-Metadata": listed,
                "Content-Type": "application/offset+octet-stream",
            },
        ) as answer:
            if answer.status != 201:
                raise RuntimeError(f"tus {answer.status}: {await answer.text()}")

    async def wait_for(self, kind: str, limit_s: float = 20) -> dict[str, Any]:
        """The first entry of ``kind`` that this person's socket brought."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            for entry in self.heard:
                if entry.get("kind") == kind:
                    return entry
            await asyncio.sleep(0.1)
        raise TimeoutError(f"no {kind} within {limit_s} s")

    async def leave(self) -> None:
        """Hang up everything."""
        for kind in list(self.senders):
            with suppress(aiohttp.ClientError):
                await self.hide(kind)
        for task in self.listening:
            task.cancel()
        await self.socket.close()

    async def _listen(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                frame = json.loads(message.data)
                if "seq" in frame and "kind" in frame:
                    self.heard.append(frame)

    async def _ping(self) -> None:
        while not self.socket.closed:
            await self.socket.send_json({"ping": int(time.monotonic() * 1000)})
            await asyncio.sleep(PING_S)

    async def _json(self, method: str, url: str, body: Any = None) -> dict[str, Any]:
        async with self.http.request(method, url, json=body, headers=self.headers) as answer:
            said = await answer.json(content_type=None)
            if answer.status >= 400 or not isinstance(said, dict):
                raise RuntimeError(f"{method} {url}: {answer.status} {said}")
            return said
