"""What counts of many marks."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.rules import standing
from ajj.live.fold import Mark

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
        assert (row.value == "") == (row.disputed or not row.current)


@given(MARKS, st.randoms())
def test_the_order_of_arrival_does_not_matter(marks, random):
    mixed = list(marks)
    random.shuffle(mixed)
    assert standing(mixed) == standing(marks)
