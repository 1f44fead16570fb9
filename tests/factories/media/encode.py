"""Real VP8, H.264 and Opus from nothing but arithmetic."""

from __future__ import annotations

import array
import fractions
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import av

RATE = 48_000
SAMPLES = 960


@dataclass(frozen=True)
class Encoded:
    """``at_ms`` from the start; data as the encoder gave it."""

    video: bool
    at_ms: float
    data: bytes
    keyframe: bool


_GRAIN = random.Random(7).randbytes(1 << 16).translate(bytes(100 + b % 40 for b in range(256)))


def picture(index: int, width: int, height: int, *, grain: int = 0) -> av.VideoFrame:
    """Grey with a bright bar that moves by one sixtieth of the width per frame.

    The first ``grain`` lines are noise, other in each frame, to cost an encoder its bits.
    """
    frame = av.VideoFrame(width, height, "yuv420p")
    left = (index * max(1, width // 60)) % width
    bar = max(2, width // 12)
    for number, plane in enumerate(frame.planes):
        line = bytearray(plane.line_size)
        if number == 0:
            line[:] = bytes([60]) * plane.line_size
            line[left : left + bar] = bytes([220]) * len(line[left : left + bar])
        else:
            line[:] = bytes([128]) * plane.line_size
        noise = b"".join(_noise(index, row, plane.line_size) for row in range(grain))
        rows = plane.height - (grain if number == 0 else 0)
        plane.update((noise if number == 0 else b"") + bytes(line) * rows)
    frame.pts = index
    return frame


def _noise(index: int, row: int, size: int) -> bytes:
    start = (index * 7919 + row * 977) % (len(_GRAIN) - size)
    return _GRAIN[start : start + size]


def tone(index: int) -> av.AudioFrame:
    """20 ms of 440 Hz, stereo."""
    frame = av.AudioFrame(format="s16", layout="stereo", samples=SAMPLES)
    values = array.array("h")
    for number in range(SAMPLES):
        level = int(8000 * math.sin(2 * math.pi * 440 * (index * SAMPLES + number) / RATE))
        values.extend((level, level))
    frame.planes[0].update(values.tobytes())
    frame.sample_rate = RATE
    frame.time_base = fractions.Fraction(1, RATE)
    frame.pts = index * SAMPLES
    return frame


def video(
    codec: str, *, seconds: float, fps: int = 20, width: int = 320, height: int = 240,
    gop: int = 20, bit_rate: int = 400_000, grain: int = 0,
) -> list[Encoded]:  # fmt: skip
    """``codec`` is vp8 or h264 (Annex B, constrained baseline)."""
    context = av.VideoCodecContext.create({"vp8": "libvpx", "h264": "libx264"}[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base = fractions.Fraction(1, fps)
    context.framerate = fractions.Fraction(fps)
    context.bit_rate = bit_rate
    context.gop_size = gop
    if codec == "vp8":
        context.options = {
            "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1",
            "auto-alt-ref": "0",
        }  # fmt: skip
    else:
        context.options = {
            "profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "bf": "0",
        }  # fmt: skip
    out = []
    for index in range(round(seconds * fps)):
        frame = picture(index, width, height, grain=grain)
        frame.time_base = fractions.Fraction(1, fps)
        out += [_taken(packet, fps, video=True) for packet in context.encode(frame)]
    out += [_taken(packet, fps, video=True) for packet in context.encode(None)]
    return out


def audio(*, seconds: float, bit_rate: int = 32_000) -> list[Encoded]:
    context = av.AudioCodecContext.create("libopus", "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = RATE, "stereo", "s16"
    context.time_base = fractions.Fraction(1, RATE)
    context.bit_rate = bit_rate
    out: list[Encoded] = []
    for index in range(round(seconds * 50)):
        for packet in context.encode(tone(index)):
            at_ms = 20.0 * len(out)
            out.append(Encoded(False, at_ms, bytes(packet), True))
    return out


def interleaved(frames: list[Encoded], sound: list[Encoded]) -> Iterator[Encoded]:
    """Both in order of time, video first at the same instant."""
    yield from sorted([*frames, *sound], key=lambda e: (e.at_ms, not e.video))


def _taken(packet: av.Packet[av.VideoStream], fps: int, *, video: bool) -> Encoded:
    return Encoded(video, 1000.0 * float(packet.pts or 0) / fps, bytes(packet), packet.is_keyframe)
