"""RTCP: read what a media server needs, build what it sends (RFC 3550, RFC 4585, REMB draft)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206
_HEAD = struct.Struct("!BBH")
_U32 = struct.Struct("!I")
_SENDER = struct.Struct("!QIII")
_REPORT = struct.Struct("!IB3sIIII")


@dataclass(frozen=True, slots=True)
class Report:
    """One reception report block (RFC 3550 §6.4.1)."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest: int
    jitter: int
    lsr: int
    dlsr: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """NTP (32.32 fixed point) and RTP time of the same instant at the sender."""

    ssrc: int
    ntp: int
    rtp: int
    packets: int
    octets: int
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Bye:
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nack:
    """Generic NACK: the sequence numbers that are missing (RFC 4585 §6.2.1)."""

    media_ssrc: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    """PLI (RFC 4585 §6.3.1) or FIR (RFC 5104 §4.3.1)."""

    media_ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remb:
    """Receiver estimated maximum bitrate, bit/s."""

    bitrate: int
    ssrcs: tuple[int, ...] = field(default=())


Message = SenderReport | ReceiverReport | Bye | Nack | KeyframeRequest | Remb


def is_rtcp(data: bytes) -> bool:
    """Tell RTCP from RTP on one port (RFC 5761 §4)."""
    return len(data) >= 8 and 192 <= data[1] <= 223


def parse(data: bytes) -> list[Message]:
    """Messages of a compound packet, in order. What is unknown or malformed is left out."""
    messages: list[Message] = []
    for kind, count, body in _split(data):
        message = _read(kind, count, body)
        if message is not None:
            messages.append(message)
    return messages


def _split(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 4 <= len(data):
        first, kind, words = _HEAD.unpack_from(data, position)
        end = position + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            return
        body = data[position + 4 : end]
        if first & 0x20 and body and 0 < body[-1] <= len(body):
            body = body[: -body[-1]]
        yield kind, first & 0x1F, body
        position = end


def _read(kind: int, count: int, body: bytes) -> Message | None:
    if len(body) < 4:
        return None
    (ssrc,) = _U32.unpack_from(body)
    if kind == SR and len(body) >= 24:
        ntp, rtp, packets, octets = _SENDER.unpack_from(body, 4)
        return SenderReport(ssrc, ntp, rtp, packets, octets, _reports(body[24:], count))
    if kind == RR:
        return ReceiverReport(ssrc, _reports(body[4:], count))
    if kind == BYE:
        return Bye(tuple(v for (v,) in _U32.iter_unpack(body[: 4 * min(count, len(body) // 4)])))
    if kind in (RTPFB, PSFB) and len(body) >= 8:
        return _feedback(kind, count, body)
    return None


def _feedback(kind: int, fmt: int, body: bytes) -> Message | None:
    (media,) = _U32.unpack_from(body, 4)
    fci = body[8:]
    if kind == RTPFB:
        return Nack(media, tuple(_nacked(fci))) if fmt == 1 else None
    if fmt == 1:
        return KeyframeRequest((media,))
    if fmt == 4:
        return KeyframeRequest(
            tuple(_U32.unpack_from(fci, i)[0] for i in range(0, len(fci) - 7, 8)) or (media,)
        )
    if fmt == 15 and len(fci) >= 8 and fci[:4] == b"REMB":
        exponent, mantissa = fci[5] >> 2, ((fci[5] & 3) << 16) | (fci[6] << 8) | fci[7]
        listed = fci[8 : 8 + 4 * min(fci[4], (len(fci) - 8) // 4)]
        return Remb(mantissa << exponent, tuple(v for (v,) in _U32.iter_unpack(listed)))
    return None


def _nacked(fci: bytes) -> Iterator[int]:
    for position in range(0, len(fci) - 3, 4):
        pid, bitmap = struct.unpack_from("!HH", fci, position)
        yield pid
        for bit in range(16):
            if bitmap >> bit & 1:
                yield (pid + bit + 1) & 0xFFFF


def _reports(body: bytes, count: int) -> tuple[Report, ...]:
    blocks = []
    for index in range(min(count, len(body) // 24)):
        ssrc, fraction, lost, *rest = _REPORT.unpack_from(body, 24 * index)
        signed = int.from_bytes(lost, "big", signed=True)
        blocks.append(Report(ssrc, fraction, signed, *rest))
    return tuple(blocks)


def _pack(kind: int, count: int, body: bytes) -> bytes:
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def sender_report(ssrc: int, *, ntp: int, rtp: int, packets: int, octets: int) -> bytes:
    return _pack(
        SR,
        0,
        _U32.pack(ssrc)
        + _SENDER.pack(ntp, rtp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF),
    )


def receiver_report(ssrc: int, reports: Sequence[Report]) -> bytes:
    """At most 31 blocks fit one report."""
    blocks = b"".join(
        _REPORT.pack(
            r.ssrc,
            r.fraction_lost,
            max(-(1 << 23), min(r.packets_lost, (1 << 23) - 1)).to_bytes(3, "big", signed=True),
            r.highest & 0xFFFFFFFF,
            r.jitter & 0xFFFFFFFF,
            r.lsr,
            r.dlsr & 0xFFFFFFFF,
        )
        for r in reports[:31]
    )
    return _pack(RR, min(len(reports), 31), _U32.pack(ssrc) + blocks)


def source_description(ssrc: int, cname: str) -> bytes:
    """SDES with one CNAME (RFC 3550 §6.5)."""
    text = cname.encode()[:255]
    chunk = _U32.pack(ssrc) + bytes([1, len(text)]) + text + b"\0"
    return _pack(SDES, 1, chunk + b"\0" * (-len(chunk) % 4))


def bye(ssrc: int) -> bytes:
    return _pack(BYE, 1, _U32.pack(ssrc))


def pli(ssrc: int, media_ssrc: int) -> bytes:
    return _pack(PSFB, 1, _U32.pack(ssrc) + _U32.pack(media_ssrc))


def nack(ssrc: int, media_ssrc: int, missing: Iterable[int]) -> bytes:
    """Generic NACK; ``missing`` are 16-bit sequence numbers, oldest first."""
    pairs: list[list[int]] = []
    for number in missing:
        if pairs and 0 < ((number - pairs[-1][0]) & 0xFFFF) <= 16:
            pairs[-1][1] |= 1 << (((number - pairs[-1][0]) & 0xFFFF) - 1)
        else:
            pairs.append([number & 0xFFFF, 0])
    fci = b"".join(struct.pack("!HH", pid, bitmap) for pid, bitmap in pairs)
    return _pack(RTPFB, 1, _U32.pack(ssrc) + _U32.pack(media_ssrc) + fci)


def remb(ssrc: int, bitrate: int, media_ssrcs: Sequence[int]) -> bytes:
    """REMB: 18-bit mantissa, 6-bit exponent, bit/s, rounded down."""
    exponent = max(0, max(0, bitrate).bit_length() - 18)
    mantissa = max(0, bitrate) >> exponent
    fci = b"REMB" + bytes(
        [len(media_ssrcs), exponent << 2 | mantissa >> 16, mantissa >> 8 & 0xFF, mantissa & 0xFF]
    )
    return _pack(
        PSFB, 15, _U32.pack(ssrc) + bytes(4) + fci + b"".join(_U32.pack(s) for s in media_ssrcs)
    )
