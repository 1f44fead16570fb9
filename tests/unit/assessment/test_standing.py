"""What counts of many marks."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.rules import standing
from ajj.live.fold import Mark, Resolution

MARKS = st.lists(
    st.builds(
        Mark,
        seq=st.integers(1, 10**6),
        at_ms=st.integers(0, 10**6),
        author=st.sampled_from(["1", "2", "3"]),
        kuk=st.integers(1, 3),
        value=st.sampled_from(["ya", "tidak", "lanjut"]),
        undone_seq=st.none() | st.integers(1, 10**6),
    ),
    unique_by=lambda mark: mark.seq,
)


@given(MARKS)
def test_every_mark_is_kept_and_one_per_author_counts(marks):
    found = standing(marks)
    assert sum(len(row.marks) for row in found.values()) == len(marks)
    for kuk, row in found.items():
        authors = [mark.author for mark in row.current]
        assert len(authors) == len(set(authors))
        for mark in row.current:
            rivals = [
                (other.at_ms, other.seq)
                for other in marks
                if (other.kuk, other.author, other.undone_seq) == (kuk, mark.author, None)
            ]
            assert (mark.at_ms, mark.seq) == max(rivals)
        assert row.disputed == (len({mark.value for mark in row.current}) > 1)
        assert not row.resolved
        assert (row.value == "") == (row.disputed or not row.current)


@given(MARKS, st.randoms())
def test_the_order_of_arrival_does_not_matter(marks, random):
    mixed = list(marks)
    random.shuffle(mixed)
    assert standing(mixed) == standing(marks)


def mark(seq: int, author: str, value: str) -> Mark:
    return Mark(seq=seq, at_ms=seq * 1000, author=author, kuk=1, value=value)


def settled(seq: int, value: str, *marks: int) -> Resolution:
    return Resolution(seq, seq * 1000, "1", 1, value, "dibahas", marks)


def test_a_resolution_settles_the_marks_it_names_and_no_later_one():
    both = [mark(1, "1", "ya"), mark(2, "2", "tidak")]
    assert standing(both)[1].disputed
    held = standing(both, [settled(3, "tidak", 1, 2)])[1]
    assert (held.value, held.differs, held.resolved, held.disputed) == ("tidak", True, True, False)
    later = standing([*both, mark(4, "1", "lanjut")], [settled(3, "tidak", 1, 2)])[1]
    assert (later.value, later.disputed) == ("", True)
    same = standing([*both, mark(4, "2", "tidak")], [settled(3, "tidak", 1, 2)])[1]
    assert (same.value, same.disputed) == ("tidak", False)
    agreed = standing([*both, mark(4, "1", "tidak")], [settled(3, "lanjut", 1, 2)])[1]
    assert (agreed.value, agreed.resolved) == ("tidak", False)


@given(MARKS, st.data())
def test_resolving_what_stands_leaves_nothing_disputed(marks, data):
    value = data.draw(st.sampled_from(["ya", "tidak", "lanjut"]))
    words = [
        Resolution(10**7 + kuk, 10**7, "1", kuk, value, "x", tuple(m.seq for m in row.current))
        for kuk, row in standing(marks).items()
    ]
    for row in standing(marks, words).values():
        assert not row.disputed
        assert row.value == (value if row.differs else next((m.value for m in row.current), ""))
