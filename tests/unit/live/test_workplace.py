"""What the log alone says of the door, the person behind the picture, and the clock of a task."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajj.live import fold
from ajj.live.irregularities import BY_CODE, CATALOGUE, Kelompok, named_incident
from ajj.live.rules import SessionRole, may_see

CASES = json.loads((Path(__file__).parent / "identity_cases.json").read_text())
MINUTE = 60_000


def log(*told, every_ms=1000):
    return [
        {
            "seq": seq, "at_ms": seq * every_ms, "kind": kind, "actor": actor, "data": data,
            "hash": f"{seq:064x}",
        }
        for seq, (kind, actor, data) in enumerate(told, 1)
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_identity_belongs_to_a_connection(case):
    entries = log(*case["log"])
    found = [fold.fold(entries[:count]).identity["1"].state for count in range(1, len(entries) + 1)]
    assert found == case["states"]
    story = [identity.state for _person, identity in fold.fold(entries).identity_story]
    assert story[-1] == case["states"][-1]


@given(st.lists(st.sampled_from(["pause", "resume", "extend"]), max_size=12), st.integers(1, 600))
def test_a_timer_loses_no_millisecond_however_often_it_stands_still(moves, minutes):
    entries = log(
        ("timer.started", "2", {"step": "observasi", "label": "", "ms": minutes * MINUTE})
    )
    running, ran, added, at_ms = True, 0, 0, entries[0]["at_ms"]
    for number, move in enumerate(moves, 2):
        if move in ("pause", "resume") and running == (move == "resume"):
            continue
        now = at_ms + 700 * number
        ran += now - at_ms if running else 0
        at_ms = now
        running = move != "pause" if move != "extend" else running
        data = {"timer": 1, **({"ms": MINUTE} if move == "extend" else {})}
        added += MINUTE if move == "extend" else 0
        kind = {"pause": "timer.paused", "resume": "timer.resumed", "extend": "timer.extended"}
        entries.append(
            {**entries[-1], "seq": len(entries) + 1, "at_ms": now, "kind": kind[move], "data": data}
        )
    timer = fold.fold(entries).timer
    assert timer is not None
    assert timer.remaining(at_ms) == minutes * MINUTE + added - ran
    assert timer.total_ms == minutes * MINUTE + added


def test_a_timer_that_is_over_ends_nothing_and_a_late_word_for_an_old_one_changes_nothing():
    start = ("timer.started", "2", {"step": "", "label": "Rakit", "ms": MINUTE})
    state = fold.fold(log(start, start, ("timer.paused", "2", {"timer": 1})))
    assert state.timer is not None
    assert state.timer.seq == 2
    assert state.timer.remaining(3 * MINUTE) < 0
    assert fold.fold(log(start, ("timer.stopped", "2", {"timer": 1}))).timer is None


def test_absences_are_told_with_their_length():
    away = ("focus.lost", "1", {"reason": "tab", "sharing": False})
    back = ("focus.back", "1", {"reason": "tab", "sharing": False, "ms": 2500, "count": 2})
    assert fold.fold(log(away)).away == {"1": 1000}
    state = fold.fold(log(away, back))
    assert state.away == {}
    assert [(item.ms, item.count) for item in state.absences] == [(2500, 2)]


def test_the_catalogue_is_one_table_with_names_that_can_be_printed():
    assert len(BY_CODE) == len(CATALOGUE)
    assert {row.kelompok for row in CATALOGUE} == set(Kelompok)
    assert all(row.judul and row.tindakan.endswith(".") for row in CATALOGUE)
    assert named_incident({"code": "suara", "text": "", "judul": "Suara"}) == "Suara"
    assert named_incident({"code": "suara", "text": "dua kali", "judul": "Suara"}).endswith("kali")
    assert named_incident({"code": "xyz", "text": ""}) == "xyz"


def test_support_in_the_room_sees_no_marks_and_the_office_does_afterwards():
    for kind in ("mark", "mark.undone", "evidence.judged", "ak02.recommended"):
        assert not may_see(SessionRole.ADMIN, kind, in_room=True)
        assert may_see(SessionRole.ADMIN, kind)
        assert may_see(SessionRole.PENGAMAT, kind, in_room=True)
        assert may_see(SessionRole.ASESOR_PENDAMPING, kind, in_room=True)
    assert may_see(SessionRole.ADMIN, "incident", in_room=True)
