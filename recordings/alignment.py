"""Where a device's recording lies on the session clock, by what both sides heard. Pure.

Sounds are mono float32 arrays at ``RATE``, placed in session milliseconds. Silence and a repeated
beep tell little; then the device's own clock counts, and how far it may err bounds the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 8000
ENVELOPE_RATE = 500
Array = NDArray[np.float32]
Values = NDArray[np.float64]

LEAST_COMMON_MS = 250
"""Less than this much sound in common proves nothing."""
SURE = 0.30
ENVELOPE_SURE = 0.70
RIVAL = 0.96
"""A second peak this high against the first makes a match ambiguous."""
LOBE_MS = 30
_FLOOR = 3e-4
"""RMS below which a stretch is silence (-70 dBFS)."""


@dataclass(frozen=True)
class Sound:
    """``samples`` from ``start_ms`` on; ``present`` is False where nothing was recorded."""

    start_ms: float
    samples: Array
    present: NDArray[np.bool_]

    @property
    def end_ms(self) -> float:
        return self.start_ms + len(self.samples) * 1000 / RATE


@dataclass(frozen=True)
class Match:
    """``shift_ms`` moves the device's sound onto the server's; ``score`` is a correlation, 0 to 1.

    ``sure``: it is high, over enough sound, and nothing rivals it within the window.
    """

    shift_ms: float
    score: float
    sure: bool


def placed(parts: Sequence[tuple[float, Array]], start_ms: float, end_ms: float) -> Sound:
    """One sound of the parts (start in ms, samples) that lie between the two moments."""
    total = max(0, round((end_ms - start_ms) * RATE / 1000))
    samples = np.zeros(total, np.float32)
    present = np.zeros(total, np.bool_)
    for at_ms, part in parts:
        at = round((at_ms - start_ms) * RATE / 1000)
        first, last = max(0, at), min(total, at + len(part))
        if last > first:
            samples[first:last] = part[first - at : last - at]
            present[first:last] = True
    return Sound(start_ms, samples, present)


def match(device: Sound, server: Sound, *, window_ms: float) -> Match | None:
    """The shift within ±``window_ms`` at which both sound most alike.

    None when there is too little sound in common. The wave itself is compared first; if that does
    not convince (another microphone, another treatment), its loudness over time.
    """
    later_ms = device.start_ms - server.start_ms
    fine = _best(_wave(device), _wave(server), _Search(later_ms, window_ms, RATE, SURE, 300))
    if fine is not None and fine.sure:
        return fine
    search = _Search(later_ms, window_ms, ENVELOPE_RATE, ENVELOPE_SURE, 3000)
    coarse = _best(_envelope(device), _envelope(server), search)
    if coarse is not None and coarse.sure:
        return coarse
    return fine


@dataclass(frozen=True)
class _Search:
    """``later_ms``: how much later the device's array begins; ``sure``: a score that convinces.

    Sound in common that lasts ``short_ms`` counts for 0.7 of what it shows.
    """

    later_ms: float
    window_ms: float
    rate: int
    sure: float
    short_ms: float


@dataclass(frozen=True)
class _Signal:
    values: Values
    weight: Values


def _wave(sound: Sound) -> _Signal:
    """First difference: speech is loud where it tells little, and quiet where it tells much."""
    values = np.zeros(len(sound.samples), np.float64)
    if len(values) > 1:
        values[1:] = np.diff(sound.samples.astype(np.float64))
        # The step between nothing and something is no sound.
        values[1:][sound.present[1:] != sound.present[:-1]] = 0.0
    return _Signal(values, sound.present.astype(np.float64))


def _envelope(sound: Sound) -> _Signal:
    """Logarithm of the loudness, its mean taken off, where something was recorded."""
    step = RATE // ENVELOPE_RATE
    count = len(sound.samples) // step
    blocks = sound.samples[: count * step].astype(np.float64).reshape(count, step)
    whole = sound.present[: count * step].reshape(count, step).all(axis=1)
    present: Values = np.asarray(whole, np.float64)
    power = np.convolve((blocks**2).mean(axis=1), np.ones(5) / 5, "same") if count else np.zeros(0)
    level = np.log10(np.maximum(power, _FLOOR**2))
    kept = present > 0
    mean = float(level[kept].mean()) if kept.any() else 0.0
    return _Signal(np.where(kept, level - mean, 0.0), present)


def _best(device: _Signal, server: _Signal, search: _Search) -> Match | None:
    """The best lag within the window."""
    if not len(device.values) or not len(server.values):
        return None
    rate = search.rate
    centre, reach = search.later_ms * rate / 1000, search.window_ms * rate / 1000
    lags = np.arange(round(centre - reach), round(centre + reach) + 1)
    cross = _correlation(device.values, server.values, lags)
    common = np.maximum(0.0, _correlation(device.weight, server.weight, lags))
    own = _correlation(device.values**2, server.weight, lags)
    other = _correlation(device.weight, server.values**2, lags)
    floor = (_FLOOR / 10) ** 2 * np.maximum(common, 1.0)
    enough = (common >= LEAST_COMMON_MS * rate / 1000) & (
        np.minimum(own, other) > np.maximum(floor, 0.1 * min(own.max(), other.max()))
    )
    if not enough.any():
        return None
    # A short stretch in common is alike by chance more easily than a long one.
    trust = np.sqrt(common / (common + search.short_ms * rate / 1000))
    score = np.where(enough, trust * cross / np.sqrt(np.maximum(own * other, 1e-20)), -1.0)
    return _read(score, np.asarray(lags - centre, np.float64), rate, search.sure)


def _read(score: Values, shifts: Values, rate: int, sure: float) -> Match:
    """The peak, or among rivals the one nearest to where the clock expects it."""
    peak = float(score.max())
    lobe = max(1, round(LOBE_MS * rate / 1000))
    tops = _tops(score, peak * RIVAL, lobe)
    chosen = min(tops, key=lambda at: abs(float(shifts[at])))
    fraction = _between(score, chosen)
    return Match(
        shift_ms=(float(shifts[chosen]) + fraction) * 1000 / rate,
        score=float(score[chosen]),
        sure=peak >= sure and len(tops) == 1,
    )


def _tops(score: Values, level: float, lobe: int) -> list[int]:
    """Peaks of at least ``level``, no two of them within ``lobe``, the highest first."""
    high = np.flatnonzero(score >= level)
    found: list[int] = []
    for at in high[np.argsort(-score[high], kind="stable")]:
        if all(abs(int(at) - other) > lobe for other in found):
            found.append(int(at))
        if len(found) > 64:
            break
    return found


def _between(score: Values, at: int) -> float:
    """Where the top of a parabola through three points lies, -0.5 to 0.5."""
    if at == 0 or at == len(score) - 1:
        return 0.0
    left, top, right = (float(score[at + step]) for step in (-1, 0, 1))
    bend = left - 2 * top + right
    return max(-0.5, min(0.5, 0.5 * (left - right) / bend)) if bend < 0 else 0.0


def _correlation(one: Values, two: Values, lags: NDArray[np.int64]) -> Values:
    """Sum of ``one[n] * two[n + lag]`` for each lag."""
    size = 1 << (len(one) + len(two) - 1).bit_length()
    spectrum = np.conj(np.fft.rfft(one, size)) * np.fft.rfft(two, size)
    whole = np.fft.irfft(spectrum, size)
    inside = (lags > -len(one)) & (lags < len(two))
    return np.where(inside, whole[np.where(inside, lags, 0) % size], 0.0)


@dataclass(frozen=True)
class Placing:
    """What is known of one slice: ``clock_ms`` its start by the device's wall clock.

    ``start_ms`` is its estimated start on the session clock, right within ``error_ms``; ``heard``
    a match with the server's sound, if there was one.
    """

    clock_ms: float
    start_ms: float
    error_ms: float
    heard: Match | None


WANDER_MS = 400
"""Starts of slices by wall clock and by sound differ by what a recorder needs to begin."""


def settle(slices: Sequence[Placing]) -> list[tuple[float, bool]]:
    """(shift, by sound?) for every slice of one run, all of which share one clock.

    A sure match counts unless it contradicts the run (the median offset of all sure ones);
    the others get that median, or without any sure match nothing.
    """
    offsets = [
        item.start_ms + item.heard.shift_ms - item.clock_ms
        for item in slices
        if item.heard is not None and item.heard.sure
    ]
    if not offsets:
        return [(_unheard(item), False) for item in slices]
    offset = float(np.median(offsets))
    settled: list[tuple[float, bool]] = []
    for item in slices:
        by_run = item.clock_ms + offset - item.start_ms
        heard = item.heard
        if heard is not None and heard.sure and abs(heard.shift_ms - by_run) <= WANDER_MS:
            settled.append((heard.shift_ms, True))
        else:
            settled.append((by_run, True))
    return settled


def _unheard(item: Placing) -> float:
    """An ambiguous match still tells the phase of what repeats, nearest to the clock."""
    heard = item.heard
    if heard is not None and heard.score >= SURE and abs(heard.shift_ms) <= item.error_ms:
        return heard.shift_ms
    return 0.0
