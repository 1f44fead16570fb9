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
from recordings.models import Alarm
from recordings.reconcile import ABSENT, gravest
from recordings.reconcile import Alarm as RaisedAlarm
from recordings.selectors import Latest, alarms_in_room, latest

ON_PURPOSE = frozenset({"ended", "session", "session ended"})


def frame_of(session_id: UUID, now: datetime) -> str:
    """The frame as it is sent to every reader of the session."""
    session = get_session(session_id)
    now_ms = session_ms(session.opened_at, now) if session.opened_at else 0
    over = SessionState(session.state) in OVER
    alarms = {} if over else alarms_in_room(session)
    rows = latest(session)
    media: dict[str, dict[str, Any]] = {}
    for row in rows:
        shown = _media(row, now_ms, alarms.get(row.stream.pk, []))
        media.setdefault(str(row.stream.owner_id), {})[row.stream.kind] = shown
    people = [{**person, "media": media.get(person["id"], {})} for person in people_of(session)]
    light = _light(session, rows, now_ms, over=over)
    return protocol.presence(people, _alarmed(light, alarms))


def _alarmed(light: dict[str, Any], alarms: dict[str, list[Alarm]]) -> dict[str, Any]:
    """The light with what is wrong; it is out as soon as a published stream is not recorded."""
    worst = gravest({alarm.kind for found in alarms.values() for alarm in found})
    standing = [alarm for about, found in alarms.items() if about != ABSENT for alarm in found]
    if gravest({alarm.kind for alarm in standing}) is RaisedAlarm.NOT_RECORDING:
        worst_kind = RaisedAlarm.NOT_RECORDING.value
        since_ms = min(alarm.since_ms for alarm in standing if alarm.kind == worst_kind)
        light = {
            "state": Light.NOT_RECORDING.value,
            "until_ms": min(light["until_ms"], since_ms),
            "since_ms": since_ms,
        }
    return {**light, "alarm": worst.value if worst else None}


def _media(row: Latest, now_ms: int, alarms: list[Alarm]) -> dict[str, Any]:
    """``live``, ``stopped`` (it broke off) or ``off`` (its owner ended it), and since when.

    A publication whose media process died has no end yet: it is stopped as soon as an alarm says
    so, or segments stay out. ``alarm`` is what is wrong with this stream.
    """
    publication = row.publication
    if publication.stopped_ms is not None:
        off = publication.reason in ON_PURPOSE
        state, since_ms = "off" if off else "stopped", publication.stopped_ms
        return {"state": state, "since_ms": since_ms, "alarm": None}
    worst = gravest({alarm.kind for alarm in alarms})
    if worst is RaisedAlarm.NOT_RECORDING:
        since_ms = min(alarm.since_ms for alarm in alarms)
        return {"state": "stopped", "since_ms": since_ms, "alarm": worst.value}
    arrived = max(publication.started_ms, row.stored_ms, row.stream.spooled_ms)
    if now_ms - arrived > FRESH_MS:
        return {"state": "stopped", "since_ms": arrived, "alarm": worst.value if worst else None}
    return {
        "state": "live",
        "since_ms": publication.started_ms,
        "alarm": worst.value if worst else None,
    }


def _light(
    session: Session,
    rows: list[Latest],
    now_ms: int,
    *,
    over: bool,
) -> dict[str, Any]:
    tracks = [
        Track(
            started_ms=row.publication.started_ms,
            stopped_ms=session.ended_ms if over else row.publication.stopped_ms,
            stored_ms=row.stored_ms,
            spooled_ms=row.stream.spooled_ms,
        )
        for row in rows
    ]
    state = recording_light(tracks, now_ms)
    since_ms = state.since_ms
    if state.light is Light.NOT_RECORDING and not tracks:
        since_ms = 0
    return {"state": state.light.value, "until_ms": state.until_ms, "since_ms": since_ms}
