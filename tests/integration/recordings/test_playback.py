"""The manifest and the bytes: who gets them, whole and in ranges, from files and from S3 alike."""

import hashlib
from datetime import UTC, datetime

import pytest
from django.test import Client

from ajj.people.models import Role
from ajj.people.services import issue_token
from recordings.models import Segment
from tests.factories.live import person
from tests.integration.recordings.spool import Recorded, recorded

pytestmark = pytest.mark.django_db
BODY = bytes(range(256)) * 20


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    settings.DATA_DIR = tmp_path / "data"
    made = recorded(tmp_path / "spool")
    _fill(made)
    return made


def _fill(made: Recorded) -> None:
    made.say("stream.started", 2, codecs=["vp8", "opus"])
    made.segment(0, 2_000, 8_000, BODY)
    made.segment(1, 9_000, 14_000)
    made.ingest().step()


def client_of(user) -> Client:
    token = issue_token(user, actor=None, now=datetime.now(UTC))
    return Client(headers={"authorization": f"Bearer {token}"})


def manifest(made: Recorded, user):
    answer = client_of(user).get(f"/api/v1/sessions/{made.room.id}/recording")
    assert answer.status_code == 200
    return answer.json()


def test_the_manifest_is_the_contracts(made):
    made.end(14)
    made.say("stream.stopped", 14, reason="ended")
    made.ingest().step()
    body = manifest(made, made.room.asesor)
    assert body["duration_ms"] == 14_000
    assert body["sealed_head"] is None
    (stream,) = body["streams"]
    assert (stream["stream"], stream["kind"], stream["live"]) == (
        made.stream.pk,
        "camera",
        False,
    )
    first = stream["segments"][0]
    address, _access = first.pop("url").split("?access=")
    assert address == f"/api/v1/sessions/{made.room.id}/streams/{made.stream.pk}/segments/0"
    assert first == {
        "index": 0,
        "start_ms": 2_000,
        "end_ms": 8_000,
        "bytes": len(BODY),
        "sha256": hashlib.sha256(BODY).hexdigest(),
        "mime": 'video/webm; codecs="vp8,opus"',
        "source": "live",
    }
    assert body["gaps"] == [
        {
            "stream": made.stream.pk,
            "start_ms": start_ms,
            "end_ms": end_ms,
            "cause": cause,
            "filled_by": None,
        }
        for start_ms, end_ms, cause in (
            (0, 2_000, "not yet joined"),
            (8_000, 9_000, "not recorded"),
        )
    ]


def test_bytes_come_whole_in_ranges_and_not_twice(made):
    client = client_of(made.room.asesi)
    url = manifest(made, made.room.asesi)["streams"][0]["segments"][0]["url"]
    whole = client.get(url)
    assert (whole.status_code, whole.getvalue()) == (200, BODY)
    assert whole.headers["ETag"] == f'"{hashlib.sha256(BODY).hexdigest()}"'
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert whole.headers["Content-Type"] == 'video/webm; codecs="vp8,opus"'
    part = client.get(url, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.getvalue()) == (206, BODY[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(BODY)}"
    tail = client.get(url, headers={"range": "bytes=-10"})
    assert (tail.status_code, tail.getvalue()) == (206, BODY[-10:])
    beyond = client.get(url, headers={"range": f"bytes={len(BODY)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(BODY)}"
    again = client.get(url, headers={"if-none-match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    stale = client.get(url, headers={"range": "bytes=0-9", "if-range": '"other"'})
    assert (stale.status_code, len(stale.getvalue())) == (200, len(BODY))


def test_who_may_watch_is_asked_at_every_request(made):
    room = made.room
    base = f"/api/v1/sessions/{room.id}"
    url = f"{base}/streams/{made.stream.pk}/segments/0"
    for user in (room.asesi, room.asesor, room.pendamping, room.pengamat):
        assert client_of(user).get(url).status_code == 200
    # In a running room the admin is technical support; afterwards, the keeper of the records.
    assert client_of(room.admin).get(url).json()["code"] == "no_media"
    for role in (Role.MANAJER, Role.DIREKTUR):
        assert client_of(person("Kantor", role)).get(url).status_code == 200
    for path in (url, f"{base}/recording", f"{base}/streams"):
        assert client_of(room.stranger).get(path).status_code == 403
        assert client_of(room.komite).get(path).status_code == 403
        assert Client().get(path).status_code == 401
    made.end(14)
    for user in (room.komite, room.admin):
        assert client_of(user).get(url).status_code == 200


def test_what_is_not_there_is_404(made):
    client = client_of(made.room.asesor)
    base = f"/api/v1/sessions/{made.room.id}/streams"
    assert client.get(f"{base}/{made.stream.pk}/segments/7").status_code == 404
    assert client.get(f"{base}/other/segments/0").status_code == 404
    gone = "00000000-0000-4000-8000-000000000000"
    assert client.get(f"/api/v1/sessions/{gone}/recording").status_code == 404


@pytest.mark.services
def test_the_same_from_a_real_s3_bucket(tmp_path, settings, bucket):
    settings.DATA_DIR = tmp_path / "data"
    settings.STORAGES = bucket.storages
    made = recorded(tmp_path / "spool")
    _fill(made)
    assert made.left_over() == []
    row = Segment.objects.get(index=0)
    kept_names = bucket.keys()
    assert row.storage_name in kept_names
    assert row.sha256 not in row.storage_name
    kept = bucket.client().get_object(Bucket=bucket.name, Key=row.storage_name)["Body"].read()
    assert kept.startswith(b"AJJ1")
    assert BODY[:64] not in kept
    test_bytes_come_whole_in_ranges_and_not_twice(made)
    made.segment(0, 2_000, 8_000, BODY)  # a crash before the deletion
    made.ingest().step()
    assert len(bucket.keys()) == 2
