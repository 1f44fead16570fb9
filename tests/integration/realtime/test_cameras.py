"""A second camera's rights: how it gets in, what its token opens, and how it is put out."""

import uuid
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from ajj.kernel.errors import DomainError
from ajj.live import fold, services
from ajj.live.models import CameraPairing, LogEntry, PairingMiss
from ajj.live.pairing import LIFETIME, MISSES_PER_CODE, TRIES_PER_ADDRESS
from ajj.live.selectors import full_log
from ajj.live.services import cameras
from ajj.people.services import issue_token
from realtime import node
from recordings.models import BackupSlice
from recordings.services import ensure_stream
from tests.factories.live import Room
from tests.factories.stored import stored_state
from tests.integration.realtime.sockets import open_room, token_for

pytestmark = pytest.mark.django_db
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Safari/604.1"


@pytest.fixture
def made() -> Room:
    """A room that asesi and asesor have entered."""
    made = open_room(datetime.now(UTC))
    for user in (made.asesi, made.asesor):
        services.admit(made.id, user=user, consent_version="uji-1", now=datetime.now(UTC))
    return made


def client_of(made: Room, user: Any) -> Client:
    token = issue_token(user, actor=None, now=datetime.now(UTC))
    return Client(headers={"authorization": f"Bearer {token}"})


def offer(made: Room) -> dict[str, Any]:
    answer = client_of(made, made.asesi).post(f"/api/v1/sessions/{made.id}/camera/offer")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def pair(code: str, address: str = "10.0.0.1") -> Any:
    return Client().post(
        "/api/v1/camera/pair", {"code": code}, content_type="application/json",
        headers={"user-agent": IPHONE}, REMOTE_ADDR=address,
    )  # fmt: skip


def phone_of(made: Room) -> tuple[dict[str, Any], Client]:
    answer = pair(offer(made)["digits"])
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return body, Client(headers={"authorization": f"Bearer {body['token']}"})


def kinds(made: Room) -> list[str]:
    return list(LogEntry.objects.filter(session_id=made.id).values_list("kind", flat=True))


# --- getting in ---


def test_either_code_pairs_one_phone_once(made):
    offered = offer(made)
    secret = offered["url"].rstrip("/").rsplit("/", 1)[1]
    assert Client().get(f"/kamera/{secret}/").status_code == 200, "looking uses nothing"
    paired = pair(secret)
    assert paired.status_code == 200
    for code in (secret, offered["digits"]):
        again = pair(code)
        assert (again.status_code, again.json()["code"]) == (404, "no_such_code")
    entry = LogEntry.objects.get(session_id=made.id, kind="camera.paired")
    assert entry.data == {"camera": paired.json()["camera"], "device": "Safari, iPhone"}
    assert entry.actor == str(made.asesi.pk)


def test_neither_code_is_in_the_database(made):
    offered = offer(made)
    row = CameraPairing.objects.values().get()
    assert offered["digits"] not in str(row)
    assert offered["url"].rstrip("/").rsplit("/", 1)[1] not in str(row)


def test_a_newer_code_and_time_void_a_code(made):
    first = offer(made)
    second = offer(made)
    assert pair(first["digits"]).status_code == 404
    CameraPairing.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert pair(second["digits"]).status_code == 404
    assert timedelta(minutes=5) == LIFETIME


def test_only_the_asesi_who_consented_offers_and_only_while_the_room_is_open(made):
    path = f"/api/v1/sessions/{made.id}/camera/offer"
    for user in (made.asesor, made.pengamat, made.admin, made.stranger):
        assert client_of(made, user).post(path).status_code == 403
    assert Client().post(path).status_code == 401
    fresh = open_room(datetime.now(UTC))
    with pytest.raises(DomainError) as refused:
        cameras.offer(fresh.id, user=fresh.asesi, now=datetime.now(UTC))
    assert refused.value.code == "not_in_room"
    offered = offer(made)
    made.do(made.asesor, "session.end", seconds=1)
    late = pair(offered["digits"])
    assert (late.status_code, late.json()["code"]) == (409, "not_in_room")


def test_guessing_from_one_address_stops_after_a_few(made):
    digits = offer(made)["digits"]
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(TRIES_PER_ADDRESS):
        assert pair(wrong, "10.9.9.9").status_code == 404
    refused = pair(digits, "10.9.9.9")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert pair(digits, "10.9.9.8").status_code == 200, "elsewhere it still opens"


def test_guessing_from_everywhere_closes_the_digits_and_leaves_the_qr(made):
    offered = offer(made)
    wrong = f"{(int(offered['digits']) + 1) % 10**6:06d}"
    for n in range(MISSES_PER_CODE):
        pair(wrong, f"10.1.{n // 250}.{n % 250}")
    assert PairingMiss.objects.count() == MISSES_PER_CODE
    assert pair(offered["digits"], "10.2.0.1").status_code == 404
    assert pair(offered["url"].rstrip("/").rsplit("/", 1)[1], "10.2.0.1").status_code == 200


def test_a_newer_phone_takes_the_place_of_the_earlier(made):
    _body, earlier = phone_of(made)
    phone_of(made)
    entry = LogEntry.objects.get(session_id=made.id, kind="camera.unpaired")
    assert entry.data["reason"] == "replaced"
    assert earlier.get(f"/api/v1/sessions/{made.id}/camera").json()["state"] == "ended"


# --- what its token opens ---


def test_a_camera_reads_its_standing_and_nothing_of_the_session(made):
    body, phone = phone_of(made)
    base = f"/api/v1/sessions/{made.id}"
    standing = phone.get(f"{base}/camera")
    assert standing.status_code == 200
    assert standing.json()["state"] == "live"
    assert standing.json()["asesi"] == made.asesi.name
    op = {"op_id": uuid.uuid4().hex, "kind": "chat", "data": {"text": "halo"}}
    refusals = [
        phone.get(base),
        phone.get(f"{base}/log"),
        phone.get(f"{base}/streams"),
        phone.get(f"{base}/recording"),
        phone.get(f"{base}/evidence"),
        phone.get(f"{base}/checklist"),
        phone.post(f"{base}/ops", op, content_type="application/json"),
        phone.post(f"{base}/join", {}, content_type="application/json"),
        phone.post(f"{base}/camera/offer"),
        phone.post(f"{base}/whep/any", "v=0", content_type="application/sdp"),
    ]
    assert {answer.status_code for answer in refusals} == {403}
    assert {answer.json()["code"] for answer in refusals} == {"camera_token"}
    assert "chat" not in kinds(made)
    other = open_room(datetime.now(UTC))
    foreign = phone.get(f"/api/v1/sessions/{other.id}/camera")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_token")
    assert body["token"].count(".") == 2


def test_a_join_token_is_no_camera_and_a_forged_one_is_nothing(made):
    base = f"/api/v1/sessions/{made.id}/camera"
    joined = Client(headers={"authorization": f"Bearer {token_for(made, made.asesi)}"})
    assert joined.get(base).status_code == 401
    body, _phone = phone_of(made)
    head, claims, signature = body["token"].split(".")
    forged = f"{head}.{claims}.{signature[:-4]}AAAA"
    assert Client(headers={"authorization": f"Bearer {forged}"}).get(base).status_code == 401


def test_a_camera_publishes_its_own_kind_alone(made, monkeypatch):
    asked: list[tuple[str, str]] = []

    def answer(method: str, path: str, **_more: Any) -> node.NodeAnswer:
        asked.append((method, path))
        return node.NodeAnswer(201, b"v=0\r\n", "application/sdp", "res-1")

    monkeypatch.setattr(node, "ask", answer)
    _body, phone = phone_of(made)
    whip = f"/api/v1/sessions/{made.id}/whip"
    for kind in ("", "?kind=camera", "?kind=screen"):
        refused = phone.post(f"{whip}{kind}", "v=0", content_type="application/sdp")
        assert (refused.status_code, refused.json()["code"]) == (403, "kind_not_yours")
    assert asked == []
    sent = phone.post(f"{whip}?kind=second_camera", "v=0", content_type="application/sdp")
    assert sent.status_code == 201
    stream = ensure_stream(made.id, owner_id=made.asesi.pk, kind="second_camera")
    assert asked == [("POST", f"/streams/{stream.pk}/whip")]
    camera = ensure_stream(made.id, owner_id=made.asesi.pk, kind="camera")
    assert phone.delete(f"{whip}/{camera.pk}/res-1").status_code == 403
    assert phone.delete(f"{whip}/{stream.pk}/res-1").status_code != 403


def slice_headers(kind: str, body: bytes, name: str) -> dict[str, str]:
    said = {
        "slice": name, "run": "r", "kind": kind, "filetype": "video/webm", "start_ms": "0",
        "end_ms": "1000", "clock_error_ms": "20", "wall_ms": "1",
        "sha256": sha256(body).hexdigest(),
    }  # fmt: skip
    pairs = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
    return {"tus-resumable": "1.0.0", "upload-length": str(len(body)), "upload-metadata": pairs}


def test_a_camera_hands_in_its_own_backup_alone(made, settings, tmp_path):
    settings.UPLOAD_DIR = str(tmp_path)
    _body, phone = phone_of(made)
    files = f"/api/v1/sessions/{made.id}/backup/files"
    standing = phone.get(f"/api/v1/sessions/{made.id}/backup")
    assert (standing.status_code, standing.json()["wanted"]) == (200, [])
    data = b"\x1a\x45\xdf\xa3" + bytes(60)
    refused = phone.generic("POST", files, headers=slice_headers("camera", data, "a"))
    assert (refused.status_code, refused.json()["code"]) == (403, "kind_not_yours")
    begun = phone.generic("POST", files, headers=slice_headers("second_camera", data, "b"))
    assert begun.status_code == 201, begun.content
    row = BackupSlice.objects.get(slice="b")
    assert (row.owner, row.stream.kind) == (made.asesi, "second_camera")
    person = Client(headers={"authorization": f"Bearer {token_for(made, made.asesi)}"})
    theirs = person.generic("POST", files, headers=slice_headers("camera", data, "c"))
    reached = phone.head(theirs["Location"], headers={"tus-resumable": "1.0.0"})
    assert reached.status_code == 403


# --- being put out ---


@pytest.mark.parametrize("who", ["asesi", "asesor"])
def test_who_is_in_the_room_takes_it_off_and_its_token_is_dead(made, who, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(node, "ask", lambda _method, path, **_more: asked.append(path))
    body, phone = phone_of(made)
    stream = ensure_stream(made.id, owner_id=made.asesi.pk, kind="second_camera")
    type(stream).objects.filter(pk=stream.pk).update(live=True)
    made.do(getattr(made, who), "camera.unpair", {"camera": body["camera"]}, seconds=2)
    entry = LogEntry.objects.get(session_id=made.id, kind="camera.unpaired")
    assert entry.data == {"camera": body["camera"], "reason": who}
    base = f"/api/v1/sessions/{made.id}"
    for answer in (
        phone.get(f"{base}/camera"),
        phone.get(f"{base}/backup"),
        phone.post(f"{base}/whip?kind=second_camera", "v=0", content_type="application/sdp"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "camera_unpaired")
    again = made.op(made.asesi, "camera.unpair", {"camera": body["camera"]}, seconds=3)
    assert again.frame()["code"] == "not_paired"


def test_a_phone_that_is_done_sends_nothing_more_but_hands_in_what_it_has(made):
    _body, phone = phone_of(made)
    base = f"/api/v1/sessions/{made.id}"
    assert phone.post(f"{base}/camera/end").json()["state"] == "ended"
    assert phone.post(f"{base}/camera/end").status_code == 200
    assert kinds(made).count("camera.unpaired") == 1
    sent = phone.post(f"{base}/whip?kind=second_camera", "v=0", content_type="application/sdp")
    assert sent.status_code == 401
    assert phone.get(f"{base}/backup").status_code == 200


def test_it_ends_with_the_session(made):
    _body, phone = phone_of(made)
    made.do(made.asesor, "session.end", seconds=2)
    base = f"/api/v1/sessions/{made.id}"
    assert phone.get(f"{base}/camera").json()["state"] == "over"
    sent = phone.post(f"{base}/whip?kind=second_camera", "v=0", content_type="application/sdp")
    assert (sent.status_code, sent.json()["code"]) == (409, "session_ended")


# --- room sweeps ---


def test_a_sweep_is_asked_shown_from_the_phone_and_judged(made):
    _body, phone = phone_of(made)
    base = f"/api/v1/sessions/{made.id}/camera"
    seq = made.do(made.asesor, "sweep.ask", seconds=5)
    assert phone.get(base).json()["sweep"]["seq"] == seq
    assert made.op(made.asesor, "sweep.ask", seconds=6).frame()["code"] == "sweep_open"
    for _ in range(2):
        done = phone.post(f"{base}/sweep", {"sweep": seq}, content_type="application/json")
        assert done.json()["sweep"] is None
    assert kinds(made).count("sweep.done") == 1
    finding = {"sweep": seq, "result": "temuan", "note": "catatan di dinding"}
    made.do(made.asesor, "sweep.judge", finding, seconds=30)
    last = LogEntry.objects.filter(session_id=made.id).order_by("seq").last()
    assert last is not None
    assert last.data == finding
    assert made.op(made.asesor, "sweep.judge", finding).frame()["code"] == "sweep_judged"
    phone.post(f"{base}/end")
    replayed, stored = fold.fold(full_log(made.id)), stored_state(made.fresh())
    assert (replayed.cameras, replayed.sweeps) == (stored.cameras, stored.sweeps)
    assert [camera.reason for camera in replayed.cameras.values()] == ["device"]


def test_a_sweep_judged_before_the_asesi_said_so_has_its_span_all_the_same(made):
    seq = made.do(made.asesor, "sweep.ask", seconds=5)
    made.do(made.pendamping, "sweep.judge", {"sweep": seq, "result": "aman"}, seconds=25)
    done = LogEntry.objects.get(session_id=made.id, kind="sweep.done").data
    assert done["end_ms"] > done["start_ms"]
    seq = made.do(made.asesor, "sweep.ask", seconds=26)
    made.do(made.asesor, "sweep.judge", {"sweep": seq, "result": "tidak_dilakukan"}, seconds=27)
    assert kinds(made).count("sweep.done") == 1


def test_who_may_ask_show_and_judge_and_what_the_asesi_is_not_told(made):
    assert made.op(made.asesi, "sweep.ask").frame()["code"] == "wrong_role"
    seq = made.do(made.asesor, "sweep.ask")
    judged = {"sweep": seq, "result": "aman"}
    assert made.op(made.asesi, "sweep.judge", judged).frame()["code"] == "wrong_role"
    made.do(made.asesi, "sweep.done", {"sweep": seq}, seconds=20)
    assert made.op(made.asesi, "sweep.done", {"sweep": seq}).frame()["code"] == "sweep_done"
    bad = {"sweep": seq, "result": "bagus"}
    assert made.op(made.asesor, "sweep.judge", bad).frame()["code"] == "unknown_result"
    made.do(made.asesor, "sweep.judge", judged, seconds=21)
    log = client_of(made, made.asesi).get(f"/api/v1/sessions/{made.id}/log").json()["items"]
    assert [entry["kind"] for entry in log][-2:] == ["sweep.done", "hidden"]
