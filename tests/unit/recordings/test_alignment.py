"""Two microphones' worth of the same moment are laid upon one another within 20 ms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.alignment import RATE, Match, Placing, Sound, match, placed, settle

ACCURATE_MS = 20


def speech(seconds: float, seed: int = 1) -> np.ndarray:
    """Noise in syllables: bursts of changing pitch with pauses."""
    chance = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE), np.float32)
    at = 0
    while at < len(out):
        length = int(chance.integers(RATE // 12, RATE // 3))
        time = np.arange(length) / RATE
        pitch = chance.uniform(110, 300)
        voice = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 6))
        part = (0.1 * voice * np.hanning(length)).astype(np.float32)
        out[at : at + length] = part[: len(out) - at]
        at += length + int(chance.integers(0, RATE // 4))
    return out


def beeps(seconds: float) -> np.ndarray:
    """The same 1 kHz beep of 100 ms every second."""
    time = np.arange(round(seconds * RATE))
    return np.where(time % RATE < RATE // 10, 0.3 * np.sin(time), 0).astype(np.float32)


def noisy(samples: np.ndarray, level: float, seed: int) -> np.ndarray:
    return samples + np.random.default_rng(seed).normal(0, level, len(samples)).astype(np.float32)


def sound(start_ms: float, samples: np.ndarray) -> Sound:
    return placed([(start_ms, samples)], start_ms, start_ms + len(samples) * 1000 / RATE)


def cut(samples: np.ndarray, first_ms: float, last_ms: float) -> np.ndarray:
    return samples[round(first_ms * RATE / 1000) : round(last_ms * RATE / 1000)]


@given(st.floats(-5000, 5000), st.integers(0, 50), st.sampled_from([0.0, 0.005, 0.02]))
@settings(max_examples=10)
def test_a_clock_that_errs_by_five_seconds_is_put_right(error_ms, seed, noise):
    world = speech(40, seed)
    server = sound(0, noisy(cut(world, 0, 20_000), noise, seed + 1))
    device = sound(14_000 + error_ms, noisy(cut(world, 14_000, 24_000), noise, seed + 2))
    found = match(device, server, window_ms=5300)
    assert found
    assert found.sure
    assert abs(found.shift_ms + error_ms) <= ACCURATE_MS


def test_the_last_second_before_the_hole_is_enough():
    world = speech(40)
    server = sound(0, cut(world, 0, 15_000))
    device = sound(15_300, noisy(cut(world, 14_000, 24_000), 0.003, 3))
    found = match(device, server, window_ms=1500)
    assert found
    assert found.sure
    assert abs(found.shift_ms + 1300) <= ACCURATE_MS


def test_the_overlap_of_two_slices_is_enough():
    world = speech(40, 5)
    before = sound(0, noisy(cut(world, 0, 10_000), 0.002, 1))
    after = sound(9_850, noisy(cut(world, 9_700, 19_700), 0.002, 2))
    found = match(after, before, window_ms=200)
    assert found
    assert found.sure
    assert abs(found.shift_ms + 150) <= ACCURATE_MS


def test_holes_in_the_server_s_sound_are_no_sound():
    world = speech(40, 9)
    parts = [(float(a), cut(world, a, a + 700)) for a in range(0, 20_000, 1000)]
    server = placed(parts, 0, 20_000)
    device = sound(8_000, cut(world, 10_000, 20_000))
    found = match(device, server, window_ms=3000)
    assert found
    assert found.sure
    assert abs(found.shift_ms - 2000) <= ACCURATE_MS


def test_silence_is_not_matched():
    quiet = noisy(np.zeros(10 * RATE, np.float32), 1e-5, 1)
    assert match(sound(0, quiet), sound(0, quiet), window_ms=2000) is None


def test_other_sounds_are_not_sure():
    for seed in range(4):
        one, two = speech(12, seed), speech(20, seed + 100)
        found = match(sound(2000, one), sound(0, two), window_ms=3000)
        assert found is None or not found.sure


def test_repeated_beeps_are_taken_by_the_clock_and_not_called_sure():
    world = beeps(40)
    server = sound(0, cut(world, 0, 20_000))
    device = sound(12_000 + 130, cut(world, 12_000, 22_000))
    found = match(device, server, window_ms=5000)
    assert found
    assert not found.sure
    assert abs(found.shift_ms + 130) <= ACCURATE_MS
    near = match(device, server, window_ms=400)
    assert near
    assert near.sure
    assert abs(near.shift_ms + 130) <= ACCURATE_MS


def test_loudness_alone_is_enough_where_the_wave_was_treated():
    world = speech(40, 12)
    server = sound(0, cut(world, 0, 20_000))
    time = np.arange(10 * RATE)
    wave = np.sign(np.sin(time * 1.7)) * np.abs(cut(world, 8_000, 18_000))
    device = sound(9_000, wave.astype(np.float32))
    found = match(device, server, window_ms=2500)
    assert found
    assert found.sure
    assert abs(found.shift_ms + 1000) <= ACCURATE_MS


@pytest.mark.parametrize("length", [0, 1, 5, 100])
def test_next_to_nothing_is_no_match(length):
    nothing = sound(0, np.zeros(length, np.float32))
    assert match(nothing, sound(0, speech(2)), window_ms=100) is None
    assert match(sound(0, speech(2)), nothing, window_ms=100) is None


def test_slices_of_one_run_share_their_clock():
    sure = Match(-1700, 0.8, sure=True)
    near = Match(-1650, 0.8, sure=True)
    lost = Match(900, 0.6, sure=True)
    row = [
        Placing(0, 1700, 2000, sure),
        Placing(10_000, 11_700, 2000, None),
        Placing(20_000, 21_700, 2000, near),
        Placing(30_000, 31_700, 2000, Match(5, 0.4, sure=False)),
        Placing(40_000, 41_700, 2000, lost),
    ]
    settled = settle(row)
    assert [by for _shift, by in settled] == [True] * 5
    for shift, _by in settled:
        assert abs(shift + 1700) <= 60
    assert settled[0][0] == -1700


def test_without_any_sure_match_the_clock_counts():
    assert settle(
        [Placing(0, 0, 80, None), Placing(9000, 9000, 80, Match(40, 0.9, sure=False))]
    ) == [
        (0.0, False),
        (40, False),
    ]
