"""A person who was taken out of the room: their media stops at once, both ways."""

from structlog import get_logger

from ajj.live.events import SentBack
from realtime import node

log = get_logger(__name__)


def on_sent_back(event: SentBack) -> None:
    """After commit; a media process that is down has no connection of theirs to end."""
    try:
        node.ask("POST", f"/sessions/{event.session_id}/people/{event.user_id}/close")
    except node.MediaUnavailable:
        log.warning("media of a person not ended", session=str(event.session_id))
