"""One media section towards one subscriber: the publisher's packets under our own header."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Callable

from realtime.media.hooks import Wire
from realtime.media.sdp import Section
from realtime.rtp import h264, packet, rtcp, vp8
from realtime.rtp.allowance import Allowance
from realtime.rtp.frames import CLOCK_RATES
from realtime.rtp.loss import History
from realtime.rtp.packet import Packet

_HEADER = struct.Struct("!BBHII")
_RESEND_S, _RESENT, _REPORTS = 0.05, 2048, 8
_STARTS_KEYFRAME: dict[str, Callable[[bytes], bool]] = {
    "vp8": vp8.starts_keyframe,
    "h264": h264.starts_keyframe,
    "opus": bool,
}


class Leg:
    """Sequence numbers and timestamps run on without a break when the publisher is replaced."""

    def __init__(self, wire: Wire, section: Section) -> None:
        self.kind = section.kind
        self.ssrc = section.ssrc
        self.allowance = Allowance()
        self._wire = wire
        self._send = wire.send
        self._rtx_ssrc = section.rtx_ssrc
        self._cname = section.cname
        self._payloads: dict[str, int] = {}
        for payload, codec in section.payloads.items():
            self._payloads.setdefault(codec, payload)
        self._rtx = {apt: payload for payload, apt in section.rtx.items()}
        self._rtx_sequence = secrets.randbelow(1 << 15)
        self._time_id = section.abs_send_time
        self._source_ssrc: int | None = None
        self._history: History | None = None
        self._sequence_offset = self._timestamp_offset = 0
        self._last: tuple[int, int, float] | None = None
        self.waiting = True
        """Nothing is sent until a keyframe begins."""
        self._block_of = 0.0
        self._block = b""
        self.packets = self.octets = 0
        self.trip_s = 0.0
        """The watcher's round trip; 0 until their reports told."""
        self._reported: dict[int, float] = {}
        self._resent: dict[int, float] = {}

    def carries(self, codec: str) -> bool:
        return codec in self._payloads

    def restart(self) -> None:
        """Another publisher, or a pause: wait for a keyframe, and go on from the last number.

        What was left out meanwhile leaves no hole, which the watcher would ask to have filled.
        """
        self.waiting = True
        self._source_ssrc = None

    def forward(self, item: Packet, codec: str, history: History, now: float) -> None:
        """Send one packet on; ``now`` in epoch seconds."""
        payload_type = self._payloads.get(codec)
        if payload_type is None:
            return
        if self.waiting:
            if not self._wire.ready or not _STARTS_KEYFRAME[codec](item.payload):
                return
            self.waiting = False
        if item.ssrc != self._source_ssrc:
            self._rebase(item, codec, now)
            self._history = history
        sequence = (item.sequence + self._sequence_offset) & 0xFFFF
        timestamp = (item.timestamp + self._timestamp_offset) & 0xFFFFFFFF
        if self._time_id and now != self._block_of:
            self._stamp(now)
        block = self._block
        # packet.rewrite, in place: this runs once for every packet and watcher.
        data = (
            _HEADER.pack(
                0x90 if block else 0x80,
                payload_type | 0x80 if item.marker else payload_type,
                sequence,
                timestamp,
                self.ssrc,
            )
            + block
            + item.data[item.start : item.end]
        )
        if self._send(data):
            self.packets += 1
            self.octets += item.end - item.start
            last = self._last
            if last is None or (sequence - last[0]) & 0xFFFF < 0x8000:
                # A repaired packet comes late, under a number that was passed already.
                self._last = (sequence, timestamp, now)

    def resend(self, missing: tuple[int, ...], codec: str, now: float) -> None:
        """Answer a NACK from the history, by RTX where it was agreed (RFC 4588)."""
        payload_type = self._payloads.get(codec)
        if self._history is None or payload_type is None:
            return
        rtx = self._rtx.get(payload_type)
        if self._time_id:
            self._stamp(now)
        if len(self._resent) > _RESENT:
            self._resent.clear()
        again = max(_RESEND_S, self.trip_s)
        for sequence in missing:
            if now - self._resent.get(sequence, float("-inf")) < again:
                # Who cannot know the way's length asks too often: what is on it is not sent twice.
                continue
            self._resent[sequence] = now
            item = self._history.get((sequence - self._sequence_offset) & 0xFFFF)
            if item is None:
                continue
            timestamp = (item.timestamp + self._timestamp_offset) & 0xFFFFFFFF
            if rtx is None or not self._rtx_ssrc:
                data = packet.rewrite(
                    item,
                    payload_type=payload_type,
                    sequence=sequence,
                    timestamp=timestamp,
                    ssrc=self.ssrc,
                    block=self._block,
                )
            else:
                data = packet.wrap_rtx(
                    item,
                    payload_type=rtx,
                    sequence=self._rtx_sequence,
                    original=sequence,
                    timestamp=timestamp,
                    ssrc=self._rtx_ssrc,
                    block=self._block,
                )
                self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
            self._send(data)

    def heard(self, report: rtcp.Report, now: float) -> None:
        """A watcher's report: the round trip by LSR and DLSR (RFC 3550 §6.4.1)."""
        sent = self._reported.get(report.lsr)
        if sent is not None:
            self.trip_s = max(0.0, now - sent - report.dlsr / 65536)

    def sender_report(self, report: rtcp.SenderReport, now: float) -> None:
        """The publisher's clock pair under our SSRC and timestamps: lip sync survives."""
        if self._source_ssrc != report.ssrc:
            return
        if len(self._reported) >= _REPORTS:
            del self._reported[next(iter(self._reported))]
        self._reported[report.ntp >> 16 & 0xFFFFFFFF] = now
        self._wire.send(
            rtcp.sender_report(
                self.ssrc,
                ntp=report.ntp,
                rtp=report.rtp + self._timestamp_offset,
                packets=self.packets,
                octets=self.octets,
            )
            + rtcp.source_description(self.ssrc, self._cname)
        )

    def _stamp(self, now: float) -> None:
        self._block_of = now
        self._block = packet.build_extension(self._time_id, packet.abs_send_time(now))

    def _rebase(self, item: Packet, codec: str, now: float) -> None:
        if self._last is None:
            # In the lower half, so that a wrap right at the start cannot confuse SRTP.
            sequence, timestamp = secrets.randbelow(1 << 15), item.timestamp
        else:
            last_sequence, last_timestamp, at = self._last
            elapsed = max(1, round((now - at) * CLOCK_RATES[codec]))
            sequence, timestamp = last_sequence + 1, last_timestamp + elapsed
        self._source_ssrc = item.ssrc
        self._sequence_offset = sequence - item.sequence
        self._timestamp_offset = timestamp - item.timestamp
