"""What keeps a session's records from being destroyed while it is open; who knows of one says so.

Appeals and complaints register a source that names the sessions their open cases rest on: by the
session itself, its permohonan, its decision or its certificate. Pure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class FreezeKind(StrEnum):
    """Why nothing of the session may be destroyed now."""

    HOLD = "hold"
    APPEAL = "appeal"
    COMPLAINT = "complaint"
    REVIEW = "review"


@dataclass(frozen=True)
class Freeze:
    """One open reason; ``words`` say which, for people."""

    kind: FreezeKind
    since: date
    words: str = ""


Source = Callable[[Collection[UUID]], Mapping[UUID, Sequence[Freeze]]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Ask ``source`` for the open freezes of sessions; registering twice is once.

    Called in ``AppConfig.ready()``.
    """
    if source not in _sources:
        _sources.append(source)


def of(session_ids: Collection[UUID]) -> dict[UUID, list[Freeze]]:
    """Every open freeze of each session that any source names."""
    found: dict[UUID, list[Freeze]] = {}
    for source in _sources:
        for session_id, freezes in source(session_ids).items():
            found.setdefault(session_id, []).extend(freezes)
    return found
