"""The session core over HTTP, by cookie and by token."""

import hashlib
import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ajj.live.models import ChatMessage, LogEntry
from ajj.people.models import ApiToken
from tests.factories.live import room

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """A room that is open now, with asesi and asesor in it."""
    made = room(starts_at=timezone.now() - timedelta(minutes=5))
    made.enter(made.asesi, "a")
    made.enter(made.asesor, "b")
    return made


def cookie(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def bearer(user) -> dict[str, str]:
    token = uuid.uuid4().hex
    ApiToken.objects.create(
        user=user, sha256=hashlib.sha256(token.encode()).hexdigest(), created_at=timezone.now()
    )
    return {"authorization": f"Bearer {token}"}


def post(client, url, body, **extra):
    return client.post(url, json.dumps(body), content_type="application/json", **extra)


def test_sessions_are_the_callers_own(made):
    mine = cookie(made.asesi).get("/api/v1/sessions").json()
    assert [item["id"] for item in mine["items"]] == [str(made.id)]
    assert mine["next"] is None
    assert mine["items"][0]["role"] == "asesi"
    assert cookie(made.stranger).get("/api/v1/sessions").json() == {"items": [], "next": None}


def test_a_list_is_paged(made):
    second = room(starts_at=timezone.now() + timedelta(days=1))
    client = cookie(made.admin)
    first = client.get("/api/v1/sessions?limit=1").json()
    assert [item["id"] for item in first["items"]] == [str(second.id)]
    rest = client.get(f"/api/v1/sessions?limit=1&cursor={first['next']}").json()
    assert [item["id"] for item in rest["items"]] == [str(made.id)]
    assert rest["next"] is None
    assert client.get("/api/v1/sessions?cursor=x").json()["code"] == "bad_cursor"


def test_one_session_in_full(made):
    answer = cookie(made.asesor).get(f"/api/v1/sessions/{made.id}").json()
    assert answer["state"] == "live"
    assert answer["now_ms"] >= 0
    assert {member["role"] for member in answer["members"]} == {
        "asesi",
        "asesor",
        "asesor_pendamping",
        "pengamat",
    }
    assert answer["agenda"][0]["step"] == "pembukaan"
    assert answer["consent_version"] == "2026-1"
    assert answer["head_seq"] == LogEntry.objects.filter(session_id=made.id).count()


def test_strangers_nobody_and_nothing(made):
    url = f"/api/v1/sessions/{made.id}"
    assert Client().get(url).status_code == 401
    assert Client().get(url, headers={"authorization": "Bearer nope"}).status_code == 401
    refused = cookie(made.stranger).get(url)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_member")
    assert cookie(made.stranger).get(f"/api/v1/sessions/{uuid.uuid4()}").status_code == 404


def test_a_bearer_token_writes_and_a_cookie_needs_csrf(made):
    url = f"/api/v1/sessions/{made.id}/ops"
    body = {"op_id": "1", "kind": "chat", "data": {"text": "halo"}, "client_ms": 12.5}
    assert post(cookie(made.asesi, enforce_csrf_checks=True), url, body).status_code == 403
    assert ChatMessage.objects.count() == 0
    first = post(Client(enforce_csrf_checks=True), url, body, headers=bearer(made.asesi))
    assert first.status_code == 200
    assert first.json()["ack"] == "1"
    again = post(Client(), url, body, headers=bearer(made.asesi))
    assert again.json() == first.json()
    assert ChatMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"op_id": "1", "kind": "session.end"}, 403, "wrong_role"),
        ({"op_id": "1", "kind": "nope"}, 400, "unknown_op"),
        ({"op_id": "1", "kind": "chat", "data": {"text": 1}}, 400, "invalid"),
        ({"op_id": "", "kind": "chat"}, 422, "invalid"),
        ({"op_id": "x" * 65, "kind": "chat"}, 422, "invalid"),
        ({"kind": "chat"}, 422, "invalid"),
        ([], 422, "invalid"),
    ],
)
def test_refused_ops_say_why(made, body, status, code):
    before = LogEntry.objects.count()
    answer = post(cookie(made.asesi), f"/api/v1/sessions/{made.id}/ops", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert LogEntry.objects.count() == before


def test_the_log_is_read_from_a_cursor(made):
    client = cookie(made.asesi)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/api/v1/sessions/{made.id}/log?after={after}&limit=2").json()
        seen += [item["seq"] for item in page["items"]]
        after = page["next"]
    assert seen == list(range(1, made.fresh().head_seq + 1))
    assert client.get(f"/api/v1/sessions/{made.id}/log?after=-1").status_code == 422


def test_the_rooms_page_is_for_members(made):
    url = f"/sesi/{made.id}/"
    assert Client().get(url).status_code == 302
    assert cookie(made.stranger).get(url).status_code == 403
    assert cookie(made.asesi).get(f"/sesi/{uuid.uuid4()}/").status_code == 404


def test_the_rooms_page_knows_who_reads_it_and_where_to_ask(made):
    answer = cookie(made.asesi).get(f"/sesi/{made.id}/")
    assert answer.status_code == 200
    raw = answer.content.decode().partition('<script id="room-config" type="application/json">')[2]
    config = json.loads(raw.partition("</script>")[0])
    assert config["session"] == str(made.id)
    assert config["me"] == {"id": str(made.asesi.pk), "name": made.asesi.name, "role": "asesi"}
    assert config["urls"]["evidence"] == f"/api/v1/sessions/{made.id}/evidence"
    assert config["facts"]["ak01_required"] is True
    assert "no-store" in answer["Cache-Control"]
