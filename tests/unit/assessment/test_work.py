"""What is handed in with a task, in whatever order its log came."""

import random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ajj.assessment.sheet import Entry, Kind, read
from tests.unit.assessment.test_sheet import same_in_any_order

FILES = [str(UUID(int=n)) for n in range(1, 4)]


def file_data(evidence: str, butir: int = 1) -> dict[str, object]:
    return {
        "evidence": evidence, "butir": butir, "name": "hasil.pdf", "type": "application/pdf",
        "bytes": 10, "sha256": "0" * 64,
    }  # fmt: skip


@st.composite
def logs(draw):
    """Files attached and taken back, answers, and some late ones admitted."""
    kinds = st.sampled_from([Kind.FILE, Kind.FILE, Kind.DROP, Kind.ANSWER, Kind.ADMIT])
    entries: list[Entry] = []
    for seq in range(1, draw(st.integers(0, 30)) + 1):
        kind = draw(kinds)
        data = file_data(draw(st.sampled_from(FILES)), draw(st.integers(1, 2)))
        data |= {"value": draw(st.sampled_from(["", "a", "b"])), "seq": draw(st.integers(1, 30))}
        entries.append(Entry(seq, kind, draw(st.integers(0, 1000)), data, late=draw(st.booleans())))
    return entries


@given(logs(), st.randoms(use_true_random=False))
def test_a_replay_is_equal_in_whatever_order_the_entries_are_read(entries, order: random.Random):
    same_in_any_order(entries, order)


@given(logs())
def test_late_work_counts_only_where_the_asesor_admitted_it(entries):
    work = read(entries).work
    for filed in work.counting:
        assert not filed.late or filed.seq in work.admitted
    attached = [filed.evidence for filed in work.attached]
    assert len(set(attached)) == len(attached), "a file is shown once"
    assert {filed.evidence for filed in work.counting} <= set(attached)


@given(logs())
def test_what_was_done_last_with_a_file_stands_whatever_came_last(entries):
    work = read(entries).work
    for evidence in FILES:
        acts = [
            entry
            for entry in entries
            if entry.kind in {Kind.FILE, Kind.DROP}
            and not entry.late
            and entry.data["evidence"] == evidence
        ]
        in_time = [each for each in work.attached if each.evidence == evidence and not each.late]
        if not acts:
            assert in_time == []
            continue
        last = max(acts, key=lambda entry: (entry.at_ms, entry.seq))
        assert [each.seq for each in in_time] == ([last.seq] if last.kind is Kind.FILE else [])


def test_a_late_file_taken_back_late_leaves_what_was_handed_in_in_time():
    evidence = FILES[0]
    sheet = read(
        [
            Entry(1, Kind.FILE, 10, file_data(evidence)),
            Entry(2, Kind.DROP, 900, file_data(evidence), late=True),
        ]
    )
    assert [filed.seq for filed in sheet.work.counting] == [1]


def test_what_was_admitted_is_not_taken_back():
    late = Entry(1, Kind.FILE, 10, file_data(FILES[0]), late=True)
    admitted = Entry(2, Kind.ADMIT, 20, {"seq": 1, "reason": "Listrik padam"})
    sheet = read([late, admitted, Entry(3, Kind.DROP, 30, file_data(FILES[0]), late=True)])
    assert [filed.seq for filed in sheet.work.counting] == [1]


def test_an_admitted_answer_stands_and_others_stay_beside_it():
    def answer(seq: int, butir: int, value: str, *, late: bool) -> Entry:
        return Entry(seq, Kind.ANSWER, seq * 10, {"butir": butir, "value": value}, late=late)

    sheet = read(
        [
            answer(1, 1, "singkat", late=False),
            answer(2, 1, "lengkap", late=True),
            answer(3, 2, "lain", late=True),
            Entry(4, Kind.ADMIT, 50, {"seq": 2, "reason": "Listrik padam"}),
        ]
    )
    assert sheet.answers[1].value == "lengkap"
    assert 2 not in sheet.answers
