"""The socket: resume in order and once, whatever is lost; doors that stay closed."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from ajj.kernel import chain
from ajj.live import services
from ajj.live.models import LogEntry, Presence
from ajj.live.selectors import full_log
from ajj.live.services.room import SILENT_AFTER
from ajj.people.services import issue_token
from realtime import tokens
from realtime.credentials import join_key
from tests.integration.realtime.deaf import DeafLayer
from tests.integration.realtime.sockets import Socket, in_thread, open_room, token_for

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return datetime.now(UTC)


def _live_room():
    made = open_room(now())
    for user in (made.asesi, made.asesor, made.pendamping, made.pengamat):
        services.admit(made.id, user=user, consent_version="uji-1", now=now())
    return made, {
        name: token_for(made, getattr(made, name))
        for name in ("asesi", "asesor", "pendamping", "pengamat")
    }


live_room = in_thread(_live_room)
head = in_thread(lambda made: made.fresh().head_seq)


async def test_everybody_reads_the_whole_log_in_order_and_the_session_goes_live():
    made, token = await live_room()
    asesi, asesor = Socket(made.id, token["asesi"]), Socket(made.id, token["asesor"])
    await asesi.open()
    await asesor.open()
    kinds = {"session.live"}
    await asesor.read(lambda: kinds <= {e["kind"] for e in asesor.log})
    op = await asesor.send("chat", {"text": "Selamat pagi"})
    ack = await asesor.answer_to(op)
    await asesi.until_seq(ack["seq"])
    entry = asesi.log[ack["seq"] - 1]
    assert (entry["kind"], entry["data"]["text"]) == ("chat", "Selamat pagi")
    assert entry["actor"] == str(made.asesor.pk)
    rows = await in_thread(lambda: list(full_log(made.id)))()
    assert chain.verify(rows, head=(await in_thread(made.fresh)()).head_hash) == []
    assert [row["hash"] for row in rows[: asesi.cursor]] == [e["hash"] for e in asesi.log]
    await asesi.close()
    await asesor.close()


async def test_a_reader_resumes_from_its_cursor_in_order_and_once():
    made, token = await live_room()
    asesor, reader = Socket(made.id, token["asesor"]), Socket(made.id, token["pengamat"])
    await asesor.open()
    chance = random.Random(5)
    for number in range(12):
        await reader.open()
        for _ in range(chance.randrange(4)):
            await asesor.answer_to(await asesor.send("chat", {"text": str(number)}))
        if chance.random() < 0.6:
            await reader.until_seq(min(await head(made), reader.cursor + 2))
        await reader.close()
    await reader.open()
    await reader.until_seq(await head(made))
    stored = await in_thread(
        lambda: list(LogEntry.objects.filter(session=made.id).values_list("seq", "hash"))
    )()
    read = [(entry["seq"], entry["hash"]) for entry in reader.log]
    assert read == stored[: len(read)]
    await reader.close()
    await asesor.close()


async def test_dropping_every_channel_message_still_delivers_everything_once(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.integration.realtime.deaf.DeafLayer"}}
    DeafLayer.dropped = 0
    made, token = await live_room()
    writer = await Socket(made.id, token["asesor"]).open()
    readers = [await Socket(made.id, token[name]).open() for name in ("asesi", "pengamat")]
    texts = [f"pesan {number}" for number in range(25)]
    for text in texts:
        await writer.answer_to(await writer.send("chat", {"text": text}))
    services_wrote = await in_thread(services.record)(
        made.id, kind="incident", actor="system", data={"code": "uji", "text": "x"}, now=now()
    )
    for reader in (*readers, writer):
        await reader.until_seq(services_wrote.seq, limit_s=5)
        said = [e["data"]["text"] for e in reader.log if e["kind"] == "chat"]
        assert said == texts
    assert DeafLayer.dropped >= len(texts)
    for socket in (*readers, writer):
        await socket.close()


async def test_a_long_log_comes_in_batches_without_a_hole():
    made, token = await live_room()

    def fill():
        for number in range(450):
            services.record(
                made.id,
                kind="chat",
                actor=str(made.asesor.pk),
                data={"text": str(number)},
                now=now(),
            )

    await in_thread(fill)()
    reader = await Socket(made.id, token["pengamat"]).open()
    await reader.until_seq(await head(made), limit_s=20)
    assert [e["data"]["text"] for e in reader.log if e["kind"] == "chat"] == [
        str(number) for number in range(450)
    ]
    await reader.close()


async def test_the_same_op_twice_has_one_effect_and_two_equal_answers():
    made, token = await live_room()
    asesor = await Socket(made.id, token["asesor"]).open()
    for _ in range(2):
        await asesor.send("chat", {"text": "sekali"}, op_id="same-1")
    await asesor.read(lambda: len([a for a in asesor.answers if "ack" in a]) == 2)
    assert asesor.answers[0] == asesor.answers[1]
    await asesor.until_seq(await head(made))
    assert len([e for e in asesor.log if e["kind"] == "chat"]) == 1
    await asesor.close()


async def test_what_the_asesi_may_not_see_arrives_hidden_and_the_chain_still_links():
    made, token = await live_room()
    asesor, asesi = Socket(made.id, token["asesor"]), Socket(made.id, token["asesi"])
    await asesor.open()
    await asesi.open()
    ack = await asesor.answer_to(await asesor.send("incident", {"code": "lain", "text": "rahasia"}))
    await asesi.until_seq(ack["seq"])
    await asesor.until_seq(ack["seq"])
    hidden, seen = asesi.log[ack["seq"] - 1], asesor.log[ack["seq"] - 1]
    assert hidden == {
        "seq": seen["seq"],
        "at_ms": seen["at_ms"],
        "kind": "hidden",
        "hash": seen["hash"],
    }
    assert "rahasia" not in json.dumps(asesi.log)
    await asesor.close()
    await asesi.close()


async def test_bad_frames_are_refused_by_name_and_the_socket_lives_on():
    made, token = await live_room()
    asesor = await Socket(made.id, token["asesor"]).open()
    await asesor.say("not json")
    await asesor.say(json.dumps({"op_id": "x-1", "kind": "no.such.op", "data": {}}))
    await asesor.say(json.dumps({"op_id": "x-2", "kind": "chat", "data": {"text": 5}}))
    await asesor.say(json.dumps({"ping": 12.5}))
    await asesor.read(lambda: len(asesor.answers) == 4)
    first, unknown, shape, pong = asesor.answers
    assert (first["reject"], first["code"]) == (None, "not_json")
    assert (unknown["reject"], unknown["code"]) == ("x-1", "unknown_op")
    assert shape["reject"] == "x-2"
    assert pong["pong"] == 12.5
    assert pong["server_ms"] >= 0
    assert abs(pong["now"] - now().timestamp() * 1000) < 5_000
    await asesor.close()


async def test_a_flood_of_frames_is_refused_and_not_written():
    made, token = await live_room()
    asesor = await Socket(made.id, token["asesor"]).open()
    for number in range(300):
        await asesor.say(json.dumps({"ping": number}))
    await asesor.send("chat", {"text": "terlalu cepat"}, op_id="flood-1")
    await asesor.read(lambda: len(asesor.answers) == 301, limit_s=30)
    assert len([a for a in asesor.answers if "pong" in a]) >= 60
    assert {a["code"] for a in asesor.answers if "reject" in a} == {"too_fast"}
    refused = await asesor.answer_to("flood-1")
    assert refused["code"] == "too_fast"
    assert not await in_thread(LogEntry.objects.filter(kind="chat").exists)()
    await asesor.close()


async def _close_code(path: str, headers=None) -> int | None:
    socket = Socket("x")
    socket.path = path
    await socket.open(headers)
    if socket.closed is None:
        await socket.read(lambda: socket.closed is not None)
    return socket.closed


async def test_closed_doors_say_why():
    made, token = await live_room()
    other, _ = await live_room()
    claims = tokens.verify_join(token["asesor"], key=join_key(), now=now())
    past = tokens.JoinClaims(claims.user, claims.session, "asesor", "x", 0, 1)
    base = f"/ws/v1/sessions/{made.id}"
    stranger_api = await in_thread(issue_token)(made.stranger, actor=None, now=now())
    komite_api = await in_thread(issue_token)(made.komite, actor=None, now=now())
    admin_api = await in_thread(issue_token)(made.admin, actor=None, now=now())

    def bearer(value: str):
        return [(b"authorization", f"Bearer {value}".encode())]

    assert await _close_code(base) == 4401
    assert await _close_code(f"{base}/nonsense") == 4401
    assert await _close_code(f"{base}/{tokens.issue_join(past, key=join_key())}") == 4401
    assert await _close_code(f"{base}/{token['asesor'][:-3]}AAA") == 4401
    assert await _close_code(f"/ws/v1/sessions/{other.id}/{token['asesor']}") == 4403
    assert await _close_code(base, bearer(stranger_api)) == 4403
    assert await _close_code(base, bearer(komite_api)) == 4403
    assert await _close_code(base, bearer(admin_api)) == 4403  # has not consented
    gone = "00000000-0000-4000-8000-000000000000"
    assert await _close_code(f"/ws/v1/sessions/{gone}", bearer(admin_api)) == 4404
    assert await _close_code(f"{base}/{token['asesor']}?after=x") == 4400
    assert await _close_code(f"{base}/{token['asesor']}?after=99999") == 4400


async def test_a_page_of_another_site_gets_no_socket():
    made, token = await live_room()
    path = f"/ws/v1/sessions/{made.id}/{token['asesor']}"
    foreign = [(b"host", b"ajj.test"), (b"origin", b"https://evil.test")]
    socket = Socket("x")
    socket.path = path
    await socket.open(foreign)
    assert socket.closed is not None
    own = [(b"host", b"ajj.test"), (b"origin", b"http://ajj.test")]
    socket = Socket(made.id, token["asesor"])
    await socket.open(own)
    await socket.until_seq(1)
    await socket.close()


async def test_a_session_cookie_opens_the_socket():
    made, _ = await live_room()

    def login() -> str:
        client = Client()
        client.force_login(made.asesor)
        return client.cookies["sessionid"].value

    cookie = await in_thread(login)()
    socket = Socket(made.id)
    await socket.open([(b"cookie", f"sessionid={cookie}".encode())])
    await socket.until_seq(1)
    await socket.close()


async def test_presence_is_told_and_nobody_stays_as_a_ghost():
    made, token = await live_room()
    asesi, asesor = Socket(made.id, token["asesi"]), Socket(made.id, token["asesor"])
    await asesi.open()
    await asesor.open()

    def online() -> set[str]:
        people = asesor.presence[-1]["presence"] if asesor.presence else []
        return {person["role"] for person in people if person["online"]}

    await asesor.read(lambda: online() == {"asesi", "asesor"})
    assert asesor.presence[-1]["recording"]["state"] == "not_recording"
    await asesi.close()
    await asesor.read(lambda: online() == {"asesor"})
    left = [e for e in asesor.log if e["kind"] == "left"]
    assert [e["actor"] for e in left] == [str(made.asesi.pk)]

    def a_web_process_dies():
        # What a killed process leaves: a row that nobody keeps alive any more.
        Presence.objects.filter(session=made.id, left_ms=None).update(
            last_seen_at=now() - SILENT_AFTER - timedelta(seconds=1)
        )
        services.tick(now())

    await in_thread(a_web_process_dies)()
    await asesor.read(lambda: len([e for e in asesor.log if e["kind"] == "left"]) == 2)
    await asesor.close()


async def test_after_the_end_the_log_can_still_be_read_to_its_end():
    made, token = await live_room()
    asesi, asesor = Socket(made.id, token["asesi"]), Socket(made.id, token["asesor"])
    await asesi.open()
    await asesor.open()
    await asesor.read(lambda: any(e["kind"] == "session.live" for e in asesor.log))
    await asesi.close()
    await asesor.answer_to(await asesor.send("session.end", {}))
    refused = await asesor.answer_to(await asesor.send("chat", {"text": "terlambat"}))
    assert refused["code"] == "session_ended"
    await asesor.close()
    await asesi.open()
    await asesi.read(lambda: any(e["kind"] == "session.ended" for e in asesi.log))
    await asesi.close()
