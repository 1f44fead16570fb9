"""The long session that others play, seal and export is one that the product recorded."""

import pytest

from ajj.kernel.clock import epoch_ms
from recordings.models import Publication, Segment
from recordings.selectors import missing_of, open_segment
from recordings.services import ensure_stream
from tests.factories.media.long_session import Source, write_session
from tests.factories.media.look import look
from tests.integration.recordings.spool import recorded

pytestmark = pytest.mark.django_db


def test_it_is_taken_in_with_its_outage(tmp_path):
    made = recorded(tmp_path / "spool")
    made.seconds = 60
    other = ensure_stream(made.room.id, owner_id=made.room.asesor.pk, kind="camera")
    people = [
        Source(made.stream.pk, str(made.stream.owner_id), gaps=((20_000, 40_000),)),
        Source(other.pk, str(other.owner_id)),
    ]
    t0_ms = epoch_ms(made.room.at(0))
    count = write_session(made.spool, str(made.room.id), people, t0_ms=t0_ms, duration_ms=60_000)
    assert count == 10
    made.ingest().step()
    assert made.left_over() == []
    rows = Segment.objects.order_by("stream", "index")
    assert rows.count() == 10
    assert len({row.sha256 for row in rows}) == 10
    assert {row.end_ms - row.start_ms for row in rows} == {10_000}
    (gap,) = missing_of(made.stream, until_ms=60_000)
    assert (gap.start_ms, gap.end_ms, gap.cause) == (20_000, 40_000, "network")
    assert [row.reason for row in Publication.objects.filter(stream=made.stream)] == [
        "network",
        "ended",
    ]
    last = made.stream.segments.get(index=3)
    with open_segment(last) as file:
        assert len(file.read()) == last.bytes
        file.seek(0)
        seen = look(file)
    assert (seen.pictures, seen.sounds) == (150, 500)
    assert seen.video_ms == pytest.approx((50_000, 59_933), abs=1)
