"""The sheet of a ujian: what its log says in whatever order it came, and a clock that is fair."""

import random

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.sheet import (
    LATE_GRACE_MS,
    LETTERS,
    Entry,
    Kind,
    Said,
    Sheet,
    Time,
    choice_order,
    read,
    score,
    shuffled,
)
from ajj.kernel.spans import Span

HOUR = Time(total_ms=3_600_000, allowance_ms=600_000)
MINUTE = 60_000

moments = st.integers(0, 7_200_000)
spans = st.lists(st.tuples(moments, moments).map(lambda two: Span(min(two), max(two))), max_size=20)


@st.composite
def logs(draw):
    """Any log: answers of two devices, presence, hand-in, in any order of arrival."""
    kinds = st.sampled_from(
        [Kind.ANSWER, Kind.ANSWER, Kind.HERE, Kind.RESULT, Kind.FINISH, Kind.QUESTION]
    )
    entries = []
    for seq in range(1, draw(st.integers(0, 40)) + 1):
        kind, at = draw(kinds), draw(moments)
        data: dict[str, object] = {
            "butir": draw(st.integers(1, 6)),
            "value": draw(st.sampled_from("abcd")),
        }
        if kind is Kind.HERE:
            data = {"from_ms": max(0, at - 10_000), "to_ms": at}
        entries.append(Entry(seq, kind, at, data, late=draw(st.booleans())))
    return entries


def same_in_any_order(entries: list[Entry], order: random.Random) -> None:
    again = list(entries)
    order.shuffle(again)
    assert read(again) == read(entries)
    step = Sheet()
    for entry in entries:
        step.take(entry)
    assert step == read(entries)


@given(logs(), st.randoms(use_true_random=False))
def test_a_replay_is_equal_in_whatever_order_the_entries_are_read(entries, order: random.Random):
    same_in_any_order(entries, order)


@given(logs())
def test_the_answer_that_was_given_last_stands_whichever_came_last(entries):
    sheet = read(entries)
    for butir, said in sheet.answers.items():
        given = [
            (entry.at_ms, entry.seq)
            for entry in entries
            if entry.kind is Kind.ANSWER and not entry.late and entry.data["butir"] == butir
        ]
        assert (said.at_ms, said.seq) == max(given)


@given(spans, moments, moments)
def test_the_clock_never_runs_faster_than_time_nor_backwards(worked, one, other):
    first, later = sorted((one, other))
    held = read([Entry(n, Kind.HERE, 0, {"from_ms": span.start_ms, "to_ms": span.end_ms})
                 for n, span in enumerate(worked, start=1)]).worked  # fmt: skip
    gone = HOUR.used_ms(held, later) - HOUR.used_ms(held, first)
    assert 0 <= gone <= later - first
    assert 0 <= HOUR.returned_ms(held, later) <= HOUR.allowance_ms
    assert HOUR.left_ms(held, HOUR.latest_ms()) == 0


def test_working_offline_is_working_and_being_cut_off_is_given_back():
    whole = [Span(0, 30 * MINUTE)]
    assert HOUR.left_ms(whole, 30 * MINUTE) == 30 * MINUTE
    cut_off = [Span(0, 10 * MINUTE), Span(16 * MINUTE, 30 * MINUTE)]
    assert HOUR.returned_ms(cut_off, 30 * MINUTE) == 6 * MINUTE
    assert HOUR.left_ms(cut_off, 30 * MINUTE) == 36 * MINUTE
    away = [Span(0, 10 * MINUTE)]
    assert HOUR.left_ms(away, 60 * MINUTE) == 10 * MINUTE, "ten minutes are given back, not fifty"
    assert HOUR.left_ms(away, 70 * MINUTE) == 0


def test_what_is_pressed_in_the_last_moment_counts_and_later_does_not():
    worked = [Span(0, 61 * MINUTE)]
    assert HOUR.in_time(worked, 60 * MINUTE + LATE_GRACE_MS)
    assert not HOUR.in_time(worked, 60 * MINUTE + LATE_GRACE_MS + 1)


@given(st.text(min_size=1), st.lists(st.integers(), unique=True, max_size=60))
def test_an_order_is_a_permutation_and_the_same_on_every_device(seed, items):
    ordered = shuffled(seed, items)
    assert sorted(ordered) == sorted(items)
    assert shuffled(seed, ordered) == ordered
    assert shuffled(seed, sorted(items)) == ordered


def test_two_asesi_see_other_orders():
    orders = {tuple(shuffled(f"asesi {n}", range(20))) for n in range(20)}
    assert len(orders) == 20
    assert len({choice_order(f"asesi {n}", 1, 4) for n in range(40)}) > 10
    assert sorted(choice_order("x", 1, 4)) == list(LETTERS[:4])


@given(
    st.dictionaries(st.integers(1, 60), st.sampled_from("abcd")),
    st.dictionaries(st.integers(1, 60), st.sampled_from(["", *"abcd"])),
)
def test_a_score_counts_every_item_once(keys, chosen):
    result = score(keys, {butir: Said(value, 0, 1) for butir, value in chosen.items()})
    assert result.correct + result.wrong == len(keys)
    assert set(result.right) == set(keys)
    assert all(chosen.get(butir) == keys[butir] for butir, right in result.right.items() if right)
