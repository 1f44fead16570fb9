"""Evidence by tus, over HTTP, into real storage."""

import base64
import hashlib
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from ajj.assessment.models import Evidence, Upload
from ajj.assessment.selectors import open_evidence
from ajj.assessment.services import claim, finish, receive, tick_uploads
from ajj.live import tushttp
from ajj.live.models import LogEntry
from ajj.live.tus import Checksum, TusError
from tests.factories import tus as tus_factory
from tests.factories.live import kuk_of, room, skema_of

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def own_staging(settings, tmp_path):
    """What another test left on its way is not this one's."""
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def made():
    """A room that is open now."""
    made = room(starts_at=timezone.now() - timedelta(minutes=5))
    made.enter(made.asesi, "a")
    made.enter(made.asesor, "b")
    return made


class Tus(tus_factory.Tus):
    """A client that speaks tus for evidence."""

    def __init__(self, made, user) -> None:
        super().__init__(f"/api/v1/sessions/{made.id}/evidence", user)

    def create(self, data=b"", *, length=None, name="foto.png", mime="image/png", **meta):
        said = tus_factory.described(filename=name, filetype=mime, **meta)
        size = len(PNG) if length is None else length
        return self.ask("POST", self.url, data, Upload_Length=size, Upload_Metadata=said)


def nothing_kept(made) -> bool:
    kept = LogEntry.objects.filter(session_id=made.id, kind="evidence.received").exists()
    return not kept and not Evidence.objects.exists()


def staged() -> list[Path]:
    folder = Path(settings.UPLOAD_DIR)
    return list(folder.iterdir()) if folder.is_dir() else []


def test_what_is_spoken(made):
    answer = Client().options(f"/api/v1/sessions/{made.id}/evidence")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Max-Size"] == str(50 * 1024 * 1024)
    assert "creation-with-upload" in answer["Tus-Extension"]
    assert "sha256" in answer["Tus-Checksum-Algorithm"]


def test_a_file_in_pieces_becomes_logged_evidence(made):
    tus = Tus(made, made.asesi)
    answer = tus.create(kuk=",".join(map(str, made.kuk[:2])), taken_ms=1234)
    assert answer.status_code == 201
    url = answer["Location"]
    assert "GMT" in answer["Upload-Expires"]
    offset = 0
    while offset < len(PNG):
        piece = PNG[offset : offset + 4096]
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        answer = tus.patch(url, piece, offset, Upload_Checksum=f"sha256 {digest}")
        assert answer.status_code == 204
        offset = int(answer["Upload-Offset"])
    row = Evidence.objects.get()
    entry = LogEntry.objects.get(session_id=made.id, kind="evidence.received")
    assert entry.data == {
        "evidence": url.rsplit("/", 1)[-1],
        "filename": "foto.png",
        "filetype": "image/png",
        "bytes": len(PNG),
        "sha256": hashlib.sha256(PNG).hexdigest(),
        "kuk": sorted(made.kuk[:2]),
        "taken_ms": 1234,
    }
    assert entry.actor == str(made.asesi.pk)
    with open_evidence(row) as stored:
        assert stored.read() == PNG
    with default_storage.open(row.storage_name) as sealed:
        assert sealed.read(4) == b"AJJ1"
    assert staged() == []
    head = tus.ask("HEAD", url)
    assert (head.status_code, head["Upload-Offset"]) == (200, str(len(PNG)))
    assert tus.patch(url, b"", len(PNG)).status_code == 204
    assert tus.ask("DELETE", url).status_code == 409
    assert Evidence.objects.count() == 1


def test_creation_with_upload_and_the_file_comes_back(made):
    assert Tus(made, made.asesi).create(PNG, name='a b".png').status_code == 201
    row = Evidence.objects.get()
    url = f"/api/v1/sessions/{made.id}/evidence/{row.pk}/file"
    asesor = Tus(made, made.asesor)
    whole = asesor.client.get(url, headers=asesor.head)
    assert whole.content == PNG
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Content-Disposition"].startswith("inline; filename")
    part = asesor.client.get(url, headers={**asesor.head, "Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, PNG[2:6])
    assert part["Content-Range"] == f"bytes 2-5/{len(PNG)}"
    beyond = asesor.client.get(url, headers={**asesor.head, "Range": f"bytes={len(PNG)}-"})
    assert beyond.status_code == 416
    stranger = Tus(made, made.stranger)
    assert stranger.client.get(url, headers=stranger.head).status_code == 403
    assert Client().get(url).status_code == 401
    assert (
        asesor.client.get(
            url.replace(str(row.pk), str(uuid.uuid4())), headers=asesor.head
        ).status_code
        == 404
    )
    listed = asesor.client.get(asesor.url, headers=asesor.head).json()
    assert [item["evidence"] for item in listed["items"]] == [str(row.pk)]


@pytest.mark.parametrize("version", ["0.2.2", None])
def test_another_version_of_tus_is_412(made, version):
    tus = Tus(made, made.asesi)
    if version is None:
        del tus.head["Tus-Resumable"]
    else:
        tus.head["Tus-Resumable"] = version
    answer = tus.create()
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert not Upload.objects.exists()


def test_what_may_not_begin(made):
    tus = Tus(made, made.asesi)
    foreign = kuk_of(skema_of())[0]
    assert tus.create(length=50 * 1024 * 1024 + 1).status_code == 413
    assert tus.create(mime="text/html").status_code == 415
    assert tus.create(kuk=foreign).json()["code"] == "kuk_outside_skema"
    assert tus.create(length=0).json()["code"] == "empty_file"
    assert tus.create(kuk="satu").status_code == 400
    assert Tus(made, made.pengamat).create().json()["code"] == "wrong_role"
    assert Tus(made, made.stranger).create().json()["code"] == "not_member"
    tus.head["Authorization"] = "Bearer nope"
    assert tus.create().status_code == 401
    assert not Upload.objects.exists()
    assert staged() == []


def test_a_closed_window_and_an_ended_session_begin_nothing(made):
    early = room(starts_at=timezone.now() + timedelta(hours=1))
    assert Tus(early, early.asesi).create().json()["code"] == "too_early"
    late = room(starts_at=timezone.now() - timedelta(hours=5))
    assert Tus(late, late.asesi).create().json()["code"] == "window_closed"
    tus = Tus(made, made.asesi)
    begun = tus.create()["Location"]
    made.do(made.asesor, "session.end", seconds=400)
    assert tus.create().json()["code"] == "session_ended"
    assert tus.patch(begun, PNG, 0).status_code == 204
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    "content", [b"<html><script>1</script>" + bytes(9000), b"%PDF-1.7\n" + bytes(9000), bytes(9000)]
)
@pytest.mark.parametrize("step", [9100, 1000])
def test_a_mislabelled_file_is_refused_whole(made, content, step):
    tus = Tus(made, made.asesi)
    url = tus.create(length=len(content))["Location"]
    statuses = []
    for offset in range(0, len(content), step):
        statuses.append(tus.patch(url, content[offset : offset + step], offset).status_code)
        if statuses[-1] != 204:
            break
    assert statuses[-1] == 415
    assert nothing_kept(made)
    assert staged() == []
    assert tus.ask("HEAD", url).status_code == 410


def test_wrong_bodies_change_nothing(made):
    tus = Tus(made, made.asesi)
    url = tus.create()["Location"]
    bad = base64.b64encode(bytes(32)).decode()
    assert tus.patch(url, PNG[:100], 0, Upload_Checksum=f"sha256 {bad}").status_code == 460
    assert tus.patch(url, PNG[:100], 0, Upload_Checksum="crc32 AA==").status_code == 400
    assert tus.patch(url, PNG[:100], 7).status_code == 409
    assert tus.patch(url, PNG + b"x", 0).status_code == 413
    assert tus.ask("PATCH", url, b"x", kind="text/plain", Upload_Offset=0).status_code == 415
    assert tus.ask("PATCH", url, b"x").status_code == 400
    assert tus.ask("PUT", url, b"x").status_code == 405
    assert int(tus.ask("HEAD", url)["Upload-Offset"]) == 0
    assert tus.patch(url, PNG, 0).status_code == 204
    assert Evidence.objects.count() == 1


def test_only_the_owner_goes_on(made):
    url = Tus(made, made.asesi).create()["Location"]
    other = Tus(made, made.asesor)
    assert other.ask("HEAD", url).status_code == 404
    assert other.patch(url, PNG, 0).status_code == 404
    assert other.ask("DELETE", url).status_code == 404


def test_a_newer_request_preempts_an_older_one(made):
    tus = Tus(made, made.asesi)
    upload_id = uuid.UUID(tus.create()["Location"].rsplit("/", 1)[-1])
    now = timezone.now()
    old = claim(made.id, upload_id, user=made.asesi, now=now)

    def slow_body():
        yield PNG[:50]
        assert tus.ask("HEAD", f"{tus.url}/{upload_id}").status_code == 200
        yield PNG[50:100]

    with pytest.raises(TusError) as refused:
        receive(old, offset=0, body=slow_body(), checksum=Checksum(None), now=now)
    assert (refused.value.status, refused.value.code) == (409, "preempted")
    assert Upload.objects.get().offset == 0
    assert tus.patch(f"{tus.url}/{upload_id}", PNG, 0).status_code == 204


def test_termination_and_expiry_leave_nothing(made):
    tus = Tus(made, made.asesi)
    first, second = tus.create()["Location"], tus.create()["Location"]
    assert tus.ask("DELETE", first).status_code == 204
    assert tus.ask("HEAD", first).status_code == 404
    assert len(staged()) == 1
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.patch(second, PNG, 0).status_code == 410
    assert tick_uploads(timezone.now()) == 1
    assert staged() == []
    assert not Upload.objects.exists()


def test_what_died_before_it_was_logged_is_finished_by_the_tick(made):
    tus = Tus(made, made.asesi)
    upload_id = uuid.UUID(tus.create()["Location"].rsplit("/", 1)[-1])
    now = timezone.now()
    upload = claim(made.id, upload_id, user=made.asesi, now=now)
    assert receive(upload, offset=0, body=[PNG], checksum=Checksum(None), now=now) == len(PNG)
    Upload.objects.update(state=Upload.State.STORING)
    assert not finish(upload_id, now=now)
    assert tick_uploads(now + timedelta(seconds=90)) == 1
    assert Evidence.objects.count() == 1
    assert tick_uploads(now + timedelta(seconds=180)) == 0


def test_the_method_may_be_overridden(made):
    tus = Tus(made, made.asesi)
    url = tus.create()["Location"]
    answer = tus.ask("POST", url, PNG, Upload_Offset=0, X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204
    assert Evidence.objects.count() == 1


@pytest.mark.services
def test_evidence_lands_in_a_real_bucket_and_comes_back(settings, bucket, made):
    settings.STORAGES = bucket.storages
    tus = Tus(made, made.asesi)
    assert tus.create(PNG).status_code == 201
    row = Evidence.objects.get()
    assert bucket.keys() == [row.storage_name]
    kept = bucket.client().get_object(Bucket=bucket.name, Key=row.storage_name)["Body"].read()
    assert kept.startswith(b"AJJ1")
    url = f"{tus.url}/{row.pk}/file"
    part = tus.client.get(url, headers={**tus.head, "Range": "bytes=10-"})
    assert part.content == PNG[10:]
    refused = tus.create(b"<html>" + bytes(5000), length=5006)
    assert refused.status_code == 415
    assert len(bucket.keys()) == 1


def test_a_join_token_counts_for_its_own_session_only(made):
    other = room(
        starts_at=timezone.now() - timedelta(minutes=5),
        permohonan=made.permohonan,
        kind="pra_asesmen",
    )
    tus = Tus(made, made.asesi)
    joined = tus.client.post(
        f"/api/v1/sessions/{made.id}/join",
        {"consent_version": "2026-1"},
        content_type="application/json",
        headers=tus.head,
    ).json()
    tus.head["Authorization"] = f"Bearer {joined['token']}"
    assert tus.create(PNG).status_code == 201
    tus.url = f"/api/v1/sessions/{other.id}/evidence"
    refused = tus.create(PNG)
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_token")
    tus.head["Authorization"] = f"Bearer {joined['token'][:-4]}AAAA"
    assert tus.create(PNG).status_code == 401
    assert Evidence.objects.count() == 1


LENIENT = {"Prefer": "handling=lenient, wait=3"}


def test_what_overlaps_is_skipped_for_who_asks_for_it(made):
    tus = Tus(made, made.asesi)
    url = tus.create()["Location"]
    assert tus.patch(url, PNG[:600], 0).status_code == 204
    checksum = f"sha256 {base64.b64encode(hashlib.sha256(PNG[200:900]).digest()).decode()}"
    assert tus.patch(url, PNG[200:900], 200).status_code == 409, "the protocol's own answer"
    again = tus.patch(url, PNG[200:900], 200, Upload_Checksum=checksum, **LENIENT)
    assert (again.status_code, again["Upload-Offset"]) == (204, "900")
    known = tus.patch(url, PNG[100:500], 100, **LENIENT)
    assert (known.status_code, known["Upload-Offset"]) == (204, "900"), "nothing new in it"
    spoilt = tus.patch(url, PNG[700:1000][::-1], 700, Upload_Checksum=checksum, **LENIENT)
    assert spoilt.status_code == 460
    assert tus.patch(url, PNG[900:], 900).status_code == 204
    (evidence,) = Evidence.objects.filter(session=made.session)
    assert evidence.sha256 == hashlib.sha256(PNG).hexdigest()


def test_a_piece_that_overtook_waits_for_the_one_before(made, monkeypatch):
    tus = Tus(made, made.asesi)
    url = tus.create()["Location"]
    looks = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            assert tus.patch(url, PNG[:700], 0).status_code == 204

    monkeypatch.setattr(tushttp, "pause", pause)
    assert tus.patch(url, PNG[700:], 700).status_code == 409
    assert looks == [], "who does not ask for it does not wait"
    early = tus.patch(url, PNG[700:], 700, **LENIENT)
    assert (early.status_code, len(looks)) == (204, 2)
    (evidence,) = Evidence.objects.filter(session=made.session)
    assert evidence.sha256 == hashlib.sha256(PNG).hexdigest()
