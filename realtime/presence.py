"""The presence frame: who is here, whose media flows, and whether it is being kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ajj.kernel.clock import session_ms
from ajj.live.models import Session
from ajj.live.selectors import get_session
from ajj.live.selectors import presence as people_of
from ajj.live.states import OVER, SessionState
from realtime import protocol
from realtime.room.light import FRESH_MS, Light, Track, recording_light
from recordings.models import Publication, Stream
from recordings.selectors import kept_until, last_publication

ON_PURPOSE = frozenset({"ended", "session", "session ended"})


def frame_of(session_id: UUID, now: datetime) -> str:
    """The frame as it is sent to every reader of the session."""
    session = get_session(session_id)
    now_ms = session_ms(session.opened_at, now) if session.opened_at else 0
    over = SessionState(session.state) in OVER
    rows = [
        (stream, publication, kept_until(stream))
        for stream in Stream.objects.filter(session=session, started_ms__isnull=False)
        if (publication := last_publication(stream)) is not None
    ]
    media: dict[str, dict[str, Any]] = {}
    for stream, publication, stored_ms in rows:
        shown = _media(stream, publication, stored_ms, now_ms)
        media.setdefault(str(stream.owner_id), {})[stream.kind] = shown
    people = [{**person, "media": media.get(person["id"], {})} for person in people_of(session)]
    return protocol.presence(people, _light(session, rows, now_ms, over=over))


def _media(stream: Stream, publication: Publication, stored_ms: int, now_ms: int) -> dict[str, Any]:
    """``live``, ``stopped`` (it broke off) or ``off`` (its owner ended it), and since when.

    A publication whose media process died has no end yet: it is stopped as soon as segments stay
    out.
    """
    if publication.stopped_ms is not None:
        off = publication.reason in ON_PURPOSE
        return {"state": "off" if off else "stopped", "since_ms": publication.stopped_ms}
    arrived = max(publication.started_ms, stored_ms, stream.spooled_ms)
    if now_ms - arrived > FRESH_MS:
        return {"state": "stopped", "since_ms": arrived}
    return {"state": "live", "since_ms": publication.started_ms}


def _light(
    session: Session,
    rows: list[tuple[Stream, Publication, int]],
    now_ms: int,
    *,
    over: bool,
) -> dict[str, Any]:
    tracks = [
        Track(
            started_ms=publication.started_ms,
            stopped_ms=session.ended_ms if over else publication.stopped_ms,
            stored_ms=stored_ms,
            spooled_ms=stream.spooled_ms,
        )
        for stream, publication, stored_ms in rows
    ]
    state = recording_light(tracks, now_ms)
    since_ms = state.since_ms
    if state.light is Light.NOT_RECORDING and not tracks:
        since_ms = 0
    return {"state": state.light.value, "until_ms": state.until_ms, "since_ms": since_ms}
