"""A client of the socket as the tests use it: it keeps its cursor and checks the order."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from ajj.config.asgi import application
from ajj.live.models import ConsentText
from ajj.live.selectors import session_for
from ajj.people.models import User
from realtime.credentials import join_token
from tests.factories.live import Room, room


def consent_text(now) -> ConsentText:
    """The text to agree to: the migration's own may have been flushed by an earlier test."""
    text, _ = ConsentText.objects.get_or_create(
        version="uji-1", defaults={"text": "Sesi ini direkam.", "published_at": now}
    )
    return text


def open_room(now, **options: Any) -> Room:
    """A session that is open at ``now``; nobody has joined."""
    consent_text(now)
    return room(starts_at=now, **options)


def token_for(made: Room, user: User) -> str:
    session, role = session_for(made.id, user)
    return join_token(session, user, role)[0]


class Socket:
    """One person's connection. ``cursor`` survives ``close``, so ``open`` resumes."""

    def __init__(self, session_id: object, token: str = "") -> None:
        self.path = f"/ws/v1/sessions/{session_id}" + (f"/{token}" if token else "")
        self.cursor = 0
        self.log: list[dict[str, Any]] = []
        self.presence: list[dict[str, Any]] = []
        self.pulses: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.closed: int | None = None
        self._ws: WebsocketCommunicator | None = None
        self._ops = 0

    async def open(self, headers: list[tuple[bytes, bytes]] | None = None) -> "Socket":
        self._ws = WebsocketCommunicator(
            application, f"{self.path}?after={self.cursor}", headers=headers or []
        )
        connected, code = await self._ws.connect(timeout=5)
        if not connected:
            self.closed = int(code or 0)
        return self

    async def close(self) -> None:
        if self._ws is not None:
            with suppress(asyncio.CancelledError):
                await self._ws.disconnect()
            self._ws = None

    async def send(self, kind: str, data: dict[str, Any], op_id: str = "") -> str:
        assert self._ws is not None
        self._ops += 1
        op_id = op_id or f"op-{id(self)}-{self._ops}"
        await self._ws.send_to(text_data=json.dumps({"op_id": op_id, "kind": kind, "data": data}))
        return op_id

    async def say(self, text: str) -> None:
        assert self._ws is not None
        await self._ws.send_to(text_data=text)

    async def read(self, until: Callable[[], bool], limit_s: float = 10) -> None:
        """Take in frames until ``until``; fails after ``limit_s``."""
        deadline = time.monotonic() + limit_s
        while not until():
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain; log {len(self.log)}, answers {self.answers}"
            await self._take(min(left, 0.2))
            if self.closed is not None and not until():
                raise AssertionError(f"closed with {self.closed}: {self.answers}")

    async def _take(self, timeout_s: float) -> None:
        assert self._ws is not None
        # Not receive_output(timeout=…): that would cancel the application when time is up.
        try:
            message = await asyncio.wait_for(self._ws.output_queue.get(), timeout_s)
        except TimeoutError:
            return
        if message["type"] == "websocket.close":
            self.closed = message.get("code")
            return
        self._note(json.loads(message["text"]))

    def _note(self, frame: dict[str, Any]) -> None:
        if "seq" in frame and "ack" not in frame:
            assert frame["seq"] == self.cursor + 1, "a hole, a repetition or another order"
            self.cursor = frame["seq"]
            self.log.append(frame)
        elif "presence" in frame:
            self.presence.append(frame)
        elif "pulse" in frame:
            self.pulses.append(frame["pulse"])
        else:
            self.answers.append(frame)

    async def until_seq(self, seq: int, limit_s: float = 10) -> None:
        await self.read(lambda: self.cursor >= seq, limit_s)

    async def answer_to(self, op_id: str) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [a for a in self.answers if op_id in {a.get("ack"), a.get("reject")}]

        await self.read(lambda: bool(found()))
        return found()[-1]


in_thread = sync_to_async
