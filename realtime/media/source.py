"""One track of a publisher: its statistics, its repair, its feedback."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol

from aiortc.rate import RemoteBitrateEstimator

from realtime.media.hooks import Wire
from realtime.media.sdp import Section
from realtime.rtp import packet, rtcp
from realtime.rtp.frames import CLOCK_RATES
from realtime.rtp.loss import History, Missing
from realtime.rtp.packet import Packet
from realtime.rtp.stats import Reception

_KEYFRAME_EVERY_S = 0.5
_REMB_EVERY_S = 1.0


class Sink(Protocol):
    """Who gets a source's packets, in the order of their arrival, each once."""

    def packet(self, source: Source, item: Packet, codec: str, now: float) -> None: ...
    def report(self, source: Source, report: rtcp.SenderReport) -> None: ...


class Source:
    """Audio or video of one publisher. Times are epoch seconds."""

    def __init__(self, wire: Wire, section: Section, sink: Sink) -> None:
        self.kind = section.kind
        self.codecs = list(dict.fromkeys(section.payloads.values()))
        self.codec = self.codecs[0]
        self.ssrc: int | None = None
        self.history = History()
        self.last_report: rtcp.SenderReport | None = None
        self._section = section
        self._wire = wire
        self._sink = sink
        self._own_ssrc = secrets.randbits(32) or 1
        self._rtx_ssrc: int | None = None
        self._reception: dict[int, Reception] = {}
        self._missing = Missing()
        self._keyframe_at = 0.0
        self._estimator = RemoteBitrateEstimator() if section.abs_send_time else None
        self._remb_at = 0.0
        self._remb = 0
        self.limit: Callable[[float], int | None] | None = None

    @property
    def video(self) -> bool:
        return self.kind == "video"

    @property
    def lost(self) -> int:
        """Packets that never came, after repair."""
        reception = self._reception.get(self.ssrc or -1)
        return max(0, reception.lost) if reception else 0

    def receive(self, item: Packet, now: float) -> None:
        """Take one packet of this section."""
        apt = self._section.rtx.get(item.payload_type)
        if apt is not None:
            repaired = self._unwrap(item, apt, now)
            if repaired is None:
                return
            item = repaired
        elif item.ssrc != self.ssrc:
            self._start(item.ssrc)
        codec = self._section.payloads.get(item.payload_type)
        if codec is None:
            return
        self.codec = codec
        if apt is None:
            self._count(item, codec, now)
            self._estimate(item, now)
        known = self.history.get(item.sequence)
        if known is not None and known.timestamp == item.timestamp:
            return
        self.history.add(item)
        if self._section.nack and self._missing.add(item.sequence):
            self.ask_again(now)
        self._sink.packet(self, item, codec, now)

    def sender_report(self, report: rtcp.SenderReport, now: float) -> None:
        reception = self._reception.get(report.ssrc)
        if reception is not None:
            reception.sender_report(report.ntp, now)
        if report.ssrc == self.ssrc:
            self.last_report = report
            self._sink.report(self, report)

    def ask_again(self, now: float) -> None:
        """Send the NACKs that are due."""
        if not self._missing or self.ssrc is None:
            return
        due = self._missing.due(now)
        if due:
            self._wire.send(rtcp.nack(self._own_ssrc, self.ssrc, due))

    def request_keyframe(self, now: float) -> None:
        """Send a PLI, at most one in half a second."""
        if not self.video or self.ssrc is None or now - self._keyframe_at < _KEYFRAME_EVERY_S:
            return
        self._keyframe_at = now
        self._wire.send(rtcp.pli(self._own_ssrc, self.ssrc))

    def feedback(self, now: float) -> None:
        """Receiver report and bandwidth estimate; to be called about once a second."""
        reports = [reception.report(ssrc, now) for ssrc, reception in self._reception.items()]
        if reports:
            self._wire.send(rtcp.receiver_report(self._own_ssrc, reports))
        if self._remb and now - self._remb_at >= _REMB_EVERY_S:
            self._send_remb(now)

    def _start(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self.history = History()
        self.last_report = None
        self._missing = Missing()
        self._reception.clear()
        self._rtx_ssrc = None

    def _unwrap(self, item: Packet, apt: int, now: float) -> Packet | None:
        self._estimate(item, now)
        self._count(item, "rtx", now)
        if self.ssrc is None:
            return None
        return packet.unwrap_rtx(item, payload_type=apt, ssrc=self.ssrc)

    def _count(self, item: Packet, codec: str, now: float) -> None:
        reception = self._reception.get(item.ssrc)
        if reception is None:
            if len(self._reception) >= 4:
                return
            reception = self._reception[item.ssrc] = Reception(CLOCK_RATES.get(codec, 90_000))
        reception.add(item.sequence, item.timestamp, item.end - item.start, now)

    def _estimate(self, item: Packet, now: float) -> None:
        if self._estimator is None:
            return
        value = packet.extension(item, self._section.abs_send_time)
        if value is None or len(value) != 3:
            return
        estimate = self._estimator.add(
            arrival_time_ms=int(now * 1000),
            abs_send_time=int.from_bytes(value, "big"),
            payload_size=len(item.data) - item.start,
            ssrc=item.ssrc,
        )
        if estimate is None:
            return
        falling = estimate[0] < self._remb * 0.97
        self._remb = estimate[0]
        if falling or now - self._remb_at >= _REMB_EVERY_S:
            self._send_remb(now)

    def _send_remb(self, now: float) -> None:
        self._remb_at = now
        limit = self.limit(now) if self.limit is not None else None
        bitrate = self._remb if limit is None else min(self._remb, limit)
        if self.ssrc is not None:
            self._wire.send(rtcp.remb(self._own_ssrc, bitrate, [self.ssrc]))
