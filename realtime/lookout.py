"""The look once a second at the highest seq of every watched session: what backs each wake-up.

One query per second and process, however many sockets; a socket whose cursor is behind is woken.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from structlog import get_logger

from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import DomainError
from ajj.live.selectors import head_seqs
from realtime import db
from realtime.presence import frame_of
from realtime.pulses import Pulses

log = get_logger(__name__)

EVERY_S = 1.0
PRESENCE_EVERY_S = 3.0


@dataclass(eq=False)
class Watcher:
    """A socket as the lookout sees it: where it stands, and what it has to be told."""

    cursor: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    presence: str = ""
    pulse: str = ""


@dataclass(eq=False)
class _Watched:
    watchers: set[Watcher] = field(default_factory=set)
    presence: str = ""
    pulse: str = ""
    looked_at: float = 0.0
    looking: bool = False
    again: bool = False


class Lookout:
    """The watch over one event loop's sockets."""

    def __init__(self) -> None:
        self._sessions: dict[UUID, _Watched] = {}
        self._task: asyncio.Task[None] | None = None
        self._looks: set[asyncio.Task[None]] = set()
        self._pulses = Pulses()

    def watch(self, session_id: UUID, watcher: Watcher) -> None:
        watched = self._sessions.setdefault(session_id, _Watched())
        watched.watchers.add(watcher)
        watcher.presence, watcher.pulse = watched.presence, watched.pulse
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def leave(self, session_id: UUID, watcher: Watcher) -> None:
        watched = self._sessions.get(session_id)
        if watched is None:
            return
        watched.watchers.discard(watcher)
        if not watched.watchers:
            del self._sessions[session_id]
        if not self._sessions and self._task is not None:
            self._task.cancel()
            self._task = None

    def look_now(self, session_id: UUID) -> None:
        """Something changed that the presence frame shows: make it anew, once for all sockets."""
        watched = self._sessions.get(session_id)
        if watched is None:
            return
        if watched.looking:
            watched.again = True
            return
        watched.looking = True
        task = asyncio.create_task(self._present(session_id, watched))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _present(self, session_id: UUID, watched: _Watched) -> None:
        try:
            while True:
                watched.again = False
                frame = await db.run(lambda: frame_of(session_id, datetime.now(UTC)), patient=True)
                watched.looked_at = time.monotonic()
                if frame != watched.presence:
                    watched.presence = frame
                    for watcher in watched.watchers:
                        watcher.presence = frame
                        watcher.woken.set()
                if not watched.again:
                    return
        except DomainError as error:
            log.warning("no presence", session=str(session_id), reason=error.code)
        except Exception:
            log.exception("presence failed", session=str(session_id))
        finally:
            watched.looking = False

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._look()
                await self._feel()
            except Exception:
                log.exception("the look at the logs failed")

    async def _look(self) -> None:
        ids = list(self._sessions)
        heads = await db.run(lambda: head_seqs(ids))
        for session_id, head in heads.items():
            watched = self._sessions.get(session_id)
            if watched is None:
                continue
            for watcher in watched.watchers:
                if watcher.cursor < head:
                    watcher.woken.set()
            if time.monotonic() - watched.looked_at >= PRESENCE_EVERY_S:
                self.look_now(session_id)

    async def _feel(self) -> None:
        """What flows now, told only where it changed."""
        frames = await self._pulses.look(list(self._sessions), epoch_ms(datetime.now(UTC)))
        for session_id, frame in frames.items():
            watched = self._sessions.get(session_id)
            if watched is None or watched.pulse == frame:
                continue
            watched.pulse = frame
            for watcher in watched.watchers:
                watcher.pulse = frame
                watcher.woken.set()


_lookouts: WeakKeyDictionary[asyncio.AbstractEventLoop, Lookout] = WeakKeyDictionary()


def lookout() -> Lookout:
    """The lookout of the running loop."""
    loop = asyncio.get_running_loop()
    found = _lookouts.get(loop)
    if found is None:
        found = _lookouts[loop] = Lookout()
    return found
