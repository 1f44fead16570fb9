"""The capsule: written by the product, checked by its own program without anything of ours."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from ajj.audit.models import AuditEntry
from ajj.documents.models import Document
from ajj.kernel.chain import verify
from ajj.live import services as live
from ajj.live.services import vault
from recordings.exportstates import ExportState
from recordings.models import Export
from recordings.services import exports, keyring
from recordings.services.capsule import write_capsule
from recordings.services.verify import findings_of
from tests.factories.media.process import free_port
from tests.factories.proven import Proven, proven
from tests.integration.recordings.test_playback import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path, settings) -> Proven:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    return proven(tmp_path / "spool")


def check(*words: str, cwd: Path) -> tuple[int, str]:
    """The capsule's checker in a Python that sees no package but its own library."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", *words], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def record_entries(record):
    """A ujian's entries as its chain links them."""
    names = ("seq", "at_ms", "kind", "actor", "data", "hash")
    return [
        {"session": record["ujian"], **{name: entry[name] for name in names}}
        for entry in record["entries"]
    ]


def test_a_capsule_holds_everything_and_checks_itself(made, tmp_path):
    found = findings_of(made.id, keys=keyring())
    assert (found.faults, found.notes) == ([], [])
    out, folder = tmp_path / "sesi.zip", tmp_path / "unpacked"
    said = io.StringIO()
    call_command("session_export", str(made.id), out=out, stdout=said)
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        archive.extractall(folder)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert len([name for name in names if name.startswith("media/")]) == 6
    assert len([name for name in names if name.startswith("evidence/")]) == 3
    assert len([name for name in names if name.startswith("identity/")]) == 1
    assert len([name for name in names if name.startswith("forms/")]) == 5
    (told,) = [name for name in names if name.startswith("ujian/")]
    record = json.loads((folder / told).read_bytes())
    assert verify(record_entries(record)) == []
    assert [entry["kind"] for entry in record["entries"]].count("asked") == 2
    assert {"index.html", "manifest.json", "log.jsonl", "verify.py", "BACA-SAYA.txt"} <= set(names)
    code, words = check("verify.py", cwd=folder)
    assert (code, "everything holds" in words) == (0, True), words
    assert f"session {made.id}" in words
    assert "2 seals" in words
    code, words = check(str(folder / "verify.py"), str(out), cwd=tmp_path)
    assert code == 0
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    assert sha256 in said.getvalue()
    noted = AuditEntry.objects.get(action="recordings.capsule")
    assert (noted.object_id, noted.data["sha256"]) == (str(made.id), sha256)


def test_the_same_moment_gives_the_same_bytes(made, tmp_path):
    now = made.made.room.at(10_000)
    one, two = (
        write_capsule(made.id, tmp_path / name, keys=keyring(), by=None, now=now)
        for name in ("one.zip", "two.zip")
    )
    assert one == two
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_receipt_is_compared_with_the_sealed_head(made, tmp_path):
    out = tmp_path / "sesi.zip"
    write_capsule(made.id, out, keys=keyring(), by=None, now=made.made.room.at(10_000))
    with zipfile.ZipFile(out) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        seals = json.loads(archive.read("seals.json"))
    good = (seals[0]["jws"], f"https://lsp.test/verifikasi/sesi/?s={seals[1]['jws']}")
    for receipt in (*good, seals[0]["head"], seals[0]["head"][:16]):
        assert check("verify.py", str(out), "--receipt", receipt, cwd=tmp_path)[0] == 0
    for receipt in ("0" * 64, seals[0]["jws"][:-4] + "AAAA", "abcd"):
        code, words = check("verify.py", str(out), "--receipt", receipt, cwd=tmp_path)
        assert (code, "receipt: " in words) == (1, True)


def test_only_what_is_over_is_exported(made, tmp_path):
    out = tmp_path / "nothing.zip"
    with pytest.raises(CommandError):
        call_command("session_export", "00000000-0000-4000-8000-000000000000", out=out)
    assert list(tmp_path.glob("nothing*")) == []


def test_erased_media_is_named_by_its_minutes_and_is_no_fault(made, tmp_path):
    room, paper = made.made.room, Document.objects.filter(code="BA.PLENO").get()
    later = room.at(10**8)
    with transaction.atomic():
        vault.destroy(room.id, room.asesi.pk, document=paper, minutes="BA-3/2026", now=later)
    live.record(
        room.id,
        kind="media.erased",
        actor="system",
        data={
            "owner": str(room.asesi.pk),
            "scope": "person",
            "ba": "BA-3/2026",
            "sha256": paper.sha256,
        },
        now=later,
    )
    found = findings_of(room.id, keys=keyring())
    assert found.faults == []
    assert len([note for note in found.notes if "erased by BA-3/2026, chain valid" in note]) == 7
    out = tmp_path / "sesi.zip"
    write_capsule(room.id, out, keys=keyring(), by=None, now=later)
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    assert len([name for name in names if name.startswith("media/")]) == 3
    assert not [name for name in names if name.startswith(("evidence/", "identity/"))]
    code, words = check("verify.py", str(out), cwd=tmp_path)
    assert (code, words.count("erased by BA-3/2026, chain valid")) == (0, 7)


def test_media_that_is_gone_without_minutes_is_a_fault(made):
    room = made.made.room
    paper = Document.objects.filter(code="BA.PLENO").get()
    with transaction.atomic():
        vault.destroy(room.id, room.asesi.pk, document=paper, minutes="BA-3/2026", now=room.at(0))
    faults = findings_of(room.id, keys=keyring()).faults
    assert len([fault for fault in faults if "cannot be read (Erased" in fault]) == 7


def test_the_komite_asks_for_it_in_the_review_and_the_asesi_may_not(made):
    ketua = made.komite.ketua
    address = f"/api/v1/sessions/{made.id}/exports"
    asesi = client_of(made.made.room.asesi)
    refused = asesi.post(address, {"what": "capsule"}, content_type="application/json")
    assert refused.status_code == 403
    client = client_of(ketua)
    asked = client.post(address, {"what": "capsule"}, content_type="application/json")
    assert asked.status_code == 201
    export = Export.objects.get(what="capsule")
    assert exports.run(export.pk, clock=timezone.now) == ExportState.DONE
    export.refresh_from_db()
    assert export.filename == f"kapsul-{str(made.id)[:8]}.zip"
    (row,) = client.get(address).json()["items"]
    body = b"".join(cast("Any", client.get(row["url"])).streaming_content)
    assert hashlib.sha256(body).hexdigest() == export.sha256
    noted = AuditEntry.objects.get(action="recordings.capsule")
    assert (noted.actor_id, noted.data["sha256"]) == (ketua.pk, export.sha256)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        about = json.loads(archive.read("session.json"))
    assert about["exported"]["by"] == ketua.name
