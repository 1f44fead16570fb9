"""A small world to be recorded twice: a flash and a beep each second, and a murmur all the time."""

from __future__ import annotations

import fractions
import io
import itertools

import av
import numpy as np

from tests.factories.media.encode import RATE, Encoded

WIDTH, HEIGHT, FPS = 160, 120, 15
FLASH_S, BEEP_S = 0.14, 0.1
DARK, BRIGHT = 40, 230


def wave(first_ms: float, last_ms: float) -> np.ndarray:
    """What there is to hear between two moments: int16, mono, 48 kHz."""
    first, last = round(first_ms * RATE / 1000), round(last_ms * RATE / 1000)
    at = np.arange(first, last)
    time = at / RATE
    beep = np.where(time % 1.0 < BEEP_S, 0.35 * np.sin(2 * np.pi * 1000 * time), 0.0)
    heard: np.ndarray = ((beep + _murmur(first, last)) * 32767).astype(np.int16)
    return heard


def _murmur(first: int, last: int) -> np.ndarray:
    """Syllables of changing pitch, the same at every call."""
    block = RATE // 5
    out = []
    for number in range(first // block, last // block + 1):
        chance = np.random.default_rng(number)
        time = np.arange(block) / RATE
        pitch = chance.uniform(120, 420)
        voice = sum(np.sin(2 * np.pi * pitch * k * time + k) / k for k in range(1, 5))
        out.append(chance.uniform(0, 0.08) * voice * np.hanning(block))
    start = first - (first // block) * block
    whole: np.ndarray = np.concatenate(out)
    return whole[start : start + last - first]


def sound(
    first_ms: float, last_ms: float, *, codec: str = "libopus", frame_ms: int = 20
) -> list[Encoded]:
    """Encoded, ``at_ms`` from ``first_ms``; mono as browsers' recorders have it."""
    context = av.AudioCodecContext.create(codec, "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.format = RATE, "mono", "s16"
    context.time_base = fractions.Fraction(1, RATE)
    context.bit_rate = 24_000
    context.options = {"frame_duration": str(frame_ms)}
    heard, step = wave(first_ms, last_ms), RATE * frame_ms // 1000
    out: list[Encoded] = []
    for at in range(0, len(heard) - step + 1, step):
        part = np.ascontiguousarray(heard[at : at + step])[None, :]
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        for packet in context.encode(frame):
            out.append(Encoded(False, float(frame_ms * len(out)), bytes(packet), True))
    return out


def pictures(
    first_ms: float, last_ms: float, *, codec: str = "vp8", gop: int = FPS
) -> list[Encoded]:
    """Encoded, ``at_ms`` from ``first_ms``; bright while it flashes."""
    context = av.VideoCodecContext.create({"vp8": "libvpx", "h264": "libx264"}[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.framerate = fractions.Fraction(1, FPS), fractions.Fraction(FPS)
    context.bit_rate, context.gop_size = 80_000, gop
    context.options = (
        {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
        if codec == "vp8"
        else {"profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "bf": "0"}
    )
    out = []
    for index in itertools.count():
        at_ms = 1000 * index / FPS
        if first_ms + at_ms >= last_ms:
            break
        bright = (first_ms + at_ms) / 1000 % 1.0 < FLASH_S
        grey = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        grey[:HEIGHT] = BRIGHT if bright else DARK
        grey[:HEIGHT, index % WIDTH] = 128
        frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
        frame.pts, frame.time_base = index, fractions.Fraction(1, FPS)
        out += [
            Encoded(True, 1000.0 * (packet.pts or 0) / FPS, bytes(packet), packet.is_keyframe)
            for packet in context.encode(frame)
        ]
    return out


def safari_file(first_ms: int, last_ms: int) -> bytes:
    """Fragmented MP4, H.264 and AAC."""
    out = io.BytesIO()
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(out, "w", format="mp4", options=flags) as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.options = {"preset": "ultrafast", "tune": "zerolatency", "bf": "0"}
        audio = container.add_stream("aac", rate=48_000, layout="mono")
        for index in range(round((last_ms - first_ms) * FPS / 1000)):
            moment = (first_ms + index * 1000 / FPS) / 1000
            grey = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
            grey[:HEIGHT] = BRIGHT if moment % 1 < FLASH_S else DARK
            frame = av.VideoFrame.from_ndarray(grey, format="yuv420p")
            frame.pts = index
            container.mux(video.encode(frame))
        heard = wave(first_ms, last_ms).astype(np.float32) / 32768
        for at in range(0, len(heard) - 1024, 1024):
            sound = av.AudioFrame.from_ndarray(
                heard[None, at : at + 1024].copy(), format="fltp", layout="mono"
            )
            sound.sample_rate, sound.pts = 48_000, at
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return out.getvalue()
