"""A session that goes on without live media: who may do what, when, and how it is marked."""

from datetime import timedelta

import pytest

from ajj.assessment.values import for_session
from ajj.kernel.errors import DomainError
from ajj.live import fold, services
from ajj.live.models import LogEntry, Turn
from ajj.live.rules import SessionRole, may_join
from ajj.live.selectors import full_log, get_session, read_log, viewer_of
from ajj.live.states import SessionState
from ajj.people.models import Role
from recordings.selectors import duration_ms, elapsed_ms
from tests.factories.live import Room, room
from tests.factories.stored import FIELDS, stored_state

pytestmark = pytest.mark.django_db
REASON = "Jaringan asesi tidak pulih"
START = {"reason": REASON, "days": 3}
HOUR, DAY = 3600, 86_400


@pytest.fixture
def made() -> Room:
    """Live for an hour, then given up."""
    made = room().go_live().agree()
    made.do(made.asesor, "rescue.start", START, seconds=HOUR)
    return made


def ask(made: Room, how: str = "text", *, seconds: float = HOUR + 60, answer_s: int = 120) -> int:
    task = {
        "text": "Jelaskan struktur data.",
        "how": how,
        "answer_s": answer_s,
        "kuk": made.kuk[:1],
    }
    return made.do(made.asesor, "rescue.ask", task, seconds=seconds)


def last(made: Room, kind: str) -> LogEntry:
    found = LogEntry.objects.filter(session_id=made.id, kind=kind).last()
    assert found is not None, kind
    return found


def test_only_asesor_and_admin_give_live_up_and_only_once(made):
    other = room().go_live()
    for user in (other.asesi, other.pendamping, other.pengamat):
        assert other.op(user, "rescue.start", START).frame()["code"] == "wrong_role"
    assert other.admin.has_role(Role.ADMIN)
    other.do(other.admin, "rescue.start", START)
    assert made.op(made.asesor, "rescue.start", START, seconds=HOUR + 1).frame()["code"] == (
        "session_in_rescue"
    )
    without = room()
    without.enter(without.asesor)
    assert without.op(without.asesor, "rescue.start", START).frame()["code"] == "no_consent"


def test_nobody_joins_any_more_but_marks_go_on_past_the_window(made):
    session = made.fresh()
    assert session.state == SessionState.RESCUE
    later = 20 * HOUR
    assert session.jadwal.closes_at < made.at(later)
    for user, role in ((made.asesi, SessionRole.ASESI), (made.asesor, SessionRole.ASESOR)):
        assert not may_join(session, role, made.at(HOUR + 1))
        with pytest.raises(DomainError) as refused:
            services.admit(made.id, user=user, consent_version="2026-1", now=made.at(HOUR + 1))
        assert refused.value.code == "session_in_rescue"
    assert made.op(made.asesor, "chat", {"text": "a"}, seconds=later).frame()["code"] == (
        "session_in_rescue"
    )
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "ya"}, seconds=later)
    assert last(made, "mark").data["mode"] == "rescue"
    services.tick(made.at(later))
    assert made.fresh().state == SessionState.RESCUE, "the live window does not end it"


def test_the_recording_ends_where_live_ended(made):
    made.do(made.asesor, "incident", {"code": "koneksi", "text": "putus"}, seconds=DAY)
    assert elapsed_ms(made.fresh(), made.at(DAY)) == HOUR * 1000
    made.do(made.asesor, "session.end", seconds=DAY + 1)
    session = made.fresh()
    assert (duration_ms(session), session.ended_ms) == (HOUR * 1000, (DAY + 1) * 1000)


def test_the_asesi_reads_a_task_when_opening_it_and_not_before(made):
    seq = ask(made)
    viewer = viewer_of(made.fresh(), made.asesi)
    seen = read_log(made.id, after=0, limit=1000, viewer=viewer)
    assert "Jelaskan" not in str(seen)
    assert [entry["kind"] for entry in seen][-2:] == ["rescue.asked", "hidden"]
    made.do(made.asesi, "rescue.open", {"turn": seq}, seconds=2 * HOUR)
    opened = last(made, "rescue.opened")
    assert opened.data["text"] == "Jelaskan struktur data."
    assert opened.data["due_ms"] == 2 * HOUR * 1000 + 120_000
    assert made.op(made.asesi, "rescue.open", {"turn": seq}).frame()["code"] == "wrong_state"


def test_one_task_at_a_time_while_its_time_runs(made):
    first, second = ask(made), ask(made)
    made.do(made.asesi, "rescue.open", {"turn": first}, seconds=2 * HOUR)
    refused = made.op(made.asesi, "rescue.open", {"turn": second}, seconds=2 * HOUR + 60)
    assert refused.frame()["code"] == "turn_open"
    made.do(made.asesi, "rescue.open", {"turn": second}, seconds=2 * HOUR + 121)


def test_an_answer_in_time_and_one_that_came_late_with_what_the_device_says(made):
    seq = ask(made, "video")
    made.do(made.asesi, "rescue.open", {"turn": seq}, seconds=2 * HOUR)
    began = 2 * HOUR * 1000
    said = {"turn": seq, "sha256": "a" * 64, "bytes": 9, "from_ms": began + 5000}
    made.do(made.asesi, "rescue.answer", {**said, "to_ms": began + 60_000}, seconds=2 * HOUR + 3600)
    data = last(made, "rescue.answered").data
    assert (data["late_ms"], data["believed"], data["mode"]) == (3_480_000, True, "rescue")
    second = ask(made, "video", seconds=4 * HOUR)
    made.do(made.asesi, "rescue.open", {"turn": second}, seconds=4 * HOUR + 1)
    lying = {**said, "turn": second, "to_ms": began + 60_000}
    made.do(made.asesi, "rescue.answer", lying, seconds=4 * HOUR + 30)
    data = last(made, "rescue.answered").data
    assert (data["late_ms"], data["believed"]) == (0, False)
    again = made.op(made.asesi, "rescue.answer", lying, seconds=4 * HOUR + 31)
    assert again.frame()["code"] == "wrong_state"


def test_an_empty_answer_is_none_and_nobody_answers_for_the_asesi(made):
    seq = ask(made)
    made.do(made.asesi, "rescue.open", {"turn": seq}, seconds=2 * HOUR)
    words = {"turn": seq, "text": "", "from_ms": 0, "to_ms": 1}
    assert made.op(made.asesi, "rescue.answer", words).frame()["code"] == "empty_answer"
    said = {**words, "text": "Larik dan pohon."}
    assert made.op(made.asesor, "rescue.answer", said).frame()["code"] == "wrong_role"
    made.do(made.asesi, "rescue.answer", said, seconds=2 * HOUR + 100)
    assert Turn.objects.get(seq=seq).answer == "Larik dan pohon."
    made.do(made.asesor, "rescue.withdraw", {"turn": ask(made)}, seconds=3 * HOUR)
    session = get_session(made.id)
    replayed, stored = fold.fold(full_log(made.id)), stored_state(session)
    for name in FIELDS:
        assert getattr(replayed, name) == getattr(stored, name), name
    assert replayed.rescue is not None
    assert replayed.rescue.reason == REASON


def test_a_task_taken_back_is_not_opened(made):
    seq = ask(made)
    made.do(made.asesor, "rescue.withdraw", {"turn": seq}, seconds=2 * HOUR)
    assert made.op(made.asesi, "rescue.open", {"turn": seq}).frame()["code"] == "wrong_state"
    foreign = {"text": "x", "how": "text", "answer_s": 60, "kuk": [10**9]}
    assert made.op(made.asesor, "rescue.ask", foreign, seconds=2 * HOUR).frame()["code"] == (
        "kuk_outside_skema"
    )
    nowhere = {**foreign, "kuk": [], "step": "tidur"}
    assert made.op(made.asesor, "rescue.ask", nowhere, seconds=2 * HOUR).frame()["code"] == (
        "unknown_step"
    )
    made.do(made.asesor, "rescue.ask", {**nowhere, "step": "bukti"}, seconds=2 * HOUR)
    assert Turn.objects.filter(step="bukti").exists()


def test_the_deadline_ends_it(made):
    end = HOUR + 3 * DAY
    refused = made.op(made.asesor, "mark", {"kuk": made.kuk[0], "value": "ya"}, seconds=end)
    assert refused.frame()["code"] == "window_closed"
    services.tick(made.at(end) - timedelta(seconds=1))
    assert made.fresh().state == SessionState.RESCUE
    services.tick(made.at(end))
    session = made.fresh()
    assert (session.state, session.end_reason) == (SessionState.ENDED, "deadline")


def test_the_forms_say_how_it_went_on(made):
    seq = ask(made)
    made.do(made.asesi, "rescue.open", {"turn": seq}, seconds=2 * HOUR)
    answer = {"turn": seq, "text": "Larik.", "from_ms": 1, "to_ms": 2}
    made.do(made.asesi, "rescue.answer", answer, seconds=2 * HOUR + 5)
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "ya"}, seconds=3 * HOUR)
    made.do(made.asesor, "session.end", seconds=3 * HOUR + 1)
    plan = {"result": "BK", "units": [], "note": "", "tindak_lanjut": ""}
    made.do(made.asesor, "ak02.recommend", plan, seconds=3 * HOUR + 2)
    told = for_session(get_session(made.id))
    assert "1 tugas, 1 dijawab" in told["laporan"]["aspek"]
    assert REASON in told["laporan"]["aspek"]
    rows = told["ceklis"]["units"][0]["elemen"][0]["kuk"]
    assert "tanpa sambungan langsung" in rows[0]["catatan"]
    assert "catatan" not in rows[1]
