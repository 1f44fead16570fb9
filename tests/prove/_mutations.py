"""Real packet streams, and everything that a network or an adversary may make of them."""

from __future__ import annotations

import heapq
import itertools
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder

from realtime.rtp import packet, rtcp
from tests.factories.media import encode

VP8, H264, OPUS, VIDEO_RTX = 96, 102, 111, 97
RTX_OF = {"vp8": VP8, "h264": H264}
_SECONDS, _FPS = 4, 20
_VIDEO_SSRC, _AUDIO_SSRC, _RTX_SSRC = 0x1111, 0x2222, 0x3333


@dataclass(frozen=True)
class Arrival:
    """``control`` is RTCP; ``at_s`` from the start of the stream."""

    at_s: float
    control: bool
    data: bytes


@dataclass(frozen=True)
class Material:
    """Payloads of frames: one list of packets each."""

    video: dict[str, list[list[bytes]]]
    audio: list[bytes]


def material() -> Material:
    """Two codecs' pictures in several packets a frame, and sound."""
    vp8 = Vp8Encoder()
    small = encode.video("vp8", seconds=_SECONDS, fps=_FPS, gop=20, bit_rate=600_000, grain=40)
    other = encode.video("h264", seconds=_SECONDS, fps=_FPS, gop=20, bit_rate=600_000, grain=40)
    return Material(
        {
            "vp8": [vp8._packetize(frame.data, n) for n, frame in enumerate(small)],
            "h264": [
                list(H264Encoder._packetize(H264Encoder._split_bitstream(frame.data)))
                for frame in other
            ],
        },
        [frame.data for frame in encode.audio(seconds=_SECONDS)],
    )


def stream(given: Material, rng: random.Random, count: int) -> Iterator[Arrival]:
    """About ``count`` packets in order of arrival: real ones, up to a quarter of them spoilt.

    How rough it is differs from stream to stream, or nothing would ever get far.
    """
    held: list[tuple[float, int, Arrival]] = []
    order = itertools.count()
    roughness = rng.choice((1.0, 1.0, 0.3, 0.1, 0.02, 0.002))
    for sent in _sent(given, rng, count):
        for arrival in _spoilt(sent, rng, roughness):
            delay = rng.random() / roughness
            late = 0.0 if delay > 0.06 else rng.random() * (0.3 if delay > 0.005 else 3.0)
            heapq.heappush(held, (arrival.at_s + late, next(order), arrival))
        while held and held[0][0] <= sent.at_s:
            at_s, _, arrival = heapq.heappop(held)
            yield Arrival(at_s, arrival.control, arrival.data)
    for at_s, _, arrival in sorted(held, key=lambda entry: entry[:2]):
        yield Arrival(at_s, arrival.control, arrival.data)


def _sent(given: Material, rng: random.Random, count: int) -> Iterator[Arrival]:
    codec = rng.choice(["vp8", "h264"])
    sequence = {True: rng.randrange(1 << 16), False: rng.randrange(1 << 16)}
    offset = {True: rng.randrange(1 << 32), False: rng.randrange(1 << 32)}
    frame = sound = done = 0
    while done < count:
        at_s = frame / _FPS
        if rng.random() < 0.002:
            codec = rng.choice(["vp8", "h264"])
        payloads = given.video[codec][frame % len(given.video[codec])]
        for index, payload in enumerate(payloads):
            yield Arrival(at_s, False, packet.build(
                payload, payload_type=RTX_OF[codec], sequence=sequence[True],
                timestamp=offset[True] + frame * 90_000 // _FPS, ssrc=_VIDEO_SSRC,
                marker=index == len(payloads) - 1,
            ))  # fmt: skip
            sequence[True] += 1
        done += len(payloads)
        while sound / 50 <= at_s:
            yield Arrival(at_s, False, packet.build(
                given.audio[sound % len(given.audio)], payload_type=OPUS,
                sequence=sequence[False], timestamp=offset[False] + sound * 960,
                ssrc=_AUDIO_SSRC,
            ))  # fmt: skip
            sequence[False] += 1
            sound, done = sound + 1, done + 1
        if frame % _FPS == 0:
            for ssrc, rate in ((_VIDEO_SSRC, 90_000), (_AUDIO_SSRC, 48_000)):
                start = offset[ssrc == _VIDEO_SSRC]
                yield Arrival(at_s, True, _report(ssrc, at_s, start + round(at_s * rate)))
            done += 2
        frame += 1


def _report(ssrc: int, at_s: float, timestamp: int) -> bytes:
    return (
        rtcp.sender_report(
            ssrc, ntp=int((at_s + 3.9e9) * (1 << 32)), rtp=timestamp & 0xFFFFFFFF,
            packets=0, octets=0,
        )
        + rtcp.source_description(ssrc, "somebody")
        + rtcp.remb(ssrc, 500_000, [ssrc])
    )  # fmt: skip


def _spoilt(sent: Arrival, rng: random.Random, roughness: float) -> list[Arrival]:
    luck = rng.random() / roughness
    if luck > 0.25:
        return [sent]
    if luck > 0.20:
        return []
    if luck > 0.17:
        return [sent, sent]
    if luck > 0.15:
        return [sent, Arrival(sent.at_s, rng.random() < 0.3, _noise(rng))]
    if luck > 0.13 and not sent.control:
        return [Arrival(sent.at_s, False, _retransmitted(sent.data, rng))]
    data = bytearray(sent.data)
    if luck > 0.06 and not sent.control:
        _header(data, rng)
    else:
        _body(data, rng)
    again = bytes(data)
    return [sent, Arrival(sent.at_s, sent.control, again)] if luck < 0.02 else [
        Arrival(sent.at_s, sent.control, again)
    ]  # fmt: skip


def _noise(rng: random.Random) -> bytes:
    data = bytearray(rng.randbytes(rng.choice((0, 1, 4, 11, 12, 13, 20, 40, 200, 1400))))
    if data and rng.random() < 0.8:
        # Most noise looks like RTP or RTCP at least, or it would get no further than the door.
        data[0] = 0x80 | data[0] & 0x3F
        if len(data) > 1:
            data[1] = rng.choice((VP8, H264, OPUS, VIDEO_RTX, VP8 | 0x80, 200, 201, 205, 206, 203))
    return bytes(data)


def _retransmitted(data: bytes, rng: random.Random) -> bytes:
    """As RTX (RFC 4588), sometimes of a number that never was."""
    number = data[2:4] if rng.random() < 0.8 else rng.randbytes(2)
    head = struct.pack(
        "!BBHII", 0x80, VIDEO_RTX, rng.randrange(1 << 16),
        int.from_bytes(data[4:8], "big"), _RTX_SSRC,
    )  # fmt: skip
    return head + number + data[12:]


def _header(data: bytearray, rng: random.Random) -> None:
    choice = rng.randrange(9)
    if choice == 0:
        data[0] ^= 1 << rng.randrange(8)
    elif choice == 1:
        data[1] ^= 0x80
    elif choice == 2:
        data[1] = data[1] & 0x80 | rng.choice((VP8, H264, OPUS, VIDEO_RTX, 0, 127))
    elif choice == 3:
        struct.pack_into("!H", data, 2, rng.randrange(1 << 16))
    elif choice == 4:
        number = int.from_bytes(data[2:4], "big") + rng.choice((-3000, -1, 1, 2, 600, 3001))
        struct.pack_into("!H", data, 2, number & 0xFFFF)
    elif choice == 5:
        struct.pack_into("!I", data, 4, rng.randrange(1 << 32))
    elif choice == 6:
        steps = (-48_000, -960, 1, 960, 1 << 31, 90_000 * 3600)
        stamp = int.from_bytes(data[4:8], "big") + rng.choice(steps)
        struct.pack_into("!I", data, 4, stamp & 0xFFFFFFFF)
    elif choice == 7:
        struct.pack_into("!I", data, 8, rng.choice((_VIDEO_SSRC, _AUDIO_SSRC, rng.randrange(99))))
    else:
        # Extensions of any length and padding of any size.
        data[0] |= rng.choice((0x10, 0x20, 0x30, 0x0F))
        data[12:12] = struct.pack("!HH", rng.choice((0xBEDE, 0x1000, 7)), rng.randrange(6))
        data[-1] = rng.randrange(256)


def _body(data: bytearray, rng: random.Random) -> None:
    choice = rng.randrange(6)
    start = min(12, len(data) - 1)
    if choice == 0:
        for _ in range(rng.randrange(1, 9)):
            at = rng.randrange(start, len(data))
            data[at] ^= 1 << rng.randrange(8)
    elif choice == 1:
        del data[rng.randrange(len(data)) :]
    elif choice == 2:
        data += rng.randbytes(rng.randrange(1, 600))
    elif choice == 3:
        # The first bytes say what follows: descriptor, NAL type, FU bits, table of contents.
        count = rng.randrange(1, 5)
        data[start : start + count] = rng.randbytes(count)
    elif choice == 4:
        at = rng.randrange(len(data))
        data[at : at + 4] = rng.choice(
            (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\x9d\x01\x2a")
        )
    else:
        data[start:] = data[start:][::-1]
