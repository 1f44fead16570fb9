"""From the spool into storage, database and log: any number of tries, one effect, nothing lost."""

import json
import os
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ajj.kernel import chain
from ajj.live.selectors import full_log
from recordings.models import Gap, Segment, Stream
from recordings.selectors import open_segment
from recordings.services import ensure_stream
from recordings.services.segments import Sidecar, store
from tests.integration.recordings.spool import Recorded, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path) -> Recorded:
    return recorded(tmp_path / "spool")


def kinds(made: Recorded, *wanted: str) -> list[dict[str, Any]]:
    return [e for e in full_log(made.room.id) if e["kind"] in wanted]


def test_one_stream_per_person_and_kind(made):
    again = ensure_stream(made.room.id, owner_id=made.room.asesi.pk, kind="camera")
    screen = ensure_stream(made.room.id, owner_id=made.room.asesi.pk, kind="screen")
    assert again == made.stream
    assert screen.pk != made.stream.pk
    assert Stream.objects.count() == 2


def test_segments_are_stored_registered_logged_and_then_gone_from_the_spool(made):
    made.say("media.started", 1)
    made.say("stream.started", 2, codecs=["vp8", "opus"])
    made.segment(0, 2_000, 8_000)
    made.segment(1, 8_000, 14_000)
    assert made.ingest().step() == 4
    assert made.left_over() == []
    rows = list(Segment.objects.order_by("index"))
    assert [(row.index, row.start_ms, row.end_ms) for row in rows] == [
        (0, 2_000, 8_000),
        (1, 8_000, 14_000),
    ]
    logged = kinds(made, "segment.stored")
    assert [entry["seq"] for entry in logged] == [row.seq for row in rows]
    assert [entry["data"]["sha256"] for entry in logged] == [row.sha256 for row in rows]
    (started,) = kinds(made, "stream.started")
    assert started["data"] == {
        "stream": made.stream.pk,
        "kind": "camera",
        "owner": str(made.room.asesi.pk),
        "codecs": ["vp8", "opus"],
    }
    head = made.room.fresh().head_hash
    assert chain.verify(full_log(made.room.id), head=head) == []
    made.stream.refresh_from_db()
    assert (made.stream.live, made.stream.started_ms) == (True, 2_000)


def test_a_second_process_that_starts_over_changes_nothing(made):
    made.say("stream.started", 2, codecs=["vp8"])
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    before = made.room.fresh().head_seq
    made.segment(0, 2_000, 8_000)  # the spool as it was before a crash that lost the deletion
    assert made.ingest().step() == 1
    assert made.room.fresh().head_seq == before
    assert Segment.objects.count() == 1
    assert made.left_over() == []


def test_a_crash_between_storage_and_database_is_taken_up_again(made):
    made.say("stream.started", 2)
    sidecar = made.segment(0, 2_000, 8_000)
    store(sidecar.with_suffix(".webm"), Sidecar.read(json.loads(sidecar.read_text())))
    assert Segment.objects.count() == 0  # this is where the process died
    made.ingest().step()
    row = Segment.objects.get()
    assert default_storage.exists(row.storage_name)
    directory = row.storage_name.rpartition("/")[0]
    assert len(default_storage.listdir(directory)[1]) == 1
    assert len(kinds(made, "segment.stored")) == 1


def test_a_half_written_object_is_replaced(made):
    made.say("stream.started", 2)
    sidecar = made.segment(0, 2_000, 8_000)
    promise = Sidecar.read(json.loads(sidecar.read_text()))
    default_storage.save(promise.storage_name, ContentFile(b"half"))
    made.ingest().step()
    with open_segment(Segment.objects.get()) as file:
        assert len(file.read()) == promise.bytes


def test_a_deletion_that_was_interrupted_is_finished(made):
    made.say("stream.started", 2)
    sidecar = made.segment(0, 2_000, 8_000)
    text = sidecar.read_text()
    made.ingest().step()
    sidecar.write_text(text)  # the segment went, the sidecar stayed
    made.ingest().step()
    assert made.left_over() == []
    assert Segment.objects.count() == 1


@pytest.mark.parametrize("damage", ["bytes", "json", "stream", "missing"])
def test_a_damaged_segment_is_set_aside_and_the_next_one_kept(made, damage):
    made.say("stream.started", 2)
    sidecar = made.segment(0, 2_000, 8_000)
    if damage == "bytes":
        sidecar.with_suffix(".webm").write_bytes(b"not what was promised")
    elif damage == "json":
        sidecar.write_text("{")
    elif damage == "stream":
        body = {**json.loads(sidecar.read_text()), "stream": "unknown"}
        sidecar.write_text(json.dumps(body))
    else:
        sidecar.with_suffix(".webm").unlink()
    made.segment(1, 8_000, 14_000)
    made.ingest().step()
    assert [row.index for row in Segment.objects.all()] == [1]
    assert "000000.json.refused" in made.left_over()


def test_storage_that_fails_is_tried_again_and_the_spool_keeps_the_segment(made, storage):
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    storage.write_text("a file where the directory should be")
    ingest = made.ingest()
    ingest.step()
    assert Segment.objects.count() == 0
    assert made.left_over() == ["000000.json", "000000.webm"]
    made.stream.refresh_from_db()
    assert made.stream.spooled_ms == 8_000
    assert ingest.step() == 0  # it waits before it tries again
    storage.unlink()
    made.ingest().step()
    assert Segment.objects.count() == 1
    assert made.left_over() == []


def test_an_unfinished_journal_line_waits_for_its_end(made):
    made.say("stream.started", 2, codecs=["vp8"])
    journal = made.spool / "journal" / f"{made.boot}.jsonl"
    whole = journal.read_text()
    journal.write_text(whole[:-20])
    ingest = made.ingest()
    assert ingest.step() == 0
    journal.write_text(whole)
    assert ingest.step() == 1
    assert ingest.step() == 0


def test_the_media_process_dies_and_the_gap_is_named(made):
    made.say("media.started", 0)
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    made.boot, made.lines = "0001772589699999-bbbb", 0
    made.say("media.started", 12)
    made.say("stream.started", 13)
    made.segment(1, 13_200, 19_000)
    made.ingest().step()
    before, gap = kinds(made, "gap")
    assert (before["data"]["end_ms"], before["data"]["cause"]) == (2_000, "not yet joined")
    assert gap["data"] == {
        "stream": made.stream.pk,
        "start_ms": 8_000,
        "end_ms": 13_200,
        "cause": "media process",
    }
    (stopped,) = kinds(made, "stream.stopped")
    assert stopped["data"]["reason"] == "media process"
    made.stream.refresh_from_db()
    assert made.stream.live


def test_a_dead_boots_journal_is_deleted_when_all_of_it_is_taken_in(made):
    journal = made.spool / "journal"
    made.say("media.started", 0)
    made.say("stream.started", 2)
    first = journal / f"{made.boot}.jsonl"
    with first.open("a") as file:
        file.write('{"n": 3, "torn')
    long_ago = (1_700_000_000, 1_700_000_000)
    os.utime(first, long_ago)
    ingest = made.ingest()
    ingest.step()
    assert first.exists(), "the newest may still be written"
    made.boot, made.lines = "0001772589699999-bbbb", 0
    made.say("media.started", 12)
    second = journal / f"{made.boot}.jsonl"
    os.utime(second, long_ago)
    ingest.step()
    assert not first.exists()
    assert second.exists()
    assert made.ingest().step() == 0, "another reader begins without it"
    made.say("stream.started", 13)
    assert made.ingest().step() == 1


def test_what_the_media_process_noted_about_a_gap_is_its_cause(made):
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.say("gap", 12, start_ms=8_000, end_ms=11_000, cause="network")
    made.segment(1, 11_000, 17_000)
    made.ingest().step()
    made.ingest().step()
    _before, gap = kinds(made, "gap")
    assert (gap["data"]["cause"], gap["data"]["end_ms"]) == ("network", 11_000)
    assert Gap.objects.filter(noted=True).count() == 1


def test_late_segments_of_an_ended_session_still_enter_the_log(made):
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.end(9)
    made.say("stream.stopped", 9.1, reason="ended")
    made.ingest().step()
    assert len(kinds(made, "segment.stored")) == 1
    assert len(kinds(made, "stream.stopped")) == 1


def test_a_stream_that_starts_after_the_end_is_not_logged_but_its_media_is_kept(made):
    made.end(1)
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    assert kinds(made, "stream.started") == []
    assert len(kinds(made, "segment.stored")) == 1
