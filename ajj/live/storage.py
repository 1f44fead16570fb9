"""Where stills of the identity check lie: names that follow from the log alone."""

from uuid import UUID


def picture_name(session_id: UUID, picture_id: str) -> str:
    """The storage name of a still."""
    return f"sessions/{session_id}/identity/{picture_id}"
