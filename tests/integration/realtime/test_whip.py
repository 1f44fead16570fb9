"""WHIP and WHEP through the site, against the real media process."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from django.test import Client

from ajj.kernel.clock import epoch_ms
from ajj.live import services
from ajj.live.services import cameras, tick
from ajj.people.services import issue_token
from realtime.credentials import camera_token
from recordings.models import FIRST_DEVICE_INDEX, Segment, Stream
from recordings.services import Ingest, ensure_stream
from tests.factories.live import Room
from tests.factories.media import encode
from tests.factories.media.client import Person
from tests.factories.media.process import TOKEN, MediaProcess, free_port
from tests.integration.realtime.site import Site
from tests.integration.realtime.sockets import Socket, in_thread, open_room, token_for

pytestmark = pytest.mark.django_db(transaction=True)


def _admitted() -> tuple[Room, dict[str, str]]:
    now = datetime.now(UTC)
    made = open_room(now)
    names = ("asesi", "asesor", "pengamat", "admin")
    for name in names:
        services.admit(
            made.id, user=getattr(made, name), consent_version="uji-1", now=datetime.now(UTC)
        )
    return made, {name: token_for(made, getattr(made, name)) for name in names}


admitted = in_thread(_admitted)


@pytest.fixture
async def media(tmp_path, settings):
    async with MediaProcess(tmp_path / "spool") as process:
        settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{process.port}"
        settings.INTERNAL_TOKEN = TOKEN
        yield process


async def shown(viewer: Person) -> None:
    """Until the viewer has decoded moving pictures and sound."""
    for _ in range(200):
        if len(set(viewer.pictures)) >= 10 and viewer.sounds >= 50:
            return
        await asyncio.sleep(0.1)


async def offer_of(*kinds: str) -> str:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in kinds or ("audio", "video"):
        connection.addTransceiver(kind, direction="sendonly")
    await connection.setLocalDescription(await connection.createOffer())
    text = connection.localDescription.sdp
    await connection.close()
    return text


async def test_one_publishes_another_sees_and_it_is_recorded_on_the_sessions_clock(media):
    made, token = await admitted()
    asesi, asesor = Site(made, token["asesi"]), Site(made, token["asesor"])
    # Another media node recorded the beginning, and this one knows nothing of it.
    stream = await in_thread(ensure_stream)(made.id, owner_id=made.asesi.pk, kind="camera")
    for index in (41, FIRST_DEVICE_INDEX):
        await in_thread(Segment.objects.create)(
            stream=stream, index=index, start_ms=0, end_ms=1, bytes=1, sha256="", mime="",
            storage_name=str(index), seq=1,
        )  # fmt: skip
    publisher = Person(asesi, "")
    await publisher.publish(encode.video("vp8", seconds=4, gop=40), encode.audio(seconds=4))
    stream = await in_thread(Stream.objects.get)(session=made.id)
    assert (stream.owner_id, stream.kind) == (made.asesi.pk, "camera")
    assert publisher.resource.startswith(f"/api/v1/sessions/{made.id}/whip/{stream.pk}/")
    viewer = Person(asesor, stream.pk)
    await viewer.watch()
    await shown(viewer)
    assert len(set(viewer.pictures)) >= 10
    assert viewer.sounds >= 50
    assert [s["live"] for s in await media.streams()] == [True]
    socket = await Socket(made.id, token["asesor"]).open()
    await socket.read(lambda: "moving" in str(socket.pulses))
    assert await asesor.wants_picture(viewer.resource, '{"wanted": false}') == 204
    await socket.read(lambda: socket.pulses[-1][stream.pk].get("thin") is True)
    assert await asesor.wants_picture(viewer.resource, '{"wanted": 1}') == 400
    assert await asesor.wants_picture(viewer.resource, "{}", "text/plain") == 415
    assert await asesor.wants_picture(f"{viewer.resource}x", '{"wanted": true}') == 404
    await socket.close()
    await viewer.leave()
    assert await asesor.end(viewer.resource) == 404
    await publisher.leave()
    ingest = Ingest(media.spool, clock=lambda: datetime.now(UTC))
    deadline = time.monotonic() + 20
    recorded = Segment.objects.filter(stream=stream, index=42)
    while not await in_thread(recorded.exists)():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)
        await in_thread(ingest.step)()
    first = await in_thread(recorded.first)()
    t0 = (await in_thread(made.fresh)()).opened_at
    assert first is not None
    assert t0 is not None
    assert 0 < first.start_ms < epoch_ms(datetime.now(UTC)) - epoch_ms(t0)
    (row,) = await in_thread(asesor.streams)()
    assert (row["stream"], row["owner"], row["kind"]) == (
        stream.pk,
        str(made.asesi.pk),
        "camera",
    )
    assert set(row["codecs"]) == {"vp8", "opus"}


def _paired(made: Room) -> tuple[str, str]:
    offer = cameras.offer(made.id, user=made.asesi, now=datetime.now(UTC))
    now = datetime.now(UTC)
    camera = cameras.redeem(offer.digits, address="10.0.0.1", device="Chrome, Android", now=now)
    return str(camera.pk), camera_token(camera)[0]


async def test_a_second_camera_that_is_taken_off_is_hung_up_by_the_server(media):
    made, _token = await admitted()
    camera, phone = await in_thread(_paired)(made)
    publisher = Person(Site(made, phone, "second_camera"), "")
    await publisher.publish(encode.video("vp8", seconds=4, gop=40))
    assert [s["live"] for s in await media.streams()] == [True]
    elapsed = datetime.now(UTC) - made.session.jadwal.starts_at
    unpair = {"camera": camera}
    await in_thread(made.do)(made.asesor, "camera.unpair", unpair, seconds=elapsed.total_seconds())
    assert await media.streams() == []
    assert await publisher.media.end(publisher.resource) == 401, "its token is dead too"
    await publisher.leave(politely=False)


async def test_the_answer_carries_what_the_rfc_asks_for(media, settings):
    settings.TURN_URLS = ["turn:turn.ajj.test:3478"]
    settings.TURN_SECRET = "s3cret"
    made, token = await admitted()
    site = Site(made, token["asesor"])
    offer = await offer_of()
    answer = await in_thread(lambda: site.post("whip?kind=screen", offer))()
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/sdp"
    assert answer.content.startswith(b"v=0")
    assert answer.headers["ETag"].strip('"') in answer.headers["Location"]
    assert answer.headers["Link"].startswith('<turn:turn.ajj.test:3478>; rel="ice-server"')
    location = answer.headers["Location"]
    fragment = "application/trickle-ice-sdpfrag"

    def patch(content_type=fragment, body="a=mid:0\r\na=end-of-candidates\r\n", **headers):
        return site.client.patch(location, body, content_type=content_type, headers=headers)

    etag = answer.headers["ETag"]
    assert (await in_thread(lambda: patch(if_match=etag))()).status_code == 204
    assert (await in_thread(patch)()).status_code == 428
    assert (await in_thread(lambda: patch(if_match='"other"'))()).status_code == 412
    assert (await in_thread(lambda: patch(if_match="*"))()).status_code == 422
    assert (await in_thread(lambda: patch("text/plain", if_match=etag))()).status_code == 415
    other = Site(made, token["asesi"])
    assert (await in_thread(lambda: other.client.delete(location))()).status_code == 403
    assert (await in_thread(lambda: site.client.delete(location))()).status_code == 200
    assert (await in_thread(lambda: site.client.delete(location))()).status_code == 404


async def test_who_may_not_and_what_cannot(media):
    made, token = await admitted()
    offer = await offer_of()
    _elsewhere, other_token = await admitted()
    api = await in_thread(lambda: issue_token(made.asesor, actor=None, now=datetime.now(UTC)))()
    stranger = await in_thread(
        lambda: issue_token(made.stranger, actor=None, now=datetime.now(UTC))
    )()
    pendamping = await in_thread(
        lambda: issue_token(made.pendamping, actor=None, now=datetime.now(UTC))
    )()

    async def whip(bearer: str, body: str = offer, path: str = "whip", kind="application/sdp"):
        site = Site(made, bearer)
        answer = await in_thread(lambda: site.post(path, body, kind))()
        return answer.status_code, answer.json().get("code") if answer.status_code >= 400 else ""

    asesor = token["asesor"]
    assert await whip("") == (401, "unauthenticated")
    assert await whip("nonsense") == (401, "unauthenticated")
    assert await whip(asesor[:-4] + "AAAA") == (401, "bad_token")
    assert await whip(other_token["asesor"]) == (403, "foreign_token")
    assert await whip(stranger) == (403, "not_member")
    assert await whip(token["pengamat"]) == (403, "role_may_not_publish")
    assert await whip(token["admin"]) == (403, "role_may_not_publish")
    assert await whip(pendamping) == (403, "consent_required")
    assert await whip(asesor, path="whip?kind=hologram") == (400, "unknown_kind")
    assert await whip(asesor, kind="text/plain") == (415, "unsupported_media_type")
    assert await whip(asesor, "x" * 70_000) == (413, "too_large")
    assert await whip(asesor, "v=0 nonsense") == (400, "sdp_invalid")
    av1 = offer.replace("VP8/90000", "AV1/90000").replace("H264/90000", "AV1/90000")
    assert await whip(asesor, av1) == (406, "codec_unsupported")
    assert await whip(asesor, path="whep/unknown") == (404, "stream_not_found")
    assert await in_thread(Stream.objects.count)() <= 1  # refused before anything was written
    assert await whip(api) == (201, "")
    stream = await in_thread(Stream.objects.get)(owner=made.asesor)
    assert await whip(token["asesi"], path=f"whep/{stream.pk}") in {
        (404, "stream_not_live"),
        (201, ""),
    }
    screen = await in_thread(
        lambda: Stream.objects.create(
            id="deadbeefdeadbeef", session=made.session, owner=made.asesi, kind="screen"
        )
    )()
    assert await whip(token["pengamat"], path=f"whep/{screen.pk}") == (404, "stream_not_live")


async def test_methods_and_preflight():
    made, token = await admitted()
    site = Site(made, token["asesor"])
    options = await in_thread(lambda: site.client.options(f"{site.base}/whip"))()
    assert options.status_code == 204
    assert options.headers["Accept-Post"] == "application/sdp"
    for path in ("whip", "whep/abc"):
        answer = await in_thread(lambda path=path: site.client.get(f"{site.base}/{path}"))()
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST, OPTIONS"


async def test_a_cookie_needs_its_csrf_token(media):
    made, _ = await admitted()
    offer = await offer_of()

    def post(**headers):
        client = Client(enforce_csrf_checks=True)
        client.force_login(made.asesor)
        client.cookies["csrftoken"] = "a" * 32
        return client.post(
            f"/api/v1/sessions/{made.id}/whip",
            offer,
            content_type="application/sdp",
            headers=headers,
        ).status_code

    assert await in_thread(post)() == 401
    assert await in_thread(lambda: post(x_csrftoken="a" * 32))() == 201


async def test_an_ended_session_takes_no_media(media):
    made, token = await admitted()
    offer = await offer_of()
    site = Site(made, token["asesor"])
    await in_thread(lambda: tick(made.session.jadwal.closes_at))()
    answer = await in_thread(lambda: site.post("whip", offer))()
    assert (answer.status_code, answer.json()["code"]) == (409, "session_ended")


async def test_a_media_process_that_is_down_is_said_so_and_tried_again_by_the_client(settings):
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{free_port()}"
    made, token = await admitted()
    site = Site(made, token["asesor"])
    offer = await offer_of()
    began = time.monotonic()
    answer = await in_thread(lambda: site.post("whip", offer))()
    assert answer.status_code == 503
    assert answer.json()["code"] == "media_unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - began < 6


async def test_a_media_process_that_comes_back_within_the_retries_is_not_noticed(
    tmp_path, settings
):
    made, token = await admitted()
    offer = await offer_of()
    process = MediaProcess(tmp_path / "spool")
    settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{process.port}"
    settings.INTERNAL_TOKEN = TOKEN
    site = Site(made, token["asesor"])
    async with process:
        await process.stop()
        asked = asyncio.create_task(in_thread(lambda: site.post("whip", offer))())
        await process.start()
        deadline = time.monotonic() + 20
        while (answer := await asked).status_code == 503 and time.monotonic() < deadline:
            await asyncio.sleep(int(answer.headers["Retry-After"]))
            asked = asyncio.create_task(in_thread(lambda: site.post("whip", offer))())
        assert answer.status_code == 201
