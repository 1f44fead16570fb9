"""Coming in, commands, hiding, ending: the session core against the real database."""

import uuid

import pytest

from ajj.kernel.chain import verify
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.live import selectors, services
from ajj.live.errors import ConsentRequired
from ajj.live.models import ChatMessage, Consent, LogEntry, OpResult, Presence
from ajj.live.ops import Ack, Op, Reject
from ajj.live.rules import role_in
from tests.factories.live import room

pytestmark = pytest.mark.django_db


def kinds(made) -> list[str]:
    return [entry.kind for entry in LogEntry.objects.filter(session_id=made.id)]


def say(made, user, text="halo", op_id="op-1", seconds=5):
    return services.perform(
        made.id, user=user, op=Op(op_id, "chat", {"text": text}), now=made.at(seconds)
    )


def test_the_first_one_in_opens_and_both_present_make_it_live():
    made = room()
    made.enter(made.asesi, "a", -600)
    assert made.fresh().state == "open"
    assert made.fresh().opened_at == made.at(-600)
    made.enter(made.asesor, "b", -590)
    assert made.fresh().state == "live"
    assert kinds(made) == [
        "session.opened",
        "consent",
        "joined",
        "consent",
        "joined",
        "session.live",
    ]
    entries = list(selectors.full_log(made.id))
    assert entries[2]["at_ms"] == 0
    assert entries[3]["at_ms"] == 10_000
    assert verify(entries, head=made.fresh().head_hash) == []


def test_consent_comes_before_the_door_and_counts_for_that_version_only():
    made = room()
    with pytest.raises(ConsentRequired) as refused:
        services.admit(made.id, user=made.asesi, consent_version="0000-0", now=made.at())
    assert refused.value.status == 409
    assert "direkam" in refused.value.text
    assert made.fresh().state == "scheduled"
    assert Consent.objects.count() == LogEntry.objects.count() == 0
    with pytest.raises(ConsentRequired):
        services.join(made.id, user=made.asesi, connection="x", now=made.at())
    made.enter(made.asesi)
    services.admit(made.id, user=made.asesi, consent_version=None, now=made.at(5))
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(-901, "too_early"), (120 * 60, "window_closed"), (10**7, "window_closed")],
)
def test_the_window(seconds, code):
    made = room()
    with pytest.raises(Forbidden) as refused:
        made.enter(made.asesi, seconds=seconds)
    assert (refused.value.status, refused.value.code) == (403, code)
    assert kinds(made) == []


def test_who_has_no_part_stays_outside():
    made = room()
    for user in (made.stranger, made.komite):
        with pytest.raises(Forbidden) as refused:
            made.enter(user)
        assert refused.value.code == "not_member"
    with pytest.raises(NotFound):
        services.admit(uuid.uuid4(), user=made.asesi, consent_version=None, now=made.at())


def test_the_same_op_twice_has_one_effect_and_two_equal_answers():
    made = room().go_live()
    first, second = say(made, made.asesi), say(made, made.asesi, text="lain", seconds=9)
    assert isinstance(first, Ack)
    assert first == second
    assert ChatMessage.objects.count() == 1
    other = say(made, made.asesor, text="dari asesor")
    assert isinstance(other, Ack)
    assert other.seq != first.seq
    assert OpResult.objects.count() == 2


def test_a_refusal_is_repeated_too_and_writes_nothing():
    made = room()
    made.enter(made.asesi)
    before = kinds(made)
    tick = Op("op-9", "agenda.tick", {"step": "identitas", "done": True})
    first = services.perform(made.id, user=made.asesi, op=tick, now=made.at(3))
    assert isinstance(first, Reject)
    assert (first.code, first.status) == ("wrong_role", 403)
    assert services.perform(made.id, user=made.asesi, op=tick, now=made.at(4)) == first
    assert kinds(made) == before


def limit(made, user, person, rung, op_id):
    op = Op(op_id, "media.limit", {"person": str(person), "rung": rung})
    return services.perform(made.id, user=user, op=op, now=made.at(3))


def test_the_asesor_limits_anybodys_picture_and_everybody_their_own():
    made = room().go_live()
    assert isinstance(limit(made, made.asesor, made.asesi.pk, "180p", "a"), Ack)
    assert isinstance(limit(made, made.asesi, made.asesi.pk, "audio", "b"), Ack)
    assert kinds(made)[-2:] == ["media.limited", "media.limited"]
    refused = [
        limit(made, made.asesi, made.asesor.pk, "audio", "c"),
        limit(made, made.asesor, made.asesi.pk, "4K", "d"),
        limit(made, made.asesor, 10**12, "audio", "e"),
        limit(made, made.asesor, "siapa", "audio", "f"),
    ]
    codes = [answer.code for answer in refused if isinstance(answer, Reject)]
    assert codes == ["not_asesor", "invalid", "unknown_person", "unknown_person"]
    assert kinds(made)[-3] != "media.limited"


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("chat", {}, "invalid"),
        ("chat", {"text": 5}, "invalid"),
        ("chat", {"text": "   "}, "invalid"),
        ("chat", {"text": "a\x00b"}, "not_json"),
        ("chat", {"text": "\ud800"}, "invalid"),
        ("hand", {"raised": "ya"}, "invalid"),
        ("agenda.tick", {"step": "mapa", "done": True}, "unknown_step"),
        ("terbang\x00", {}, "unknown_op"),
    ],
)
def test_bad_data_is_refused_whole(kind, data, code):
    made = room().go_live()
    before = kinds(made)
    answer = services.perform(made.id, user=made.asesor, op=Op("x", kind, data), now=made.at(2))
    assert isinstance(answer, Reject)
    assert answer.code == code
    assert kinds(made) == before


def test_ops_end_with_the_window_even_before_the_tick_and_with_the_session():
    made = room().go_live()
    late = say(made, made.asesi, op_id="late", seconds=120 * 60)
    assert isinstance(late, Reject)
    assert (late.code, late.status) == ("window_closed", 403)
    services.perform(made.id, user=made.asesor, op=Op("e", "session.end"), now=made.at(60))
    ended = made.fresh()
    assert (ended.state, ended.end_reason, ended.ended_ms) == ("ended", "asesor", 60_000)
    after = say(made, made.asesi, op_id="after", seconds=61)
    assert isinstance(after, Reject)
    assert (after.code, after.status) == ("session_ended", 409)
    with pytest.raises(Conflict):
        services.record(made.id, kind="chat", actor="system", data={}, now=made.at(62))
    services.record(
        made.id,
        kind="gap",
        actor="system",
        data={"stream": "s", "start_ms": 1, "end_ms": 2, "cause": "x"},
        now=made.at(63),
    )


def test_only_the_asesor_ends_and_the_window_ends_by_itself():
    made = room().go_live()
    for user in (made.asesi, made.pendamping, made.admin):
        answer = services.perform(made.id, user=user, op=Op("e", "session.end"), now=made.at(9))
        assert isinstance(answer, Reject)
    services.heartbeat(made.id, connection="asesi-1", now=made.at(119 * 60))
    services.tick(made.at(119 * 60))
    assert made.fresh().state == "live"
    services.tick(made.at(120 * 60))
    assert (made.fresh().state, made.fresh().end_reason) == ("ended", "window")


def test_presence_follows_connections_and_silence():
    made = room().go_live()
    services.join(made.id, user=made.asesi, connection="asesi-1", now=made.at(2))
    made.enter(made.asesi, "asesi-2", 3)
    assert kinds(made).count("joined") == 3
    assert services.leave(made.id, connection="asesi-1", reason="closed", now=made.at(4))
    assert not services.leave(made.id, connection="asesi-1", reason="closed", now=made.at(5))
    people = {row["role"]: row for row in selectors.presence(made.session)}
    assert people["asesi"]["online"]
    assert people["asesi"]["since_ms"] == 3_000
    assert not people["pengamat"]["online"]
    for user, code in ((made.asesi, "connection_left"), (made.asesor, "connection_taken")):
        with pytest.raises(Conflict) as refused:
            services.join(made.id, user=user, connection="asesi-1", now=made.at(6))
        assert refused.value.code == code
    services.heartbeat(made.id, connection="asesor-1", now=made.at(30))
    services.tick(made.at(40))
    assert Presence.objects.get(connection="asesi-2").left_reason == "lost"
    assert Presence.objects.get(connection="asesor-1").left_ms is None
    assert not services.heartbeat(made.id, connection="asesi-2", now=made.at(41))
    assert made.fresh().state == "live"


def test_what_a_reader_may_not_see_arrives_hidden_and_the_chain_still_links():
    made = room().go_live()
    services.perform(
        made.id,
        user=made.asesor,
        op=Op("i", "incident", {"code": "suara", "text": "Ada orang lain di ruangan"}),
        now=made.at(7),
    )
    session = selectors.get_session(made.id)
    asesi = selectors.read_log(
        made.id, after=0, limit=100, viewer=selectors.viewer_of(session, made.asesi)
    )
    asesor = selectors.read_log(
        made.id, after=0, limit=100, viewer=selectors.viewer_of(session, made.asesor)
    )
    assert [e["seq"] for e in asesi] == list(range(1, len(asesi) + 1))
    assert [e["hash"] for e in asesi] == [e["hash"] for e in asesor]
    assert set(asesi[-1]) == {"seq", "at_ms", "kind", "hash"}
    assert asesi[-1]["kind"] == "hidden"
    assert asesor[-1]["data"]["code"] == "suara"


def test_one_rule_says_who_and_which():
    made = room()
    everybody = [
        made.asesi,
        made.asesor,
        made.pendamping,
        made.pengamat,
        made.admin,
        made.komite,
        made.stranger,
    ]
    session = selectors.get_session(made.id)
    for over in (False, True):
        if over:
            made.go_live()
            services.perform(made.id, user=made.asesor, op=Op("e", "session.end"), now=made.at(9))
        session = selectors.get_session(made.id)
        for user in everybody:
            sees = selectors.visible_sessions(user).filter(pk=made.id).exists()
            assert sees == (role_in(session, user) is not None)
    assert role_in(session, made.komite) == "komite"
    assert role_in(session, made.pengamat) == "pengamat"
