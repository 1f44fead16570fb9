"""A session that stands still: time left and the room's window move, the timebase does not."""

import pytest

from ajj.live import fold, rules, services
from ajj.live.models import LogEntry
from ajj.live.ops import Reject
from ajj.live.selectors import full_log, get_session, summary
from ajj.live.states import SessionState
from tests.factories.live import room
from tests.factories.stored import stored_state

pytestmark = pytest.mark.django_db
MINUTES = 10
CLOSES = (MINUTES + 30) * 60


def code(answer) -> str:
    assert isinstance(answer, Reject)
    return answer.code


def test_the_window_waits_for_the_pause_and_the_log_says_why():
    made = room(minutes=MINUTES).go_live()
    cut = {"reason": "koneksi", "note": "mati lampu"}
    assert code(made.op(made.asesi, "clock.pause", cut, seconds=60)) == "wrong_role"
    assert code(made.op(made.asesor, "clock.resume", seconds=60)) == "not_paused"
    made.do(made.asesor, "clock.pause", cut, seconds=60)
    assert code(made.op(made.asesor, "clock.pause", cut, seconds=61)) == "already_paused"
    made.do(made.asesor, "clock.resume", seconds=60 + 900)
    entry = LogEntry.objects.get(kind="clock.resumed")
    assert (entry.at_ms, entry.data) == (960_000, {"paused_ms": 900_000})
    session = get_session(made.id)
    seen = summary(session, rules.SessionRole.ASESI, made.at(CLOSES))
    assert seen["paused_ms"] == 900_000
    made.do(made.asesor, "chat", {"text": "masih ada waktu"}, seconds=CLOSES + 800)
    services.tick(made.at(CLOSES + 899))
    assert made.fresh().state == SessionState.LIVE
    services.tick(made.at(CLOSES + 901))
    assert made.fresh().state == SessionState.ENDED


def test_a_forgotten_pause_holds_the_room_for_two_hours_and_ends_with_it():
    made = room(minutes=MINUTES).go_live()
    made.do(made.asesor, "clock.pause", {"reason": "lain"}, seconds=60)
    services.tick(made.at(CLOSES + 7190))
    assert made.fresh().state == SessionState.LIVE
    services.tick(made.at(CLOSES + 7201))
    assert made.fresh().state == SessionState.ENDED
    replayed, stored = fold.fold(full_log(made.id)), stored_state(made.fresh())
    assert replayed.pauses == stored.pauses
    assert replayed.pauses[0].end_ms is not None
