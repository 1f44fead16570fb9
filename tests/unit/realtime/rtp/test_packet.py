from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp import packet

U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
PAYLOAD = st.binary(max_size=60)


@given(st.binary(max_size=80), st.integers(1, 14))
def test_any_bytes_are_read_or_refused(data: bytes, identifier: int) -> None:
    item = packet.parse(data)
    if item is not None:
        assert 12 <= item.start <= item.end <= len(data)
        packet.extension(item, identifier)
        packet.unwrap_rtx(item, payload_type=96, ssrc=1)


@given(PAYLOAD, st.integers(0, 127), U16, U32, U32)
def test_what_is_built_is_read_back(
    payload: bytes, kind: int, sequence: int, timestamp: int, ssrc: int
) -> None:
    marker = bool(sequence & 1)
    block = packet.build_extension(3, b"abc")
    item = packet.parse(
        packet.build(
            payload, payload_type=kind, sequence=sequence, timestamp=timestamp, ssrc=ssrc,
            marker=marker, block=block,
        )
    )  # fmt: skip
    assert item is not None
    assert (item.payload, item.payload_type, item.marker) == (payload, kind, marker)
    assert (item.sequence, item.timestamp, item.ssrc) == (sequence, timestamp, ssrc)
    assert packet.extension(item, 3) == b"abc"
    assert packet.extension(item, 4) is None


@given(PAYLOAD, U16, U32)
def test_rewriting_changes_only_the_header(payload: bytes, sequence: int, timestamp: int) -> None:
    csrc, extension = b"\0\0\0\7", packet.build_extension(1, b"x" * 16)
    padded = bytes([0xB1, 0x80 | 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]) + csrc + extension
    item = packet.parse(padded + payload + b"\0\0\3")
    assert item is not None
    out = packet.parse(
        packet.rewrite(item, payload_type=97, sequence=sequence, timestamp=timestamp, ssrc=9)
    )
    assert out is not None
    assert (out.payload, out.marker, out.start) == (payload, True, 12)
    assert (out.payload_type, out.sequence, out.timestamp, out.ssrc) == (
        97, sequence, timestamp, 9,
    )  # fmt: skip


@given(PAYLOAD, U16, U16)
def test_retransmission_round_trip(payload: bytes, sequence: int, original: int) -> None:
    """RFC 4588 §4."""
    data = packet.build(payload, payload_type=96, sequence=original, timestamp=5, ssrc=1)
    item = packet.parse(data)
    assert item is not None
    wrapped = packet.parse(
        packet.wrap_rtx(
            item, payload_type=97, sequence=sequence, original=original, timestamp=5, ssrc=2
        )
    )
    assert wrapped is not None
    assert (wrapped.sequence, wrapped.ssrc) == (sequence, 2)
    back = packet.unwrap_rtx(wrapped, payload_type=96, ssrc=1)
    assert back is not None
    assert (back.sequence, back.ssrc, back.payload) == (original, 1, payload)


def test_two_byte_extensions_and_padding_only() -> None:
    """RFC 8285 §4.3."""
    elements = bytes([1, 2, 7, 8, 0, 20, 1, 9])
    data = bytes([0x90, 96]) + bytes(10) + b"\x10\x00\x00\x02" + elements
    item = packet.parse(data)
    assert item is not None
    assert packet.extension(item, 1) == b"\7\x08"
    assert packet.extension(item, 20) == b"\x09"
    padding = packet.parse(bytes([0xA0, 96]) + bytes(10) + b"\0\0\0\4")
    assert padding is not None
    assert padding.payload == b""


def test_abs_send_time_is_six_bits_of_seconds() -> None:
    assert packet.abs_send_time(64.5) == bytes([0x02, 0x00, 0x00])
