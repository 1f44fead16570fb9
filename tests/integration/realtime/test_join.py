"""The door: what a client is told when it may come in, and when it may not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from ajj.kernel.clock import epoch_ms
from ajj.people.services import issue_token
from realtime import tokens
from realtime.credentials import join_key
from tests.integration.realtime.sockets import open_room
from tests.unit.realtime.prosody import Prosody, Refused

pytestmark = pytest.mark.django_db
SECRET = "a secret of more than thirty-two bytes, shared with Prosody"


@pytest.fixture
def made():
    return open_room(datetime.now(UTC))


def join(made, user, version: str | None = "uji-1"):
    token = issue_token(user, actor=None, now=datetime.now(UTC))
    client = Client(headers={"authorization": f"Bearer {token}"})
    body = {"consent_version": version} if version else {}
    path = f"/api/v1/sessions/{made.id}/join"
    return client.post(path, body, content_type="application/json")


def test_without_consent_the_text_comes_first(made):
    for version in (None, "yang-lama"):
        answer = join(made, made.asesi, version)
        assert answer.status_code == 409
        body = answer.json()
        assert body["code"] == "consent_required"
        assert body["consent"] == {"version": "uji-1", "text": "Sesi ini direkam."}
    assert made.fresh().head_seq == 0


def test_the_answer_has_everything_a_client_needs(made, settings):
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:turn.ajj.test"], "s3cret"
    answer = join(made, made.asesi)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {
        "provider",
        "role",
        "token",
        "expires_at",
        "ws_url",
        "whip_url",
        "whep_url",
        "ice_servers",
        "clock",
    }
    assert (body["provider"], body["role"]) == ("embedded", "asesi")
    base = f"testserver/api/v1/sessions/{made.id}"
    assert body["whip_url"] == f"http://{base}/whip"
    assert body["whep_url"] == f"http://{base}/whep"
    assert body["ws_url"] == f"ws://testserver/ws/v1/sessions/{made.id}/{body['token']}"
    t0 = made.fresh().opened_at
    assert body["clock"]["t0"] == epoch_ms(t0)
    assert body["clock"]["now_ms"] == body["clock"]["now"] - body["clock"]["t0"]
    claims = tokens.verify_join(body["token"], key=join_key(), now=datetime.now(UTC))
    assert (claims.user, claims.session, claims.role) == (
        str(made.asesi.pk),
        str(made.id),
        "asesi",
    )
    closes = made.session.jadwal.closes_at
    assert datetime.fromisoformat(body["expires_at"]) == closes
    assert claims.exp == int(closes.timestamp())
    (turn,) = body["ice_servers"]
    assert turn["username"] == f"{claims.exp}:{made.asesi.pk}"


def test_consent_is_given_once_and_coming_again_needs_no_word(made):
    assert join(made, made.asesi).status_code == 200
    assert join(made, made.asesi, None).status_code == 200
    kinds = list(made.fresh().log.values_list("kind", flat=True))
    assert kinds == ["session.opened", "consent"]


@pytest.mark.parametrize(
    ("who", "shift", "code"),
    [
        ("stranger", 0, "not_member"),
        ("komite", 0, "not_member"),
        ("asesi", -20, "too_early"),
        ("asesi", 600, "window_closed"),
    ],
)
def test_the_wrong_role_or_time_is_refused_with_a_reason(who, shift, code):
    made = open_room(datetime.now(UTC) - timedelta(minutes=shift), minutes=60)
    answer = join(made, getattr(made, who))
    assert answer.status_code == 403
    assert answer.json()["code"] == code
    assert answer.json()["message"]
    assert made.fresh().head_seq == 0


def test_nobody_and_nowhere(made):
    path = f"/api/v1/sessions/{made.id}/join"
    assert Client().post(path, {}, content_type="application/json").status_code == 401
    made.session.pk = "00000000-0000-4000-8000-000000000000"
    assert join(made, made.asesi).status_code == 404


def test_a_token_of_another_session_does_not_join_this_one(made):
    other = open_room(datetime.now(UTC))
    token = join(other, other.asesor).json()["token"]
    client = Client(headers={"authorization": f"Bearer {token}"})
    answer = client.get(f"/api/v1/sessions/{made.id}/streams")
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_token")
    assert client.get(f"/api/v1/sessions/{other.id}/streams").status_code == 200


def test_a_jitsi_room_is_entered_with_a_token_per_person(made, settings):
    settings.JITSI_DOMAIN, settings.JITSI_APP_ID = "meet.ajj.test", "ajj-app"
    settings.JITSI_APP_SECRET = SECRET
    prosody = Prosody("meet.ajj.test", "ajj-app", "jitsi", "HS256", secret=SECRET.encode())
    now = datetime.now(UTC).timestamp()
    for user, moderator in ((made.asesor, True), (made.asesi, False), (made.pengamat, False)):
        body = join(made, user).json()
        assert set(body) == {
            "provider",
            "domain",
            "room",
            "jwt",
            "external_api_url",
            "ws_url",
            "token",
            "expires_at",
            "clock",
            "role",
        }
        assert body["provider"] == "jitsi"
        assert body["external_api_url"] == "https://meet.ajj.test/external_api.js"
        assert body["room"] == body["room"].lower()
        context = prosody.enter(body["jwt"], body["room"], now)
        assert context["user"]["id"] == str(user.pk)
        assert context["user"]["moderator"] is moderator
        with pytest.raises(Refused):
            prosody.enter(body["jwt"], "another", now)
        with pytest.raises(Refused):
            prosody.enter(body["jwt"], body["room"], made.session.jadwal.closes_at.timestamp())
        with pytest.raises(Refused):
            prosody.enter(body["jwt"], body["room"], made.session.jadwal.opens_at.timestamp() - 1)
