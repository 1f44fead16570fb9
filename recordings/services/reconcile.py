"""The reconciler: log, rows, spool, storage and live publishers, compared again and again.

Nothing that it heals hangs on one message: whatever was missed is found by the next look.
"""

import json
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from ajj.audit.services import record
from ajj.kernel.clock import epoch_ms, session_ms, wall_time
from ajj.kernel.errors import DomainError
from ajj.live.models import Presence, Session
from ajj.live.rules import SessionRole
from ajj.live.services import lock, vault
from ajj.live.states import IN_ROOM, SessionState
from recordings import node
from recordings.models import Publication, Segment, Stream
from recordings.reconcile import (
    TOLD_IN_ROOM,
    Action,
    Alarm,
    Close,
    Due,
    Ended,
    Kept,
    NodeView,
    Open,
    OpenPublication,
    Reupload,
    Watch,
    World,
    decide,
)
from recordings.selectors import end_ms, kept_until
from recordings.services import alarms, streams
from recordings.services.ingest import REFUSED, media_of
from recordings.services.segments import Sidecar, store

log = structlog.get_logger(__name__)

RECENTLY = timedelta(hours=1)
SLICE = "backup-"  # what a device handed in lies beside the segments, under rows of its own
LATER = tuple(kind.value for kind in Alarm if kind not in TOLD_IN_ROOM)


class Looker:
    """The look each second; ``spool`` is where finished segments wait for storage."""

    def __init__(self, spool: Path) -> None:
        self.spool = spool
        self._watch = Watch()

    def step(self) -> int:
        """Look once: raise and clear alarms, restart stalled recorders; how many alarms changed."""
        now = datetime.now(UTC)
        # Jitsi's rooms are recorded by Jibri: nothing is published to our node.
        due = [] if settings.JITSI_DOMAIN else list(self._due(now))
        view = node.look() if due else NodeView(answers=True)
        verdict = self._watch.look(due, view, at_ms=round(time.monotonic() * 1000))
        for stream in verdict.restart:
            done = node.restart_recorder(stream)
            log.warning("recorder restarted", stream=stream, done=done)
        return alarms.settle(verdict.alarms, kinds=[k.value for k in TOLD_IN_ROOM], now=now)

    def _due(self, now: datetime) -> Iterable[Due]:
        for session in _running():
            if session.opened_at is None:
                continue
            now_ms = session_ms(session.opened_at, now)
            held_ms = self._held_ms(session)
            found = Publication.objects.filter(stream__session=session, stopped_ms=None)
            rows = list(found.values_list("stream_id", "stream__owner_id", "started_ms"))
            for stream, _owner, started_ms in rows:
                yield Due(str(session.pk), stream, started_ms, now_ms, held_ms)
            here_ms = _asesi_here_since(session)
            if here_ms is not None and session.jadwal.permohonan.asesi_id not in {
                owner for _stream, owner, _started_ms in rows
            }:
                ended = _last_stop(session)
                yield Due(str(session.pk), None, max(here_ms, ended), now_ms, held_ms)

    def _held_ms(self, session: Session) -> int:
        """How long the segment that has waited longest has waited for storage."""
        written = [_mtime(path) for path in (self.spool / str(session.pk)).glob("*/*.json")]
        return max(0, round((time.time() - min(written)) * 1000)) if written else 0


def _running() -> Iterable[Session]:
    states = [state.value for state in IN_ROOM]
    return Session.objects.filter(state__in=states).select_related("jadwal__permohonan")


def _asesi_here_since(session: Session) -> int | None:
    """Since when the asesi of a live session is in the room; None when not there."""
    if SessionState(session.state) is not SessionState.LIVE:
        return None
    here = Presence.objects.filter(session=session, role=SessionRole.ASESI.value, left_ms=None)
    return here.order_by("joined_ms").values_list("joined_ms", flat=True).first()


def _last_stop(session: Session) -> int:
    last = (
        Publication.objects.filter(
            stream__session=session,
            stream__owner_id=session.jadwal.permohonan.asesi_id,
            stopped_ms__isnull=False,
        )
        .order_by("-stopped_ms")
        .values_list("stopped_ms", flat=True)
        .first()
    )
    return last or 0


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return time.time()


class Reconciler:
    """The comparison each half minute; it remembers only what it suspected the last time."""

    def __init__(self, spool: Path) -> None:
        self.spool = spool
        self._suspected: frozenset[str] = frozenset()

    def step(self) -> int:
        """Compare everything once and heal; returns how many things were done.

        Publications first: they must not wait for a storage that does not answer.
        """
        now = datetime.now(UTC)
        plan = decide(_publications(), suspected=self._suspected)
        self._suspected = plan.uncertain
        done = self._carry_out(plan.actions, now)
        stored = decide(
            World(NodeView(answers=False), kept=self._all_kept(now), ended=[*self._ended(now)])
        )
        done += self._carry_out(stored.actions, now)
        return done + alarms.settle(stored.alarms, kinds=LATER, now=now)

    def _carry_out(self, actions: Sequence[Action], now: datetime) -> int:
        done = 0
        for action in actions:
            try:
                done += self._do(action, now)
            except Exception:
                log.exception("not healed", action=repr(action))
        return done

    def _all_kept(self, now: datetime) -> list[Kept]:
        """What is kept of every stream of late; nothing while storage cannot be listed."""
        recent = Session.objects.filter(opened_at__isnull=False).exclude(
            state=SessionState.SEALED.value, opened_at__lt=now - RECENTLY
        )
        found = Stream.objects.filter(session__in=recent, started_ms__isnull=False)
        try:
            return [
                self._kept(stream)
                for stream in found
                if vault.erased(stream.session_id, stream.owner_id) is None
            ]
        except Exception as error:
            log.warning("storage cannot be listed", error=repr(error))
            return []

    def _kept(self, stream: Stream) -> Kept:
        rows = _names(stream)
        folder = self.spool / str(stream.session_id) / stream.pk
        spooled = _indexes(folder, "*.json")
        return Kept(
            session=str(stream.session_id),
            stream=stream.pk,
            rows=rows,
            objects=_objects(stream),
            named=frozenset(_names(stream).values()),
            spooled=spooled,
            refused=_indexes(folder, f"*.json{REFUSED}"),
        )

    def _ended(self, now: datetime) -> Iterable[Ended]:
        for session in Session.objects.filter(state=SessionState.ENDED.value):
            if session.opened_at is None:
                continue
            ended_ms = end_ms(session)
            over_for = now - wall_time(session.opened_at, ended_ms)
            waiting = sum(
                1
                for path in (self.spool / str(session.pk)).rglob("*")
                if path.suffix in {".json", ".part"}
            )
            waits_for = f"{waiting} segments in the spool" if waiting else "media process"
            yield Ended(
                str(session.pk), ended_ms, round(over_for.total_seconds() * 1000), waits_for
            )

    def _do(self, action: Action, now: datetime) -> bool:
        stream = Stream.objects.get(pk=action.stream)
        if isinstance(action, Close):
            healed = _close(stream, action)
        elif isinstance(action, Open):
            healed = _open(stream, action)
        else:
            healed = self._reupload(stream, action)
        if healed:
            what = type(action).__name__.lower()
            log.warning("reconciled", what=what, stream=stream.pk, action=repr(action))
            record(None, f"recordings.reconcile_{what}", stream, {"did": repr(action)}, now=now)
        return healed

    def _reupload(self, stream: Stream, action: Reupload) -> bool:
        folder = self.spool / str(stream.session_id) / stream.pk
        sidecar_path = folder / f"{action.index:06d}.json"
        media = media_of(sidecar_path)
        if media is None:
            return False
        sidecar = Sidecar.read(json.loads(sidecar_path.read_bytes()))
        if not stream.segments.filter(index=action.index, sha256=sidecar.sha256).exists():
            return False
        store(media, sidecar)
        return True


@transaction.atomic
def _close(stream: Stream, action: Close) -> bool:
    session = lock(stream.session_id)
    row = Publication.objects.filter(stream=stream, stopped_ms=None).first()
    if row is None or session.opened_at is None:
        return False
    at = wall_time(session.opened_at, max(row.started_ms, action.at_ms))
    streams.stopped(stream, session, at=at, reason=action.reason)
    return True


@transaction.atomic
def _open(stream: Stream, action: Open) -> bool:
    session = lock(stream.session_id)
    if Publication.objects.filter(stream=stream, stopped_ms=None).exists():
        return False
    if SessionState(session.state) not in IN_ROOM:
        return False
    at = datetime.fromtimestamp(action.at_epoch_ms / 1000, UTC)
    try:
        streams.started(stream, session, at=at, codecs=[])
    except DomainError as error:
        log.warning("publication not opened", stream=stream.pk, reason=error.code)
        return False
    return True


def _row(item: Publication) -> OpenPublication:
    stream = item.stream
    opened_at = stream.session.opened_at
    began = 0 if opened_at is None else epoch_ms(opened_at) + item.started_ms
    kept_ms = max(kept_until(stream), stream.spooled_ms)
    return OpenPublication(stream.pk, str(stream.session_id), began, item.started_ms, kept_ms)


def _publications() -> World:
    open_ones = Publication.objects.filter(stopped_ms=None).select_related("stream__session")
    running = [session.pk for session in _running()]
    return World(
        node=node.look(),
        publications=[_row(item) for item in open_ones if item.stream.session.opened_at],
        known=frozenset(Stream.objects.filter(session_id__in=running).values_list("pk", flat=True)),
    )


def _names(stream: Stream) -> dict[int, str]:
    rows = Segment.objects.filter(stream=stream).values_list("index", "storage_name")
    return {index: name.rpartition("/")[2] for index, name in rows}


def _objects(stream: Stream) -> frozenset[str]:
    try:
        _folders, found = default_storage.listdir(f"recordings/{stream.session_id}/{stream.pk}")
    except FileNotFoundError:
        return frozenset()
    return frozenset(name for name in found if not name.startswith(SLICE))


def _indexes(folder: Path, pattern: str) -> frozenset[int]:
    return frozenset(int(path.name[:6]) for path in folder.glob(pattern) if path.name[:6].isdigit())
