"""Wake-ups: hints that a log has grown. Losing every one of them loses nothing.

In the web process a hint goes through the channel layer on the server's own loop. With a shared
layer (``REDIS_URL``) any process sends it there itself; without one, other processes tell the web
process over loopback.
"""

import asyncio
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Any

import httpx
from channels.layers import get_channel_layer
from django.conf import settings

from ajj.live.events import LogAppended
from recordings.events import RecordingChanged

WAKE = "log.wake"
TIMEOUT_S = 0.5
LOOK = 0
"""No entry has this seq: make the presence frame anew."""


def group_of(session: str) -> str:
    """The channel-layer group of a session's sockets."""
    return f"session.{session}"


class _Server:
    """The loop that serves this process's sockets, once there is one."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None


_server = _Server()


def serve_here() -> None:
    """Called by the first socket on its loop: from now on hints are sent on that loop."""
    _server.loop = asyncio.get_running_loop()


async def send(session: str, seq: int) -> None:
    """One hint into the channel layer; a full or broken layer is no error."""
    layer = get_channel_layer()
    if layer is None:
        return
    with suppress(Exception):
        await layer.group_send(group_of(session), {"type": WAKE, "seq": seq})


def on_log_appended(event: LogAppended) -> None:
    """After commit, from whatever thread and process wrote the entry; never waits."""
    _hint(str(event.session_id), event.seq)


def on_recording_changed(event: RecordingChanged) -> None:
    """What the presence frame shows has changed: a hint with ``LOOK`` in place of a seq."""
    _hint(str(event.session_id), LOOK)


def _hint(session: str, seq: int) -> None:
    loop = _server.loop
    if loop is not None and loop.is_running():
        asyncio.run_coroutine_threadsafe(send(session, seq), loop)
        return
    _courier.carry(session, seq)


class Courier:
    """A thread that carries hints out of this process; the newest per session is enough."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, int] = OrderedDict()
        self._ready = threading.Condition()
        self._thread: threading.Thread | None = None

    def carry(self, session: str, seq: int) -> None:
        with self._ready:
            # A hint to look anew must not give way to one that only says how far the log is.
            self._waiting[session] = min(seq, self._waiting.get(session, seq))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()
            self._ready.notify()

    def _run(self) -> None:
        if settings.REDIS_URL:
            # The waiting is done outside the loop, in this daemon thread alone: a thread of an
            # executor that waits for a hint would keep the process from ending.
            with asyncio.Runner() as runner:
                while True:
                    session, seq = self._next()
                    runner.run(send(session, seq))
        headers = {"X-Internal-Token": settings.INTERNAL_TOKEN}
        with httpx.Client(timeout=TIMEOUT_S, headers=headers) as client:
            while True:
                session, seq = self._next()
                self._post(client, {"session": session, "seq": seq})

    def _next(self) -> tuple[str, int]:
        with self._ready:
            while not self._waiting:
                self._ready.wait()
            return self._waiting.popitem(last=False)

    def _post(self, client: httpx.Client, body: dict[str, Any]) -> None:
        with suppress(httpx.HTTPError):
            client.post(f"{settings.WEB_INTERNAL_URL}/internal/wake", json=body)


_courier = Courier()
