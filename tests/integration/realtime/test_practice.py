"""The practice room against the real media process: the room's way, and nothing left behind."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.test import Client

from ajj.live.models import LogEntry
from ajj.people.services import issue_token
from recordings.models import Stream
from tests.factories.live import Room, room
from tests.factories.media import encode
from tests.factories.media.client import Person
from tests.factories.media.process import TOKEN, Answer, MediaProcess
from tests.integration.realtime.site import Site
from tests.integration.realtime.sockets import in_thread
from tests.integration.realtime.test_whip import offer_of, shown

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_allowance():
    cache.clear()


@pytest.fixture
async def media(tmp_path, settings):
    async with MediaProcess(tmp_path / "spool") as process:
        settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{process.port}"
        settings.INTERNAL_TOKEN = TOKEN
        yield process


@in_thread
def tomorrow() -> Room:
    """A session whose room nobody can enter yet."""
    return room(starts_at=datetime.now(UTC) + timedelta(days=1))


class PracticeSite(Site):
    """One person's own practice: whatever stream is asked for, it is that one."""

    async def publish(self, stream: str, offer: str) -> Answer:
        return _answer(await sync_to_async(self.post)("gladi/whip", offer))

    async def subscribe(self, stream: str, offer: str) -> Answer:
        return _answer(await sync_to_async(self.post)("gladi/whep", offer))


def _answer(response) -> Answer:
    location = response.headers.get("Location", "")
    return Answer(response.status_code, response.content.decode(), location)


@in_thread
def enter(made: Room, user) -> dict[str, Any]:
    """By cookie, as the page does."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(f"/api/v1/sessions/{made.id}/gladi/practice", "{}", "application/json")
    assert answer.status_code == 200, answer.content
    return dict(json.loads(answer.content))


def left_in(media: MediaProcess) -> list[str]:
    """What the media process keeps that names a practice: files, and lines in them."""
    files = [path for path in media.spool.rglob("*") if path.is_file()]
    return [
        path.name for path in files if "practice" in str(path) or b"practice" in path.read_bytes()
    ]


async def test_ones_own_media_comes_back_before_the_day_and_nothing_stays(media):
    made = await tomorrow()
    given = await enter(made, made.asesi)
    assert given["whip_url"].endswith(f"/api/v1/sessions/{made.id}/gladi/whip")
    site = PracticeSite(made, given["token"])
    sender = Person(site, "")
    await sender.publish(encode.video("vp8", seconds=4, gop=40), encode.audio(seconds=4))
    back = Person(site, "")
    await back.watch()
    await shown(back)
    assert len(set(back.pictures)) >= 10
    assert back.sounds >= 50
    assert await media.streams() == [], "no stream of the session"
    # Cut off and back: the new connection takes over, as it does in the room.
    again = Person(site, "")
    await again.publish(encode.video("vp8", seconds=4, gop=40), encode.audio(seconds=4))
    pictures = len(back.pictures)
    for _ in range(100):
        if len(back.pictures) > pictures + 10:
            break
        await asyncio.sleep(0.1)
    assert len(back.pictures) > pictures + 10
    await again.leave()
    assert await site.end(back.resource) == 404, "the watcher went with the sender"
    assert (await site.subscribe("", await offer_of())).status == 404
    await back.leave()
    await sender.leave()
    assert left_in(media) == []
    assert await in_thread(Stream.objects.count)() == 0
    assert await in_thread(LogEntry.objects.count)() == 0


async def test_nobody_else_can_look_in(media):
    made = await tomorrow()
    sender = Person(PracticeSite(made, (await enter(made, made.asesi))["token"]), "")
    await sender.publish(sound=encode.audio(seconds=2))
    asesor = await enter(made, made.asesor)
    theirs = PracticeSite(made, asesor["token"])
    assert (await theirs.subscribe("", await offer_of())).status == 404
    # Nor by the room's own way, once there is one.
    name = f"practice.{made.id}.{made.asesi.pk}"
    room_way = Site(made, asesor["token"])
    assert (await room_way.subscribe(name, await offer_of())).status in {403, 404, 409}
    await sender.leave()


async def test_only_who_sends_media_practises_and_not_without_end(media):
    made = await tomorrow()
    for user in (made.pengamat, made.admin, made.komite):
        token = await in_thread(issue_token)(user, actor=None, now=datetime.now(UTC))
        answer = await PracticeSite(made, token).publish("", await offer_of())
        assert answer.status == 403, (user, answer.text)
    site = PracticeSite(made, (await enter(made, made.asesi))["token"])
    # Junk is refused before it reaches the media process; tries are counted all the same.
    told = {(await site.publish("", "v=0\r\n")).status for _ in range(45)}
    assert told == {400, 429}
