"""How each kind of entry changes the stored projections of the session core."""

from datetime import datetime
from uuid import UUID

from ajj.kernel.clock import wall_time
from ajj.live import projections
from ajj.live.acted import moment
from ajj.live.models import (
    Admission,
    AgendaTick,
    ChatMessage,
    ClockPause,
    Consent,
    Hand,
    IdentityPicture,
    Incident,
    LogEntry,
    Presence,
    Session,
)
from ajj.live.storage import picture_name


def _consent(session: Session, entry: LogEntry) -> None:
    Consent.objects.create(
        session=session,
        user_id=int(entry.actor),
        version=entry.data["version"],
        sha256=entry.data["sha256"],
        at_ms=entry.at_ms,
        seq=entry.seq,
    )


def _moment(session: Session, entry: LogEntry) -> datetime:
    if session.opened_at is None:
        raise AssertionError("a log has a t0")
    return wall_time(session.opened_at, entry.at_ms)


def _joined(session: Session, entry: LogEntry) -> None:
    Presence.objects.create(
        session=session,
        user_id=int(entry.actor),
        connection=entry.data["connection"],
        role=entry.data["role"],
        joined_ms=entry.at_ms,
        last_seen_at=_moment(session, entry),
    )


def _left(session: Session, entry: LogEntry) -> None:
    Presence.objects.filter(session=session, connection=entry.data["connection"]).update(
        left_ms=entry.at_ms, left_reason=entry.data["reason"]
    )
    user_id = int(entry.actor)
    if not Presence.objects.filter(session=session, user_id=user_id, left_ms=None).exists():
        Hand.objects.filter(session=session, user_id=user_id).delete()


def _admitted(session: Session, entry: LogEntry) -> None:
    Admission.objects.create(
        session=session,
        user_id=int(entry.data["person"]),
        actor=entry.actor,
        at_ms=entry.at_ms,
        seq=entry.seq,
    )


def _unadmitted(session: Session, entry: LogEntry) -> None:
    Admission.objects.filter(session=session, user_id=int(entry.data["person"])).delete()


def _pictured(session: Session, entry: LogEntry) -> None:
    data = entry.data
    IdentityPicture.objects.create(
        id=UUID(data["picture"]),
        session=session,
        owner_id=int(data["person"]),
        actor=entry.actor,
        filetype=data["filetype"],
        bytes=data["bytes"],
        sha256=data["sha256"],
        storage_name=picture_name(session.pk, data["picture"]),
        at_ms=entry.at_ms,
        seq=entry.seq,
    )


def _hand(session: Session, entry: LogEntry) -> None:
    if entry.data["raised"]:
        Hand.objects.get_or_create(
            session=session, user_id=int(entry.actor), defaults={"since_ms": entry.at_ms}
        )
    else:
        Hand.objects.filter(session=session, user_id=int(entry.actor)).delete()


def _paused(session: Session, entry: LogEntry) -> None:
    ClockPause.objects.create(
        session=session,
        start_ms=entry.at_ms,
        reason=entry.data["reason"],
        note=entry.data["note"],
        actor=entry.actor,
    )


def _resumed(session: Session, entry: LogEntry) -> None:
    ClockPause.objects.filter(session=session, end_ms=None).update(end_ms=entry.at_ms)


def _tick(session: Session, entry: LogEntry) -> None:
    at_ms = moment(entry.at_ms, entry.data)
    later = AgendaTick.objects.filter(session=session, step=entry.data["step"], at_ms__gt=at_ms)
    if later.exists():
        return
    AgendaTick.objects.update_or_create(
        session=session,
        step=entry.data["step"],
        defaults={
            "done": entry.data["done"],
            "note": entry.data.get("note", ""),
            "actor": entry.actor,
            "at_ms": at_ms,
            "seq": entry.seq,
        },
    )


def _chat(session: Session, entry: LogEntry) -> None:
    ChatMessage.objects.create(
        session=session,
        actor=entry.actor,
        text=entry.data["text"],
        at_ms=moment(entry.at_ms, entry.data),
        seq=entry.seq,
    )


def _incident(session: Session, entry: LogEntry) -> None:
    Incident.objects.create(
        session=session,
        actor=entry.actor,
        code=entry.data["code"],
        judul=entry.data.get("judul", ""),
        text=entry.data["text"],
        at_ms=moment(entry.at_ms, entry.data),
        seq=entry.seq,
    )


def register_projectors() -> None:
    """Called once, in ``AppConfig.ready()``."""
    for kind, projector in (
        ("consent", _consent),
        ("joined", _joined),
        ("left", _left),
        ("admitted", _admitted),
        ("unadmitted", _unadmitted),
        ("identity.pictured", _pictured),
        ("hand", _hand),
        ("clock.paused", _paused),
        ("clock.resumed", _resumed),
        # An ended session stands still no more.
        ("session.ended", _resumed),
        ("agenda.tick", _tick),
        ("chat", _chat),
        ("incident", _incident),
    ):
        projections.register(kind, projector)
