"""Files made from recordings: whole, seekable, on the session's clock; and the job around them."""

import io
import zipfile
from datetime import timedelta

import av
import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.test import Client

from ajj.kernel.errors import Conflict, Forbidden
from ajj.live.rules import require_role
from ajj.live.services import vault
from recordings.exportstates import ExportState
from recordings.models import FIRST_DEVICE_INDEX, Export, Stream
from recordings.services import ensure_stream, exports
from tests.factories.media import recorded as media
from tests.integration.recordings.spool import recorded
from tests.integration.recordings.test_playback import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path, settings):
    """The asesi: live, a hole of 4 s that the device filled half of, camera off at the end."""
    settings.DATA_DIR = tmp_path / "data"
    one = recorded(tmp_path / "spool")
    for index, start, picture in (
        (0, 2_000, True),
        (1, 14_000, True),
        (2, 18_000, False),
        (FIRST_DEVICE_INDEX, 6_000, True),
    ):
        body = media.webm(start, picture=picture)
        media.keep(one.stream, index, start, body, tmp_path, now=one.room.at(22))
    Stream.objects.filter(pk=one.stream.pk).update(started_ms=2_000)
    return one


@pytest.fixture
def over(made):
    made.end(24)
    return made


def camera_of(made, user):
    stream = ensure_stream(made.room.id, owner_id=user.pk, kind="camera")
    Stream.objects.filter(pk=stream.pk).update(started_ms=0)
    return stream


def ask(made, user, what="stream", stream=None):
    session = made.room.fresh()
    return exports.request(
        session,
        user=user,
        role=require_role(session, user),
        what=what,
        stream=(stream or made.stream).pk if what == "stream" else "",
        now=made.room.at(60),
    )


def make(made, export, seconds=61.0):
    state = exports.run(export.pk, clock=lambda: made.room.at(seconds))
    export.refresh_from_db()
    return state


def content(export):
    with vault.fetch(
        export.storage_name, session_id=export.session_id, owner_id=export.owner_id
    ) as file:
        return file.read()


def moments(container, kind):
    stream = next(s for s in container.streams if s.type == kind)
    return [float(p.pts * p.time_base) for p in container.demux(stream) if p.pts is not None]


def test_a_stream_is_one_seekable_file_on_the_sessions_clock(over):
    export = ask(over, over.room.komite)
    assert make(over, export) is ExportState.DONE
    assert (export.mime, export.filename) == (
        "video/webm",
        f"camera-ayu-lestari-{str(over.room.id)[:8]}.webm",
    )
    body = content(export)
    assert default_storage.open(export.storage_name).read() != body  # sealed where it lies
    with av.open(io.BytesIO(body), "r") as file:
        assert file.duration == pytest.approx(22_000_000, abs=50_000)
        pictures = moments(file, "video")
    with av.open(io.BytesIO(body), "r") as file:
        sounds = moments(file, "audio")
    assert (pictures[0], sounds[0]) == (2.0, 2.0)
    # Live, then from the device, then the hole, as they happened.
    assert len([at for at in pictures if 6 <= at < 10]) == 60
    assert not [at for at in pictures if 10 <= at < 14]
    assert pictures[-1] < 18 < sounds[-1] == pytest.approx(21.98)
    with av.open(io.BytesIO(body), "r") as file:
        file.seek(15_000_000)
        assert next(file.demux(video=0)).pts == 14_000
    # The index stands before the media: a seek over HTTP needs two requests.
    assert 0 < body.find(b"\x1c\x53\xbb\x6b") < body.find(b"\x1f\x43\xb6\x75")


def test_h264_becomes_mp4_and_a_change_of_container_a_zip(over, tmp_path):
    room = over.room
    asesor = camera_of(over, room.asesor)
    for index, start in enumerate((0, 8_000)):
        media.keep(asesor, index, start, media.fmp4(start), tmp_path, now=room.at(40))
    export = ask(over, room.admin, stream=asesor)
    assert make(over, export) is ExportState.DONE
    assert export.mime == "video/mp4"
    with av.open(io.BytesIO(content(export)), "r") as file:
        pictures = moments(file, "video")
        assert file.duration == pytest.approx(12_000_000, abs=100_000)
    assert len(pictures) == 120
    assert next(at for at in pictures if at >= 4) == pytest.approx(8.0, abs=0.01)
    media.keep(asesor, 2, 12_000, media.webm(12_000), tmp_path, now=room.at(40))
    second = ask(over, room.admin, stream=asesor)
    assert make(over, second) is ExportState.DONE
    assert second.mime == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(content(second))).namelist()
    assert [name.rsplit("-", 1)[1] for name in names] == ["1.mp4", "2.webm"]


def test_side_by_side_shows_and_sounds_everybody_and_says_who_asked(over, tmp_path):
    room = over.room
    asesor = camera_of(over, room.asesor)
    media.keep(asesor, 0, 0, media.fmp4(0), tmp_path, now=room.at(40))
    export = ask(over, room.komite, what="composite")
    assert make(over, export) is ExportState.DONE
    with av.open(io.BytesIO(content(export)), "r") as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert (video.codec_context.width, video.codec_context.height) == (1280, 360)
        assert file.duration == pytest.approx(24_000_000, abs=200_000)
        pictures = {
            round(frame.time or 0, 2): frame.to_ndarray(format="gray")
            for frame in file.decode(video=0)
        }
        assert audio.codec_context.name == "aac"
    assert len(pictures) == 24 * 15
    left = {second: pictures[second][60:300, 60:580].astype(int) for second in (1.0, 3.0, 12.0)}
    # Hatched before the camera began and in the hole, a picture in between.
    assert np.abs(left[1.0] - left[12.0]).mean() < 6
    assert np.abs(left[3.0] - left[12.0]).mean() > 10
    with av.open(io.BytesIO(content(export)), "r") as file:
        loud = [(f.time or 0, np.abs(f.to_ndarray()).max()) for f in file.decode(audio=0)]
    assert max(level for at, level in loud if 11 < at < 13.5) < 0.01
    assert min(level for at, level in loud if 2.5 < at < 5.5) > 0.1


def test_the_api_gives_files_to_whoever_asked_only(over, django_capture_on_commit_callbacks):
    room = over.room
    base = f"/api/v1/sessions/{room.id}/exports"
    client = client_of(room.komite)

    def post(who, **body):
        return who.post(base, body, content_type="application/json")

    row = post(client, what="stream", stream=over.stream.pk)
    assert row.status_code == 201
    assert (row.json()["state"], row.json()["url"]) == ("queued", None)
    assert post(client, what="stream", stream=over.stream.pk).json()["id"] == row.json()["id"]
    assert post(client, what="stream", stream="?").status_code == 404
    assert post(client, what="song").json()["code"] == "export_kind"
    assert post(client_of(room.asesi), what="composite").json()["code"] == "not_exporting"
    assert post(client_of(room.stranger), what="composite").status_code == 403
    make(over, Export.objects.get())
    listed = client.get(base).json()
    assert {"stream", "composite"} <= set(listed["may"])
    assert client_of(room.asesi).get(base).json()["may"] == []
    (done,) = listed["items"]
    assert (done["state"], done["progress"]) == ("done", 100)
    body = Client().get(done["url"]).getvalue()
    assert len(body) == done["bytes"]
    part = Client().get(done["url"], headers={"range": "bytes=5-9"})
    assert (part.status_code, part.getvalue()) == (206, body[5:10])
    assert "attachment" in part.headers["Content-Disposition"]
    other = client_of(room.asesor)
    assert other.get(base).json()["items"] == []
    assert other.get(f"{base}/{done['id']}/file").status_code == 404
    assert client.delete(f"{base}/{done['id']}").status_code == 204
    assert client.delete(f"{base}/{done['id']}").status_code == 204
    assert Client().get(done["url"]).status_code == 404
    assert not default_storage.exists(Export.objects.get().storage_name)


def test_nobody_copies_a_session_that_still_runs(made):
    with pytest.raises(Conflict):
        ask(made, made.room.asesor)
    with pytest.raises(Forbidden):
        ask(made, made.room.pengamat)


def test_what_a_dead_worker_left_is_made_again_but_not_for_ever(over):
    export = ask(over, over.room.komite)
    for attempt in range(1, exports.ATTEMPTS + 1):
        Export.objects.filter(pk=export.pk).update(state="running", attempts=attempt)
        exports.upkeep(now=over.room.at(61))  # too early to tell
        export.refresh_from_db()
        assert export.state == "running"
        later = over.room.at(60 + 300 * attempt)
        Export.objects.filter(pk=export.pk).update(beat_at=later - exports.SILENT_FOR * 2)
        exports.upkeep(now=later)
        export.refresh_from_db()
        assert export.state == ("queued" if attempt < exports.ATTEMPTS else "failed")
    assert export.problem == "worker_lost"


def test_a_cancelled_export_stops_and_leaves_nothing(over):
    export = ask(over, over.room.komite)
    exports.cancel(export, user=over.room.komite, now=over.room.at(61))
    assert make(over, export) is ExportState.CANCELLED
    running = ask(over, over.room.komite)
    steps = iter(range(1000))

    def clock():
        if next(steps) == 2:
            exports.cancel(running, user=over.room.komite, now=over.room.at(62))
        return over.room.at(61) + timedelta(seconds=2 * next(steps))

    assert exports.run(running.pk, clock=clock) is ExportState.CANCELLED
    assert not list(default_storage.listdir("recordings")[1])
    assert not default_storage.exists("exports") or not default_storage.listdir("exports")[1]


def test_files_go_when_their_time_is_over(over):
    export = ask(over, over.room.komite)
    make(over, export)
    exports.upkeep(now=export.expires_at - timedelta(seconds=1))
    assert default_storage.exists(export.storage_name)
    exports.upkeep(now=export.expires_at)
    export.refresh_from_db()
    assert export.state == "expired"
    assert not default_storage.exists(export.storage_name)


def test_nothing_recorded_is_a_result_too(over):
    asesor = camera_of(over, over.room.asesor)
    export = ask(over, over.room.komite, stream=asesor)
    assert make(over, export) is ExportState.FAILED
    assert export.problem == "nothing_recorded"
