"""A portfolio of any shape: every KUK stands somewhere, and nothing is asked that is shown."""

import random

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.vatm import (
    RULES,
    Criterion,
    Entry,
    Kind,
    Part,
    Piece,
    Reach,
    Review,
    Verdict,
    doubted,
    follow_ups,
    lacking_text,
    numbers_text,
    question,
    reached,
    read,
    unshown,
    verdict,
)

answers = st.dictionaries(st.sampled_from(RULES), st.sampled_from(["ya", "tidak"]))


@st.composite
def schemes(draw):
    """Units of elemen of KUK, numbered through."""
    parts, number = [], 0
    for place in range(1, draw(st.integers(0, 6)) + 1):
        kuk = []
        for inner in range(1, draw(st.integers(0, 4)) + 1):
            number += 1
            kuk.append(Criterion(number, f"{place}.{inner}", f"Kriteria {number}"))
        unit = str(1 + place // 3)
        parts.append(Part(place, unit, f"J.{unit}", str(place), f"Elemen {place}", tuple(kuk)))
    return parts


@st.composite
def portfolios(draw):
    """A scheme and pieces that show any of its KUK, or KUK of nobody."""
    parts = draw(schemes())
    known = st.integers(1, 26)
    pieces = [
        Piece(no, frozenset(draw(st.sets(known, max_size=8))), verdict(draw(answers)))
        for no in range(1, draw(st.integers(0, 6)) + 1)
    ]
    return parts, pieces


@st.composite
def logs(draw):
    entries = []
    for seq in range(1, draw(st.integers(0, 30)) + 1):
        kind = draw(st.sampled_from([Kind.JUDGED, Kind.NOTED, Kind.SHOWS, Kind.EXTRA]))
        data = {
            "bukti": draw(st.sampled_from("abc")),
            "rule": draw(st.sampled_from(RULES)),
            "value": draw(st.sampled_from(["ya", "tidak"])),
            "note": str(seq),
            "text": str(seq),
            "elemen": [seq],
        }
        entries.append(Entry(seq, kind, draw(st.integers(0, 50)), "Bambang", data))
    return entries


@given(logs(), st.randoms(use_true_random=False))
def test_a_replay_is_equal_in_whatever_order_the_entries_are_read(entries, order: random.Random):
    again = list(entries)
    order.shuffle(again)
    assert read(again) == read(entries)
    step = Review()
    for entry in sorted(entries, key=lambda each: (each.at_ms, each.seq)):
        step.take(entry)
    assert step == read(entries)


@given(logs())
def test_the_last_word_on_each_rule_stands(entries):
    review = read(entries)
    judged = [entry for entry in entries if entry.kind is Kind.JUDGED]
    for piece, rules in review.judged.items():
        for rule, said in rules.items():
            about = [
                (entry.at_ms, entry.seq, entry.data["value"])
                for entry in judged
                if (entry.data["bukti"], entry.data["rule"]) == (piece, rule)
            ]
            assert said.value == max(about)[2]
        assert review.answers(piece) == {rule: said.value for rule, said in rules.items()}


@given(answers)
def test_a_piece_meets_the_rules_only_when_all_four_say_so(given_answers):
    found = verdict(given_answers)
    whole = [given_answers.get(rule) for rule in RULES]
    assert (found is Verdict.MEETS) == (whole == ["ya"] * 4)
    assert (found is Verdict.FAILS) == ("tidak" in whole)


@given(portfolios())
def test_every_kuk_stands_once_and_for_a_reason(made):
    parts, pieces = made
    found = reached(parts, pieces)
    assert [each.kuk.id for part in found for each in part.kuk] == [
        kuk.id for part in parts for kuk in part.kuk
    ]
    by_no = {piece.no: piece for piece in pieces}
    for part in found:
        assert sum(part.counts.values()) == len(part.kuk)
        for each in part.kuk:
            verdicts = {piece.verdict for piece in pieces if each.kuk.id in piece.kuk}
            assert (each.reach is Reach.NONE) == (not verdicts)
            assert (each.reach is Reach.MEETS) == (Verdict.MEETS in verdicts)
            assert all(each.kuk.id in by_no[no].kuk for no in each.by)
            assert bool(each.by) == bool(verdicts)


@given(portfolios(), st.randoms(use_true_random=False))
def test_the_order_of_the_pieces_changes_nothing(made, order: random.Random):
    parts, pieces = made
    again = list(pieces)
    order.shuffle(again)
    assert reached(parts, again) == reached(parts, pieces)


@given(portfolios())
def test_only_what_failing_evidence_alone_shows_is_asked_and_all_of_it(made):
    parts, pieces = made
    found = reached(parts, pieces)
    rows = follow_ups(found)
    asked = [kuk.id for row in rows for kuk in row.kuk]
    clarify = [each.kuk.id for part in found for each in part.of(Reach.CLARIFY)]
    assert asked == clarify
    failing = {piece.no for piece in pieces if piece.verdict is Verdict.FAILS}
    for row in rows:
        assert row.bukti
        assert set(row.bukti) <= failing
        text = question(row.bukti, row.materi)
        assert text.startswith(f"Sesuai dengan bukti no {numbers_text(row.bukti)} yang Anda ajukan")
        assert all(kuk.teks in text for kuk in row.kuk)


@given(portfolios(), st.integers(7, 9))
def test_more_good_evidence_never_asks_more(made, no):
    parts, pieces = made
    every = frozenset(kuk.id for part in parts for kuk in part.kuk)
    found = reached(parts, [*pieces, Piece(no, every, Verdict.MEETS)])
    assert follow_ups(found) == []
    assert unshown(found) == []
    assert lacking_text(found) == ""


def test_what_nobody_shows_is_named_by_unit_and_elemen():
    parts = [
        Part(1, "1", "J.1", "1", "Satu", (Criterion(1, "1.1", "a"), Criterion(2, "1.2", "b"))),
        Part(2, "1", "J.1", "2", "Dua", (Criterion(3, "2.1", "c"),)),
        Part(3, "2", "J.2", "1", "Tiga", (Criterion(4, "1.1", "d"),)),
    ]
    found = reached(parts, [Piece(1, frozenset({1}), Verdict.OPEN)])
    assert (
        lacking_text(found)
        == "J.1: elemen 1 (KUK 1.2), elemen 2 (KUK 2.1)\nJ.2: elemen 1 (KUK 1.1)"
    )
    assert doubted({1: {"asli": "tidak"}, 2: {"asli": "ya"}, 3: {}}) == [1]
    assert numbers_text([1, 3, 4]) == "1, 3 dan 4"
