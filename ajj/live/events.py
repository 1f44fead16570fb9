"""What the session core tells the rest of the house."""

from dataclasses import dataclass
from uuid import UUID

from ajj.events.event import Event


@dataclass(frozen=True)
class LogAppended(Event):
    """The log of a session has grown to ``seq``; published once per transaction and entry."""

    session_id: UUID
    seq: int


@dataclass(frozen=True)
class SessionOpened(Event):
    """The first person came in: t0 is set."""

    session_id: UUID


@dataclass(frozen=True)
class SentBack(Event):
    """Somebody was taken out of the room again: their media is to be stopped."""

    session_id: UUID
    user_id: int


@dataclass(frozen=True)
class SessionEnded(Event):
    """By the asesor or by the window; what streams remain are to be stopped."""

    session_id: UUID


@dataclass(frozen=True)
class SessionSealed(Event):
    """The head of the log at ``seq`` was signed; published at every seal."""

    session_id: UUID
    seq: int


@dataclass(frozen=True)
class CameraUnpaired(Event):
    """A second camera of ``owner_id`` may send no more; what it still sends is to be stopped."""

    session_id: UUID
    owner_id: int


@dataclass(frozen=True)
class RescueStarted(Event):
    """The session goes on without live media; what streams remain are to be stopped."""

    session_id: UUID
