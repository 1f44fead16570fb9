"""Slices of the device's recording by tus: admitted, checked, kept sealed, logged."""

import base64
import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ajj.live.models import LogEntry
from ajj.live.services import vault
from ajj.live.services.incoming import staged
from recordings.models import BackupSlice
from recordings.services import backup, ensure_stream
from tests.factories import tus as tus_factory
from tests.factories.live import room

pytestmark = pytest.mark.django_db
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(range(256)) * 40
SAID = {
    "slice": "s-0001",
    "run": "r-1",
    "kind": "camera",
    "filetype": "video/webm;codecs=vp8,opus",
    "start_ms": 12_000,
    "end_ms": 22_000,
    "clock_error_ms": 80,
    "wall_ms": 1_772_589_612_000,
}


@pytest.fixture(autouse=True)
def own_staging(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


@pytest.fixture
def made():
    made = room(starts_at=timezone.now() - timedelta(minutes=5))
    made.enter(made.asesi, "a")
    made.enter(made.asesor, "b")
    return made


class Device(tus_factory.Tus):
    def __init__(self, made, user) -> None:
        super().__init__(f"/api/v1/sessions/{made.id}/backup/files", user)

    def create(self, data=b"", *, body=WEBM, length=None, **changed):
        said = {**SAID, "sha256": hashlib.sha256(body).hexdigest(), **changed}
        return self.ask(
            "POST",
            self.url,
            data,
            Upload_Length=len(body) if length is None else length,
            Upload_Metadata=tus_factory.described(**said),
        )

    def standing(self):
        return self.client.get(self.url.removesuffix("/files"), headers=self.head).json()


def test_a_slice_in_pieces_is_kept_sealed_and_logged(made):
    device = Device(made, made.asesi)
    url = device.create()["Location"]
    offset = 0
    while offset < len(WEBM):
        piece = WEBM[offset : offset + 4096]
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        answer = device.patch(url, piece, offset, Upload_Checksum=f"sha256 {digest}")
        assert answer.status_code == 204
        offset = int(answer["Upload-Offset"])
    row = BackupSlice.objects.get()
    assert (row.state, row.stream.kind, row.stream.owner) == ("received", "camera", made.asesi)
    entry = LogEntry.objects.get(session_id=made.id, kind="backup.received")
    assert entry.data == {
        "slice": "s-0001",
        "stream": row.stream_id,
        "bytes": len(WEBM),
        "sha256": hashlib.sha256(WEBM).hexdigest(),
        "start_ms": 12_000,
        "end_ms": 22_000,
    }
    kept = vault.fetch(row.storage_name, session_id=made.id, owner_id=made.asesi.pk)
    assert kept.read() == WEBM
    assert device.standing()["received"] == ["s-0001"]
    assert device.ask("DELETE", url).status_code == 409


def test_the_same_slice_again_is_the_same_upload(made):
    device = Device(made, made.asesi)
    first = device.create()["Location"]
    device.patch(first, WEBM[:5000], 0)
    again = device.create()
    assert (again.status_code, again["Location"]) == (201, first)
    assert device.ask("HEAD", first)["Upload-Offset"] == "5000"
    carrying = device.create(WEBM)
    assert (carrying["Location"], carrying["Upload-Offset"]) == (first, "5000")
    assert device.patch(first, WEBM[5000:], 5000).status_code == 204
    assert device.create(WEBM)["Upload-Offset"] == str(len(WEBM))
    assert LogEntry.objects.filter(kind="backup.received").count() == 1
    other = device.create(body=WEBM + b"x")
    assert (other.status_code, other.json()["code"]) == (409, "slice_differs")


def test_what_may_not_begin(made, settings):
    device = Device(made, made.asesi)
    assert device.create(length=32 * 1024 * 1024 + 1).status_code == 413
    assert device.create(filetype="image/png").status_code == 415
    assert device.create(kind="bingung").json()["code"] == "unknown_kind"
    assert device.create(start_ms=3_600_000, end_ms=3_610_000).json()["code"] == "outside_session"
    assert device.create(length=0).json()["code"] == "empty_file"
    for name, value in {
        "slice": "../x", "run": "a b", "start_ms": "nan", "end_ms": 12_000, "end_ms ": 1,
        "clock_error_ms": -1, "wall_ms": 1e300, "sha256": "00",
    }.items():  # fmt: skip
        if not name.endswith(" "):
            assert device.create(**{name: value}).json()["code"] == "bad_metadata", name
    assert Device(made, made.pengamat).create().json()["code"] == "wrong_role"
    assert Device(made, made.stranger).create().json()["code"] == "not_member"
    settings.BACKUP_QUOTA_MB = 0
    assert device.create().json()["code"] == "quota"
    assert not BackupSlice.objects.exists()


def test_a_refusal_is_said_in_the_callers_language(made):
    device = Device(made, made.asesi)
    device.head["Accept-Language"] = "en"
    answer = device.create(length=32 * 1024 * 1024 + 1)
    assert answer.json()["message"].startswith("The file is larger than 32 MB")


def test_a_file_that_is_no_recording_is_refused(made):
    device = Device(made, made.asesi)
    url = device.create(body=b"<html>" + bytes(6000))["Location"]
    assert device.patch(url, b"<html>" + bytes(6000), 0).status_code == 415
    assert device.ask("HEAD", url).status_code == 410
    assert BackupSlice.objects.get().state == "refused"


def test_a_whole_that_is_not_what_was_announced_begins_anew_once(made):
    device = Device(made, made.asesi)
    url = device.create()["Location"]
    wrong = WEBM[:-1] + b"x"
    assert device.patch(url, wrong, 0).status_code == 460
    assert device.ask("HEAD", url)["Upload-Offset"] == "0"
    assert device.patch(url, WEBM, 0).status_code == 204
    second = device.create(slice="s-0002")["Location"]
    assert device.patch(second, wrong, 0).status_code == 460
    assert device.patch(second, wrong, 0).status_code == 460
    assert device.ask("HEAD", second).status_code == 410


def test_days_after_the_end_a_cookie_still_hands_in(made, settings):
    made.do(made.asesor, "session.end", seconds=400)
    client = Client()
    client.force_login(made.asesi)
    said = tus_factory.described(**SAID, sha256=hashlib.sha256(WEBM).hexdigest())
    url = f"/api/v1/sessions/{made.id}/backup/files"
    head = {"Tus-Resumable": "1.0.0", "Upload-Metadata": said, "Upload-Length": str(len(WEBM))}
    answer = client.post(url, WEBM, content_type=tus_factory.BODY, headers=head)
    assert answer.status_code == 201
    assert LogEntry.objects.filter(kind="backup.received").exists()
    settings.BACKUP_DAYS = -1
    late = Device(made, made.asesi).create(slice="s-2")
    assert (late.status_code, late.json()["code"]) == (409, "backup_closed")


def test_a_cookie_without_its_csrf_token_changes_nothing(made):
    client = Client(enforce_csrf_checks=True)
    client.force_login(made.asesi)
    said = tus_factory.described(**SAID, sha256=hashlib.sha256(WEBM).hexdigest())
    head = {"Tus-Resumable": "1.0.0", "Upload-Metadata": said, "Upload-Length": str(len(WEBM))}
    url = f"/api/v1/sessions/{made.id}/backup/files"
    assert client.post(url, headers=head).status_code == 401


def test_what_died_before_it_was_logged_is_finished_by_the_tick(made):
    device = Device(made, made.asesi)
    url = device.create()["Location"]
    device.patch(url, WEBM[:9000], 0)
    row = BackupSlice.objects.get()
    with staged(row.pk).open("ab") as file:
        file.write(WEBM[9000:])
    BackupSlice.objects.update(offset=len(WEBM))
    now = timezone.now()
    assert backup.tick(now) == 0
    assert backup.tick(now + timedelta(seconds=90)) == 1
    assert BackupSlice.objects.get().state == "received"


def test_an_asesor_asks_and_the_device_learns_of_it(made):
    url = f"/api/v1/sessions/{made.id}/backup/ask"

    def ask(user, **body):
        device = Device(made, user)
        return device.client.post(url, body, content_type="application/json", headers=device.head)

    span = {"kind": "camera", "start_ms": 1_000, "end_ms": 61_000}
    assert ask(made.asesi, **span).json()["code"] == "wrong_role"
    assert ask(made.asesor, **{**span, "end_ms": 9_000_000}).json()["code"] == "bad_span"
    assert ask(made.asesor, **span).status_code == 201
    assert ask(made.admin, **span).json()["code"] == "already_asked"
    entry = LogEntry.objects.get(kind="backup.asked")
    stream = ensure_stream(made.id, owner_id=made.asesi.pk, kind="camera")
    assert entry.data == {"stream": stream.pk, **span}
    device = Device(made, made.asesi)
    assert device.standing()["wanted"] == [{**span, "why": "asked"}]
    device.create(WEBM)
    assert [(row["start_ms"], row["end_ms"]) for row in device.standing()["wanted"]] == [
        (1_000, 12_000),
        (22_000, 61_000),
    ]
    assert Device(made, made.asesor).standing()["wanted"] == []
