"""Commands of the recordings: keep what the media process spooled, and seal what is kept."""

from recordings.services.ingest import Ingest
from recordings.services.seal import keyring, seal_ended, seal_grown, seal_session
from recordings.services.streams import ensure_stream

__all__ = ["Ingest", "ensure_stream", "keyring", "seal_ended", "seal_grown", "seal_session"]
