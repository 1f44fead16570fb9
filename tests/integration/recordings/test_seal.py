"""The seal, and the command that recomputes everything that it covers."""

import base64
import hashlib
import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from ajj.assessment.storage import evidence_name
from ajj.kernel.clock import epoch_ms
from ajj.live import services as live
from ajj.live.models import LogEntry, Session
from recordings.models import Seal, Segment
from recordings.services import keyring, seal_ended
from tests.factories.media.process import free_port
from tests.integration.recordings.spool import Recorded, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 2, codecs=["vp8", "opus"])
    made.segment(0, 2_000, 8_000)
    made.segment(1, 9_000, 14_000)
    made.ingest().step()
    return made


def sealed(made: Recorded) -> Seal:
    made.say("stream.stopped", 19, reason="ended")
    made.end(20)
    made.ingest().step()
    assert seal_ended(spool=made.spool, now=made.room.at(120)) == 1
    return Seal.objects.get()


def b64(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_seal_is_a_jws_over_the_head_that_the_published_key_verifies(made):
    seal = sealed(made)
    answer = Client().get("/.well-known/jwks.json").json()
    head, body, signature = seal.jws.split(".")
    header, payload = json.loads(b64(head)), json.loads(b64(body))
    (jwk,) = [key for key in answer["keys"] if key["kid"] == header["kid"]]
    public = Ed25519PublicKey.from_public_bytes(b64(jwk["x"]))
    public.verify(b64(signature), f"{head}.{body}".encode())
    entry = LogEntry.objects.get(session=made.room.id, seq=payload["seq"])
    assert header["alg"] == "EdDSA"
    assert payload == {
        "session": str(made.room.id),
        "seq": seal.seq,
        "head": entry.hash,
        "t0": epoch_ms(made.room.at(0)),
        "duration_ms": 20_000,
        "sealed_at": epoch_ms(made.room.at(120)),
    }
    last = LogEntry.objects.filter(session=made.room.id).last()
    assert last is not None
    assert (last.kind, last.data) == (
        "session.sealed",
        {"head": entry.hash, "seq": seal.seq, "kid": seal.kid},
    )
    assert made.room.fresh().state == "sealed"


def test_every_hole_up_to_the_end_is_in_the_sealed_log(made):
    seal = sealed(made)
    gaps = LogEntry.objects.filter(session=made.room.id, kind="gap", seq__lte=seal.seq)
    assert [(g.data["start_ms"], g.data["end_ms"], g.data["cause"]) for g in gaps] == [
        (0, 2_000, "not yet joined"),
        (8_000, 9_000, "not recorded"),
        (14_000, 20_000, "stopped"),
    ]


def test_nothing_is_sealed_while_the_spool_holds_something(made):
    made.end(20)
    part = made.spool / str(made.room.id) / made.stream.pk / "000002.webm.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"still being written")
    assert seal_ended(spool=made.spool, now=made.room.at(600)) == 0
    part.unlink()
    assert seal_ended(spool=made.spool, now=made.room.at(600)) == 1
    assert seal_ended(spool=made.spool, now=made.room.at(600)) == 0


def test_a_media_process_that_cannot_be_asked_is_waited_for_a_minute(made):
    made.end(20)
    assert seal_ended(spool=made.spool, now=made.room.at(30)) == 0
    assert seal_ended(spool=made.spool, now=made.room.at(81)) == 1


def test_what_is_open_at_the_end_is_closed_by_the_seal(made):
    made.end(20)
    seal_ended(spool=made.spool, now=made.room.at(120))
    (stopped,) = LogEntry.objects.filter(session=made.room.id, kind="stream.stopped")
    assert stopped.data["reason"] == "session"
    assert not made.room.fresh().streams.filter(live=True).exists()


def verify(made: Recorded, capsys) -> tuple[int, str]:
    code = 0
    try:
        call_command("session_verify", str(made.room.id))
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, capsys.readouterr().out


def test_an_untouched_session_verifies_even_after_a_rotation(made, capsys):
    assert verify(made, capsys)[0] == 0
    sealed(made)
    keyring().rotate()
    code, words = verify(made, capsys)
    assert (code, "everything holds" in words) == (0, True)


def test_a_flipped_byte_in_a_segment_is_named(made, capsys):
    sealed(made)
    segment = Segment.objects.get(index=1)
    path = default_storage.path(segment.storage_name)
    with open(path, "r+b") as file:
        first = file.read(1)
        file.seek(0)
        file.write(bytes([first[0] ^ 1]))
    code, words = verify(made, capsys)
    assert code == 1
    assert words.splitlines() == [
        f"segment {made.stream.pk}/1: cannot be read (BoxError: this is not a sealed box)"
    ]


def test_a_flipped_byte_in_evidence_is_named(made, capsys):
    body, evidence = b"foto rangkaian", str(uuid.uuid4())
    name = default_storage.save(evidence_name(made.room.id, evidence), ContentFile(body))
    live.record(
        made.room.id,
        kind="evidence.received",
        actor=str(made.room.asesi.pk),
        data={
            "evidence": evidence,
            "filename": "foto.jpg",
            "filetype": "image/jpeg",
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "kuk": made.room.kuk[:1],
            "taken_ms": 12_000,
        },
        now=made.room.at(15),
    )
    sealed(made)
    assert verify(made, capsys)[0] == 0
    with open(default_storage.path(name), "r+b") as file:
        file.write(b"F")
    code, words = verify(made, capsys)
    assert code == 1
    assert words.splitlines() == [f"evidence {evidence}: bytes do not have the logged hash"]


def test_a_missing_segment_is_named(made, capsys):
    sealed(made)
    default_storage.delete(Segment.objects.get(index=0).storage_name)
    code, words = verify(made, capsys)
    assert code == 1
    assert f"segment {made.stream.pk}/0: cannot be read" in words


def test_an_altered_log_row_is_named(made, capsys):
    sealed(made)
    entry = LogEntry.objects.get(session=made.room.id, kind="segment.stored", data__index=0)
    entry.data["start_ms"] = 1
    entry.save()
    code, words = verify(made, capsys)
    assert code == 1
    assert f"log seq {entry.seq}: hash does not match" in words
    assert f"segment {made.stream.pk}/0: start_ms is not as logged" in words


def test_a_truncated_log_is_named_even_if_the_session_row_was_bent_to_fit(made, capsys):
    seal = sealed(made)
    LogEntry.objects.filter(session=made.room.id, seq__gte=seal.seq).delete()
    code, words = verify(made, capsys)
    assert code == 1
    assert "log does not end at the recorded head" in words
    last = LogEntry.objects.filter(session=made.room.id).last()
    assert last is not None
    Session.objects.filter(pk=made.room.id).update(head_seq=last.seq, head_hash=last.hash)
    code, words = verify(made, capsys)
    assert code == 1
    assert f"seal at seq {seal.seq}: head is not what was signed" in words


def test_a_forged_seal_is_named(made, capsys):
    seal = sealed(made)
    Seal.objects.filter(pk=seal.pk).update(jws=seal.jws[:-8] + "AAAAAAAA")
    code, words = verify(made, capsys)
    assert code == 1
    assert "signature does not hold" in words


def test_an_unknown_session_is_an_error_in_words():
    with pytest.raises(CommandError):
        call_command("session_verify", "00000000-0000-4000-8000-000000000000")
