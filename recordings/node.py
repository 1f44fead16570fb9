"""What the media node says about itself: one short question on loopback, never an exception."""

from typing import Any

import httpx
import structlog
from django.conf import settings

from recordings.reconcile import NodeStream, NodeView

log = structlog.get_logger(__name__)

LOOK_S = 0.8
_client = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def look() -> NodeView:
    """The node's publishers and disk; ``answers`` is False when it does not say in 0.8 s."""
    try:
        answer = _client.get(
            f"{settings.MEDIA_CONTROL_URL}/streams", headers=_headers(), timeout=LOOK_S
        )
        return view_of(answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        log.debug("media node does not answer", error=repr(error))
        return NodeView(answers=False)


def restart_recorder(stream: str) -> bool:
    """Have the node begin the stream's recording anew; False when it could not be asked."""
    url = f"{settings.MEDIA_CONTROL_URL}/streams/{stream}/record"
    try:
        return _client.post(url, headers=_headers(), timeout=LOOK_S).is_success
    except httpx.HTTPError:
        return False


def _headers() -> dict[str, str]:
    return {"X-Internal-Token": settings.INTERNAL_TOKEN}


def view_of(body: dict[str, Any]) -> NodeView:
    """The answer of ``GET /streams`` as it is compared; raises on what it cannot be."""
    streams = [
        NodeStream(
            stream=str(item["stream"]),
            session=str(item["session"]),
            since_epoch_ms=int(item["since"] or 0),
            last_packet_ms_ago=item["last_packet_ms_ago"],
            recorded_until_ms=item["recorded_until_ms"],
        )
        for item in body["items"]
        if item["live"]
    ]
    disk = body.get("disk") or {}
    return NodeView(
        answers=True,
        streams={live.stream: live for live in streams},
        disk=str(disk.get("state", "ok")),
        boot_epoch_ms=_boot_ms(str(body.get("boot", ""))),
    )


def _boot_ms(boot: str) -> int:
    """A boot's id begins with the moment it began, in epoch ms."""
    digits = boot.partition("-")[0]
    return int(digits) if digits.isdigit() else 0
