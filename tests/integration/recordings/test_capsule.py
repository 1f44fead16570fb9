"""The capsule: written by the product, checked by its own program without anything of ours."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ajj.audit.models import AuditEntry
from recordings.services import keyring
from recordings.services.capsule import write_capsule
from recordings.services.verify import findings_of
from tests.factories.media.process import free_port
from tests.factories.proven import Proven, proven

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
    assert len([name for name in names if name.startswith("forms/")]) == 5
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
