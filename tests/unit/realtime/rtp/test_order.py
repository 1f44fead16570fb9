"""Sequence numbers, reordering, loss: RFC 3550 appendix A."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.rtp import packet
from realtime.rtp.loss import RETRY_S, TRIES, History, Missing
from realtime.rtp.packet import Packet
from realtime.rtp.reorder import Reorder
from realtime.rtp.sequence import Unwrapper, sequences, timestamps
from realtime.rtp.stats import Reception


def numbered(full: int) -> Packet:
    data = packet.build(
        full.to_bytes(4, "big"), payload_type=96, sequence=full, timestamp=full * 3000, ssrc=1
    )
    item = packet.parse(data)
    assert item is not None
    return item


@given(st.integers(0, 0xFFFF), st.lists(st.integers(-2000, 3000), max_size=80))
def test_unwrapping_follows_any_walk(start: int, steps: list[int]) -> None:
    unwrap, highest = sequences(), start
    assert unwrap.unwrap(start) == start
    for step in steps:
        full = highest + step
        assert unwrap.unwrap(full & 0xFFFF) == full
        highest = max(highest, full)


def test_timestamps_wrap_at_32_bits() -> None:
    unwrap = timestamps()
    unwrap.unwrap(0xFFFFFF00)
    assert unwrap.peek(0x100) == 0x1_0000_0100
    assert unwrap.highest == 0xFFFFFF00
    assert Unwrapper(32).highest is None


@given(st.integers(0, 0xFFFF), st.randoms(use_true_random=False), st.integers(0, 30))
def test_what_arrives_in_time_comes_out_in_order_once(
    start: int, rng: random.Random, percent: int
) -> None:
    """Loss, reordering by up to eight places, duplicates, and the wrap."""
    sent = [numbered(start + n) for n in range(120)]
    arriving = [(n + rng.uniform(0, 8), item) for n, item in enumerate(sent) if n]
    arriving = [pair for pair in arriving if rng.randrange(100) >= percent]
    arriving += [(at + rng.uniform(0, 20), item) for at, item in arriving[::7]]
    reorder, now = Reorder(hold=0.2), 0.0
    out = reorder.add(sent[0], now)
    for at, item in sorted(arriving, key=lambda pair: pair[0]):
        now = at * 0.01
        out += reorder.add(item, now)
    out += reorder.expire(now + 1)
    assert not reorder
    given_out = [int.from_bytes(o.packet.payload, "big") for o in out]
    assert given_out == sorted({int.from_bytes(i.payload, "big") for _, i in arriving} | {start})
    holes = [b - a > 1 for a, b in itertools.pairwise(given_out)]
    assert [o.lost for o in out[1:]] == holes


def test_waiting_ends_and_a_jump_starts_again() -> None:
    reorder = Reorder(hold=0.2, jump=1000)
    reorder.add(numbered(10), 0.0)
    assert reorder.add(numbered(12), 0.0) == []
    assert reorder.expire(0.1) == []
    assert [o.lost for o in reorder.expire(0.2)] == [True]
    assert reorder.add(numbered(11), 0.3) == []
    assert reorder.add(numbered(14), 0.3) == []
    out = reorder.add(numbered(9000), 0.3)
    assert [(o.packet.sequence, o.lost) for o in out] == [(14, True), (9000, True)]
    assert reorder.add(numbered(9002), 0.4) == []
    assert [o.packet.sequence for o in reorder.flush()] == [9002]


def test_the_missing_are_asked_for_again_and_then_forgotten() -> None:
    missing, now = Missing(), 1.0
    assert not missing.add(65534, now)
    assert missing.add(2, now)
    assert missing.due(now) == [65535, 0, 1]
    assert missing.due(now + RETRY_S / 2) == []
    missing.add(0, now + RETRY_S)
    assert missing.repair_s == pytest.approx(RETRY_S)
    for _ in range(TRIES - 1):
        now += 2 * RETRY_S
        assert missing.due(now) == [65535, 1]
    assert missing.due(now + 2 * RETRY_S) == []
    assert not missing


def test_on_a_long_path_nothing_is_asked_for_twice_before_it_can_be_there() -> None:
    missing = Missing()
    missing.add(1, 0.0)
    missing.add(3, 0.0)
    assert missing.due(0.0) == [2]
    missing.add(2, 0.8)
    missing.add(5, 1.0)
    assert missing.due(1.0) == [4]
    assert missing.due(1.9) == []
    assert missing.due(2.05) == [4]


def test_too_large_a_hole_is_not_asked_for() -> None:
    missing = Missing()
    missing.add(0, 0.0)
    assert not missing.add(5000, 0.0)
    assert not missing


@given(st.lists(st.integers(0, 0xFFFF), max_size=100))
def test_history_gives_back_only_what_is_meant(numbers: list[int]) -> None:
    history = History(64)
    for number in numbers:
        history.put(numbered(number))
    for number in numbers[-1:]:
        found = history.get(number)
        assert found is not None
        assert found.sequence == number
    for number in range(0, 70000, 977):
        found = history.get(number & 0xFFFF)
        assert found is None or found.sequence == number & 0xFFFF


def test_reception_counts_loss_and_jitter() -> None:
    """RFC 3550 A.3 and A.8."""
    reception = Reception(90_000)
    for number in range(100):
        if number % 10 != 5:
            reception.add(number & 0xFFFF, number * 900, 100, 5 + number * 0.01)
    reception.sender_report(0x1122_3344_5566_7788, 6.0)
    report = reception.report(7, 6.5)
    assert (report.ssrc, report.packets_lost, report.highest) == (7, 10, 99)
    assert report.fraction_lost == 25
    assert report.jitter <= 2
    assert (report.lsr, report.dlsr) == (0x3344_5566, 32768)
    assert reception.report(7, 7.0).fraction_lost == 0
    assert Reception(8000).report(1, 1.0).packets_lost == 0


def test_jitter_grows_with_delay_variation() -> None:
    reception = Reception(1000)
    for number in range(200):
        reception.add(number, number * 10, 1, number * 0.01 + (0.02 if number % 2 else 0.0))
    assert reception.report(1, 2.0).jitter == pytest.approx(20, abs=2)


def test_what_comes_again_by_rtx_is_not_reported_lost() -> None:
    reception = Reception(90_000)
    for number in (1, 2, 4, 5):
        reception.add(number, number * 3000, 100, number / 30)
    assert reception.lost == 1
    reception.repaired()
    assert reception.lost == 0
    assert reception.report(7, 1.0).fraction_lost == 0
