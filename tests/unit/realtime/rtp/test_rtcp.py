from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp import rtcp

U32 = st.integers(0, 0xFFFFFFFF)


@given(st.binary(max_size=120))
def test_any_bytes_never_raise(data: bytes) -> None:
    rtcp.parse(data)
    rtcp.parse(b"\x81\xce" + data)
    rtcp.parse(b"\x8f\xce\x00\x05" + data)
    rtcp.is_rtcp(data)


@given(U32, st.integers(0, (1 << 64) - 1), U32, U32)
def test_sender_report_with_its_description(ssrc: int, ntp: int, rtp: int, count: int) -> None:
    data = rtcp.sender_report(ssrc, ntp=ntp, rtp=rtp, packets=count, octets=count)
    data += rtcp.source_description(ssrc, "somebody") + rtcp.bye(ssrc)
    assert rtcp.is_rtcp(data)
    assert rtcp.parse(data) == [
        rtcp.SenderReport(ssrc, ntp, rtp, count, count),
        rtcp.Bye((ssrc,)),
    ]


@given(
    U32,
    st.integers(0, 255),
    st.integers(-(1 << 23), (1 << 23) - 1),
    st.tuples(U32, U32, U32, U32),
)
def test_receiver_report(
    ssrc: int, fraction: int, lost: int, rest: tuple[int, int, int, int]
) -> None:
    report = rtcp.Report(ssrc, fraction, lost, *rest)
    assert rtcp.parse(rtcp.receiver_report(1, [report, report])) == [
        rtcp.ReceiverReport(1, (report, report))
    ]


@given(st.lists(st.integers(0, 400), max_size=60, unique=True), st.integers(0, 0xFFFF))
def test_nack_lists_exactly_what_is_missing(offsets: list[int], base: int) -> None:
    """RFC 4585 §6.2.1, across the wrap of sequence numbers."""
    missing = [(base + offset) & 0xFFFF for offset in sorted(offsets)]
    (message,) = rtcp.parse(rtcp.nack(1, 2, missing))
    assert isinstance(message, rtcp.Nack)
    assert message.media_ssrc == 2
    assert list(message.missing) == missing


@given(st.integers(0, 1 << 40), st.lists(U32, max_size=4))
def test_remb_rounds_down_by_less_than_a_hundredth_of_a_percent(
    bitrate: int, ssrcs: list[int]
) -> None:
    (message,) = rtcp.parse(rtcp.remb(1, bitrate, ssrcs))
    assert isinstance(message, rtcp.Remb)
    assert message.ssrcs == tuple(ssrcs)
    assert bitrate - bitrate / 100_000 <= message.bitrate <= bitrate


def test_keyframe_requests() -> None:
    assert rtcp.parse(rtcp.pli(1, 2)) == [rtcp.KeyframeRequest((2,))]
    fir = b"\x84\xce\x00\x04" + bytes(8) + b"\0\0\0\x09\x01\0\0\0"
    assert rtcp.parse(fir) == [rtcp.KeyframeRequest((9,))]
