"""What a group's evidence says of the five dimensi kompetensi: counted, never concluded."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.dimensions import Answer, Collected, advice, reaches
from ajj.skema.rules import DIMENSI

KEYS = list(DIMENSI)
answers = st.builds(Answer, st.lists(st.sampled_from(KEYS), unique=True).map(tuple), st.booleans())
asesi = st.builds(Collected, st.lists(answers, max_size=6).map(tuple), st.integers(0, 9))
NOBODY = Collected()


@given(st.lists(asesi, max_size=5))
def test_every_answer_counts_once_for_each_of_its_dimensi_and_nobody_twice(group):
    found = reaches(KEYS, group)
    given_answers = [each for one in group for each in one.answers]
    assert [row.key for row in found] == KEYS
    assert sum(row.answered for row in found) == sum(len(each.dimensi) for each in given_answers)
    for row in found:
        assert 0 <= row.met <= row.answered
        assert row.asesi <= len(group)
        assert (row.asesi > 0) == (row.answered > 0 or row.observed > 0)


def test_watching_a_kuk_speaks_of_task_skills_alone():
    found = {row.key: row for row in reaches(KEYS, [Collected((), 7), NOBODY])}
    assert (found["ts"].observed, found["ts"].asesi) == (7, 1)
    assert [key for key, row in found.items() if row.asesi] == ["ts"]


def test_the_advice_tells_whole_partial_and_missing_and_says_nothing_of_nothing():
    both = Collected((Answer(("cms",), met=False),), 3)
    found = reaches(KEYS, [both, Collected((), 1)])
    said = advice(DIMENSI, found, 2)
    assert "ada bukti dari setiap asesi: Task skills" in said
    assert "dari sebagian asesi: Contingency management skills (1 dari 2)" in said
    assert said.endswith(
        "tanpa bukti: Task management skills, Job role/environment skills, Transfer skills"
    )
    assert advice(DIMENSI, reaches(KEYS, [NOBODY]), 1) == ""
