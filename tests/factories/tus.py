"""A client that speaks tus 1.0.0, by API token or cookie."""

import base64
import hashlib
import uuid
from typing import Any

from django.test import Client
from django.utils import timezone

from ajj.people.models import ApiToken, User

BODY = "application/offset+octet-stream"


def described(**pairs: Any) -> str:
    """Upload-Metadata."""
    return ",".join(
        f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in pairs.items()
    )


class Tus:
    """``url`` is the collection; ``user`` gets an API token of their own."""

    def __init__(self, url: str, user: User) -> None:
        token = uuid.uuid4().hex
        ApiToken.objects.create(
            user=user, sha256=hashlib.sha256(token.encode()).hexdigest(), created_at=timezone.now()
        )
        self.url = url
        self.head = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"}
        self.client = Client(enforce_csrf_checks=True)

    def ask(self, method: str, url: str, data: bytes = b"", *, kind: str = BODY, **headers: Any):
        """``headers`` by name, with underscores."""
        named = {key.replace("_", "-"): str(value) for key, value in headers.items()}
        return self.client.generic(
            method, url, data, CONTENT_TYPE=kind, headers={**self.head, **named}
        )

    def patch(self, url: str, data: bytes, offset: int, **headers: Any):
        return self.ask("PATCH", url, data, Upload_Offset=offset, **headers)
