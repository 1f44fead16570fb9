"""What the socket and WHIP refuse, they refuse in the reader's language."""

import json

import pytest
from django.test import Client

from tests.integration.realtime.sockets import Socket, in_thread, open_room, token_for
from tests.integration.realtime.test_socket import live_room, now

pytestmark = pytest.mark.django_db(transaction=True)
ENGLISH = (b"accept-language", b"en-US,en;q=0.9")


async def refusals(socket: Socket) -> list[str]:
    """Of a frame that is no JSON, and of a command that the session itself refuses."""
    await socket.say("not json")
    await socket.say(json.dumps({"op_id": "x-1", "kind": "no.such.op", "data": {}}))
    await socket.read(lambda: len(socket.answers) == 2)
    await socket.close()
    return [str(answer["message"]) for answer in socket.answers]


async def test_a_socket_answers_in_the_language_of_its_own_reader():
    made, token = await live_room()
    asesi = await Socket(made.id, token["asesi"]).open(headers=[ENGLISH])
    asesor = await Socket(made.id, token["asesor"]).open()
    pendamping = await Socket(made.id, token["pendamping"]).open(
        headers=[ENGLISH, (b"cookie", b"django_language=id")]
    )
    english = ["The message is not valid JSON.", "Unknown command."]
    indonesian = ["Pesan bukan JSON yang sah.", "Perintah tidak dikenal."]
    assert await refusals(asesi) == english
    assert await refusals(asesor) == indonesian
    assert await refusals(pendamping) == indonesian, "a choice on the page beats the browser"


def _observer():
    made = open_room(now())
    return made, token_for(made, made.pengamat)


async def test_whip_explains_itself_in_english_too():
    made, token = await in_thread(_observer)()
    answer = await in_thread(Client().post)(
        f"/api/v1/sessions/{made.id}/whip",
        data="v=0",
        content_type="application/sdp",
        headers={"authorization": f"Bearer {token}", "accept-language": "en"},
    )
    assert answer.status_code == 403, answer.content
    assert answer.json()["message"] == (
        "In this session your role only watches; it sends no picture or sound."
    )
