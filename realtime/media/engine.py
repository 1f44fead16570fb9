"""All streams of this process, and the connections that publish and watch them."""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from aiortc import RTCPeerConnection, RTCSessionDescription, sdp
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import candidate_from_sdp

from realtime.media.datagrams import Sockets
from realtime.media.hooks import Wire, create_connection, gather, silence
from realtime.media.leg import Leg
from realtime.media.practice import LONGEST_S, MOST, Practice
from realtime.media.publisher import Publisher
from realtime.media.sdp import (
    SdpError,
    Section,
    clean_offer,
    offered_codecs,
    prepare_transceivers,
    publish_address,
    read_answer,
    read_offer,
    repair_audio,
)
from realtime.media.settings import Settings
from realtime.media.spool import Spool, StreamState
from realtime.media.stream import Stream

log = logging.getLogger(__name__)

_TICK_S = 0.1
_SECOND = 10
_AT_ONCE = 8
_REST_S = 0.008
_CONNECT_S = 30.0
_UNANSWERABLE = (
    ValueError,
    AssertionError,
    LookupError,
    TypeError,
    AttributeError,
    InvalidAccessError,
    InvalidStateError,
)
"""What aiortc raises on offers that parse but make no sense."""


def _ignore(batch: list[bytes]) -> None:
    """A watcher sends no media."""


@dataclass
class Resource:
    """One WHIP or WHEP connection."""

    identity: str
    connection: RTCPeerConnection
    stream: Stream
    publisher: Publisher | None
    person: str

    def ended(self, reason: str) -> None:
        """Take it out of its stream."""
        if self.publisher is None:
            self.stream.unsubscribe(self.identity)
            return
        causes = {"ended": "stopped", "shutdown": "media process"}
        self.stream.unpublish(self.publisher, reason, gap_cause=causes.get(reason, "network"))


class Engine:
    """Streams are known by id over all sessions. ``now`` gives epoch seconds."""

    def __init__(
        self, settings: Settings, spool: Spool, now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._spool = spool
        self._now = now
        self._sockets = Sockets()
        self._streams: dict[str, Stream] = {}
        self._resources: dict[str, Resource] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Salvage what a dead process left, then begin."""
        self._spool.journal("media.started", boot=self._spool.boot_id)
        for state in self._spool.salvage():
            self._journal_crash(state)
        self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Finish every open segment; nothing is left to salvage."""
        if self._ticker is not None:
            self._ticker.cancel()
        for identity in list(self._resources):
            await self._lose(identity, "shutdown")
        self._spool.journal("media.stopped", boot=self._spool.boot_id)
        await self._spool.drain()

    async def publish(
        self, state: StreamState, offer: bytes, *, practice: bool = False
    ) -> tuple[str, str]:
        """Answer a WHIP offer: (resource id, SDP answer). Raises SdpError.

        ``practice``: forwarded, not recorded, and over after five minutes.
        """
        if practice and state.stream not in self._streams:
            self._require_room_to_practise()
        connection, sections, answer = await self._answer(offer, read_offer(offer), "recvonly")
        stream = self._practice(state) if practice else self._stream(state)
        publisher = Publisher(sections, stream, self._now)
        replaced = [
            r for r in self._resources.values() if r.stream is stream and r.publisher is not None
        ]
        stream.publish(publisher)
        resource = self._register(connection, stream, publisher, state.owner)
        for old in replaced:
            await self._lose(old.identity, "replaced")
        return resource.identity, answer

    async def subscribe(self, stream_id: str, offer: bytes, person: str = "") -> tuple[str, str]:
        """Answer a WHEP offer of ``person``: (resource id, SDP answer). SdpError, KeyError."""
        stream = self._streams[stream_id]
        if stream.publisher is None:
            raise KeyError(stream_id)
        description = read_offer(offer)
        self._check_codecs(description, stream.publisher)
        connection, sections, answer = await self._answer(offer, description, "sendonly")
        legs = {
            section.kind: Leg(wire, section)
            for wire, section in sections
            if section.direction in ("sendonly", "sendrecv")
        }
        resource = self._register(connection, stream, None, person)
        stream.subscribe(resource.identity, legs)
        for wire in {wire.identity: wire for wire, _ in sections}.values():
            wire.tap(_ignore, functools.partial(stream.control, legs))
        return resource.identity, answer

    async def trickle(self, identity: str, fragment: str) -> None:
        """Add candidates of an sdpfrag body (RFC 8840). Raises KeyError, SdpError."""
        connection = self._resources[identity].connection
        mid: str | None = None
        for line in fragment.splitlines():
            if line.startswith("a=mid:"):
                mid = line[6:].strip()
            elif line.startswith("a=candidate:") and ".local" not in line:
                try:
                    candidate = candidate_from_sdp(line[12:].strip())
                except (ValueError, AssertionError, IndexError) as error:
                    raise SdpError(400, "sdp_invalid", "A candidate is malformed.") from error
                candidate.sdpMid = mid if mid is not None else "0"
                await connection.addIceCandidate(candidate)

    def take(self, identity: str, *, video: bool) -> None:
        """A watcher wants the picture or declines it. Raises KeyError."""
        self._resources[identity].stream.take(identity, video=video)

    async def end(self, identity: str, reason: str) -> None:
        """Close a connection; KeyError when it is not there."""
        resource = self._resources.pop(identity)
        resource.ended(reason)
        await resource.connection.close()
        if isinstance(resource.stream, Practice) and not resource.stream.live:
            await self._forget(resource.stream)

    async def end_stream(self, stream_id: str) -> None:
        """End what publishes a stream, if anything does; who watched it may stay for the next."""
        for resource in list(self._resources.values()):
            if resource.publisher is not None and resource.stream.state.stream == stream_id:
                await self._lose(resource.identity, "ended")

    async def close_session(self, session: str) -> None:
        """End every connection of a session and forget its streams."""
        for resource in [r for r in self._resources.values() if r.stream.state.session == session]:
            await self._lose(resource.identity, "session ended")
        for stream_id, stream in list(self._streams.items()):
            if stream.state.session == session:
                del self._streams[stream_id]
        for state in self._spool.states():
            if state.session == session:
                self._spool.forget(state)

    async def close_person(self, session: str, person: str) -> None:
        """End what one person sends and receives in a session; what is kept stays."""
        for resource in list(self._resources.values()):
            if resource.stream.state.session == session and resource.person == person:
                await self._lose(resource.identity, "ended")

    @property
    def boot_id(self) -> str:
        """The journal of this process; begins with the moment it began, in epoch ms."""
        return self._spool.boot_id

    def record_anew(self, stream_id: str) -> None:
        """Have a live stream recorded by a new recorder. Raises KeyError."""
        stream = self._streams[stream_id]
        if not stream.live:
            raise KeyError(stream_id)
        stream.record_anew()

    def describe(self, session: str | None) -> list[dict[str, object]]:
        """Live streams with their figures."""
        now = self._now()
        found = [s.describe(now) for s in self._streams.values()]
        return [d for d in found if d is not None and session in (None, d["session"])]

    @property
    def disk(self) -> dict[str, object]:
        """The room that is left for recordings."""
        return self._spool.disk.describe()

    def _stream(self, wanted: StreamState) -> Stream:
        stream = self._streams.get(wanted.stream)
        if stream is not None and stream.state.session == wanted.session:
            return stream
        known = self._spool.load(wanted.session, wanted.stream)
        state = wanted
        if known is not None:
            state = replace(wanted, next_index=known.next_index, last_end_ms=known.last_end_ms)
        state = self._spool.salvage_stream(state)
        stream = Stream(
            self._spool,
            replace(state, next_index=max(state.next_index, wanted.next_index)),
            self._settings.segment_target_ms,
            self._now,
        )
        if known is not None:
            stream.segmenter.gap_cause = known.ended_by
        self._streams[wanted.stream] = stream
        return stream

    def _practice(self, wanted: StreamState) -> Practice:
        stream = self._streams.get(wanted.stream)
        if not isinstance(stream, Practice):
            stream = Practice(self._spool, wanted, self._settings.segment_target_ms, self._now)
            self._streams[wanted.stream] = stream
        return stream

    def _require_room_to_practise(self) -> None:
        if sum(isinstance(stream, Practice) for stream in self._streams.values()) >= MOST:
            raise SdpError(429, "practice_full", "Too many rehearse at the moment.")

    async def _forget(self, practice: Practice) -> None:
        """Nobody sends any more: its watchers go with it."""
        if self._streams.get(practice.state.stream) is practice:
            del self._streams[practice.state.stream]
        for identity in list(practice.subscribers):
            await self._lose(identity, "ended")

    async def _answer(
        self, body: bytes, offer: sdp.SessionDescription, direction: str
    ) -> tuple[RTCPeerConnection, list[tuple[Wire, Section]], str]:
        connection = create_connection()
        try:
            prepare_transceivers(connection, offer, direction)
            await connection.setRemoteDescription(
                RTCSessionDescription(sdp=clean_offer(body), type="offer")
            )
            silence(connection)
            loopback = self._settings.public_address is None
            gather(connection, self._sockets, loopback=loopback)
            await connection.setLocalDescription(await connection.createAnswer())
        except OperationError as error:
            await connection.close()
            message = "No codec that both sides know: VP8 or H.264, and Opus, are needed."
            raise SdpError(406, "codec_unsupported", message) from error
        except _UNANSWERABLE as error:  # fmt: skip
            await connection.close()
            raise SdpError(400, "sdp_invalid", "The offer cannot be answered.") from error
        answer = repair_audio(connection.localDescription.sdp, body.decode())
        wires = {t.mid: Wire(t.receiver.transport) for t in connection.getTransceivers()}
        sections = [(wires[section.mid], section) for section in read_answer(answer)]
        return connection, sections, publish_address(answer, self._settings.public_address)

    def _check_codecs(self, offer: sdp.SessionDescription, publisher: Publisher) -> None:
        for media in offer.media:
            source = publisher.source(media.kind) if media.kind in ("audio", "video") else None
            if source is not None and source.codec not in offered_codecs(media):
                message = f"The stream is {source.codec}, which the offer does not take."
                raise SdpError(406, "codec_unsupported", message)

    def _register(
        self,
        connection: RTCPeerConnection,
        stream: Stream,
        publisher: Publisher | None,
        person: str,
    ) -> Resource:
        identity = secrets.token_urlsafe(12)
        resource = Resource(identity, connection, stream, publisher, person)
        self._resources[identity] = resource

        @connection.on("connectionstatechange")
        async def changed() -> None:
            if connection.connectionState in ("failed", "closed"):
                await self._lose(identity, "network")

        task = asyncio.create_task(self._expire(identity, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return resource

    async def _lose(self, identity: str, reason: str) -> None:
        """As ``end``, for a connection that may be gone meanwhile."""
        if identity in self._resources:
            await self.end(identity, reason)

    async def _expire(self, identity: str, connection: RTCPeerConnection) -> None:
        """Nobody came: do not keep sockets open for an answer that was never used."""
        await asyncio.sleep(_CONNECT_S)
        if connection.connectionState in ("new", "connecting"):
            await self._lose(identity, "network")
        resource = self._resources.get(identity)
        if resource is not None and isinstance(resource.stream, Practice):
            await asyncio.sleep(LONGEST_S - _CONNECT_S)
            await self._lose(identity, "ended")

    async def _tick(self) -> None:
        count, spent = 0, 0.0
        while True:
            await asyncio.sleep(max(_REST_S, _TICK_S - spent))
            now, count = self._now(), count + 1
            if count % _SECOND == 0:
                self._spool.disk.look()
                self._spool.sync()
            if count % (5 * _SECOND) == 0:
                self._spool.retry()
            spent = 0.0
            for number, stream in enumerate(list(self._streams.values())):
                if number and number % _AT_ONCE == 0:
                    # Packets in between: nobody waits until all streams are written down.
                    await asyncio.sleep(_REST_S)
                    spent += _REST_S
                    now = self._now()
                try:
                    stream.tick(now)
                    if count % _SECOND == 0:
                        stream.feedback(now)
                except Exception:
                    log.exception("stream %s", stream.state.stream)

    def _journal_crash(self, state: StreamState) -> None:
        at_ms = round(self._now() * 1000 - state.t0_ms)
        names = {"session": state.session, "stream": state.stream}
        self._spool.journal(
            "stream.stopped", **names, owner=state.owner, kind=state.kind,
            at_ms=at_ms, reason="media process",
        )  # fmt: skip
        start = state.last_end_ms
        if start is not None and at_ms > start:
            self._spool.journal("gap", **names, start_ms=start, end_ms=at_ms, cause="media process")
            self._spool.save(replace(state, live=False, last_end_ms=at_ms))
