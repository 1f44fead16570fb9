"""Where evidence lies: names that follow from the log alone."""

from uuid import UUID


def evidence_name(session_id: UUID, evidence_id: str) -> str:
    """The storage name of a piece of evidence. The uploaded file's own name is never part of it."""
    return f"sessions/{session_id}/evidence/{evidence_id}"


def thumb_name(session_id: UUID, upload_id: str) -> str:
    """The storage name of the small picture that came ahead of an upload."""
    return f"{evidence_name(session_id, upload_id)}.thumb"
