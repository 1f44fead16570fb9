"""The seal: the head of an ended session's log, signed once everything recorded is kept."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from ajj.documents.keyring import Keyring
from ajj.kernel.clock import epoch_ms, session_ms, wall_time
from ajj.live import services as live
from ajj.live.models import LogEntry, Session
from ajj.live.states import SessionState
from recordings.models import Publication, Seal
from recordings.selectors import duration_ms, end_ms
from recordings.services.gaps import log_missing
from recordings.services.streams import stopped

log = structlog.get_logger(__name__)

MEDIA_PATIENCE = timedelta(seconds=60)
QUIET = timedelta(minutes=2)


def keyring() -> Keyring:
    """The site's signing keys."""
    return Keyring(Path(settings.DATA_DIR) / "keys")


def payload(session: Session, now: datetime) -> dict[str, Any]:
    """What a seal signs: moments are epoch milliseconds, ``duration_ms`` session time."""
    return {
        "session": str(session.pk),
        "seq": session.head_seq,
        "head": session.head_hash,
        "t0": epoch_ms(session.opened_at) if session.opened_at else None,
        "duration_ms": duration_ms(session),
        "sealed_at": epoch_ms(now),
    }


@transaction.atomic
def seal_session(session_id: UUID, *, keys: Keyring, now: datetime) -> Seal:
    """Close what is still open, name what is missing, sign the head.

    Raises ``Conflict`` (``wrong_state``) for a session that has not ended.
    """
    session = live.lock(session_id)
    if SessionState(session.state) is SessionState.ENDED:
        _finish_streams(session, now)
    made: list[Seal] = []

    def sign(locked: Session, at: datetime) -> str:
        jws, kid = keys.sign(payload(locked, at))
        made.append(
            Seal.objects.create(
                session=locked,
                seq=locked.head_seq,
                head=locked.head_hash,
                kid=kid,
                jws=jws,
                sealed_at=at,
            )
        )
        return kid

    live.seal(session_id, sign=sign, now=now)
    return made[0]


def _finish_streams(session: Session, now: datetime) -> None:
    until_ms = duration_ms(session)
    opened_at = session.opened_at or now
    open_ones = Publication.objects.filter(
        stream__session=session, stopped_ms__isnull=True
    ).select_related("stream")
    for publication in open_ones:
        at = max(wall_time(opened_at, until_ms), wall_time(opened_at, publication.started_ms))
        stopped(publication.stream, session, at=at, reason="session")
    for stream in session.streams.all():
        log_missing(stream, session, until_ms=session_ms(opened_at, now), now=now)


def seal_ended(*, spool: Path, now: datetime) -> int:
    """Seal every ended session whose spool is empty; returns how many. One loop step of the jobs.

    The media process is asked to close the session first; while it cannot be asked, a session
    waits for it a minute after its end, and always for the files it left.
    """
    sealed = 0
    for session in Session.objects.filter(state=SessionState.ENDED.value):
        if not _media_closed(session) and not _waited_long(session, now):
            continue
        directory = spool / str(session.pk)
        if _holds_media(directory):
            continue
        try:
            seal_session(session.pk, keys=keyring(), now=now)
        except Exception:
            log.exception("seal failed", session=str(session.pk))
            continue
        _tidy(directory)
        sealed += 1
    return sealed


def seal_grown(*, now: datetime) -> int:
    """Seal anew what grew after its seal: the decision, late pieces, a device's backup.

    Returns how many. A log that still grows is left until it has been quiet for ``QUIET``.
    """
    newest = Seal.objects.filter(session=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    # The entry right after a seal speaks of the seal itself.
    unsealed = LogEntry.objects.filter(
        session=OuterRef("pk"), seq__gt=OuterRef("sealed_seq") + 1
    ).exclude(kind__in=("session.sealed", "session.anchored"))
    grown = Session.objects.filter(state=SessionState.SEALED.value).annotate(
        sealed_seq=Subquery(newest)
    )
    sealed = 0
    for session in grown.filter(Exists(unsealed)):
        if session.opened_at is None or now - wall_time(session.opened_at, session.head_ms) < QUIET:
            continue
        seal_session(session.pk, keys=keyring(), now=now)
        sealed += 1
    return sealed


def _holds_media(directory: Path) -> bool:
    """Whether anything recorded still waits there; what was refused stays without waiting."""
    return directory.is_dir() and any(
        path.suffix in {".part", ".json"} for path in directory.rglob("*") if path.is_file()
    )


def _tidy(directory: Path) -> None:
    """Remove an emptied spool; a refused segment stays there for a person to look at."""
    refused = directory.is_dir() and any(path.is_file() for path in directory.rglob("*"))
    if not refused:
        shutil.rmtree(directory, ignore_errors=True)


def _waited_long(session: Session, now: datetime) -> bool:
    if session.opened_at is None:
        return True
    return now - wall_time(session.opened_at, end_ms(session)) > MEDIA_PATIENCE


def _media_closed(session: Session) -> bool:
    try:
        answer = httpx.post(
            f"{settings.MEDIA_CONTROL_URL}/sessions/{session.pk}/close",
            headers={"X-Internal-Token": settings.INTERNAL_TOKEN},
            timeout=3,
        )
    except httpx.HTTPError:
        return False
    return answer.is_success or answer.status_code == httpx.codes.NOT_FOUND
