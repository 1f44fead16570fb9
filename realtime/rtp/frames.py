"""Encoded frames out of ordered packets: VP8 (RFC 7741), H.264 (RFC 6184), Opus (RFC 7587)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from realtime.rtp import h264, opus, vp8
from realtime.rtp.packet import Packet
from realtime.rtp.reorder import Ordered

CLOCK_RATES = {"vp8": 90_000, "h264": 90_000, "opus": 48_000}


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded frame. ``timestamp`` is the wrapping RTP one; ``arrival`` s of its last packet.

    ``data``: the VP8 frame, the Opus packet, or H.264 as NAL units with 4-byte lengths.
    ``samples`` is the duration in clock units where the codec tells it (Opus), else 0.
    ``sps``/``pps`` are the H.264 parameter sets in force at a keyframe.
    """

    codec: str
    timestamp: int
    arrival: float
    data: bytes
    keyframe: bool
    samples: int = 0
    width: int = 0
    height: int = 0
    sps: bytes = b""
    pps: bytes = b""


class Depacketizer(Protocol):
    """Ordered packets in, whole frames out. ``damaged`` while a keyframe is needed to go on."""

    damaged: bool

    def add(self, item: Ordered) -> Frame | None: ...


def depacketizer(codec: str) -> Depacketizer:
    """For ``vp8``, ``h264`` or ``opus``; KeyError otherwise."""
    kinds: dict[str, type[Depacketizer]] = {
        "vp8": Vp8Frames, "h264": H264Frames, "opus": OpusFrames,
    }  # fmt: skip
    return kinds[codec]()


class OpusFrames:
    """Every packet is a frame of its own."""

    damaged = False

    def add(self, item: Ordered) -> Frame | None:
        payload = item.packet.payload
        samples = opus.duration(payload)
        if not samples:
            return None
        return Frame("opus", item.packet.timestamp, item.arrival, payload, True, samples)


class _VideoFrames(ABC):
    """Packets of one timestamp up to the marker are a frame; a hole spoils all until a keyframe."""

    def __init__(self) -> None:
        self.damaged = True
        self._parts: list[bytes] = []
        self._timestamp: int | None = None

    def add(self, item: Ordered) -> Frame | None:
        packet = item.packet
        if item.lost:
            self.damaged = True
            self._parts = []
        if packet.timestamp != self._timestamp:
            # The frame before never saw its marker: without it nobody knows it is whole.
            self._parts = []
            self._timestamp = packet.timestamp
        if packet.start == packet.end:
            return None
        part = self._part(packet.payload, first=not self._parts)
        if part is None:
            self.damaged = True
            self._parts = []
            return None
        self._parts += part
        if not packet.marker or not self._parts:
            return None
        parts, self._parts = self._parts, []
        frame = self._frame(packet, item.arrival, parts)
        if frame is None:
            return None
        if frame.keyframe:
            self.damaged = False
        return None if self.damaged else frame

    @abstractmethod
    def _part(self, payload: bytes, *, first: bool) -> list[bytes] | None:
        """Pieces of the payload to keep; None when the packet does not fit what came before."""

    @abstractmethod
    def _frame(self, packet: Packet, arrival: float, parts: list[bytes]) -> Frame | None:
        """The frame that the kept pieces make; None when they make none."""


class Vp8Frames(_VideoFrames):
    def _part(self, payload: bytes, *, first: bool) -> list[bytes] | None:
        descriptor = vp8.descriptor(payload)
        if descriptor is None or first != descriptor.starts_frame:
            return None
        return [payload[descriptor.size :]]

    def _frame(self, packet: Packet, arrival: float, parts: list[bytes]) -> Frame | None:
        data = b"".join(parts)
        size = vp8.keyframe_size(data)
        width, height = size or (0, 0)
        return Frame(
            "vp8", packet.timestamp, arrival, data, size is not None, width=width, height=height
        )


class H264Frames(_VideoFrames):
    def __init__(self) -> None:
        super().__init__()
        self._sps = b""
        self._pps = b""
        self._open = False

    def _part(self, payload: bytes, *, first: bool) -> list[bytes] | None:
        if first:
            self._open = False
        pieces = h264.units(payload)
        if pieces is None:
            return None
        kept: list[bytes] = []
        for piece in pieces:
            if piece.continues != self._open:
                return None
            self._open = piece.unfinished
            if piece.continues:
                kept.append(b"\0" + piece.data)
            else:
                kept.append(b"\1" + piece.data)
        return kept

    def _frame(self, packet: Packet, arrival: float, parts: list[bytes]) -> Frame | None:
        whole: list[bytearray] = []
        for part in parts:
            if part[0]:
                whole.append(bytearray(part[1:]))
            else:
                whole[-1] += part[1:]
        slices = []
        keyframe = False
        for unit in whole:
            kind = h264.unit_type(unit)
            if kind == h264.SPS:
                self._sps = bytes(unit)
            elif kind == h264.PPS:
                self._pps = bytes(unit)
            elif kind != h264.AUD:
                slices.append(unit)
                keyframe = keyframe or kind == h264.IDR
        if not slices or self._open:
            return None
        if keyframe and not (self._sps and self._pps):
            return None
        data = b"".join(len(unit).to_bytes(4, "big") + unit for unit in slices)
        width, height = h264.picture_size(self._sps) if keyframe else (0, 0)
        return Frame(
            "h264", packet.timestamp, arrival, data, keyframe,
            width=width, height=height, sps=self._sps, pps=self._pps,
        )  # fmt: skip
