"""A relay that is named but could never be used is an error at the start, not in an exam."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

SHORTEST_SECRET = 16
ADDRESS = re.compile(r"(stuns?|turns?):[^\s/?]+(\?transport=(udp|tcp))?")
"""RFC 7064 and RFC 7065."""


def relay_settings(**kwargs: Any) -> Sequence[CheckMessage]:
    """Errors of ``TURN_URLS`` and ``TURN_SECRET``."""
    found = [
        Error(
            f"TURN_URLS: {url!r} is no address of a relay.",
            hint="turn:HOST:3478?transport=udp, turns:HOST:443?transport=tcp; commas between.",
            id="realtime.E001",
        )
        for url in settings.TURN_URLS
        if not ADDRESS.fullmatch(url)
    ]
    relays = any(url.startswith("turn") for url in settings.TURN_URLS)
    if relays and len(settings.TURN_SECRET) < SHORTEST_SECRET:
        words = f"TURN_URLS names a relay, TURN_SECRET has fewer than {SHORTEST_SECRET} characters."
        hint = "openssl rand -base64 32, the same for coturn. See docs/operations.md."
        found.append(Error(words, hint=hint, id="realtime.E002"))
    return found
