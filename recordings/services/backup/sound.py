"""What a file sounds like, for comparing: Opus decoded to a mono wave at ``alignment.RATE``."""

from collections.abc import Iterable, Iterator

import av
import numpy as np

from recordings.alignment import RATE, Array

OPUS_RATE = 48_000
STEP = OPUS_RATE // RATE
TAPS = 48
_ERRORS = (av.error.FFmpegError, ValueError)


def heard(packets: Iterable[tuple[float, bytes]]) -> list[tuple[float, Array]]:
    """Runs of sound without a hole: (start in ms, samples). A packet that is none is a hole."""
    runs: list[tuple[float, Array]] = []
    start = 0.0
    wave: list[Array] = []
    expected = -1.0
    for at_ms, samples in _decoded(packets):
        if wave and abs(at_ms - expected) > 5:
            runs.append((start, _slow(np.concatenate(wave))))
            wave = []
        if not wave:
            start, expected = at_ms, at_ms
        wave.append(samples)
        expected += len(samples) * 1000 / OPUS_RATE
    if wave:
        runs.append((start, _slow(np.concatenate(wave))))
    return runs


def _decoded(packets: Iterable[tuple[float, bytes]]) -> Iterator[tuple[float, Array]]:
    decoder = av.AudioCodecContext.create("opus", "r")
    decoder.sample_rate, decoder.layout = OPUS_RATE, "stereo"
    for at_ms, data in packets:
        try:
            frames = decoder.decode(av.Packet(data))
        except _ERRORS:
            continue
        found = [frame.to_ndarray().mean(axis=0).astype(np.float32) for frame in frames]
        if found:
            yield at_ms, np.concatenate(found)


def _slow(wave: Array) -> Array:
    """Every sixth sample of the wave without what is too high for that."""
    taps = np.sinc((np.arange(TAPS + 1) - TAPS / 2) / STEP) * np.hamming(TAPS + 1)
    taps /= taps.sum()
    return np.convolve(wave, taps, "same")[::STEP].astype(np.float32)
