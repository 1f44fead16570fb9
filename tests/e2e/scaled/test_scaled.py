"""The same session on PostgreSQL, Valkey and S3: recorded, handed in and played from there."""

from pathlib import Path

import pytest

from tests.e2e.browsers import Person, until
from tests.e2e.media import check_recording, manifest
from tests.e2e.room import Room
from tests.services.product import running

pytestmark = [pytest.mark.timeout(420), pytest.mark.services]


@pytest.fixture
def scaled(tmp_path, postgres_url, valkey_url, bucket):
    """The product with every service beside it."""
    with running(
        tmp_path / "data", DATABASE_URL=postgres_url, REDIS_URL=valkey_url, **bucket.environment
    ) as started:
        yield started


def test_recording_and_evidence_land_in_the_bucket_and_play_from_there(
    scaled, chromium, bucket, tmp_path: Path
):
    made = scaled.json("demo_session")
    asesor = Room(Person(chromium(), scaled, made["asesor"]), made["session"]).enter()
    asesi = Room(Person(chromium(), scaled, made["asesi"]), made["session"]).enter()
    asesor.sees_other()
    asesi.sees_other()
    first = asesor.criteria()[0]
    asesor.mark(first, "ya")
    picture = tmp_path / "bukti.png"
    asesi.page.screenshot(path=picture)
    asesi.upload(picture)
    asesor.tab("bukti")
    asesor.by("evidence").first.wait_for(timeout=20_000)
    asesor.page.wait_for_timeout(15_000)
    asesor.end()

    def sealed() -> bool:
        state = asesor.person.call("GET", f"/api/v1/sessions/{asesor.session}")["state"]
        return bool(state == "sealed")

    until(sealed, 90, "sealed", page=asesor.page)
    played = check_recording(asesor.person, asesor.session)
    assert len(played) == 2
    assert all(sum(one.video_frames for one in parts) > 60 for parts in played.values())
    stored = bucket.keys()
    names = scaled.query(
        "from recordings.models import Segment\n"
        "from ajj.assessment.models import Evidence\n"
        "answer = [list(Segment.objects.values_list('storage_name', flat=True)),"
        " list(Evidence.objects.values_list('storage_name', flat=True))]"
    )
    assert names[0]
    assert names[1]
    assert set(names[0] + names[1]) <= set(stored)
    assert not list((scaled.data_dir / "storage").rglob("*.webm"))
    assert sum(len(s["segments"]) for s in manifest(asesor.person, asesor.session)["streams"]) == (
        len(names[0])
    )
