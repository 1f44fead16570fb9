"""A hole in the server's recording, filled from the device's own: in place, without a seam."""

import functools
import hashlib
import io
import itertools
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from django_tasks_db.models import DBTaskResult

from ajj.kernel import chain
from ajj.live.models import LogEntry
from ajj.live.selectors import full_log
from ajj.live.tus import Checksum
from recordings import selectors, splice
from recordings.container import Audio, Video
from recordings.manifest import Span, merged
from recordings.models import FIRST_DEVICE_INDEX, BackupSlice, Gap, Segment
from recordings.services import backup
from recordings.services.backup.describe import Described
from recordings.webm import WebmWriter
from recordings.webm.demux import demux
from tests.factories.media import world
from tests.factories.media.device import recorder_file
from tests.factories.media.samples import samples, write
from tests.integration.recordings.spool import Recorded, recorded

CHROMIUM = Path(__file__).parents[2] / "factories" / "media" / "chromium"
pytestmark = pytest.mark.django_db(transaction=True)
HOLE = (8_000, 20_000)
END = 26_000
LATE_MS = 1_700


@pytest.fixture(autouse=True)
def own_staging(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


@functools.cache
def live_segment(first_ms: int, last_ms: int) -> bytes:
    found = samples(
        world.pictures(first_ms, last_ms), world.sound(first_ms, last_ms), float(first_ms)
    )
    writer = WebmWriter(first_ms, Video("vp8", world.WIDTH, world.HEIGHT), Audio(2))
    return write(writer, found, float(last_ms))


@pytest.fixture
def made(tmp_path) -> Recorded:
    """A camera recorded to 26 s with a hole of 12 s that the network made."""
    made = recorded(tmp_path / "spool")
    made.say("media.started", 0)
    made.say("stream.started", 0, codecs=["vp8", "opus"])
    for index, (first, last) in enumerate([(0, 4_000), (4_000, HOLE[0])]):
        made.segment(index, first, last, live_segment(first, last))
    made.ingest().step()
    made.say("stream.stopped", HOLE[0] / 1000, reason="network")
    made.say("stream.started", HOLE[1] / 1000, codecs=["vp8", "opus"])
    made.segment(2, HOLE[1], END, live_segment(HOLE[1], END))
    made.ingest().step()
    made.seconds = 44  # what was recorded up to 26 s is due in storage now
    return made


@functools.cache
def slice_file(first_ms: int, last_ms: int, *, codec: str = "vp8") -> bytes:
    """As Chromium makes it: one keyframe, 60 ms of sound a packet."""
    return recorder_file(
        world.pictures(first_ms, last_ms, gop=10_000, codec=codec),
        world.sound(first_ms, last_ms, frame_ms=60),
        size=(world.WIDTH, world.HEIGHT),
        codec=codec,
    )


def hand_in(made: Recorded, first_ms: int, last_ms: int, body: bytes, **changed) -> BackupSlice:
    """A slice whose device believes that everything happened 1.7 s later."""
    said = {
        "slice": f"s-{first_ms}",
        "run": "r",
        "kind": "camera",
        "filetype": "video/webm;codecs=vp8,opus",
        "start_ms": first_ms + LATE_MS,
        "end_ms": last_ms + LATE_MS,
        "clock_error_ms": 2_000,
        "wall_ms": 1_772_589_000_000 + first_ms,
        "sha256": hashlib.sha256(body).hexdigest(),
        **changed,
    }
    row = backup.begin(
        made.room.id,
        user=made.room.asesi,
        length=len(body),
        described=Described(**said),
        now=made.now,
    )
    row = backup.claim(made.room.id, row.pk, user=made.room.asesi, now=made.now)
    backup.receive(row, offset=0, body=[body], checksum=Checksum(None), now=made.now)
    backup.finish(row.pk, now=made.now)
    return BackupSlice.objects.get(pk=row.pk)


def shift(row: BackupSlice) -> int:
    assert row.shift_ms is not None
    return row.shift_ms


def manifest(made: Recorded, now=None):
    found = made.room.fresh()
    return selectors.manifest_of(
        found,
        made.room.asesor,
        selectors.viewable_session(made.room.id, made.room.asesor)[1],
        now=now or made.now,
        url="/{stream}/{index}",
    )


def seen_and_heard(made: Recorded) -> tuple[dict[float, float], list[tuple[float, np.ndarray]]]:
    """Brightness by moment and sound by moment, decoded piece by piece in order of time."""
    shown: dict[float, float] = {}
    heard: list[tuple[float, np.ndarray]] = []
    for segment in made.stream.segments.order_by("start_ms"):
        with selectors.open_segment(segment) as file:
            body = io.BytesIO(file.read())
        with av.open(body, "r") as source:
            for packet in source.demux():
                for frame in packet.decode():
                    assert isinstance(frame, av.VideoFrame | av.AudioFrame)
                    at = (frame.time or 0.0) * 1000
                    if isinstance(frame, av.VideoFrame):
                        shown[at] = float(frame.to_ndarray()[: frame.height].mean())
                    else:
                        heard.append((at, frame.to_ndarray().mean(axis=0)))
    return shown, heard


def beeps(heard: list[tuple[float, np.ndarray]]) -> list[float]:
    """Moments at which the 1 kHz tone begins, in ms."""
    found: list[float] = []
    for at, wave in heard:
        for start in range(0, len(wave) - 239, 240):
            part = wave[start : start + 240]
            tone = np.exp(-2j * np.pi * 1000 * np.arange(240) / 48_000)
            loud = abs((part * tone).sum()) / 240 > 0.1
            moment = at + start / 48
            if loud and (not found or moment - found[-1] > 500):
                found.append(moment)
    return found


def flashes(shown: dict[float, float]) -> list[float]:
    found: list[float] = []
    for at in sorted(shown):
        if shown[at] > 130 and (not found or at - found[-1] > 500):
            found.append(at)
    return found


def test_a_hole_is_filled_in_place_from_a_device_whose_clock_errs(made):
    for first in range(3_000, 20_000, 5_700):
        row = hand_in(made, first, first + 6_000, slice_file(first, first + 6_000))
        backup.fill(row.stream_id, now=made.now)
    told = manifest(made)
    (gap,) = told["gaps"]
    assert (gap["cause"], gap["filled_by"]) == ("network", "device backup")
    assert (gap["start_ms"], gap["end_ms"]) == HOLE
    spans = merged(Span(s["start_ms"], s["end_ms"]) for s in told["streams"][0]["segments"])
    covered = sum(span.end_ms - span.start_ms for span in spans)
    assert covered >= 0.995 * END
    assert all(b.start_ms - a.end_ms <= 100 for a, b in itertools.pairwise(spans))
    rows = list(BackupSlice.objects.all())
    assert {row.state for row in rows} == {"filled"}
    assert all(abs(shift(row) + LATE_MS) <= 20 for row in rows), [r.shift_ms for r in rows]
    assert {row.aligned_by for row in rows} == {"audio"}
    shown, heard = seen_and_heard(made)
    assert_each_second(flashes(shown), 1000 / world.FPS + 20)
    assert_each_second(beeps(heard), 30)


def assert_each_second(moments: list[float], within_ms: float) -> None:
    lost = [
        second
        for second in range(1, END // 1000)
        if not any(abs(at - second * 1000) <= within_ms for at in moments)
    ]
    assert lost == [], moments
    assert len(moments) <= END // 1000 + 1, moments


def test_what_was_filled_stands_in_the_log_and_the_chain_holds(made):
    row = hand_in(made, 7_000, 14_000, slice_file(7_000, 14_000))
    queued = DBTaskResult.objects.get(task_path="recordings.tasks.fill_backup")
    assert queued.args_kwargs == {"args": [made.stream.pk], "kwargs": {}}
    assert backup.fill(row.stream_id, now=made.now).segments == 1
    (entry,) = LogEntry.objects.filter(kind="gap.filled")
    assert entry.data == {
        "stream": made.stream.pk,
        "start_ms": HOLE[0],
        "end_ms": entry.data["end_ms"],
        "by": "device backup",
        "segments": [FIRST_DEVICE_INDEX],
    }
    assert abs(entry.data["end_ms"] - 14_000) <= 70
    segment = Segment.objects.get(index=FIRST_DEVICE_INDEX)
    stored = LogEntry.objects.get(seq=segment.seq)
    assert stored.data["source"] == segment.source == "device"
    assert stored.data["aligned_by"] == "audio"
    assert stored.data["slice"] == "s-7000"
    head = made.room.fresh().head_hash
    assert chain.verify(full_log(made.room.id), head=head) == []
    assert [gap["filled_by"] for gap in manifest(made)["gaps"]] == ["device backup", None]
    assert not Gap.objects.exclude(filled_by="").exists()
    again = backup.fill(row.stream_id, now=made.now)
    assert again.segments == 0
    assert Segment.objects.filter(source="device").count() == 1


def test_after_the_end_the_rest_still_comes(made):
    made.end(44)
    row = hand_in(made, 5_700, 21_000, slice_file(5_700, 21_000))
    assert backup.fill(row.stream_id, now=made.now).segments == 2
    assert Gap.objects.get(noted=False, start_ms=HOLE[0]).filled_by == "device backup"


def test_a_slice_that_reaches_into_what_is_not_stored_yet_waits_and_is_used_whole(made):
    """Used at once it would fill up to the known moment, and never the rest."""
    made.seconds = 34
    row = hand_in(made, 5_700, 21_000, slice_file(5_700, 21_000))
    assert backup.fill(row.stream_id, now=made.now).segments == 0
    row.refresh_from_db()
    assert row.state == "aligned"
    made.seconds = 66
    assert backup.due(made.now) == [row.stream_id]
    backup.fill(row.stream_id, now=made.now)
    row.refresh_from_db()
    assert row.state == "filled"
    spans = merged(
        Span(start, end) for start, end in made.stream.segments.values_list("start_ms", "end_ms")
    )
    assert spans == [Span(0, END)]


def test_a_silent_slice_waits_for_a_neighbour_and_then_for_the_clock(made):
    quiet = recorder_file(world.pictures(9_000, 15_000, gop=10_000), [], size=(160, 120))
    row = hand_in(made, 9_000, 15_000, quiet)
    assert backup.fill(row.stream_id, now=made.now).segments == 0
    row.refresh_from_db()
    assert (row.state, row.aligned_by) == ("aligned", "clock")
    assert backup.due(made.now + timedelta(seconds=61)) == [row.stream_id]
    assert backup.fill(row.stream_id, now=made.now + timedelta(seconds=100)).segments == 1
    row.refresh_from_db()
    assert (row.state, row.shift_ms) == ("filled", 0)


def test_a_slice_of_what_is_there_is_useless_and_one_that_was_asked_for_is_kept(made):
    known = hand_in(made, 1_000, 5_000, slice_file(1_000, 5_000))
    backup.fill(known.stream_id, now=made.now)
    known.refresh_from_db()
    assert (known.state, known.reason) == ("useless", "nothing missing")
    backup.ask(
        made.room.id,
        user=made.room.asesor,
        kind="camera",
        start_ms=2_000,
        end_ms=4_000,
        now=made.now,
    )
    asked = hand_in(made, 1_200, 5_100, slice_file(1_200, 5_100))
    backup.fill(asked.stream_id, now=made.now)
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("aligned", "asked")
    assert abs(shift(asked) + LATE_MS) <= 20


def test_bytes_that_are_no_recording_are_useless(made):
    row = hand_in(made, 9_000, 12_000, b"\x1a\x45\xdf\xa3" + bytes(5000))
    assert backup.fill(row.stream_id, now=made.now).segments == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == ("useless", "unreadable: no track")


def test_sound_alone_is_kept_but_does_not_fill_a_hole_of_a_camera(made):
    body = recorder_file([], world.sound(7_000, 13_000, frame_ms=60))
    row = hand_in(made, 7_000, 13_000, body, filetype="audio/webm;codecs=opus")
    assert backup.fill(row.stream_id, now=made.now).segments == 1
    assert Segment.objects.get(source="device").mime.startswith("audio/webm")
    assert [gap["filled_by"] for gap in manifest(made)["gaps"]] == [None]
    assert not LogEntry.objects.filter(kind="gap.filled").exists()


def test_a_real_file_of_chromium_fills_a_hole_in_its_own_recording(tmp_path):
    """Chromium's fake microphone beeps: the same every time, so the clock has to be near."""
    body = (CHROMIUM / "vp8.webm").read_bytes()
    found = demux(body)
    made = recorded(tmp_path / "spool")
    made.say("stream.started", 0, codecs=["vp8", "opus"])
    (before,) = splice.pieces(found, 0.0, [Span(30, 2_000)])
    (after,) = splice.pieces(found, 0.0, [Span(3_200, 4_400)])
    made.segment(0, 30, 2_000, before.data)
    made.ingest().step()
    made.say("stream.stopped", 2, reason="network")
    made.say("stream.started", 3.2, codecs=["vp8", "opus"])
    made.segment(1, 3_200, 4_400, after.data)
    made.ingest().step()
    made.seconds = 23
    row = hand_in(made, 0, 4_400, body, start_ms=120, end_ms=4_520, clock_error_ms=150)
    # The hole, and its last tenth of a second, which is later than the recording.
    assert backup.fill(row.stream_id, now=made.now).segments == 2
    row.refresh_from_db()
    assert (row.state, row.aligned_by) == ("filled", "audio")
    assert abs(shift(row) + 120) <= 20
    spans = [(s.start_ms, s.end_ms) for s in made.stream.segments.order_by("start_ms")]
    assert spans[1] == (2_000, 3_200)
    shown, _heard = seen_and_heard(made)
    times = sorted(shown)
    assert max(b - a for a, b in itertools.pairwise(times)) <= 200
    assert len([at for at in times if 2_000 <= at < 3_200]) >= 10


def test_h264_of_safari_with_aac_becomes_a_segment_with_opus(made):
    body = world.safari_file(7_000, 13_000)
    row = hand_in(made, 7_000, 13_000, body, filetype="video/mp4")
    assert backup.fill(row.stream_id, now=made.now).segments == 1
    row.refresh_from_db()
    assert row.aligned_by == "audio"
    assert abs(shift(row) + LATE_MS) <= 60
    segment = Segment.objects.get(source="device")
    assert segment.mime.startswith("video/mp4")
    assert "opus" in segment.mime
