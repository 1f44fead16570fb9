"""No session is booked or opened that could not be recorded, and the office sees why."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from ajj.kernel.errors import Conflict
from recordings.models import Alarm
from recordings.reconcile import Alarm as Kind
from recordings.reconcile import Raised
from recordings.services import alarms
from tests.factories import scheduling as factory
from tests.integration.realtime.sockets import open_room, token_for
from tests.integration.recordings.spool import recorded

pytestmark = pytest.mark.django_db
FULL = 1 << 60


def test_more_rooms_at_once_than_the_node_records_are_not_booked(settings):
    settings.ROOMS_PER_NODE, settings.ROOM_HOUR_BYTES = 2, 1
    factory.fixed()
    factory.fixed(hours=25)  # its room opens before the first one closes
    with pytest.raises(Conflict) as refused:
        factory.fixed(hours=24.5)
    assert refused.value.code == "no_capacity"
    assert "starts_at" in (refused.value.fields or {})
    factory.fixed(hours=27)


def test_a_spool_that_could_not_hold_them_is_a_reason_too(settings):
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    settings.ROOM_HOUR_BYTES = FULL
    with pytest.raises(Conflict) as refused:
        factory.fixed()
    assert refused.value.code == "no_capacity"


def test_a_room_does_not_open_on_a_full_disk_and_an_open_one_stays_open(settings):
    made = open_room(datetime.now(UTC))
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True)
    client = Client(headers={"authorization": f"Bearer {token_for(made, made.asesi)}"})

    def join():
        return client.post(
            f"/api/v1/sessions/{made.id}/join",
            json.dumps({"consent_version": "uji-1"}),
            content_type="application/json",
        )

    settings.SPOOL_BRIM_BYTES = FULL
    answer = join()
    assert (answer.status_code, answer.json()["code"]) == (409, "no_capacity")
    settings.SPOOL_BRIM_BYTES = 0
    assert join().status_code == 200
    settings.SPOOL_BRIM_BYTES = FULL
    assert join().status_code == 200


def test_the_office_sees_rooms_and_alarms_and_nobody_else_does(tmp_path, settings):
    settings.SPOOL_DIR = tmp_path / "spool"
    made = recorded(settings.SPOOL_DIR)
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    made.ingest().step()
    made.segment(1, 8_000, 14_000)
    found = Raised(str(made.room.id), made.stream.pk, Kind.NOT_RECORDING, 9_000, "media process")
    now = datetime.now(UTC)
    assert alarms.settle([found], kinds=["not_recording"], now=now) == 1
    assert alarms.settle([found], kinds=["not_recording"], now=now) == 0
    client = Client()
    client.force_login(made.room.admin)
    text = client.get("/operasi/").content.decode()
    assert made.room.asesi.name in text
    assert "Tidak terekam" in text
    assert "1 potongan" in text
    assert alarms.settle([], kinds=["not_recording"], now=now + timedelta(seconds=9)) == 1
    assert Alarm.objects.get().cleared_at is not None
    assert "Tidak ada peringatan" in client.get("/operasi/").content.decode()
    client.force_login(made.room.asesi)
    assert client.get("/operasi/").status_code == 403
