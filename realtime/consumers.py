"""The socket of a session: the log from the reader's own cursor on, and commands the other way.

Wake-ups are hints only; what is sent is always read from the log. Reconnecting is connecting.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from autobahn.exception import Disconnected
from channels.auth import get_user
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext as _
from structlog import get_logger

from ajj.kernel.clock import epoch_ms, session_ms
from ajj.kernel.errors import DomainError
from ajj.live import services as live
from ajj.live.ops import Ack, Device, Op, Reject
from ajj.live.selectors import read_log
from ajj.people.models import User
from realtime import db, entrance, protocol
from realtime.entrance import Entrant
from realtime.lookout import Watcher, lookout
from realtime.throttle import Bucket
from realtime.wake import LOOK, group_of, serve_here

log = get_logger(__name__)

BATCH = 200
BREATH_S = 0.01
HEARTBEAT_S = 10.0
SILENT_S = 60.0
FRAMES_PER_S, FRAMES_AT_ONCE = 20.0, 60
SHOWN_IN_PRESENCE = frozenset(
    {
        "joined",
        "left",
        "hand",
        "admitted",
        "unadmitted",
        "stream.started",
        "stream.stopped",
        "segment.stored",
        "session.live",
        "session.ended",
        "session.sealed",
    }
)


class SessionSocket(AsyncWebsocketConsumer):
    """``/ws/v1/sessions/{id}[/{token}]?after=SEQ``, frames as ``realtime.protocol`` has them."""

    entrant: Entrant | None = None

    async def connect(self) -> None:
        if not entrance.origin_allowed(self.scope):
            await self.close()
            return
        # Lives as long as this connection: its tasks inherit the context.
        translation.activate(entrance.language_of(self.scope))
        await self.accept()
        serve_here()
        session_id: UUID = self.scope["url_route"]["kwargs"]["session_id"]
        token = entrance.token_of(self.scope)
        try:
            cursor = entrance.cursor_of(self.scope)
            cookie_user = None if token else await self._cookie_user()
            entrant = await db.run(lambda: entrance.enter(session_id, token, cookie_user))
            entrance.check_cursor(entrant, cursor)
        except protocol.BadFrame as error:
            await self._refuse(error.code, _(error.message), entrance.BAD_REQUEST)
            return
        except DomainError as error:
            await self._refuse(error.code, error.message, entrance.close_code(error))
            return
        await self._begin(entrant, token, cursor)

    async def _cookie_user(self) -> User | None:
        user = await get_user(self.scope)
        return user if isinstance(user, User) else None

    async def _refuse(self, code: str, message: str, close: int) -> None:
        await self.send(protocol.reject(None, code, message))
        await self.close(close)

    async def _begin(self, entrant: Entrant, token: str, cursor: int) -> None:
        self.entrant = entrant
        self.session_id: UUID = entrant.session.pk
        self.token = token
        self.watcher = Watcher(cursor)
        self.connection = ""
        self.shown = ""
        self.felt = ""
        self.pinged_at: float | None = None
        self.bucket = Bucket(FRAMES_PER_S, FRAMES_AT_ONCE, time.monotonic())
        await self.channel_layer.group_add(group_of(str(self.session_id)), self.channel_name)
        lookout().watch(self.session_id, self.watcher)
        self.tasks = [
            asyncio.create_task(self._guarded(self._pump)),
            asyncio.create_task(self._guarded(self._keep)),
        ]

    async def disconnect(self, code: int) -> None:
        if self.entrant is None:
            return
        for task in self.tasks:
            task.cancel()
        lookout().leave(self.session_id, self.watcher)
        await self.channel_layer.group_discard(group_of(str(self.session_id)), self.channel_name)
        if self.connection:
            reason = "closed" if code in {1000, 1001} else "lost"
            await self._quietly(
                lambda: live.leave(
                    self.session_id,
                    connection=self.connection,
                    reason=reason,
                    now=datetime.now(UTC),
                )
            )

    async def log_wake(self, message: dict[str, Any]) -> None:
        """The channel layer's hint."""
        if self.entrant is None:
            return
        self.watcher.woken.set()
        if message.get("seq") == LOOK:
            lookout().look_now(self.session_id)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.entrant is None:
            return
        if text_data is None:
            await self.send(protocol.reject(None, "not_text", _("Pesan harus berupa teks.")))
            return
        self.pinged_at = time.monotonic()
        try:
            frame = protocol.parse(text_data)
        except protocol.BadFrame as error:
            await self.send(protocol.reject(error.op_id, error.code, _(error.message)))
            return
        if not self.bucket.take(time.monotonic()):
            op_id = frame.op_id if isinstance(frame, protocol.OpFrame) else None
            message = _("Terlalu banyak pesan sekaligus. Coba lagi sebentar lagi.")
            await self.send(protocol.reject(op_id, "too_fast", message))
        elif isinstance(frame, protocol.Ping):
            await self._pong(frame)
        else:
            await self._perform(self.entrant, frame)

    async def _pong(self, ping: protocol.Ping) -> None:
        now = datetime.now(UTC)
        t0 = self.entrant.session.opened_at if self.entrant else None
        server_ms = session_ms(t0, now) if t0 else None
        await self.send(protocol.pong(ping.client_ms, server_ms, epoch_ms(now)))

    async def _perform(self, entrant: Entrant, frame: protocol.OpFrame) -> None:
        said = frame.device
        device = Device(said.id, said.n, said.error_ms) if said else None
        op = Op(frame.op_id, frame.kind, frame.data, frame.client_ms, frame.base_seq, device)
        now = datetime.now(UTC)
        answer: Ack | Reject
        try:
            answer = await db.run(
                lambda: live.perform(self.session_id, user=entrant.user, op=op, now=now)
            )
        except DomainError as error:
            answer = Reject(frame.op_id, error.code, error.message, error.status)
        if isinstance(answer, Ack):
            self.watcher.woken.set()
            await self.send(protocol.ack(answer.op_id, answer.seq))
        else:
            await self.send(protocol.reject(answer.op_id, answer.code, answer.message))

    async def _guarded(self, work: Callable[[], Any]) -> None:
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Disconnected:
            # It went between our look and our word; ``disconnect`` follows by itself.
            log.info("socket gone", session=str(self.session_id))
        except Exception:
            log.exception("socket failed", session=str(self.session_id))
            await self.close(1011)

    async def _pump(self) -> None:
        """Everything after the cursor, then the newest presence; then wait to be woken."""
        while True:
            self.watcher.woken.clear()
            await self._send_log()
            if self.watcher.presence != self.shown:
                self.shown = self.watcher.presence
                await self.send(self.shown)
            if self.watcher.pulse != self.felt:
                self.felt = self.watcher.pulse
                await self.send(self.felt)
            await self.watcher.woken.wait()

    async def _send_log(self) -> None:
        if self.entrant is None:
            return
        viewer, changed = self.entrant.viewer, not self.shown
        while True:
            after = self.watcher.cursor
            rows = await db.run(
                partial(read_log, self.session_id, after=after, limit=BATCH, viewer=viewer)
            )
            for row in rows:
                await self.send(protocol.entry(row))
                self.watcher.cursor = row["seq"]
                changed = changed or row["kind"] in SHOWN_IN_PRESENCE
            if len(rows) < BATCH:
                break
            await asyncio.sleep(BREATH_S)
        if changed:
            lookout().look_now(self.session_id)

    async def _keep(self) -> None:
        """Presence: joined once, a sign of life every ten seconds, joined anew if given up."""
        while True:
            await self._sign_of_life()
            await asyncio.sleep(HEARTBEAT_S)
            if self.pinged_at is not None and time.monotonic() - self.pinged_at > SILENT_S:
                await self.close(entrance.SILENT)
                return

    async def _sign_of_life(self) -> None:
        if self.entrant is None:
            return
        user = self.entrant.user
        try:
            self.entrant = await db.run(partial(entrance.enter, self.session_id, self.token, user))
        except DomainError as error:
            await self._refuse(error.code, error.message, entrance.close_code(error))
            return
        if not self.entrant.present:
            return
        if self.connection and await self._quietly(
            lambda: live.heartbeat(
                self.session_id, connection=self.connection, now=datetime.now(UTC)
            )
        ):
            return
        self.connection = secrets.token_hex(12)
        await self._quietly(
            lambda: live.join(
                self.session_id, user=user, connection=self.connection, now=datetime.now(UTC)
            )
        )

    async def _quietly(self, work: Callable[[], Any]) -> Any:
        """A command whose refusal changes nothing for the socket (the session may have ended)."""
        try:
            return await db.run(work)
        except DomainError as error:
            log.info("presence not noted", session=str(self.session_id), reason=error.code)
            return None
