"""One track of a publisher: its statistics, its repair, its feedback."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from typing import Protocol

from realtime.media.hooks import Wire
from realtime.media.sdp import Section
from realtime.rtp import opus, packet, rtcp
from realtime.rtp.bandwidth import Bandwidth
from realtime.rtp.frames import CLOCK_RATES
from realtime.rtp.loss import History, Missing
from realtime.rtp.packet import Packet
from realtime.rtp.stats import Reception
from realtime.rtp.voice import Voice

_KEYFRAME_EVERY_S, _LONGEST_KEYFRAME_S = 0.5, 4.0
_KEYFRAME_BITS = 150_000
"""A thin line is not asked for a keyframe again before it can have carried one."""
_REMB_EVERY_S = 0.9
_RATE_LOOKS = 10
"""Seconds over which pictures are counted: stills come every few."""


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
        self._payloads = section.payloads
        self._wire = wire
        self._sink = sink
        self._own_ssrc = secrets.randbits(32) or 1
        self._reception: dict[int, Reception] = {}
        self._received: Reception | None = None
        self._missing = Missing()
        self._keyframe_at = 0.0
        self._bandwidth = Bandwidth() if section.abs_send_time else None
        self._judged = -1
        self._octets = 0
        self._remb_at = 0.0
        self.limit: Callable[[float], int | None] | None = None
        self.last_packet: float | None = None
        self._voice = None if self.video else Voice()
        self._frames = 0
        self._frames_at: deque[tuple[float, int]] = deque(maxlen=_RATE_LOOKS)

    @property
    def video(self) -> bool:
        return self.kind == "video"

    @property
    def lost(self) -> int:
        """Packets that never came, after repair."""
        reception = self._reception.get(self.ssrc or -1)
        return max(0, reception.lost) if reception else 0

    def speaking(self, now: float) -> bool:
        """Whether this is a voice that is heard now."""
        return self._voice is not None and self._voice.speaking(now)

    @property
    def repair_s(self) -> float:
        """How long a lost packet takes to come after all; 0 while none has."""
        return self._missing.repair_s

    def frame_rate(self, now: float) -> float:
        """Pictures a second over the last ten."""
        if not self._frames_at or now <= self._frames_at[0][0]:
            return 0.0
        since, counted = self._frames_at[0]
        return (self._frames - counted) / (now - since)

    def receive(self, item: Packet, now: float) -> None:
        """Take one packet of this section. The hot path: once for every packet that comes."""
        payload_type = item.payload_type
        codec = self._payloads.get(payload_type)
        again = codec is None
        if codec is None:
            apt = self._section.rtx.get(payload_type)
            repaired = None if apt is None else self._unwrap(item, apt, now)
            codec = None if repaired is None else self._payloads.get(repaired.payload_type)
            if repaired is None or codec is None:
                return
            item = repaired
        else:
            if item.ssrc != self.ssrc or self._received is None:
                self._received = self._start(item.ssrc, codec)
            self._received.add(item.sequence, item.timestamp, item.end - item.start, now)
            if self._bandwidth is not None and item.timestamp != self._judged:
                self._judge(item, now)
        self.codec = codec
        known = self.history.put(item)
        if known and known.timestamp == item.timestamp and known.sequence == item.sequence:
            return
        if again and self._received is not None:
            self._received.repaired()
        if self._section.nack and self._missing.add(item.sequence, now):
            self.ask_again(now)
        self.last_packet = now
        if self._voice is not None:
            self._listen(self._voice, item, now)
        elif item.marker:
            self._frames += 1
        self._sink.packet(self, item, codec, now)

    def _listen(self, voice: Voice, item: Packet, now: float) -> None:
        duration_ms = opus.duration(item.payload) / 48
        level = packet.extension(item, self._section.audio_level)
        if level:
            voice.level(level[0], duration_ms, now)
        else:
            voice.size(item.end - item.start, duration_ms, now)

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
        """Send a PLI, at most one in half a second, on a thin line in a few."""
        if not self.video or self.ssrc is None or now - self._keyframe_at < self._keyframe_s():
            return
        self._keyframe_at = now
        self._wire.send(rtcp.pli(self._own_ssrc, self.ssrc))

    def _keyframe_s(self) -> float:
        bandwidth = self._bandwidth
        if bandwidth is None or not bandwidth.estimate or not bandwidth.met_its_end:
            return _KEYFRAME_EVERY_S
        wanted = _KEYFRAME_BITS / bandwidth.estimate
        return min(_LONGEST_KEYFRAME_S, max(_KEYFRAME_EVERY_S, wanted))

    def feedback(self, now: float) -> None:
        """Receiver report and bandwidth estimate; to be called about once a second."""
        self._frames_at.append((now, self._frames))
        reports = [reception.report(ssrc, now) for ssrc, reception in self._reception.items()]
        if reports:
            self._wire.send(rtcp.receiver_report(self._own_ssrc, reports))
        if now - self._remb_at >= _REMB_EVERY_S:
            self._send_remb(now)

    def _start(self, ssrc: int, codec: str) -> Reception:
        self.ssrc = ssrc
        self.history = History()
        self.last_report = None
        self._missing = Missing()
        self._reception = {ssrc: Reception(CLOCK_RATES[codec])}
        return self._reception[ssrc]

    def _unwrap(self, item: Packet, apt: int, now: float) -> Packet | None:
        if self.ssrc is None:
            return None
        reception = self._reception.get(item.ssrc)
        if reception is None and len(self._reception) < 4:
            reception = self._reception[item.ssrc] = Reception(90_000)
        if reception is not None:
            reception.add(item.sequence, item.timestamp, item.end - item.start, now)
        return packet.unwrap_rtx(item, payload_type=apt, ssrc=self.ssrc)

    def _judge(self, item: Packet, now: float) -> None:
        """The first packet of a frame tells how long the path's queue is."""
        self._judged = item.timestamp
        value = packet.extension(item, self._section.abs_send_time)
        if self._bandwidth is None or value is None or len(value) != 3:
            return
        octets = sum(reception.octets for reception in self._reception.values())
        came, self._octets = max(0, octets - self._octets), octets
        if self._bandwidth.add(int.from_bytes(value, "big"), now, came):
            self._send_remb(now)

    def _send_remb(self, now: float) -> None:
        bitrate = self._bandwidth.estimate if self._bandwidth is not None else 0
        if not bitrate or self.ssrc is None:
            return
        self._remb_at = now
        limit = self.limit(now) if self.limit is not None else None
        bitrate = bitrate if limit is None else min(bitrate, limit)
        self._wire.send(rtcp.remb(self._own_ssrc, bitrate, [self.ssrc]))
