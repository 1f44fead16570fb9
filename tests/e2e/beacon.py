"""A camera and microphone whose seconds can be read back out of a recording.

In place of a real device the page gets a canvas and an oscillator on one clock: every second
begins with a white flash and a beep, and every frame shows the number of its second.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

FLASH_S = 0.15
_BITS = 10
_FIRST_HZ, _STEP_HZ, TONES = 800, 150, 8
_RATE = 48_000
_HOP = _RATE // 100

_TERMS = {"BITS": _BITS, "FLASH": FLASH_S, "FIRST": _FIRST_HZ, "STEP": _STEP_HZ, "TONES": TONES}
SCRIPT = f"({Path(__file__).with_name('beacon.js').read_text().strip()})({json.dumps(_TERMS)});"


@dataclass
class Seen:
    """When each second's flash and beep began in the recording, in session milliseconds."""

    flashes: dict[int, float] = field(default_factory=dict)
    pictures: list[float] = field(default_factory=list)
    beeps: list[tuple[float, int]] = field(default_factory=list)

    def zero_ms(self) -> float:
        """Where number zero lies, in session milliseconds."""
        return median(at - 1000 * number for number, at in self.flashes.items())

    def shown_between(self, first: int, last: int) -> list[float]:
        """Pictures from the begin of one second to the end of another."""
        zero = self.zero_ms()
        return [at for at in self.pictures if first <= (at - zero) / 1000 < last + 1]

    def beep_of(self, number: int, within_ms: float = 400) -> float | None:
        """The beep of a second: the one of its tone that lies by its flash."""
        flash = self.flashes.get(number)
        if flash is None:
            return None
        near = [at for at, tone in self.beeps if tone == number % TONES]
        best = min(near, key=lambda at: abs(at - flash), default=None)
        return best if best is not None and abs(best - flash) <= within_ms else None


def read(pieces: Iterable[bytes]) -> Seen:
    """Decode segments of one stream, each with its own absolute timestamps."""
    seen = Seen()
    for piece in pieces:
        _read_piece(piece, seen)
    seen.beeps.sort()
    return seen


def _read_piece(piece: bytes, seen: Seen) -> None:
    sounds: list[tuple[float, NDArray[np.float32]]] = []
    with av.open(io.BytesIO(piece), "r") as container:
        for frame in (frame for packet in container.demux() for frame in packet.decode()):
            if isinstance(frame, av.VideoFrame):
                _read_picture(frame, (frame.time or 0.0) * 1000, seen)
            elif isinstance(frame, av.AudioFrame):
                sounds.append(((frame.time or 0.0) * 1000, _mono(frame)))
    seen.beeps += _beeps(sounds)


def _mono(frame: av.AudioFrame) -> NDArray[np.float32]:
    """The first channel, full scale 1."""
    sound: NDArray[np.float32] = frame.to_ndarray().astype(np.float32)
    channel = sound[0] if frame.format.is_planar else sound[0, :: len(frame.layout.channels)]
    full_scale = 32768.0 if frame.format.name.startswith("s16") else 1.0
    return (channel / full_scale).astype(np.float32)


def _read_picture(frame: Any, at_ms: float, seen: Seen) -> None:
    grey = frame.to_ndarray(format="gray")
    height, width = grey.shape
    seen.pictures.append(at_ms)
    if grey[: height // 2].mean() < 140:
        return
    row = grey[int(height * 0.75) : int(height * 0.92)]
    cell = width / _BITS
    number = sum(
        1 << bit
        for bit in range(_BITS)
        if row[:, int((bit + 0.25) * cell) : int((bit + 0.75) * cell)].mean() > 128
    )
    if number not in seen.flashes or at_ms < seen.flashes[number]:
        seen.flashes[number] = at_ms


def _beeps(sounds: list[tuple[float, NDArray[np.float32]]]) -> list[tuple[float, int]]:
    """Onsets and tones, from windows of 10 ms."""
    found: list[tuple[float, int]] = []
    loud_since: float | None = None
    heard: list[NDArray[np.float32]] = []
    last_ms = 0.0
    for at_ms, samples in sounds:
        for start in range(0, len(samples) - _HOP + 1, _HOP):
            window = samples[start : start + _HOP]
            now_ms = at_ms + start * 1000 / _RATE
            loud = float(np.sqrt(np.mean(window**2))) > 0.08
            if loud and loud_since is None:
                loud_since, heard = now_ms, []
            if loud:
                heard.append(window)
                last_ms = now_ms
            elif loud_since is not None and now_ms - last_ms > 40:
                if len(heard) >= 5:
                    found.append((loud_since, _tone(np.concatenate(heard))))
                loud_since = None
    if loud_since is not None and len(heard) >= 5:
        found.append((loud_since, _tone(np.concatenate(heard))))
    return found


def _tone(sound: NDArray[np.float32]) -> int:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 14))
    hertz = float(np.argmax(spectrum)) * _RATE / (1 << 14)
    return round((hertz - _FIRST_HZ) / _STEP_HZ) % TONES
