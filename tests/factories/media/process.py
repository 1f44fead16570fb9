"""The real media process, started and spoken to as the web process does."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

TOKEN = "internal-token-of-the-tests"
SDP = {"Content-Type": "application/sdp"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Answer:
    status: int
    text: str
    resource: str

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.text))


@dataclass
class MediaProcess:
    """``async with MediaProcess(spool)``; ``t0_ms`` is the start of every session in it."""

    spool: Path
    target_ms: int = 2000
    port: int = field(default_factory=free_port)
    t0_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    process: subprocess.Popen[bytes] | None = None
    http: ClientSession = field(init=False)

    async def __aenter__(self) -> Self:
        self.http = ClientSession(f"http://127.0.0.1:{self.port}")
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.stop()
        await self.http.close()

    async def start(self) -> None:
        environ = {
            **os.environ,
            "INTERNAL_TOKEN": TOKEN,
            "SPOOL_DIR": str(self.spool),
            "MEDIA_CONTROL_PORT": str(self.port),
            "SEGMENT_TARGET_MS": str(self.target_ms),
        }
        command = [sys.executable, "-m", "realtime.media"]
        self.process = await asyncio.to_thread(subprocess.Popen, command, env=environ)
        deadline = time.monotonic() + 20
        while True:
            try:
                async with self.http.get("/healthz") as answer:
                    assert answer.status == 200
                    return
            except OSError:
                assert self.process.poll() is None, "the media process ended"
                assert time.monotonic() < deadline, "the media process did not start"
                await asyncio.sleep(0.05)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait; returns the exit status."""
        process = self.process
        assert process is not None
        if process.poll() is None:
            process.send_signal(number)
        return await asyncio.to_thread(process.wait, 20)

    async def publish(
        self, stream: str, offer: str, *, session: str = "session-1", token: str = TOKEN,
        **headers: str,
    ) -> Answer:  # fmt: skip
        given = {
            **SDP,
            "X-Internal-Token": token,
            "X-Session": session,
            "X-Stream-Owner": "7",
            "X-Stream-Kind": "camera",
            "X-T0-Ms": str(self.t0_ms),
            **headers,
        }
        return await self._post(f"/streams/{stream}/whip", offer, given)

    async def subscribe(self, stream: str, offer: str) -> Answer:
        given = {**SDP, "X-Internal-Token": TOKEN}
        return await self._post(f"/streams/{stream}/whep", offer, given)

    async def end(self, resource: str) -> int:
        path = f"/resources/{resource}"
        async with self.http.delete(path, headers={"X-Internal-Token": TOKEN}) as answer:
            return answer.status

    async def streams(self) -> list[dict[str, Any]]:
        async with self.http.get("/streams", headers={"X-Internal-Token": TOKEN}) as answer:
            return list((await answer.json())["items"])

    def journal(self) -> list[dict[str, Any]]:
        """Every line of every boot, in order."""
        return [
            json.loads(line)
            for path in sorted((self.spool / "journal").glob("*.jsonl"))
            for line in path.read_text().splitlines()
        ]

    def segments(self, stream: str, session: str = "session-1") -> list[dict[str, Any]]:
        """Sidecars in order, each with ``path`` of its media file."""
        found = []
        for path in sorted((self.spool / session / stream).glob("*.json")):
            sidecar = json.loads(path.read_text())
            suffix = "mp4" if sidecar["mime"].startswith("video/mp4") else "webm"
            found.append({**sidecar, "path": path.with_suffix(f".{suffix}")})
        return found

    async def _post(self, path: str, body: str, headers: dict[str, str]) -> Answer:
        async with self.http.post(path, data=body.encode(), headers=headers) as answer:
            text = await answer.text()
            return Answer(answer.status, text, answer.headers.get("X-Resource", ""))
