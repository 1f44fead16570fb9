"""The reconciler against the real media process: journals lost, nodes dead, frozen, restarted."""

import asyncio
import json
import shutil
import signal
import time
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage

from ajj.audit.models import AuditEntry
from ajj.live import services
from realtime.presence import frame_of
from recordings.models import Alarm, Publication, Segment, Stream
from recordings.services import Ingest
from recordings.services.reconcile import Looker, Reconciler
from tests.factories.live import Room
from tests.factories.media import encode
from tests.factories.media.client import Person
from tests.factories.media.process import TOKEN, MediaProcess
from tests.integration.realtime.site import Site
from tests.integration.realtime.sockets import in_thread, open_room, token_for

pytestmark = pytest.mark.django_db(transaction=True)


@in_thread
def admitted() -> tuple[Room, str]:
    made = open_room(datetime.now(UTC))
    services.admit(made.id, user=made.asesi, consent_version="uji-1", now=datetime.now(UTC))
    return made, token_for(made, made.asesi)


@pytest.fixture
async def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "storage"
    async with MediaProcess(tmp_path / "spool") as process:
        settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{process.port}"
        settings.INTERNAL_TOKEN = TOKEN
        yield process


async def sending(made: Room, token: str) -> Person:
    person = Person(Site(made, token), "")
    await person.publish(encode.video("vp8", seconds=4, gop=40), encode.audio(seconds=4))
    return person


@in_thread
def publications() -> list[Publication]:
    return list(Publication.objects.order_by("pk"))


@in_thread
def light(made: Room):
    return json.loads(frame_of(made.id, datetime.now(UTC)))["recording"]


async def until(ask, limit_s: float = 20):
    deadline = time.monotonic() + limit_s
    while True:
        found = await ask()
        if found:
            return found
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_what_the_journal_lost_is_opened_and_closed_all_the_same(media):
    """The journal is never read here: the node's own word has to do."""
    made, token = await admitted()
    person = await sending(made, token)
    reconciler = Reconciler(media.spool)
    step = in_thread(reconciler.step)

    async def opened():
        await step()
        return await publications()

    (row,) = await until(opened)
    assert row.stopped_ms is None
    await step()
    assert len(await publications()) == 1
    await person.leave()
    await step()
    assert [p.stopped_ms for p in await publications()] == [None], "one look proves nothing"
    await step()
    (row,) = await publications()
    assert (row.reason, row.stopped_ms is not None) == ("network", True)
    done = await in_thread(lambda: set(AuditEntry.objects.values_list("action", flat=True)))()
    assert {"recordings.reconcile_open", "recordings.reconcile_close"} <= done


async def test_publications_of_a_node_that_died_are_closed_with_their_cause(media):
    made, token = await admitted()
    person = await sending(made, token)
    reconciler = Reconciler(media.spool)
    await until(in_thread(reconciler.step))
    await media.stop(signal.SIGKILL)
    await in_thread(reconciler.step)()
    assert [p.stopped_ms for p in await publications()] == [None], "silence proves nothing"
    await media.start()
    await in_thread(reconciler.step)()
    assert [p.reason for p in await publications()] == ["media process"]
    await person.leave(politely=False)


async def test_a_frozen_node_turns_the_light_off_within_five_seconds(media):
    made, token = await admitted()
    person = await sending(made, token)
    ingest = Ingest(media.spool, clock=lambda: datetime.now(UTC))

    async def begun():
        await in_thread(ingest.take_journal)()
        return await publications()

    await until(begun)
    looker = Looker(media.spool)
    await in_thread(looker.step)()
    assert (await light(made))["alarm"] is None
    assert media.process is not None
    media.process.send_signal(signal.SIGSTOP)
    frozen = time.monotonic()

    async def said():
        await in_thread(looker.step)()
        shown = await light(made)
        if shown["alarm"]:
            return shown
        await asyncio.sleep(1)
        return None

    shown = await until(said)
    assert time.monotonic() - frozen < 5
    assert (shown["alarm"], shown["state"]) == ("not_recording", "not_recording")
    media.process.send_signal(signal.SIGCONT)

    async def over():
        await asyncio.sleep(0.5)
        await in_thread(looker.step)()
        return (await light(made))["alarm"] is None

    await until(over)
    alarm = await in_thread(Alarm.objects.get)()
    assert alarm.cleared_at is not None
    await person.leave()


async def test_a_recorder_can_be_begun_anew_and_goes_on_in_the_next_segment(media):
    made, token = await admitted()
    person = await sending(made, token)
    stream = await in_thread(Stream.objects.get)()
    folder = media.spool / str(made.id) / stream.pk
    await until(lambda: _async(list(folder.glob("*.part"))))
    async with media.http.post(
        f"/streams/{stream.pk}/record", headers={"X-Internal-Token": TOKEN}
    ) as answer:
        assert answer.status == 200
    await until(
        lambda: _async(list(folder.glob("000001.*.part")) or len(list(folder.glob("*.json"))) > 1)
    )
    async with media.http.post(
        "/streams/nobody/record", headers={"X-Internal-Token": TOKEN}
    ) as answer:
        assert answer.status == 404
    await person.leave()


async def _async(value):
    return value


async def test_a_lost_object_is_named_and_comes_back_from_the_spool(media):
    made, token = await admitted()
    person = await sending(made, token)
    stream = await in_thread(Stream.objects.get)()
    folder = media.spool / str(made.id) / stream.pk
    await until(lambda: _async(list(folder.glob("*.json"))))
    copy = media.spool / "copy"
    shutil.copytree(folder, copy)
    await person.leave()
    ingest, reconciler = (
        Ingest(media.spool, clock=lambda: datetime.now(UTC)),
        Reconciler(media.spool),
    )
    await in_thread(ingest.step)()
    row = await in_thread(lambda: Segment.objects.get(index=0))()
    default_storage.delete(row.storage_name)
    await in_thread(reconciler.step)()
    named = in_thread(
        lambda: set(Alarm.objects.filter(cleared_at=None).values_list("kind", "about"))
    )
    assert ("object_missing", f"{stream.pk}/0") in await named()
    for path in copy.glob("000000.*"):
        shutil.copy(path, folder / path.name)
    await in_thread(reconciler.step)()
    assert default_storage.exists(row.storage_name)
    await in_thread(reconciler.step)()
    assert await named() == set()
