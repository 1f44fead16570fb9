"""WHIP and WHEP through the site, for one member: what ``Person`` takes for its media process."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.test import Client

from tests.factories.live import Room
from tests.factories.media.process import Answer

SDP = "application/sdp"
JSON = "application/json"


class Site:
    """Speaks with ``token`` as bearer. ``resource`` of an answer is its Location."""

    def __init__(self, room: Room, token: str, kind: str = "") -> None:
        self.base = f"/api/v1/sessions/{room.id}"
        self.token = token
        self.kind = kind
        self.client = Client(headers={"authorization": f"Bearer {token}"} if token else {})

    def post(self, path: str, body: str | bytes, content_type: str = SDP, **headers: Any):
        return self.client.post(
            f"{self.base}/{path}", data=body, content_type=content_type, headers=headers
        )

    async def publish(self, stream: str, offer: str) -> Answer:
        path = f"whip?kind={self.kind}" if self.kind else "whip"
        return _answer(await sync_to_async(self.post)(path, offer))

    async def subscribe(self, stream: str, offer: str) -> Answer:
        return _answer(await sync_to_async(self.post)(f"whep/{stream}", offer))

    async def end(self, resource: str) -> int:
        return (await sync_to_async(self.client.delete)(resource)).status_code

    async def wants_picture(self, resource: str, body: str, content_type: str = JSON) -> int:
        """A watcher's word about the picture; the status."""
        put = sync_to_async(self.client.put)
        answer = await put(f"{resource}/video", data=body, content_type=content_type)
        return int(answer.status_code)

    def streams(self) -> list[dict[str, Any]]:
        return list(self.client.get(f"{self.base}/streams").json()["items"])


def _answer(response: HttpResponse) -> Answer:
    return Answer(
        response.status_code, response.content.decode(), response.headers.get("Location", "")
    )
