"""Evidence as the room sends it: announced, seen small, then whole; its original asked for."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from ajj.assessment.models import Evidence, Upload
from ajj.assessment.services import tick_uploads
from ajj.assessment.storage import thumb_name
from ajj.live import services
from ajj.live.models import LogEntry, Session
from ajj.live.ops import Reject
from recordings.services.purge import purge
from tests.factories import tus as tus_factory
from tests.factories.live import room
from tests.integration.assessment.test_uploads import PNG, Tus

pytestmark = pytest.mark.django_db
THUMB = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(2000)
ORIGINAL = PNG + bytes(50_000)


@pytest.fixture(autouse=True)
def own_staging(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def made():
    """A room that is open now, in which the asesi's camera runs since the first second."""
    made = room(starts_at=timezone.now() - timedelta(minutes=5))
    made.enter(made.asesi, "a")
    made.enter(made.asesor, "b")
    services.record(
        made.id,
        kind="stream.started",
        actor=str(made.asesi.pk),
        data={"stream": "cam1", "kind": "camera", "owner": str(made.asesi.pk), "codecs": []},
        now=made.at(1),
    )
    return made


def entries(made, kind):
    return [row.data for row in LogEntry.objects.filter(session_id=made.id, kind=kind)]


def live(made, **more):
    """Metadata of a picture that was just taken from the running camera."""
    session = Session.objects.get(pk=made.id)
    assert session.opened_at is not None
    head = LogEntry.objects.filter(session=session).latest("seq")
    return {
        "id": str(uuid.uuid4()),
        "source": "live",
        "taken_ms": (timezone.now() - session.opened_at) // timedelta(milliseconds=1),
        "clock_error_ms": 20,
        "stream": "cam1",
        "moment": f"{head.seq}:{head.hash[:32]}",
        "original_sha256": hashlib.sha256(ORIGINAL).hexdigest(),
        "original_bytes": len(ORIGINAL),
        "original_type": "image/png",
        **more,
    }


def put_thumb(tus, url, body=THUMB):
    return tus.ask("PUT", f"{url}/thumb", body, kind="image/jpeg")


def test_a_live_picture_is_announced_seen_and_received(made):
    tus, asesor = Tus(made, made.asesi), Tus(made, made.asesor)
    said = live(made)
    url = tus.create(**said)["Location"]
    assert url.endswith(said["id"])
    (announced,) = entries(made, "evidence.announced")
    assert announced["capture"]["source"] == "live"
    assert announced["capture"]["doubts"] == []
    assert announced["original"]["sha256"] == said["original_sha256"]
    waiting = asesor.client.get(asesor.url, headers=asesor.head).json()["incoming"]
    assert [(item["offset"], item["thumb"]) for item in waiting] == [(0, None)]

    assert put_thumb(tus, url).status_code == 204
    tus.patch(url, PNG[:5000], 0)
    (waiting,) = asesor.client.get(asesor.url, headers=asesor.head).json()["incoming"]
    assert (waiting["evidence"], waiting["offset"]) == (said["id"], 5000)
    seen = asesor.client.get(waiting["thumb"], headers=asesor.head)
    assert (seen.status_code, seen["Content-Type"], seen.content) == (200, "image/jpeg", THUMB)
    stranger = Tus(made, made.stranger)
    assert stranger.client.get(waiting["thumb"], headers=stranger.head).status_code == 403
    with default_storage.open(thumb_name(made.id, said["id"])) as sealed:
        assert sealed.read(4) == b"AJJ1"

    tus.patch(url, PNG[5000:], 5000)
    (received,) = entries(made, "evidence.received")
    sha256 = hashlib.sha256(PNG).hexdigest()
    thumb = hashlib.sha256(THUMB).hexdigest()
    assert received == {**announced, "sha256": sha256, "thumb": thumb}
    assert asesor.client.get(asesor.url, headers=asesor.head).json()["incoming"] == []
    assert asesor.client.get(waiting["thumb"], headers=asesor.head).status_code == 200


def test_creating_again_is_the_same_upload(made):
    tus = Tus(made, made.asesi)
    said = live(made)
    url = tus.create(**said)["Location"]
    tus.patch(url, PNG[:5000], 0)
    assert tus.create(**said)["Location"] == url
    assert len(entries(made, "evidence.announced")) == 1
    assert Upload.objects.get().offset == 5000
    assert tus.create(length=17, **said).json()["code"] == "id_taken"
    assert Tus(made, made.asesor).create(**said).json()["code"] == "id_taken"
    foreign = live(made, owner=made.asesi.pk)
    assert Tus(made, made.asesor).create(**foreign).json()["code"] == "another_account"


def test_what_does_not_fit_is_logged_as_doubt_not_refused(made):
    tus = Tus(made, made.asesi)
    late = live(made, taken_ms=10**8, stream="other", moment=f"1:{'0' * 32}")
    assert tus.create(PNG, **late).status_code == 201
    assert entries(made, "evidence.received")[0]["capture"]["doubts"] == [
        "future",
        "no_stream",
        "no_moment",
    ]


def test_a_picture_of_the_last_minute_comes_in_after_the_end(made):
    tus = Tus(made, made.asesi)
    before = live(made)
    made.do(made.asesor, "session.end", seconds=320)
    gallery = live(made, source="gallery", taken_ms=1000)
    assert tus.create(**gallery).json()["code"] == "session_ended"
    after = live(made, taken_ms=10**9)
    assert tus.create(**after).json()["code"] == "session_ended"
    assert tus.create(PNG, **before).status_code == 201
    assert "late" in entries(made, "evidence.received")[0]["capture"]["doubts"]
    Session.objects.filter(pk=made.id).update(ended_ms=before["taken_ms"])
    Session.objects.filter(pk=made.id).update(
        opened_at=timezone.now() - timedelta(days=1, minutes=30)
    )
    assert tus.create(**live(made, taken_ms=1)).json()["code"] == "session_ended"


@pytest.mark.parametrize(
    ("body", "status"), [(THUMB + bytes(8192), 413), (PNG, 413), (b"<svg>" + bytes(99), 415)]
)
def test_only_a_small_picture_is_a_thumb(made, body, status):
    tus = Tus(made, made.asesi)
    url = tus.create(**live(made))["Location"]
    assert put_thumb(tus, url, body).status_code == status
    assert put_thumb(Tus(made, made.asesor), url).status_code == 404
    assert tus.ask("GET", f"{url}/thumb").status_code == 404


def test_a_thumb_goes_with_its_upload(made):
    tus = Tus(made, made.asesi)
    gone, expired, kept = (live(made) for _ in range(3))
    urls = [tus.create(**said)["Location"] for said in (gone, expired, kept)]
    for url in urls:
        put_thumb(tus, url)
    tus.ask("DELETE", urls[0])
    Upload.objects.filter(pk=expired["id"]).update(expires_at=timezone.now())
    tick_uploads(timezone.now())
    there = [default_storage.exists(thumb_name(made.id, said["id"])) for said in (gone, expired)]
    assert there == [False, False]
    tus.patch(urls[2], PNG, 0)
    purge(made.id, made.asesi.pk)
    assert not default_storage.exists(thumb_name(made.id, kept["id"]))


def test_the_original_comes_when_it_is_asked_for(made):
    tus = Tus(made, made.asesi)
    said = live(made)
    tus.create(PNG, **said)
    whole = {"original_of": said["id"], "name": "asli.png", "id": str(uuid.uuid4())}
    assert tus.create(ORIGINAL, length=len(ORIGINAL), **whole).json()["code"] == "not_asked"
    refused = made.op(made.asesi, "evidence.ask_original", {"evidence": said["id"]})
    assert isinstance(refused, Reject)
    made.do(made.asesor, "evidence.ask_original", {"evidence": said["id"]}, seconds=320)
    again = made.op(made.asesor, "evidence.ask_original", {"evidence": said["id"]}, seconds=320)
    assert isinstance(again, Reject)
    assert again.code == "already_asked"
    made.do(made.asesor, "session.end", seconds=330)
    assert tus.create(length=7, **whole).json()["code"] == "original_differs"
    other = tus_factory.described(filename="b.png", filetype="image/png", original_of=said["id"])
    assert (
        Tus(made, made.asesor)
        .ask("POST", tus.url, Upload_Length=len(ORIGINAL), Upload_Metadata=other)
        .json()["code"]
        == "not_owner"
    )
    false = PNG + bytes(49_999) + b"x"
    lie = {**whole, "id": str(uuid.uuid4())}
    assert tus.create(false, length=len(ORIGINAL), **lie).status_code == 422
    assert tus.create(ORIGINAL, length=len(ORIGINAL), **whole).status_code == 201
    row = Evidence.objects.get(original_of__pk=said["id"])
    assert row.sha256 == said["original_sha256"]
    assert entries(made, "evidence.received")[-1]["original_of"] == said["id"]
    assert (
        tus.create(length=len(ORIGINAL), **{**whole, "id": str(uuid.uuid4())}).json()["code"]
        == "finished"
    )
    asesor = Tus(made, made.asesor)
    listed = asesor.client.get(asesor.url, headers=asesor.head).json()["items"]
    assert [(item["asked"], item["original_of"]) for item in listed] == [
        (True, None),
        (False, said["id"]),
    ]


def test_there_is_no_original_of_what_came_as_it_was(made):
    tus = Tus(made, made.asesi)
    tus.create(PNG)
    key = str(Evidence.objects.get().pk)
    answer = made.op(made.asesor, "evidence.ask_original", {"evidence": key}, seconds=310)
    assert isinstance(answer, Reject)
    assert answer.code == "no_original"
