"""Retention: who may propose and approve, what then is gone, and what still holds."""

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from ajj.assessment.models import Evidence
from ajj.assessment.selectors import open_evidence
from ajj.documents.selectors import content
from ajj.kernel import chain
from ajj.kernel.errors import DomainError
from ajj.live import freezes
from ajj.live import services as live
from ajj.live.freezes import Freeze, FreezeKind
from ajj.live.models import LogEntry, MediaKey, Session
from ajj.live.selectors import full_log
from ajj.live.services import vault
from ajj.live.states import SessionState
from ajj.people.models import Role
from recordings import register
from recordings.disposalstates import DisposalState
from recordings.models import Alarm, Disposal, Segment
from recordings.reconcile import Alarm as AlarmKind
from recordings.register import Status
from recordings.selectors import open_segment
from recordings.services import ensure_stream, retention, seal_ended
from recordings.services.reconcile import Reconciler
from tests.factories.live import person
from tests.factories.media.process import free_port
from tests.integration.recordings.spool import START, Recorded, recorded

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=400)
BODY = bytes(range(256)) * 700


@pytest.fixture
def made(tmp_path, settings) -> Recorded:
    settings.DATA_DIR = tmp_path / "data"
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    return stored(recorded(tmp_path / "spool"))


def stored(made: Recorded) -> Recorded:
    """A sealed session with pictures of two people and a piece of evidence."""
    made.say("stream.started", 2, codecs=["vp8", "opus"])
    made.segment(0, 2_000, 8_000, BODY)
    made.segment(1, 9_000, 14_000, BODY[::-1])
    other = Recorded(
        made.room,
        ensure_stream(made.room.id, owner_id=made.room.asesor.pk, kind="camera"),
        made.spool,
        boot="0001772589600000-bbbb",
    )
    other.say("stream.started", 2, codecs=["vp8", "opus"])
    other.segment(0, 2_000, 8_000, b"asesor" * 4000)
    add_evidence(made, b"foto rangkaian")
    made.ingest().step()
    made.say("stream.stopped", 19, reason="ended")
    made.end(20)
    made.ingest().step()
    seal_ended(spool=made.spool, now=made.room.at(120))
    return made


def add_evidence(made: Recorded, body: bytes) -> None:
    evidence, sha256 = str(uuid.uuid4()), hashlib.sha256(body).hexdigest()
    path = made.spool.parent / "foto"
    path.write_bytes(body)
    name = f"sessions/{made.room.id}/evidence/{evidence}"
    owner = made.room.asesi.pk
    vault.put(name, path, session_id=made.room.id, owner_id=owner, sha256=sha256)
    live.record(
        made.room.id,
        kind="evidence.received",
        actor=str(owner),
        data={
            "evidence": evidence,
            "filename": "foto.jpg",
            "filetype": "image/jpeg",
            "bytes": len(body),
            "sha256": sha256,
            "kuk": made.room.kuk[:1],
            "taken_ms": 12_000,
        },
        now=made.room.at(15),
    )


@pytest.fixture
def manajer():
    return person("Sekar Widyaningrum", Role.MANAJER)


@pytest.fixture
def direktur():
    return person("Handaru Pranata", Role.DIREKTUR)


def refused(code: str, act, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught, transaction.atomic():
        act(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def proposed(made: Recorded, manajer, now=LATER) -> Disposal:
    return retention.propose([made.room.id], reason="Retensi semester", actor=manajer, now=now)


def status(made: Recorded, now=LATER) -> Status:
    (row,) = register.rows([register.session_of(made.room.id)], today=now.date())
    return row.status


def objects(folder: str) -> list[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    deeper = [name for one in folders for name in objects(f"{folder}/{one}")]
    return [f"{folder}/{name}" for name in files] + deeper


def left(made: Recorded) -> list[str]:
    return objects(f"recordings/{made.room.id}") + objects(f"sessions/{made.room.id}")


def erased_is_unreadable(made: Recorded, number: str) -> None:
    for segment in Segment.objects.filter(stream=made.stream):
        error = refused("media_erased", open_segment, segment)
        assert error.status == 410
        assert number in error.message
    refused("media_erased", open_evidence, Evidence.objects.get())


def verified(made: Recorded, capsys) -> str:
    call_command("session_verify", str(made.room.id))
    return str(capsys.readouterr().out)


def test_store_play_destroy_then_nothing_is_readable_and_the_chain_holds(
    made, manajer, direktur, capsys
):
    with open_segment(Segment.objects.get(stream=made.stream, index=0)) as file:
        file.seek(70_000)
        assert file.read(9) == BODY[70_000:70_009]
    assert status(made) is Status.DUE
    disposal = proposed(made, manajer)
    assert status(made) is Status.PROPOSED
    done = retention.approve(disposal.pk, note="Setuju", actor=direktur, now=LATER)
    assert done.state == DisposalState.DILAKSANAKAN.value
    assert done.number.startswith("BA-PM/001/LSP-NKD/")
    assert not MediaKey.objects.filter(destroyed_at=None).exists()
    erased_is_unreadable(made, done.number)
    assert left(made)  # the keys are gone, the deletion follows
    assert retention.upkeep(now=LATER) == 1
    assert left(made) == []
    assert retention.upkeep(now=LATER) == 0
    entries = LogEntry.objects.filter(session=made.room.id, kind="media.erased")
    assert {entry.data["owner"] for entry in entries} == {
        str(made.room.asesi.pk),
        str(made.room.asesor.pk),
    }
    paper = done.document
    assert paper is not None
    assert all(
        entry.data | {"owner": ""}
        == {"owner": "", "scope": "session", "ba": done.number, "sha256": paper.sha256}
        for entry in entries
    )
    assert hashlib.sha256(content(paper)).hexdigest() == paper.sha256
    head = made.room.fresh().head_hash
    assert chain.verify(full_log(made.room.id), head=head) == []
    assert "everything holds" in verified(made, capsys)
    assert status(made) is Status.DESTROYED
    refused("taken", proposed, made, manajer)


def test_playback_says_so_with_the_number_of_the_minutes(made, manajer, direktur):
    done = retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    client = Client()
    client.force_login(made.room.admin, backend="django.contrib.auth.backends.ModelBackend")
    base = f"/api/v1/sessions/{made.room.id}"
    for url in (
        f"{base}/streams/{made.stream.pk}/segments/0",
        f"{base}/evidence/{Evidence.objects.get().pk}/file",
    ):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (410, "media_erased")
        words = f"Media ini telah dimusnahkan menurut BA nomor {done.number}."
        assert answer.json()["message"] == words
    cached = client.get(
        f"{base}/streams/{made.stream.pk}/segments/0", headers={"If-None-Match": "*"}
    )
    assert cached.status_code == 410
    streams = client.get(f"{base}/recording").json()["streams"]
    assert {stream["erased"] for stream in streams} == {done.number}


def test_one_persons_media_goes_and_the_others_stays(made, manajer, direktur, capsys):
    asesi = made.room.asesi
    soon = made.room.at(3600)
    refused(
        "not_due",
        retention.propose_person,
        made.room.id,
        asesi.pk,
        reason="Diminta pemilik data",
        early=False,
        actor=manajer,
        now=soon,
    )
    disposal = retention.propose_person(
        made.room.id, asesi.pk, reason="Diminta pemilik data", early=True, actor=manajer, now=soon
    )
    done = retention.approve(disposal.pk, note="", actor=direktur, now=soon)
    retention.upkeep(now=soon)
    erased_is_unreadable(made, done.number)
    (kept,) = Segment.objects.exclude(stream=made.stream)
    with open_segment(kept) as file:
        assert file.read() == b"asesor" * 4000
    assert left(made) == [kept.storage_name]
    (entry,) = LogEntry.objects.filter(session=made.room.id, kind="media.erased")
    assert (entry.data["owner"], entry.data["scope"]) == (str(asesi.pk), "person")
    assert "everything holds" in verified(made, capsys)
    assert status(made, soon) is Status.KEPT
    rest = retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    assert (rest.items.get().segments, rest.items.get().evidence) == (1, 0)
    retention.upkeep(now=LATER)
    assert left(made) == []


@pytest.mark.services
def test_the_same_in_a_real_s3_bucket(tmp_path, settings, bucket, manajer, direktur):
    settings.DATA_DIR = tmp_path / "data"
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    settings.STORAGES = bucket.storages
    made = stored(recorded(tmp_path / "spool"))
    with open_segment(Segment.objects.get(stream=made.stream, index=0)) as file:
        file.seek(70_000)
        assert file.read(9) == BODY[70_000:70_009]
    assert len(bucket.keys()) == 4
    done = retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    erased_is_unreadable(made, done.number)
    assert retention.upkeep(now=LATER) == 1
    paper = done.document
    assert paper is not None
    assert bucket.keys() == [paper.storage_name]


def test_what_was_destroyed_is_missed_by_nobody(made, manajer, direktur):
    missed = Alarm.objects.filter(kind=AlarmKind.OBJECT_MISSING, cleared_at=None)
    default_storage.delete(Segment.objects.filter(stream=made.stream)[0].storage_name)
    Session.objects.update(state=SessionState.ENDED.value)  # the reconciler looks at it again
    Reconciler(made.spool).step()
    assert missed.count() == 1
    retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    retention.upkeep(now=LATER)
    Reconciler(made.spool).step()
    assert not missed.exists()


def test_two_people_and_never_the_same(made, manajer, direktur):
    for wrong in (direktur, made.room.asesor, made.room.asesi):
        refused("wrong_role", proposed, made, wrong)
    both = person("Rangkap Jabatan", Role.MANAJER, Role.DIREKTUR)
    disposal = proposed(made, both)
    refused("same_person", retention.approve, disposal.pk, note="", actor=both, now=LATER)
    refused("wrong_role", retention.approve, disposal.pk, note="", actor=manajer, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=disposal.pk).update(decided_by=both, decided_at=LATER)
    refused("no_reason", retention.reject, disposal.pk, note=" ", actor=direktur, now=LATER)
    retention.reject(disposal.pk, note="Tunggu audit", actor=direktur, now=LATER)
    refused("wrong_state", retention.approve, disposal.pk, note="", actor=direktur, now=LATER)
    assert status(made) is Status.DUE
    assert not MediaKey.objects.exclude(destroyed_at=None).exists()


def test_nothing_goes_before_its_time(made, manajer, direktur):
    day_before = START + timedelta(days=364)
    refused("not_due", proposed, made, manajer, day_before)
    assert status(made, day_before) is Status.KEPT
    refused("no_sessions", retention.propose, [], reason="x", actor=manajer, now=LATER)
    refused("no_reason", retention.propose, [made.room.id], reason="", actor=manajer, now=LATER)
    running = recorded(made.spool)
    refused("not_kept", proposed, running, manajer)


def test_a_hold_stops_what_was_proposed_and_what_was_approved(made, manajer, direktur):
    disposal = proposed(made, manajer)
    hold = retention.place_hold(made.room.id, reason="Gugatan 12/Pdt.G", actor=direktur, now=LATER)
    assert status(made) is Status.HELD
    error = refused("frozen", retention.approve, disposal.pk, note="", actor=direktur, now=LATER)
    assert "Gugatan 12/Pdt.G" in error.message
    disposal.refresh_from_db()
    assert disposal.state == DisposalState.DIUSULKAN.value
    # A crash between the approval and its execution, and the hold came in between.
    Disposal.objects.filter(pk=disposal.pk).update(
        state=DisposalState.DISETUJUI.value, decided_by=direktur, decided_at=LATER
    )
    assert retention.upkeep(now=LATER) == 0
    assert not MediaKey.objects.exclude(destroyed_at=None).exists()
    refused("no_reason", retention.lift_hold, hold.pk, reason="", actor=direktur, now=LATER)
    retention.lift_hold(hold.pk, reason="Perkara selesai", actor=direktur, now=LATER)
    refused("lifted", retention.lift_hold, hold.pk, reason="x", actor=direktur, now=LATER)
    assert retention.upkeep(now=LATER) == 2
    assert left(made) == []


def test_an_open_complaint_of_another_package_freezes(made, manajer):
    open_cases = {made.room.id: [Freeze(FreezeKind.COMPLAINT, START.date(), "Pengaduan P-7")]}

    def complaints(session_ids):
        return {pk: open_cases[pk] for pk in session_ids if pk in open_cases}

    freezes.register(complaints)
    error = refused("frozen", proposed, made, manajer)
    assert "Pengaduan P-7" in error.message
    assert status(made) is Status.FROZEN
    open_cases.clear()
    assert status(made) is Status.DUE


def test_a_crash_between_keys_and_objects_is_healed_by_the_next_round(made, manajer, direktur):
    done = retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    one = left(made)[0]
    default_storage.delete(one)  # the process died here
    waiting = made.segment(7, 14_000, 19_000)
    assert retention.upkeep(now=LATER) == 1
    assert left(made) == []
    assert not waiting.exists()
    done.refresh_from_db()
    assert done.purged_at == LATER


def test_what_comes_late_is_not_kept_any_more(made, manajer, direktur):
    retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    retention.upkeep(now=LATER)
    made.segment(7, 14_000, 19_000)
    made.ingest().step()
    assert left(made) == []
    assert not Segment.objects.filter(index=7).exists()


def test_media_from_before_there_were_keys_goes_too(made, manajer, direktur):
    MediaKey.objects.all().delete()
    for segment in Segment.objects.all():
        name = f"recordings/{made.room.id}/{segment.stream_id}/{segment.index:06d}.webm"
        default_storage.delete(segment.storage_name)
        default_storage.save(name, ContentFile(BODY))
        Segment.objects.filter(pk=segment.pk).update(storage_name=name)
    with open_segment(Segment.objects.all()[0]) as file:
        assert file.read() == BODY
    done = retention.approve(proposed(made, manajer).pk, note="", actor=direktur, now=LATER)
    erased_is_unreadable(made, done.number)
    retention.upkeep(now=LATER)
    assert left(made) == []
