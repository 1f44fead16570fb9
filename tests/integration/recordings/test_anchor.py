"""Time stamps by a real authority: asked for, kept, logged, and checked again."""

import subprocess
import zipfile
from datetime import datetime, timedelta

import pytest

from ajj.live.models import LogEntry
from recordings.capsule.verify import checked_capsule, found_capsule
from recordings.models import Anchor, Seal
from recordings.services import keyring, seal_session
from recordings.services.anchor import FIRST_PAUSE, Anchorer, trust
from recordings.services.capsule import write_capsule
from recordings.services.seal import seal_grown
from recordings.services.verify import findings_of
from tests.integration.recordings.spool import Recorded, recorded
from tests.integration.recordings.tsa import Tsa, authority

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with authority(tmp_path_factory.mktemp("tsa") / "one") as tsa:
        yield tsa


@pytest.fixture
def tsa(running, settings):
    running.refusals = 0
    running.asked.clear()
    settings.TSA_URL, settings.TSA_CERTIFICATE = running.url, str(running.root)
    return running


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    settings.DATA_DIR = tmp_path / "data"
    made = recorded(tmp_path / "spool")
    made.end(20)
    seal_session(made.room.id, keys=keyring(), now=made.room.at(30))
    return made


def test_a_seal_is_stamped_once_and_the_stamp_is_proof(made, tsa, tmp_path):
    anchorer = Anchorer(clock=lambda: made.room.at(60))
    assert (anchorer.step(), anchorer.step()) == (1, 0)
    assert tsa.asked == ["application/timestamp-query"]
    seal, anchor = Seal.objects.get(), Anchor.objects.get()
    entry = LogEntry.objects.filter(session=made.room.id).last()
    assert entry is not None
    assert (entry.kind, entry.data["seq"], entry.data["sha256"]) == (
        "session.anchored",
        seal.seq,
        anchor.sha256,
    )
    datetime.fromisoformat(entry.data["gen_time"])
    found = findings_of(made.room.id, keys=keyring(), trust=trust())
    assert (found.faults, found.notes) == ([], [])
    # A stamp is no reason to seal again.
    assert seal_grown(now=made.room.at(9999)) == 0
    out = tmp_path / "sesi.zip"
    write_capsule(made.room.id, out, keys=keyring(), by=None, now=made.room.at(90))
    assert checked_capsule(found_capsule(out)).faults == []
    with zipfile.ZipFile(out) as archive:
        token = archive.read(f"anchors/{entry.seq:06d}.tsr")
    (tmp_path / "token.tsr").write_bytes(token)
    (tmp_path / "jws").write_text(seal.jws)
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-in", "token.tsr", "-data", "jws", "-CAfile", tsa.root],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr


def test_a_stamp_that_was_touched_is_named(made, tsa):
    Anchorer(clock=lambda: made.room.at(60)).step()
    anchor = Anchor.objects.get()
    token = bytearray(anchor.token)
    token[-5] ^= 1
    Anchor.objects.update(token=bytes(token))
    faults = findings_of(made.room.id, keys=keyring(), trust=trust()).faults
    assert any("bytes do not have the logged hash" in fault for fault in faults)
    assert any("the authority's signature does not hold" in fault for fault in faults)
    Anchor.objects.all().delete()
    (fault,) = findings_of(made.room.id, keys=keyring(), trust=trust()).faults
    assert "time stamp" in fault
    assert "not kept" in fault


def test_a_stamp_of_a_stranger_is_not_kept(made, tsa, tmp_path, settings):
    stranger = Tsa(tmp_path / "stranger")
    stranger.prepare()
    settings.TSA_CERTIFICATE = str(stranger.root)
    assert Anchorer(clock=lambda: made.room.at(60)).step() == 0
    assert not Anchor.objects.exists()


def test_an_authority_that_is_away_is_asked_again_later_and_later(made, tsa):
    tsa.refusals = 2
    now = made.room.at(60)
    anchorer = Anchorer(clock=lambda: now)
    assert (anchorer.step(), anchorer.step(), len(tsa.asked)) == (0, 0, 1)
    now += FIRST_PAUSE
    assert (anchorer.step(), len(tsa.asked)) == (0, 2)
    now += FIRST_PAUSE
    assert (anchorer.step(), len(tsa.asked)) == (0, 2)
    now += FIRST_PAUSE + timedelta(seconds=1)
    assert (anchorer.step(), len(tsa.asked)) == (1, 3)


def test_without_an_address_nobody_is_asked(made, settings):
    settings.TSA_URL = ""
    assert Anchorer(clock=lambda: made.room.at(60)).step() == 0
