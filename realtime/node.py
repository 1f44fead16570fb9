"""Speaking to the media process: small HTTP on loopback, short patience, bounded retries."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from ajj.kernel.errors import DomainError

TIMEOUT = httpx.Timeout(8.0, connect=1.0)
TRIES = 4
FIRST_DELAY_S = 0.15
RETRY_AFTER_S = 2


class MediaUnavailable(DomainError):
    """The media process cannot be reached (503); it is being restarted."""

    status = 503
    code = "media_unavailable"


@dataclass(frozen=True)
class NodeAnswer:
    """What the media process said: HTTP status, body, and the id of what it made."""

    status: int
    body: bytes
    content_type: str
    resource: str


_client = httpx.Client(timeout=TIMEOUT, limits=httpx.Limits(max_keepalive_connections=0))


def ask(
    method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> NodeAnswer:
    """One request to the media node; only a refused connection is tried again (up to 4 times).

    Raises ``MediaUnavailable`` when nobody answers.
    """
    for attempt in range(TRIES):
        try:
            answer = _client.request(
                method,
                f"{settings.MEDIA_CONTROL_URL}{path}",
                content=body,
                headers={**(headers or {}), "X-Internal-Token": settings.INTERNAL_TOKEN},
            )
        except httpx.ConnectError as error:
            if attempt == TRIES - 1:
                raise _unavailable() from error
            time.sleep(FIRST_DELAY_S * 2**attempt)
        except httpx.HTTPError as error:
            raise _unavailable() from error
        else:
            return NodeAnswer(
                status=answer.status_code,
                body=answer.content,
                content_type=answer.headers.get("Content-Type", ""),
                resource=answer.headers.get("X-Resource", ""),
            )
    raise _unavailable()


def _unavailable() -> MediaUnavailable:
    return MediaUnavailable(
        _("Layanan gambar dan suara sedang dimulai ulang. Sambungan dicoba lagi sebentar lagi.")
    )
