"""The door over the wire: what a waiting person's token, socket and media may and may not."""

import asyncio
from datetime import UTC, datetime

import pytest

from ajj.live import services
from ajj.live.ops import Ack, Op
from recordings.models import Stream
from tests.factories.live import Room
from tests.factories.media import encode
from tests.factories.media.client import Person
from tests.factories.media.process import TOKEN, MediaProcess
from tests.integration.realtime.site import Site
from tests.integration.realtime.sockets import Socket, in_thread, open_room, token_for

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("asesi", "asesor", "pengamat", "admin")


def _at_the_door() -> tuple[Room, dict[str, str]]:
    made = open_room(datetime.now(UTC), admission="by_asesor")
    for name in NAMES:
        services.admit(
            made.id, user=getattr(made, name), consent_version="uji-1", now=datetime.now(UTC)
        )
    return made, {name: token_for(made, getattr(made, name)) for name in NAMES}


at_the_door = in_thread(_at_the_door)


@in_thread
def say(made: Room, kind: str, name: str = "asesi") -> None:
    op = Op(f"{kind}-{name}", kind, {"person": str(getattr(made, name).pk)})
    answer = services.perform(made.id, user=made.asesor, op=op, now=datetime.now(UTC))
    assert isinstance(answer, Ack), answer


@pytest.fixture
async def media(tmp_path, settings):
    async with MediaProcess(tmp_path / "spool") as process:
        settings.MEDIA_CONTROL_URL = f"http://127.0.0.1:{process.port}"
        settings.INTERNAL_TOKEN = TOKEN
        yield process


async def test_a_socket_at_the_door_sees_who_is_there_and_reads_everything_once_inside():
    made, token = await at_the_door()
    asesor = await Socket(made.id, token["asesor"]).open()
    asesi = await Socket(made.id, token["asesi"]).open()
    me = str(made.asesi.pk)

    def waiting(socket: Socket) -> list[bool]:
        rows = socket.presence[-1]["presence"] if socket.presence else []
        return [row["waiting"] for row in rows if row["id"] == me and row["online"]]

    await asesi.read(lambda: waiting(asesi) == [True])
    await asesor.read(lambda: waiting(asesor) == [True])
    refused = await asesi.answer_to(await asesi.send("chat", {"text": "Halo"}))
    assert refused["code"] == "waiting"
    assert asesi.log == []
    await say(made, "admit")
    await asesi.read(lambda: {"admitted", "session.live"} <= {e["kind"] for e in asesi.log})
    assert asesi.log[0]["seq"] == 1, "from the beginning, without a hole"
    await asesi.read(lambda: waiting(asesi) == [False])
    await say(made, "unadmit")
    before = asesi.cursor
    await asesi.read(lambda: waiting(asesi) == [True])
    await asesor.answer_to(await asesor.send("chat", {"text": "Sebentar."}))
    await asesi.read(lambda: waiting(asesi) == [True])
    assert asesi.cursor == before, "nothing of what is said inside"
    await asesi.close()
    await asesor.close()


async def test_the_join_answer_says_waiting_and_only_then_more_than_it_used_to():
    made, token = await at_the_door()
    answers = {}
    for name in ("asesi", "asesor"):
        site = Site(made, token[name])
        answers[name] = (
            await in_thread(lambda site=site: site.post("join", "{}", "application/json"))()
        ).json()
    assert answers["asesi"].pop("waiting") is True
    assert set(answers["asesi"]) == set(answers["asesor"])
    assert answers["asesi"]["token"]


async def test_a_jitsi_token_comes_with_the_admission(settings):
    settings.JITSI_DOMAIN, settings.JITSI_APP_ID = "meet.ajj.test", "ajj"
    settings.JITSI_APP_SECRET = "s" * 32
    made, token = await at_the_door()
    site = Site(made, token["asesi"])
    join = in_thread(lambda: site.post("join", "{}", "application/json").json())
    assert "jwt" not in await join()
    await say(made, "admit")
    inside = await join()
    assert inside["jwt"].count(".") == 2
    assert "waiting" not in inside


async def test_no_media_flows_at_the_door_and_all_of_it_stops_when_sent_back(media):
    made, token = await at_the_door()
    asesi, asesor = Site(made, token["asesi"]), Site(made, token["asesor"])
    early = Person(asesi, "")
    with pytest.raises(AssertionError, match="waiting"):
        await early.publish(encode.video("vp8", seconds=2, gop=40), encode.audio(seconds=2))
    await early.leave(politely=False)
    await say(made, "admit")
    pictures = encode.video("vp8", seconds=2, gop=40)
    mine, theirs = Person(asesor, ""), Person(asesi, "")
    await mine.publish(pictures, encode.audio(seconds=2))
    await theirs.publish(pictures, encode.audio(seconds=2))
    stream = await in_thread(Stream.objects.get)(owner=made.asesor)
    viewer = Person(asesi, stream.pk)
    await viewer.watch()
    for _ in range(100):
        if viewer.sounds > 20:
            break
        await asyncio.sleep(0.1)
    assert viewer.sounds > 20, "inside, media flows"
    assert await _whep(Site(made, token["admin"]), stream.pk) == "role_may_not_subscribe"
    assert await _whep(Site(made, token["pengamat"]), stream.pk) == "waiting"
    await say(made, "unadmit")
    assert [live["owner"] for live in await media.streams() if live["live"]] == [
        str(made.asesor.pk)
    ]
    await asyncio.sleep(0.5)
    heard = viewer.sounds
    await asyncio.sleep(1)
    assert viewer.sounds == heard, "nor is anything received any more"
    assert await _whep(asesi, stream.pk) == "waiting"
    recording = await in_thread(lambda: asesi.client.get(f"{asesi.base}/recording"))()
    assert (recording.status_code, recording.json()["code"]) == (403, "waiting")
    support = Site(made, token["admin"])
    recording = await in_thread(lambda: support.client.get(f"{support.base}/recording"))()
    assert (recording.status_code, recording.json()["code"]) == (403, "no_media")
    for person in (viewer, theirs):
        await person.leave(politely=False)
    await mine.leave()


async def _whep(site: Site, stream: str) -> str:
    answer = await in_thread(lambda: site.post(f"whep/{stream}", b"v=0"))()
    code: str = answer.json()["code"]
    return code
