"""The presence frame never shows dead media as live, nor unkept media as recorded."""

import json
from pathlib import Path

import pytest

from realtime.presence import frame_of
from realtime.room.light import FRESH_MS
from tests.integration.recordings.spool import Recorded, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path: Path, settings) -> Recorded:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "storage")},
        },
    }
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 2, codecs=["vp8"])
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    return made


def seen(made: Recorded, at_s: float):
    frame = json.loads(frame_of(made.room.id, made.room.at(at_s)))
    people = {person["role"]: person for person in frame["presence"]}
    return people["asesi"], people["asesor"], frame["recording"]


def test_a_kept_stream_is_live_and_recording(made):
    asesi, asesor, recording = seen(made, 9)
    assert asesi["media"] == {"camera": {"state": "live", "since_ms": 2_000, "alarm": None}}
    assert (asesi["online"], asesi["hand"], asesor["media"]) == (True, False, {})
    assert recording == {"state": "recording", "until_ms": 8_000, "since_ms": 2_000, "alarm": None}


def test_when_segments_stay_out_it_has_stopped_and_nothing_is_recorded(made):
    asesi, _, recording = seen(made, 8.001 + FRESH_MS / 1000)
    assert asesi["media"] == {"camera": {"state": "stopped", "since_ms": 8_000, "alarm": None}}
    assert recording == {
        "state": "not_recording",
        "until_ms": 8_000,
        "since_ms": 8_000,
        "alarm": None,
    }


def test_a_lost_stream_has_stopped_and_one_that_was_ended_is_off(made):
    made.say("stream.stopped", 10, reason="network")
    made.ingest().step()
    asesi, _, recording = seen(made, 11)
    assert asesi["media"] == {"camera": {"state": "stopped", "since_ms": 10_000, "alarm": None}}
    assert recording["state"] == "not_recording"
    made.say("stream.started", 20)
    made.say("stream.stopped", 25, reason="ended")
    made.ingest().step()
    asesi, _, _ = seen(made, 26)
    assert asesi["media"] == {"camera": {"state": "off", "since_ms": 25_000, "alarm": None}}


def test_what_storage_refused_is_only_stored_locally(made, tmp_path):
    storage = tmp_path / "storage"
    storage.rename(tmp_path / "elsewhere")
    storage.write_text("no directory")
    made.segment(1, 8_000, 14_000)
    made.ingest().step()
    assert seen(made, 15)[2] == {
        "state": "stored_locally",
        "until_ms": 14_000,
        "since_ms": 2_000,
        "alarm": None,
    }
    storage.unlink()
    (tmp_path / "elsewhere").rename(storage)
    made.ingest().step()
    assert seen(made, 15)[2]["state"] == "recording"


def test_after_the_end_nothing_is_said_to_be_recording(made):
    made.end(9)
    assert seen(made, 10)[2]["state"] == "not_recording"
