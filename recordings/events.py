"""What the recordings tell the rest of the house."""

from dataclasses import dataclass
from uuid import UUID

from ajj.events.event import Event


@dataclass(frozen=True)
class BackupReceived(Event):
    """A piece of a device's backup has arrived whole and is logged."""

    stream_id: str


@dataclass(frozen=True)
class RecordingChanged(Event):
    """An alarm of the session's recording was raised or is over: its room shows it at once."""

    session_id: UUID
