"""Who speaks, by RFC 6464 levels or by the size of Opus packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp.voice import Voice

SPEECH, SILENCE = 0x80 | 30, 90


def test_a_voice_is_heard_at_once_and_through_the_pauses_between_words() -> None:
    voice = Voice()
    for n in range(5):
        voice.level(SPEECH, 20, n * 0.02)
    assert voice.speaking(0.1)
    for n in range(5, 50):
        voice.level(SILENCE, 20, n * 0.02)
    assert voice.speaking(1.0)
    assert not voice.speaking(1.4)


def test_a_click_is_no_voice() -> None:
    voice = Voice()
    for n in range(100):
        voice.level(SPEECH if n % 20 == 0 else SILENCE, 20, n * 0.02)
        assert not voice.speaking(n * 0.02)


@pytest.mark.parametrize(("octets", "ms", "speaks"), [(120, 60, True), (3, 20, False)])
def test_without_levels_the_size_tells(octets: int, ms: int, speaks: bool) -> None:
    voice = Voice()
    for n in range(10):
        voice.size(octets, ms, n * ms / 1000)
    assert voice.speaking(0.5) is speaks


@given(st.lists(st.tuples(st.integers(0, 255), st.floats(0, 5000)), max_size=60))
def test_silence_ends_it_whatever_came(levels: list[tuple[int, float]]) -> None:
    voice = Voice()
    for n, (level, ms) in enumerate(levels):
        voice.level(level, ms, float(n))
    assert not voice.speaking(len(levels) + 2.0)
