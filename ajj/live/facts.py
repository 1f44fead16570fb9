"""What packages above the session core add to a session's summary.

A provider gets the session and the reader's role and returns fields of its own, JSON-ready.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ajj.live.models import Session
    from ajj.live.rules import SessionRole

Provider = Callable[["Session", "SessionRole"], dict[str, Any]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Ask ``provider`` for every summary; registering twice is once."""
    if provider not in _providers:
        _providers.append(provider)


def of(session: "Session", role: "SessionRole") -> dict[str, Any]:
    """Everything the providers know of ``session``."""
    found: dict[str, Any] = {}
    for provider in _providers:
        found |= provider(session, role)
    return found
