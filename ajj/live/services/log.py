"""The only writer of the log: lock, link, project, publish on commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.events.publish import publish
from ajj.kernel.chain import entry_hash
from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Conflict, NotFound
from ajj.live import projections
from ajj.live.acted import moment
from ajj.live.entry import linked, normalised
from ajj.live.events import LogAppended
from ajj.live.models import LogEntry, Session
from ajj.live.rescue import stamped
from ajj.live.states import AFTER_ENDED, LATE, OVER, SessionState

SYSTEM = "system"


def lock(session_id: UUID) -> Session:
    """The session's row, held by this transaction until it ends (404 if there is none).

    PostgreSQL locks the row; on SQLite the whole transaction is IMMEDIATE.
    """
    try:
        return (
            Session.objects.select_for_update(of=("self",))
            .select_related("jadwal__permohonan")
            .get(pk=session_id)
        )
    except Session.DoesNotExist:
        raise NotFound(_("Sesi tidak ditemukan.")) from None


def append(
    session: Session, *, kind: str, actor: str, data: Mapping[str, Any], now: datetime
) -> LogEntry:
    """Link one entry to the end of a locked session's log and bring the projections up to it.

    Moments never run backwards: an entry is never earlier than the one before it. Raises
    ``Conflict`` (409) before t0 is set (``not_open``) and for a ``kind`` that may not follow the
    end (``session_ended``) and was not done before it.
    """
    if session.opened_at is None:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    over = SessionState(session.state) in OVER
    if over and kind not in AFTER_ENDED and not _late(session, kind, data):
        raise Conflict(_("Sesi ini sudah berakhir."), code="session_ended")
    at_ms = max(session.head_ms, session_ms(session.opened_at, now))
    said = stamped(kind, data, at_ms=moment(at_ms, data), rescue_ms=session.rescue_ms)
    entry = LogEntry(
        session=session,
        seq=session.head_seq + 1,
        at_ms=at_ms,
        kind=kind,
        actor=actor,
        data=normalised(said),
    )
    entry.hash = entry_hash(session.head_hash, linked(entry))
    entry.save(force_insert=True)
    session.head_seq, session.head_ms, session.head_hash = entry.seq, entry.at_ms, entry.hash
    session.save(update_fields=["head_seq", "head_ms", "head_hash"])
    projections.project(session, entry)
    publish(LogAppended(session_id=session.pk, seq=entry.seq))
    return entry


def _late(session: Session, kind: str, data: Mapping[str, Any]) -> bool:
    return kind in LATE and "acted" in data and moment(0, data) <= (session.ended_ms or 0)


@transaction.atomic
def record(
    session_id: UUID, *, kind: str, actor: str, data: Mapping[str, Any], now: datetime
) -> LogEntry:
    """Lock the session and append one entry, inside the caller's transaction or its own."""
    return append(lock(session_id), kind=kind, actor=actor, data=data, now=now)
