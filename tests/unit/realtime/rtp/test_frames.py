"""Depacketising: RFC 7741, RFC 6184, RFC 7587."""

from __future__ import annotations

import pytest
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.rtp import h264, opus, packet, vp8
from realtime.rtp.frames import Frame, depacketizer
from realtime.rtp.reorder import Ordered
from tests.factories.media import encode

CODECS = st.sampled_from(["vp8", "h264", "opus"])


def items(
    payloads: list[bytes], number: int, timestamp: int, *, lost: bool = False
) -> list[Ordered]:
    out = []
    for index, payload in enumerate(payloads):
        data = packet.build(
            payload, payload_type=96, sequence=number + index, timestamp=timestamp, ssrc=1,
            marker=index == len(payloads) - 1,
        )  # fmt: skip
        item = packet.parse(data)
        assert item is not None
        out.append(Ordered(item, 1.0, lost and index == 0))
    return out


@settings(max_examples=300)
@given(CODECS, st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans())))
def test_any_payloads_never_raise(codec: str, parts: list[tuple[bytes, int, bool]]) -> None:
    frames = depacketizer(codec)
    for number, (payload, timestamp, lost) in enumerate(parts):
        for item in items([payload], number, timestamp, lost=lost):
            frame = frames.add(item)
            assert frame is None or frame.data


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    vp8.descriptor(data)
    vp8.keyframe_size(data)
    vp8.starts_keyframe(data)
    h264.units(data)
    h264.starts_keyframe(data)
    width, height = h264.picture_size(data)
    assert 0 <= width <= 16384
    assert 0 <= height <= 16384
    assert 0 <= opus.duration(data) <= 5760


def run(codec: str, payloads: list[list[bytes]], dropped: set[int]) -> list[Frame | None]:
    frames, out, number, lost = depacketizer(codec), [], 0, False
    for index, parts in enumerate(payloads):
        result = None
        for item in items(parts, number, index * 3000):
            if item.packet.sequence in dropped:
                lost = True
                continue
            result = frames.add(item._replace(lost=lost)) or result
            lost = False
        number += len(parts)
        out.append(result)
    return out


def test_vp8_frames_come_back_byte_for_byte() -> None:
    encoder, sent = Vp8Encoder(), encode.video("vp8", seconds=2, bit_rate=3_000_000)
    payloads = [encoder._packetize(frame.data * 9, n) for n, frame in enumerate(sent)]
    assert any(len(parts) > 1 for parts in payloads)
    got = run("vp8", payloads, set())
    assert [frame.data for frame in got if frame] == [frame.data * 9 for frame in sent]
    assert [frame.keyframe for frame in got if frame] == [frame.keyframe for frame in sent]
    assert got[0] is not None
    assert (got[0].width, got[0].height) == (320, 240)
    assert vp8.starts_keyframe(payloads[0][0])
    assert not vp8.starts_keyframe(payloads[1][0])


def test_h264_frames_and_parameter_sets() -> None:
    sent = encode.video("h264", seconds=2, bit_rate=3_000_000)
    payloads = [list(H264Encoder._packetize(H264Encoder._split_bitstream(f.data))) for f in sent]
    got = run("h264", payloads, set())
    assert len([frame for frame in got if frame]) == len(sent)
    assert got[0] is not None
    assert got[0].keyframe
    assert (got[0].width, got[0].height) == (320, 240)
    assert h264.unit_type(got[0].sps) == h264.SPS
    assert h264.unit_type(got[0].pps) == h264.PPS
    assert h264.starts_keyframe(payloads[0][0])
    for frame in got:
        assert frame is not None
        size = int.from_bytes(frame.data[:4], "big")
        assert 0 < size <= len(frame.data) - 4


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_after_a_loss_nothing_comes_until_a_keyframe(codec: str) -> None:
    sent = encode.video(codec, seconds=2, gop=10)
    if codec == "vp8":
        encoder = Vp8Encoder()
        payloads = [encoder._packetize(frame.data, n) for n, frame in enumerate(sent)]
    else:
        payloads = [
            list(H264Encoder._packetize(H264Encoder._split_bitstream(f.data))) for f in sent
        ]
    gone = sum(len(parts) for parts in payloads[:13])
    got = run(codec, payloads, {gone})
    assert all(got[:13])
    assert not any(got[13:20])
    assert all(got[20:])


def test_opus_durations() -> None:
    """RFC 6716 §3.1."""
    assert opus.duration(bytes([0b11111_000])) == 960
    assert opus.duration(bytes([0b00001_001])) == 1920
    assert opus.duration(bytes([0b11100_011, 3])) == 360
    assert opus.duration(bytes([0b00011_011, 48])) == 0
    assert opus.duration(bytes([0b11100_011])) == 0
    sent = encode.audio(seconds=1)
    assert {opus.duration(frame.data) for frame in sent} == {960}
