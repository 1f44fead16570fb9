"""RTP fixed header: read, rewrite, wrap for retransmission (RFC 3550 §5.1, RFC 8285, RFC 4588)."""

from __future__ import annotations

import struct
from typing import NamedTuple

_FIXED = struct.Struct("!BBHII")
_U16 = struct.Struct("!H")
_EXTENSION = struct.Struct("!HH")
_make = tuple.__new__
_ONE_BYTE_PROFILE = 0xBEDE
_TWO_BYTE_PROFILE = 0x1000


class Packet(NamedTuple):
    """One RTP packet as offsets into its own bytes; nothing is copied until it is sent.

    ``start``/``end`` bound the payload without CSRCs, extensions and padding;
    ``ext``/``ext_end`` bound the extension elements (equal when there are none).
    """

    data: bytes
    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    start: int
    end: int
    ext_profile: int
    ext: int
    ext_end: int

    @property
    def payload(self) -> bytes:
        return self.data[self.start : self.end]


def parse(data: bytes) -> Packet | None:
    """Read one packet; None when the bytes are not well-formed RTP version 2."""
    size = len(data)
    if size < 12:
        return None
    first, second, sequence, timestamp, ssrc = _FIXED.unpack_from(data)
    if first >> 6 != 2:
        return None
    start = 12 + 4 * (first & 0x0F)
    profile = ext = ext_end = 0
    if first & 0x10:
        if size < start + 4:
            return None
        profile, words = _EXTENSION.unpack_from(data, start)
        ext = start + 4
        start = ext_end = ext + 4 * words
    end = size
    if first & 0x20:
        padding = data[-1]
        if padding == 0:
            return None
        end -= padding
    if start > end:
        return None
    # The named constructor would take three times as long.
    return _make(Packet, (
        data, second > 127, second & 0x7F, sequence, timestamp, ssrc, start, end,
        profile, ext, ext_end,
    ))  # fmt: skip


def extension(packet: Packet, identifier: int) -> bytes | None:
    """Value of one header extension element (RFC 8285 §4.2, §4.3), or None."""
    data, position, end = packet.data, packet.ext, packet.ext_end
    one_byte = packet.ext_profile == _ONE_BYTE_PROFILE
    if not one_byte and packet.ext_profile & 0xFFF0 != _TWO_BYTE_PROFILE:
        return None
    while position < end:
        head = data[position]
        if head == 0:
            position += 1
            continue
        if one_byte:
            found, length, position = head >> 4, (head & 0x0F) + 1, position + 1
            if found == 15:
                return None
        else:
            if position + 2 > end:
                return None
            found, length, position = head, data[position + 1], position + 2
        if position + length > end:
            return None
        if found == identifier:
            return data[position : position + length]
        position += length
    return None


def build_extension(identifier: int, value: bytes) -> bytes:
    """Header extension block with one element of 1 to 16 bytes, id 1 to 14 (RFC 8285 §4.2)."""
    element = bytes([(identifier << 4) | (len(value) - 1)]) + value
    element += b"\0" * (-len(element) % 4)
    return _EXTENSION.pack(_ONE_BYTE_PROFILE, len(element) // 4) + element


def abs_send_time(seconds: float) -> bytes:
    """24-bit 6.18 fixed-point send time of the abs-send-time extension."""
    return (int(seconds * 262144) & 0xFFFFFF).to_bytes(3, "big")


def rewrite(
    packet: Packet,
    *,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    block: bytes = b"",
) -> bytes:
    """Same payload under a new header: no CSRC, no padding, ``block`` as the only extensions."""
    return (
        _FIXED.pack(
            0x90 if block else 0x80,
            (0x80 if packet.marker else 0) | payload_type,
            sequence,
            timestamp,
            ssrc,
        )
        + block
        + packet.data[packet.start : packet.end]
    )


def wrap_rtx(
    packet: Packet,
    *,
    payload_type: int,
    sequence: int,
    original: int,
    timestamp: int,
    ssrc: int,
    block: bytes = b"",
) -> bytes:
    """Retransmission payload: the original sequence number, then the payload (RFC 4588 §4)."""
    return (
        _FIXED.pack(
            0x90 if block else 0x80,
            (0x80 if packet.marker else 0) | payload_type,
            sequence,
            timestamp,
            ssrc,
        )
        + block
        + _U16.pack(original)
        + packet.data[packet.start : packet.end]
    )


def unwrap_rtx(packet: Packet, *, payload_type: int, ssrc: int) -> Packet | None:
    """The original packet inside a retransmission; None when it is only padding (RFC 4588 §4)."""
    if packet.end - packet.start < 2:
        return None
    (sequence,) = _U16.unpack_from(packet.data, packet.start)
    return packet._replace(
        payload_type=payload_type, ssrc=ssrc, sequence=sequence, start=packet.start + 2
    )


def build(
    payload: bytes,
    *,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    marker: bool = False,
    block: bytes = b"",
) -> bytes:
    """A packet from its parts, for senders and tests."""
    return (
        _FIXED.pack(
            0x90 if block else 0x80,
            (0x80 if marker else 0) | payload_type,
            sequence & 0xFFFF,
            timestamp & 0xFFFFFFFF,
            ssrc,
        )
        + block
        + payload
    )
