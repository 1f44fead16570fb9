"""Holes of a stream filled from its device's slices: placed, cut, stored, registered, logged."""

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.core.files.storage import default_storage
from django.db import transaction

from ajj.kernel.errors import DomainError
from ajj.kernel.sealedbox import BoxError
from ajj.live.services import append, lock
from recordings import manifest, selectors, splice, wanted
from recordings.backupstates import WAITING, BackupEvent, BackupState
from recordings.manifest import FILLED_BY_DEVICE, Span
from recordings.models import FIRST_DEVICE_INDEX, BackupSlice, Segment, SegmentSource, Stream
from recordings.services.backup.hearing import BY_CLOCK, BY_SOUND, Ears, Piece, place, read
from recordings.services.backup.intake import move
from recordings.services.segments import SYSTEM, Damaged, Sidecar, register, store
from recordings.webm.demux import DemuxError

log = structlog.get_logger(__name__)

GOOD_CLOCK_MS = 250
"""A clock that errs by no more is believed at once; another waits for a neighbour's sound."""
QUIET = timedelta(seconds=60)
AGAIN = timedelta(seconds=30)
NEAR_MS = 60_000
ENOUGH = 0.99


@dataclass(frozen=True)
class Filled:
    """How many segments were made, and how much of them lies in holes (ms)."""

    segments: int = 0
    ms: int = 0


def fill(stream_id: str, *, now: datetime) -> Filled:
    """Do for a stream whatever its slices allow by now. Safe to repeat, and to die in.

    What has arrived is placed; holes it covers become segments; what has no use is said to have
    none; what may yet find its place waits.
    """
    stream = Stream.objects.select_related("session__jadwal").get(pk=stream_id)
    waiting = list(stream.backup_slices.filter(state__in=[state.value for state in WAITING]))
    if not waiting:
        return Filled()
    pieces = _pieces(stream, waiting)
    place(pieces, Ears(stream))
    asks = wanted.asked(stream)
    done = Filled()
    for piece in sorted(pieces, key=lambda piece: piece.span):
        if BackupState(piece.row.state) not in WAITING:
            continue
        _note(piece)
        ripe = _trusted(stream, piece, now) and _around_is_known(stream, piece, now)
        made = _use(stream, piece, now) if ripe else None
        if made is None:
            _wait(piece.row, now + AGAIN)
        elif made.segments:
            done = Filled(done.segments + made.segments, done.ms + made.ms)
        else:
            _keep_or_discard(stream, piece, asks, now)
    return done


def _pieces(stream: Stream, waiting: list[BackupSlice]) -> list[Piece]:
    """The waiting slices, and placed ones near them that help to place them."""
    first = min(row.start_ms for row in waiting) - NEAR_MS
    last = max(row.end_ms for row in waiting) + NEAR_MS
    helpers = stream.backup_slices.filter(
        state=BackupState.FILLED.value, start_ms__lt=last, end_ms__gt=first
    ).exclude(storage_name="")
    found: list[Piece] = []
    for row in [*waiting, *helpers]:
        try:
            piece = Piece(row, read(row))
        except DemuxError as error:
            _discard_waiting(row, f"unreadable: {error}")
            continue
        except (DomainError, FileNotFoundError, BoxError) as error:
            _discard_waiting(row, getattr(error, "code", "bytes gone"))
            continue
        if row.aligned_by == BY_SOUND:
            piece.shift_ms, piece.by_sound = float(row.shift_ms or 0), True
        found.append(piece)
    return found


def _discard_waiting(row: BackupSlice, reason: str) -> None:
    if BackupState(row.state) in WAITING:
        _discard(row, reason)


@transaction.atomic
def _discard(row: BackupSlice, reason: str) -> None:
    move(row, BackupEvent.DISCARD, reason)
    row.save(update_fields=["state", "reason"])


@transaction.atomic
def _note(piece: Piece) -> None:
    row = piece.row
    move(row, BackupEvent.ALIGN)
    row.shift_ms = round(piece.shift_ms or 0.0)
    row.aligned_by = BY_SOUND if piece.by_sound else BY_CLOCK
    row.save(update_fields=["state", "reason", "shift_ms", "aligned_by"])


def _trusted(stream: Stream, piece: Piece, now: datetime) -> bool:
    """Whether its place is known well enough, or nothing better is to be expected any more."""
    if piece.by_sound or piece.row.clock_error_ms <= GOOD_CLOCK_MS:
        return True
    newest = stream.backup_slices.order_by("-changed_at").values_list("changed_at", flat=True)
    latest = newest.first()
    return latest is None or now - latest > QUIET


def _around_is_known(stream: Stream, piece: Piece, now: datetime) -> bool:
    """Whether what was recorded live beside it is in storage: a slice is used once, and whole."""
    over = stream.session.ended_ms is not None
    return over or piece.span.end_ms < selectors.due_until(stream.session, now)


def holes(stream: Stream, *, until_ms: int) -> list[Span]:
    """Parts of gaps that a device may fill and that no piece of it holds yet."""
    held = [
        Span(start, end)
        for start, end in Segment.objects.filter(
            stream=stream, source=SegmentSource.DEVICE.value
        ).values_list("start_ms", "end_ms")
    ]
    return [
        part
        for gap in selectors.missing_of(stream, until_ms=until_ms)
        if gap.cause in manifest.FILLABLE
        for part in manifest.uncovered(Span(gap.start_ms, gap.end_ms), held)
    ]


def _use(stream: Stream, piece: Piece, now: datetime) -> Filled | None:
    """The slice's part in the holes, as segments; None when another worker came between."""
    until_ms = selectors.due_until(stream.session, now)
    has = splice.coverage(piece.found, piece.at_ms)
    parts = splice.both(has, holes(stream, until_ms=until_ms))
    cut = list(splice.pieces(piece.found, piece.at_ms, parts))
    if not cut:
        return Filled()
    index = _next_index(stream)
    with tempfile.TemporaryDirectory() as folder:
        sidecars = [_stored(Path(folder), stream, index + n, made) for n, made in enumerate(cut)]
    try:
        return _enter(stream, piece, sidecars, now)
    except Damaged as error:
        log.warning("backup piece not entered", stream=stream.pk, reason=str(error))
        return None


def _next_index(stream: Stream) -> int:
    last = (
        Segment.objects.filter(stream=stream, index__gte=FIRST_DEVICE_INDEX)
        .order_by("-index")
        .values_list("index", flat=True)
        .first()
    )
    return FIRST_DEVICE_INDEX if last is None else last + 1


def _stored(folder: Path, stream: Stream, index: int, made: splice.Piece) -> Sidecar:
    path = folder / str(index)
    path.write_bytes(made.data)
    sidecar = Sidecar(
        session=str(stream.session_id),
        stream=stream.pk,
        owner=str(stream.owner_id),
        kind=stream.kind,
        index=index,
        start_ms=made.start_ms,
        end_ms=made.end_ms,
        bytes=len(made.data),
        sha256=hashlib.sha256(made.data).hexdigest(),
        mime=made.mime,
    )
    store(path, sidecar)
    return sidecar


@transaction.atomic
def _enter(stream: Stream, piece: Piece, sidecars: list[Sidecar], now: datetime) -> Filled:
    """Segments, what they fill, and the slice's end: one transaction."""
    row = piece.row
    told: dict[str, Any] = {
        "source": SegmentSource.DEVICE.value,
        "slice": row.slice,
        "shift_ms": row.shift_ms,
        "aligned_by": row.aligned_by,
    }
    for sidecar in sidecars:
        register(sidecar, stream, now=now, source=SegmentSource.DEVICE, told=told)
    session = lock(stream.session_id)
    whole = _fills(stream, sidecars)
    for span in manifest.merged(Span(s.start_ms, s.end_ms) for s in whole):
        append(
            session,
            kind="gap.filled",
            actor=SYSTEM,
            data={
                "stream": stream.pk,
                "start_ms": span.start_ms,
                "end_ms": span.end_ms,
                "by": FILLED_BY_DEVICE,
                "segments": [s.index for s in whole if span.start_ms <= s.start_ms < span.end_ms],
            },
            now=now,
        )
    _mark_gaps(stream)
    move(row, BackupEvent.FILL, "" if whole else "sound only")
    row.save(update_fields=["state", "reason"])
    return Filled(len(sidecars), sum(s.end_ms - s.start_ms for s in sidecars))


def _fills(stream: Stream, sidecars: Iterable[Sidecar]) -> list[Sidecar]:
    """Those that fill a hole: all, or where the stream has a picture those that have one too."""
    picture = any(codec in selectors.PICTURES for codec in stream.codecs)
    return [s for s in sidecars if not (picture and s.mime.startswith("audio/"))]


def _mark_gaps(stream: Stream) -> None:
    """Note on every gap of the log that now has at least 99 % of it filled."""
    fresh = Stream.objects.get(pk=stream.pk)
    held = selectors.filled_spans(fresh)
    for gap in fresh.gaps.filter(noted=False, filled_by=""):
        if splice.share(Span(gap.start_ms, gap.end_ms), held) >= ENOUGH:
            gap.filled_by = FILLED_BY_DEVICE
            gap.save(update_fields=["filled_by"])


def _wait(row: BackupSlice, until: datetime) -> None:
    row.expires_at = until
    row.save(update_fields=["reason", "expires_at"])


def _keep_or_discard(stream: Stream, piece: Piece, asks: list[Span], now: datetime) -> None:
    """A slice that fills nothing: kept if it was asked for, useless once all around is known."""
    row, span = piece.row, piece.span
    if any(manifest.overlap_ms(span, ask) > 0 for ask in asks):
        row.reason = "asked"
        _wait(row, wanted.accepts_until(stream.session))
        return
    until_ms = selectors.due_until(stream.session, now)
    open_ = splice.both([span], holes(stream, until_ms=until_ms))
    unfilled = any(part.end_ms - part.start_ms >= splice.LEAST_MS for part in open_)
    _discard(row, "nothing usable" if unfilled else "nothing missing")


def due(now: datetime) -> list[str]:
    """Streams whose waiting slices are to be looked at again."""
    rows = BackupSlice.objects.filter(
        state__in=[state.value for state in WAITING], expires_at__lte=now
    )
    streams = sorted(set(rows.values_list("stream_id", flat=True)))
    rows.update(expires_at=now + AGAIN)
    return streams


def drop_old(now: datetime, *, days: int) -> int:
    """Delete the bytes of slices that did what they could ``days`` ago; how many."""
    old = BackupSlice.objects.filter(
        state__in=[BackupState.FILLED.value, BackupState.USELESS.value],
        changed_at__lt=now - timedelta(days=days),
    ).exclude(storage_name="")
    dropped = 0
    for row in old[:100]:
        default_storage.delete(row.storage_name)
        row.storage_name = ""
        row.save(update_fields=["storage_name"])
        dropped += 1
    return dropped
