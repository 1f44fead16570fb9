"""A program of somebody else's: it knows docs/contracts.md and the addresses, nothing inside."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import rfc8785
from websockets.asyncio.client import ClientConnection, connect

from tests.services.product import Product


def chain_hash(previous: str, session: str, entry: dict[str, Any]) -> str:
    """The contract's formula, written a second time on purpose."""
    body = {name: entry[name] for name in ("seq", "at_ms", "kind", "actor", "data")}
    return hashlib.sha256(
        bytes.fromhex(previous) + rfc8785.dumps({"session": session, **body})
    ).hexdigest()


@dataclass
class Person:
    """Somebody with an API token."""

    product: Product
    email: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        token = self.product.manage("api_token", self.email).strip().splitlines()[-1]
        self.http = httpx.Client(
            base_url=f"{self.product.base_url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )

    def join(self, session: str) -> dict[str, Any]:
        """Join with consent to whatever text is current."""
        refused = self.http.post(f"/sessions/{session}/join", json={})
        assert refused.status_code == 409, refused.text
        assert refused.json()["code"] == "consent_required"
        version = refused.json()["consent"]["version"]
        answer = self.http.post(f"/sessions/{session}/join", json={"consent_version": version})
        assert answer.status_code == 200, answer.text
        joined: dict[str, Any] = answer.json()
        return joined

    def log(self, session: str, after: int = 0) -> list[dict[str, Any]]:
        """The whole log after ``after``, following ``next``."""
        items: list[dict[str, Any]] = []
        while True:
            answer = self.http.get(f"/sessions/{session}/log", params={"after": after, "limit": 50})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            items += page["items"]
            if page["next"] is None:
                return items
            after = int(items[-1]["seq"])

    def first_kuk(self, session: str) -> int:
        """Any KUK of the session's scheme."""
        units = self.http.get(f"/sessions/{session}/checklist").json()["units"]
        return int(units[0]["elemen"][0]["kuk"][0]["id"])


class Line:
    """An open socket: entries as they came, answers by op id."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.entries: list[dict[str, Any]] = []
        self.presence: list[dict[str, Any]] = []

    async def frame(self, wait_s: float = 8) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.recv(), wait_s))
        if "seq" in frame and "hash" in frame:
            self.entries.append(frame)
        elif "presence" in frame:
            self.presence.append(frame)
        return frame

    async def until(self, key: str, value: Any = None) -> dict[str, Any]:
        """Read on until a frame has ``key`` (with ``value``)."""
        while True:
            frame = await self.frame()
            if key in frame and (value is None or frame[key] == value):
                return frame

    async def send(self, kind: str, data: dict[str, Any], op_id: str | None = None) -> str:
        op_id = op_id or uuid.uuid4().hex
        base = self.entries[-1]["seq"] if self.entries else 0
        op = {"op_id": op_id, "kind": kind, "data": data, "client_ms": 1, "base_seq": base}
        await self.socket.send(json.dumps(op))
        return op_id

    async def answer(self, op_id: str) -> dict[str, Any]:
        while True:
            frame = await self.frame()
            if op_id in (frame.get("ack"), frame.get("reject")):
                return frame


@asynccontextmanager
async def line(joined: dict[str, Any], after: int = 0) -> AsyncIterator[Line]:
    """The socket of somebody who has joined, from the cursor ``after``."""
    async with connect(f"{joined['ws_url']}?after={after}", max_size=4 << 20) as socket:
        yield Line(socket)
