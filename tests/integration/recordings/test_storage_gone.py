"""Storage dies in the middle of a session, frozen or killed: nothing is lost, all goes in order.

The ten minutes that the product promises are ``python -m tests.prove storage``.
"""

import signal
import time
from pathlib import Path

import pytest
from botocore.config import Config
from django.utils import timezone

from recordings.models import Segment, Stream
from recordings.services import Ingest
from recordings.services.uplink import Uplink, delay_after
from tests.integration.recordings.spool import recorded
from tests.prove.storage import check_all_kept, feed_of, light
from tests.services.servers import mortal_seaweedfs

pytestmark = pytest.mark.django_db


def _storages(bucket):
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": bucket.endpoint,
            "bucket_name": bucket.name,
            "access_key": bucket.access_key,
            "secret_key": bucket.secret_key,
            "region_name": "us-east-1",
            "file_overwrite": False,
            "client_config": Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                connect_timeout=1,
                read_timeout=1,
                retries={"total_max_attempts": 1},
            ),
        },
    }


@pytest.mark.services
@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_storage_gone_in_mid_session(tmp_path, settings, how):
    settings.DATA_DIR = tmp_path / "data"
    with mortal_seaweedfs(tmp_path / "s3") as weed:
        settings.STORAGES = {**settings.STORAGES, "default": _storages(weed.bucket)}
        feed = feed_of(tmp_path / "spool", segment_s=0.5, size=20_000)
        feed.say_started()
        ingest = Ingest(feed.spool, clock=timezone.now)
        feed.start()
        _run(ingest, lambda: len(Segment.objects.all()) >= 4)
        assert light(feed.session)["state"] == "recording"
        weed.signal(how)
        _run(ingest, lambda: feed.left() >= 8)
        assert not ingest.uplink.open
        assert light(feed.session)["state"] == "stored_locally"
        if how is signal.SIGSTOP:
            weed.signal(signal.SIGCONT)
        else:
            weed.start()
        _run(ingest, lambda: feed.left() < 3)
        feed.stop()
        _run(ingest, lambda: not feed.left())
        assert light(feed.session)["state"] == "recording"
        check_all_kept(feed)


def _run(ingest, done, limit_s=60):
    deadline = time.monotonic() + limit_s
    while not done():
        ingest.step()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_dead_storage_is_asked_ever_more_rarely_by_one_probe():
    seconds = 0.0
    uplink = Uplink(lambda: seconds)
    assert uplink.open
    assert uplink.may_probe()
    asked = 0
    uplink.failed("refused")
    while seconds < 600:
        seconds += 0.2
        if uplink.may_probe():
            asked += 1
            uplink.failed("refused")
    assert asked < 30
    assert uplink.state().down_s == pytest.approx(600, abs=1)
    uplink.worked()
    assert uplink.open
    assert (uplink.state().down_s, uplink.state().error) == (0.0, "")


def test_the_pause_grows_to_half_a_minute():
    assert [delay_after(n) for n in (1, 2, 3, 8, 9, 1000)] == [0.25, 0.5, 1.0, 30.0, 30.0, 30.0]


def test_a_segment_never_overtakes_an_earlier_one_of_its_stream(tmp_path, settings):
    """Else what waits would be called missing as soon as its successor is stored."""
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 2)
    made.segment(0, 2_000, 8_000)
    blocked = Path(settings.MEDIA_ROOT) / "recordings" / str(made.room.id)
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the directory should be")
    ingest = made.ingest()
    ingest.step()
    made.segment(1, 8_000, 14_000)
    blocked.unlink()
    deadline = time.monotonic() + 10
    while Segment.objects.count() < 2 and time.monotonic() < deadline:
        ingest.step()
        assert list(Segment.objects.values_list("index", flat=True)) in ([], [0], [0, 1])
        time.sleep(0.02)
    gaps = Stream.objects.get().gaps.values_list("start_ms", "end_ms")
    assert list(gaps) == [(0, 2_000)]
