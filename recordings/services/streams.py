"""Streams and their stays: who publishes what, from when to when."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ajj.kernel.clock import session_ms
from ajj.live.models import Session
from ajj.live.services import append, lock
from ajj.live.states import OVER, SessionState
from recordings.models import FIRST_DEVICE_INDEX, Publication, Stream

SYSTEM = "system"


@transaction.atomic
def ensure_stream(session_id: UUID, *, owner_id: int, kind: str) -> Stream:
    """The one stream of this person and kind in this session, made on first use."""
    session = lock(session_id)
    stream, _ = Stream.objects.get_or_create(
        session=session,
        owner_id=owner_id,
        kind=kind,
        defaults={"id": secrets.token_hex(8)},
    )
    return stream


def next_index(stream: Stream) -> int:
    """The first index that no recorded segment has: the media node may have forgotten."""
    live = stream.segments.filter(index__lt=FIRST_DEVICE_INDEX)
    highest = live.order_by("-index").values_list("index", flat=True).first()
    return 0 if highest is None else highest + 1


def started(stream: Stream, session: Session, *, at: datetime, codecs: Sequence[str]) -> None:
    """Note a publication that began at ``at``; one that was still open is closed by it."""
    at_ms = session_ms(session.opened_at or at, at)
    _close(stream, at_ms, "replaced")
    Publication.objects.create(stream=stream, started_ms=at_ms)
    stream.started_ms = at_ms if stream.started_ms is None else min(stream.started_ms, at_ms)
    stream.codecs = list(codecs) or stream.codecs
    stream.live = True
    stream.save(update_fields=["started_ms", "codecs", "live"])
    if SessionState(session.state) not in OVER:
        append(
            session,
            kind="stream.started",
            actor=SYSTEM,
            data={
                "stream": stream.pk,
                "kind": stream.kind,
                "owner": str(stream.owner_id),
                "codecs": stream.codecs,
            },
            now=at,
        )


def stopped(stream: Stream, session: Session, *, at: datetime, reason: str) -> None:
    """Note that a publication ended at ``at``; without an open one nothing is written."""
    at_ms = session_ms(session.opened_at or at, at)
    if not _close(stream, at_ms, reason):
        return
    stream.live = False
    stream.save(update_fields=["live"])
    append(
        session,
        kind="stream.stopped",
        actor=SYSTEM,
        data={"stream": stream.pk, "reason": reason},
        now=at,
    )


def _close(stream: Stream, at_ms: int, reason: str) -> bool:
    publication = Publication.objects.filter(stream=stream, stopped_ms__isnull=True).first()
    if publication is None:
        return False
    publication.stopped_ms = max(publication.started_ms, at_ms)
    publication.reason = reason[:32]
    publication.save(update_fields=["stopped_ms", "reason"])
    return True
