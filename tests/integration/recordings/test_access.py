"""Addresses that open for a while, and views that nobody makes unseen."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import signing
from django.test import AsyncClient, Client

from ajj.audit.models import AuditEntry
from ajj.people.models import Role
from recordings.api.content import BLOCK
from recordings.models import View
from recordings.services import views
from tests.factories.live import person
from tests.integration.recordings.spool import recorded
from tests.integration.recordings.test_playback import client_of

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 1200


@pytest.fixture
def made(tmp_path):
    one = recorded(tmp_path / "spool")
    one.say("stream.started", 2, at_ms=2_000, codecs=["vp8", "opus"])
    one.segment(0, 2_000, 12_000, BODY)
    one.segment(1, 12_000, 22_000)
    one.ingest().step()
    one.end(30)
    return one


def addresses(made, user):
    answer = client_of(user).get(f"/api/v1/sessions/{made.room.id}/recording")
    assert answer.status_code == 200
    return [segment["url"] for segment in answer.json()["streams"][0]["segments"]]


def test_an_address_opens_without_a_cookie_for_its_person_and_session_only(made):
    url = addresses(made, made.room.komite)[0]
    whole = Client().get(url)
    assert (whole.status_code, whole.getvalue()) == (200, BODY)
    assert Client().get(url.split("?")[0]).status_code == 401
    assert Client().get(url[:-1]).status_code == 401
    foreign = url.replace(str(made.room.id), str(uuid.uuid4()))
    assert Client().get(foreign).status_code == 401
    assert Client().post(url).status_code in (403, 405)
    stale = signing.dumps([made.room.komite.pk, "x"], salt="recordings.access")
    assert Client().get(f"{url.split('?')[0]}?access={stale}").status_code == 401
    # The right is asked again, whatever the address says.
    made.room.komite.role_grants.all().delete()
    assert Client().get(url).status_code == 403


def test_an_address_of_somebody_locked_out_opens_nothing(made):
    url = addresses(made, made.room.komite)[0]
    made.room.komite.is_active = False
    made.room.komite.save()
    assert Client().get(url).status_code == 401


def test_head_measures_and_ranges_come_in_blocks(made):
    client = client_of(made.room.asesor)
    url = addresses(made, made.room.asesor)[0]
    head = client.head(url)
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert head.headers["Content-Length"] == str(len(BODY))
    assert not View.objects.exists()
    wide = client.get(url, headers={"range": f"bytes=10-{BLOCK * 2}"})
    assert wide.streaming
    blocks = list(wide)
    assert max(map(len, blocks)) <= BLOCK
    assert b"".join(blocks) == BODY[10 : BLOCK * 2 + 1]
    dated = {"range": "bytes=0-9", "if-range": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert client.get(url, headers=dated).status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_an_asynchronous_server_sends_blocks_too(made):
    url = f"/api/v1/sessions/{made.room.id}/recording"
    client = AsyncClient()
    await client.aforce_login(made.room.asesor)
    manifest = (await client.get(url)).json()
    answer = await client.get(manifest["streams"][0]["segments"][0]["url"])
    streamed: Any = answer
    blocks = [block async for block in streamed]
    assert len(blocks) > 1
    assert b"".join(blocks) == BODY


def test_a_beacon_may_be_repeated_and_belongs_to_one_person(made):
    base = f"/api/v1/sessions/{made.room.id}/recording/views"
    one = str(uuid.uuid4())
    client = client_of(made.room.komite)

    def say(who, spans):
        body = {"view": one, "page": "workbench", "spans": spans}
        return who.post(base, body, content_type="application/json")

    assert say(client, []).json() == {"view": one, "spans": []}
    for _again in range(2):
        assert say(client, [[2_000, 9_000]]).json()["spans"] == [[2_000, 9_000]]
    assert say(client, [[9_500, 20_000], [29_000, 99_000]]).json()["spans"] == [
        [2_000, 20_000],
        [29_000, 30_000],
    ]
    assert say(client_of(made.room.asesor), []).status_code == 409
    assert say(client_of(made.room.stranger), []).status_code == 403
    assert say(client, [[5, -1]]).status_code == 422
    view = View.objects.get()
    assert (view.user, view.page) == (made.room.komite, "workbench")
    assert AuditEntry.objects.filter(action="recordings.view", object_id=one).count() == 1


def test_bytes_fetched_without_a_beacon_are_a_view_too(made):
    manajer = person("Manajer", Role.MANAJER)
    first, second = addresses(made, manajer)
    client = client_of(manajer)
    for url in (first, first, second):
        client.get(url)
    view = View.objects.get()
    assert (view.user, view.page, view.ranges) == (manajer, "direct", [])
    assert view.fetched == [[2_000, 22_000]]
    # Hours later it is another sitting.
    later = view.last_at + views.SITTING * 2
    views.note_fetch(session=view.session, user=manajer, span=(2_000, 12_000), now=later)
    assert View.objects.count() == 2
    assert AuditEntry.objects.filter(action="recordings.view").count() == 2


def test_fetched_bytes_join_the_view_that_a_player_announced(made):
    views.note_view(
        uuid.uuid4(),
        session=made.room.session,
        user=made.room.asesor,
        page="workbench",
        spans=[],
        now=datetime.now(UTC),
    )
    client_of(made.room.asesor).get(addresses(made, made.room.asesor)[0])
    assert View.objects.get().fetched == [[2_000, 12_000]]


def test_the_office_sees_who_looked_and_nobody_else_does(made):
    room = made.room
    views.note_view(
        uuid.uuid4(),
        session=room.fresh(),
        user=room.komite,
        page="workbench",
        spans=[(2_000, 15_000)],
        now=datetime.now(UTC),
    )
    client_of(room.asesor).get(addresses(made, room.asesor)[0])
    path = f"/rekaman/{room.id}/penonton/"
    for user, status in ((room.admin, 200), (room.asesor, 403), (room.asesi, 403)):
        client = Client()
        client.force_login(user)
        page = client.get(path)
        assert page.status_code == status
        if status == 200:
            words = page.content.decode()
            assert "00.00.02–00.00.15" in words
            assert "Ruang tinjau" in words
            assert "43%" in words
            assert "diambil, tidak dilaporkan diputar" in words
            assert "Belum ada berkas" in words
