"""What was done without a network: placed when it was done, taken after the end, once."""

import uuid

import pytest

from ajj.assessment import selectors
from ajj.assessment.models import Mark
from ajj.committee.selectors import risks_of
from ajj.kernel.chain import verify
from ajj.live import fold, services
from ajj.live.models import LogEntry
from ajj.live.ops import Ack, Device, Op, Reject
from ajj.live.selectors import full_log, get_session
from tests.factories.live import Room, room
from tests.factories.stored import stored_state

pytestmark = pytest.mark.django_db
TABLET, PHONE = "tablet-1", "phone-1"


class Offline:
    """One device: numbers its acts and sends them when ``arrives`` says."""

    def __init__(self, made: Room, user, device: str = TABLET, error_ms: int = 40) -> None:
        self.made, self.user, self.device, self.error_ms, self.n = made, user, device, error_ms, 0

    def send(self, kind, data, *, acted: float, arrives: float, op_id: str = ""):
        self.n += 1
        device = Device(self.device, self.n, self.error_ms)
        op = Op(op_id or uuid.uuid4().hex, kind, data, round(acted * 1000), None, device)
        return services.perform(self.made.id, user=self.user, op=op, now=self.made.at(arrives))


def ya(made: Room, index: int = 0, value: str = "ya"):
    return {"kuk": made.kuk[index], "value": value}


def test_a_mark_made_offline_stands_where_it_was_made():
    made = room().go_live().agree()
    tablet = Offline(made, made.asesor)
    answer = tablet.send("mark", ya(made), acted=120, arrives=720)
    assert isinstance(answer, Ack)
    entry = LogEntry.objects.get(session_id=made.id, seq=answer.seq)
    assert entry.at_ms == 720_000, "the chain keeps the order of arrival"
    assert entry.data["acted"] == {"ms": 120_000, "error_ms": 40, "device": TABLET, "n": 1}
    assert Mark.objects.get().at_ms == 120_000
    assert selectors.marks_state(made.session, at_ms=121_000)[made.kuk[0]].value == "ya"
    assert selectors.marks_state(made.session, at_ms=119_000) == {}


def test_the_last_word_of_an_author_is_the_last_said_not_the_last_to_arrive():
    made = room().go_live().agree()
    tablet, phone = Offline(made, made.asesor), Offline(made, made.asesor, PHONE)
    phone.send("mark", ya(made, 0, "tidak"), acted=300, arrives=300)
    tablet.send("mark", ya(made, 0, "ya"), acted=100, arrives=600)
    assert selectors.marks_state(made.session)[made.kuk[0]].value == "tidak"
    tablet.send("agenda.tick", {"step": "identitas", "done": True}, acted=90, arrives=601)
    phone.send("agenda.tick", {"step": "identitas", "done": False}, acted=200, arrives=602)
    phone.n -= 1
    tablet.send("agenda.tick", {"step": "identitas", "done": True}, acted=95, arrives=603)
    session = get_session(made.id)
    entries = list(full_log(session.pk))
    assert verify(entries, head=session.head_hash) == []
    replayed, stored = fold.fold(entries), stored_state(session)
    assert (replayed.marks, replayed.agenda) == (stored.marks, stored.agenda)
    assert replayed.agenda["identitas"].done is False


def test_a_clock_that_is_minutes_ahead_or_behind_is_held_to_what_can_be():
    made = room().go_live().agree()
    tablet, phone = Offline(made, made.asesor), Offline(made, made.asesor, PHONE)
    tablet.send("mark", ya(made), acted=200 + 420, arrives=200)
    phone.send("mark", ya(made, 1), acted=0, arrives=201)
    stranger = Offline(made, made.pendamping).send("mark", ya(made, 2), acted=50, arrives=202)
    assert isinstance(stranger, Ack)
    placed = [(entry.data.get("acted") or {}) for entry in LogEntry.objects.filter(kind="mark")]
    assert [(acted.get("ms"), acted.get("corrected")) for acted in placed] == [
        (200_000, "future"),
        (1_000, "before_join"),
        (None, None),
    ], "who never joined has no moments of their own: the arrival counts"


def test_what_was_done_before_the_end_is_taken_after_it_once():
    made = room().go_live().agree()
    made.enter(made.pendamping, seconds=3)
    tablet = Offline(made, made.pendamping)
    made.do(made.asesor, "session.end", seconds=400)
    op_id = uuid.uuid4().hex
    first = tablet.send("mark", ya(made), acted=300, arrives=900, op_id=op_id)
    tablet.n -= 1
    again = tablet.send("mark", ya(made), acted=300, arrives=901, op_id=op_id)
    assert isinstance(first, Ack)
    assert again == first
    assert Mark.objects.get().at_ms == 300_000
    later = tablet.send("mark", ya(made, 1), acted=500, arrives=900)
    assert isinstance(later, Reject)
    assert later.code == "session_ended"
    bare = made.op(made.pendamping, "mark", ya(made, 1), seconds=900)
    assert isinstance(bare, Reject)
    entries = list(full_log(made.id))
    assert verify(entries, head=get_session(made.id).head_hash) == []


def test_what_was_done_before_both_were_there_is_not_taken_after_the_end():
    made = room()
    made.enter(made.asesor, "asesor-1", 0)
    made.enter(made.asesi, "asesi-1", 60)
    made.agree(seconds=61)
    made.do(made.asesor, "session.end", seconds=100)
    answer = Offline(made, made.asesor).send("mark", ya(made), acted=30, arrives=200)
    assert isinstance(answer, Reject)
    assert answer.code == "not_live"


def test_the_window_closing_while_a_device_is_away_loses_nothing():
    made = room(minutes=1).go_live().agree()
    past = 60 + 30 * 60
    answer = Offline(made, made.asesor).send("mark", ya(made), acted=50, arrives=past + 5)
    assert isinstance(answer, Ack)
    services.tick(made.at(past + 6))
    again = Offline(made, made.asesor, PHONE)
    answer = again.send("mark", ya(made, 1), acted=55, arrives=past + 30)
    assert isinstance(answer, Ack)


def test_the_komite_is_led_to_the_moment_of_the_act():
    made = room().go_live().agree()
    made.enter(made.pendamping, seconds=3)
    Offline(made, made.asesor).send("mark", ya(made), acted=50, arrives=700)
    Offline(made, made.pendamping, PHONE).send("mark", ya(made, 0, "tidak"), acted=80, arrives=700)
    Offline(made, made.asesor, PHONE).send(
        "incident", {"code": "suara", "text": "dengung"}, acted=20, arrives=705
    )
    assert [(risk.kind, risk.at_ms) for risk in risks_of(made.id)] == [
        ("incident", 20_000),
        ("differs", 80_000),
    ]


def test_two_asesor_offline_on_one_kuk_are_both_kept_and_settled_by_a_third_entry():
    made = room().go_live().agree()
    made.enter(made.pendamping, seconds=3)
    lead, other = Offline(made, made.asesor), Offline(made, made.pendamping, PHONE)
    first = lead.send("mark", ya(made), acted=50, arrives=700)
    second = other.send("mark", ya(made, 0, "tidak"), acted=80, arrives=700)
    assert isinstance(first, Ack)
    assert isinstance(second, Ack)
    k = {"result": "BK", "units": []}
    word = {"kuk": made.kuk[0], "value": "tidak", "note": "dilihat ulang bersama"}
    settles = [first.seq, second.seq]
    answers = [
        made.op(made.asesor, "ak02.recommend", k, seconds=710),
        made.op(made.pendamping, "mark.resolve", {**word, "settles": settles}, seconds=710),
        made.op(made.asesor, "mark.resolve", {**word, "settles": [first.seq]}, seconds=710),
        made.op(made.asesor, "mark.resolve", {**word, "kuk": made.kuk[1], "settles": []}),
    ]
    assert [answer.code for answer in answers if isinstance(answer, Reject)] == [
        "marks_disputed",
        "wrong_role",
        "marks_changed",
        "not_disputed",
    ]
    made.do(made.asesor, "mark.resolve", {**word, "settles": settles}, seconds=712)
    state = selectors.marks_state(made.session)[made.kuk[0]]
    assert (state.value, len(state.current), state.resolved) == ("tidak", 2, True)
    assert [risk.text for risk in risks_of(made.id)] == ["Asesor berbeda, sudah diputuskan"]
    made.do(made.asesor, "ak02.recommend", k, seconds=720)
    replayed, stored = fold.fold(full_log(made.id)), stored_state(get_session(made.id))
    assert replayed.resolutions == stored.resolutions
