"""One stream: whoever publishes it now, whoever watches, and its recording."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from realtime.media.leg import Leg
from realtime.media.publisher import Publisher
from realtime.media.recorder import Recorder
from realtime.media.segments import Segmenter
from realtime.media.source import Source
from realtime.media.spool import Spool, StreamState
from realtime.rtp import rtcp
from realtime.rtp.packet import Packet

log = logging.getLogger(__name__)

STALL_S = 0.5
_QUIET_S = 1.0
"""With sound alone nothing may come for 400 ms: Opus leaves silence out (RFC 7587, DTX)."""
_MOVES_FPS = 4.0
"""A picture every few seconds says no more about the line than none."""
_MUTED_S = 0.6
_DISK_RETRY_S = 5.0
_REMB_FLOOR = 80_000
"""bit/s. Who cannot take that is given the sound alone: the recording is made of what is sent."""


Legs = dict[str, Leg]
"""What one watching connection gets, by media kind."""


class Stream:
    """Lives as long as its session; publishers come and go. Times are epoch seconds."""

    def __init__(
        self, spool: Spool, state: StreamState, target_ms: int, now: Callable[[], float]
    ) -> None:
        self._spool = spool
        self._now = now
        self.segmenter = Segmenter(spool, state, target_ms)
        self._target_ms = target_ms
        self.recorder = self._new_recorder()
        self.publisher: Publisher | None = None
        self.since: float | None = None
        self.subscribers: dict[str, Legs] = {}
        self._announced = False
        self._stalled = False
        self._reported: float | None = None
        self._paused_until = 0.0
        self._unrecorded: list[tuple[Packet, str, float]] = []

    @property
    def state(self) -> StreamState:
        return self.segmenter.state

    @property
    def live(self) -> bool:
        return self.publisher is not None

    def publish(self, publisher: Publisher) -> None:
        """Take over from whoever published before; the same stream goes on."""
        if self.publisher is not None:
            self._stop_recording()
        self.publisher = publisher
        self.since = self._now()
        self._stalled = False
        self.segmenter.expects_video = publisher.source("video") is not None
        for source in publisher.sources:
            source.limit = self._limiter(source)
        for legs in self.subscribers.values():
            for leg in legs.values():
                leg.restart()

    def unpublish(self, publisher: Publisher, reason: str, *, gap_cause: str = "network") -> None:
        """The publisher is gone; the stream stays and may be continued."""
        if self.publisher is not publisher:
            return
        self._stop_recording()
        self.publisher = None
        if not self._announced:
            return
        self._announced = False
        self.segmenter.gap_cause = gap_cause
        self.segmenter.state = replace(self.state, live=False, ended_by=gap_cause)
        self._spool.save(self.state)
        self._spool.journal(
            "stream.stopped",
            session=self.state.session,
            stream=self.state.stream,
            owner=self.state.owner,
            kind=self.state.kind,
            at_ms=round(self._now() * 1000 - self.state.t0_ms),
            reason=reason,
        )

    def subscribe(self, identity: str, legs: Legs) -> None:
        self.subscribers[identity] = legs

    def unsubscribe(self, identity: str) -> None:
        self.subscribers.pop(identity, None)

    def packet(self, source: Source, item: Packet, codec: str, now: float) -> None:
        """From a source: forward, then record."""
        publisher = self.publisher
        if publisher is None or source not in publisher.sources:
            return
        if not self._announced:
            self._announce(publisher, now)
        for legs in self.subscribers.values():
            leg = legs.get(source.kind)
            if leg is not None and leg.allowance.video:
                was_waiting = leg.waiting
                leg.forward(item, codec, source.history, now)
                if leg.waiting:
                    source.request_keyframe(now)
                elif was_waiting and source.last_report is not None:
                    leg.sender_report(source.last_report, now)
        if self._stalled:
            self._stalled = False
            if self._reported is not None and now - self._reported > _MUTED_S:
                # Its line was not the cause: the sender's reports came on while it sent nothing.
                self.segmenter.gap_cause = "muted"
        self._unrecorded.append((item, codec, now))

    def _record(self, now: float) -> None:
        """What came since the last tick, together: less work each, and nobody waits for it."""
        batch, self._unrecorded = self._unrecorded, []
        if now < self._paused_until:
            return
        try:
            for item, codec, arrival in batch:
                self.recorder.packet(item, codec, arrival)
        except OSError:
            self._cannot_record(now)

    def report(self, source: Source, report: rtcp.SenderReport) -> None:
        """From a source: its clock, for the watchers and the recording."""
        now = self._now()
        for legs in self.subscribers.values():
            leg = legs.get(source.kind)
            if leg is not None:
                leg.sender_report(report, now)
        self._record(now)
        self.recorder.report(source.video, report)

    def control(self, legs: Legs, data: bytes) -> None:
        """RTCP from a watcher: keyframe requests, NACKs, bandwidth."""
        now = self._now()
        for message in rtcp.parse(data):
            if isinstance(message, rtcp.KeyframeRequest):
                self._request_keyframe(now)
            elif isinstance(message, rtcp.Nack):
                self._resend(legs, message, now)
            elif isinstance(message, rtcp.Remb):
                octets = sum(leg.octets for leg in legs.values())
                for leg in legs.values():
                    if leg.ssrc in message.ssrcs:
                        leg.allowance.estimate(message.bitrate, octets, now)
            elif isinstance(message, rtcp.ReceiverReport):
                self._heard(legs, message, now)

    def tick(self, now: float) -> None:
        """About ten times a second."""
        publisher = self.publisher
        if publisher is None:
            return
        for source in publisher.sources:
            source.ask_again(now)
        last = publisher.last_packet
        if last is None:
            return
        self._record(now)
        self.recorder.repaired_in(max(source.repair_s for source in publisher.sources))
        try:
            if now - last < self._quiet_s(publisher, now):
                self.recorder.tick(now)
            elif not self._stalled:
                self._stalled, self._reported = True, None
                self.recorder.interrupt()
            elif self._reported is None and (publisher.last_control or 0) > last + _MUTED_S:
                self._reported = now
        except OSError:
            self._cannot_record(now)

    def _quiet_s(self, publisher: Publisher, now: float) -> float:
        """A silence longer than this ends the segment; a poor line has its repairs waited for."""
        seen, video = self.recorder.ago_ms(True, now), publisher.source("video")
        if seen is not None and seen < 2000 and video and video.frame_rate(now) >= _MOVES_FPS:
            return STALL_S
        return _QUIET_S + max(source.repair_s for source in publisher.sources)

    def take(self, identity: str, *, video: bool) -> None:
        """A watcher wants the picture or declines it. Raises KeyError."""
        leg = self.subscribers[identity].get("video")
        if leg is not None and leg.allowance.declined == video:
            leg.allowance.declined = not video
            self._turned(leg)

    def _heard(self, legs: Legs, message: rtcp.ReceiverReport, now: float) -> None:
        """How much a watcher misses of what it is sent; sound and picture share its line."""
        picture = legs.get("video")
        for report in message.reports:
            for leg in legs.values():
                if leg.ssrc == report.ssrc:
                    leg.heard(report, now)
            if picture is not None and any(leg.ssrc == report.ssrc for leg in legs.values()):
                picture.allowance.loss(report.fraction_lost / 256, now)

    def _turned(self, leg: Leg) -> None:
        """Its picture stops, or begins again with a keyframe."""
        leg.restart()
        if leg.allowance.video:
            self._request_keyframe(self._now())

    def feedback(self, now: float) -> None:
        """About once a second."""
        for legs in self.subscribers.values():
            leg = legs.get("video")
            if leg is not None and leg.allowance.look(now):
                self._turned(leg)
        if self.publisher is not None:
            for source in self.publisher.sources:
                source.feedback(now)

    def _stop_recording(self) -> None:
        self._record(self._now())
        try:
            self.recorder.stop()
        except OSError:
            self._cannot_record(self._now())

    def record_anew(self) -> None:
        """End the segment as far as it came, and go on with a recorder that knows nothing."""
        self._record(self._now())
        try:
            self.recorder.stop()
        except OSError:
            self.recorder.fail()
        self.recorder = self._new_recorder()
        self._paused_until = 0.0
        self._request_keyframe(self._now())

    def _new_recorder(self) -> Recorder:
        return Recorder(
            self.segmenter, target_ms=self._target_ms, request_keyframe=self._request_keyframe
        )

    def _cannot_record(self, now: float) -> None:
        """People go on seeing each other; the hole will be named."""
        log.error(
            "stream %s cannot be recorded, trying again in %d s", self.state.stream, _DISK_RETRY_S
        )
        self._paused_until = now + _DISK_RETRY_S
        self.recorder.fail()

    def describe(self, now: float) -> dict[str, object] | None:
        """What ``GET /streams`` tells of it; None while nobody publishes it."""
        publisher = self.publisher
        if publisher is None:
            return None
        last = publisher.last_packet
        return {
            "stream": self.state.stream,
            "session": self.state.session,
            "owner": self.state.owner,
            "kind": self.state.kind,
            "t0_ms": self.state.t0_ms,
            "live": self.live,
            "since": round(self.since * 1000) if self.since else None,
            "last_packet_ms_ago": round((now - last) * 1000) if last else None,
            "audio_ms_ago": self.recorder.ago_ms(False, now),
            "video_ms_ago": self.recorder.ago_ms(True, now),
            "media_behind_ms": self.recorder.behind_ms,
            "codecs": publisher.codecs,
            "recorded_until_ms": self.segmenter.recorded_until_ms,
            "packets": publisher.packets,
            "bytes": publisher.octets,
            "loss": publisher.lost,
            "subscribers": len(self.subscribers),
            "without_video": sum(
                not legs["video"].allowance.video
                for legs in self.subscribers.values()
                if "video" in legs
            ),
            "height": self.recorder.height,
            **publisher.shown(now),
        }

    def _announce(self, publisher: Publisher, now: float) -> None:
        self._announced = True
        self.segmenter.state = replace(self.state, live=True, ended_by="media process")
        self._spool.save(self.state)
        self._spool.journal(
            "stream.started",
            session=self.state.session,
            stream=self.state.stream,
            owner=self.state.owner,
            kind=self.state.kind,
            t0_ms=self.state.t0_ms,
            at_ms=round(now * 1000 - self.state.t0_ms),
            codecs=publisher.codecs,
        )

    def _request_keyframe(self, now: float) -> None:
        if self.publisher is not None:
            self.publisher.request_keyframe(now)

    def _resend(self, legs: Legs, message: rtcp.Nack, now: float) -> None:
        for leg in legs.values():
            source = self.publisher.source(leg.kind) if self.publisher else None
            if leg.ssrc == message.media_ssrc and source is not None:
                leg.resend(message.missing, source.codec, now)

    def _limiter(self, source: Source) -> Callable[[float], int | None]:
        """The weakest watcher's bandwidth caps the publisher: there are no layers to choose."""

        def limit(now: float) -> int | None:
            known = [
                cap
                for legs in self.subscribers.values()
                if (leg := legs.get(source.kind)) is not None
                and (cap := leg.allowance.cap(now)) is not None
            ]
            return max(_REMB_FLOOR, min(known)) if known else None

        return limit
