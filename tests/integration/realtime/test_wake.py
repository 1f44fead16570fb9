"""Hints across processes: through Valkey, and over loopback without it."""

import asyncio
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.test import AsyncClient

from ajj.live import services
from realtime import wake
from tests.integration.realtime.sockets import Socket, in_thread, open_room, token_for


@pytest.mark.services
async def test_a_hint_from_another_process_arrives_through_valkey(settings, valkey_url):
    settings.REDIS_URL = valkey_url
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [valkey_url]},
        }
    }
    session = str(uuid.uuid4())
    layer = RedisPubSubChannelLayer(hosts=[valkey_url])
    channel = await layer.new_channel()
    await layer.group_add(wake.group_of(session), channel)
    wake.Courier().carry(session, 7)  # what a process without sockets does after its commit
    message = await asyncio.wait_for(layer.receive(channel), 10)
    assert message == {"type": wake.WAKE, "seq": 7}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
async def test_the_socket_runs_on_valkey(settings, valkey_url):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [valkey_url]},
        }
    }

    def ready():
        made = open_room(datetime.now(UTC))
        for user in (made.asesi, made.asesor):
            services.admit(made.id, user=user, consent_version="uji-1", now=datetime.now(UTC))
        return made, token_for(made, made.asesi), token_for(made, made.asesor)

    made, asesi_token, asesor_token = await in_thread(ready)()
    asesi = await Socket(made.id, asesi_token).open()
    asesor = await Socket(made.id, asesor_token).open()
    await asesor.read(lambda: any(e["kind"] == "session.live" for e in asesor.log))
    for number in range(5):
        ack = await asesor.answer_to(await asesor.send("chat", {"text": str(number)}))
        await asesi.until_seq(ack["seq"])
    await asesi.close()
    await asesor.close()


async def _wake(client: AsyncClient, body: object, token: str = "") -> int:
    answer = await client.post(
        "/internal/wake",
        body,
        content_type="application/json",
        headers={"x-internal-token": token} if token else {},
    )
    return answer.status_code


async def test_the_loopback_hint_reaches_the_layer_and_only_ours_may_send_it(settings):
    settings.INTERNAL_TOKEN = "inside"
    session = str(uuid.uuid4())
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add(wake.group_of(session), channel)
    client = AsyncClient()
    assert await _wake(client, {"session": session, "seq": 3}) == 403
    assert await _wake(client, {"session": session, "seq": 3}, "outside") == 403
    assert await _wake(client, {"session": "x", "seq": 3}, "inside") == 400
    assert await _wake(client, {"session": session}, "inside") == 400
    assert await _wake(client, {"session": session, "seq": 3}, "inside") == 204
    message = await asyncio.wait_for(layer.receive(channel), 5)
    assert message == {"type": wake.WAKE, "seq": 3}
    looked = await client.get("/internal/wake", headers={"x-internal-token": "inside"})
    assert looked.status_code == 405


@pytest.mark.services
def test_a_process_that_carried_a_hint_still_ends(valkey_url, tmp_path):
    script = (
        "import django, time; django.setup();"
        "from realtime.wake import Courier;"
        "Courier().carry('00000000-0000-4000-8000-000000000000', 1); time.sleep(1)"
    )
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
        "REDIS_URL": valkey_url,
        "DATA_DIR": str(tmp_path),
    }
    done = subprocess.run((sys.executable, "-c", script), env=env, timeout=60, check=False)
    assert done.returncode == 0
