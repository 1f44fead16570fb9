"""What a device is still wanted to hand in, and until when."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from ajj.kernel.clock import epoch_ms, session_ms, wall_time
from ajj.live.models import LogEntry, Session
from ajj.people.models import User
from recordings import manifest, selectors
from recordings.backupstates import KEPT, WAITING, BackupState
from recordings.manifest import Span
from recordings.models import BackupSlice, Stream, StreamKind

ASKED = "backup.asked"
EDGE_MS = 3000
"""Asked for on either side of a gap: what both have tells how the device's clock stands."""


def accepts_until(session: Session) -> datetime:
    """Until when a device may hand in what it recorded."""
    end = session.jadwal.closes_at
    if session.opened_at is not None and session.ended_ms is not None:
        end = wall_time(session.opened_at, session.ended_ms)
    return end + timedelta(days=settings.BACKUP_DAYS)


def unfilled(stream: Stream, *, until_ms: int) -> list[manifest.MappedGap]:
    """Gaps that a device may have something for and that nothing fills yet."""
    return [
        gap
        for gap in selectors.gaps_of(stream, until_ms=until_ms)
        if gap.filled_by is None and gap.cause in manifest.FILLABLE
    ]


def asked(stream: Stream) -> list[Span]:
    """Spans of the stream that an asesor asked its device for."""
    entries = LogEntry.objects.filter(session_id=stream.session_id, kind=ASKED).order_by("seq")
    return [
        Span(int(data["start_ms"]), int(data["end_ms"]))
        for data in entries.values_list("data", flat=True)
        if data["stream"] == stream.pk
    ]


def slice_span(row: BackupSlice) -> Span:
    """Where a slice lies, as far as is known."""
    shift = row.shift_ms or 0
    return Span(row.start_ms + shift, row.end_ms + shift)


def standing(
    session: Session, user: User, *, now: datetime, kinds: Collection[str] = StreamKind.values
) -> dict[str, Any]:
    """The answer to a device: spans that it should send, gaps first, the oldest first.

    What it has sent and is being worked on is not among them. ``kinds``: a device that only is a
    second camera hears of that alone.
    """
    until_ms = selectors.due_until(session, now)
    gaps: list[dict[str, Any]] = []
    asks: list[dict[str, Any]] = []
    for stream in session.streams.filter(owner=user, kind__in=kinds).order_by("started_ms", "id"):
        rows = list(stream.backup_slices.all())
        gaps += _rows(stream, "gap", _missing(stream, rows, until_ms))
        held = [slice_span(row) for row in rows if BackupState(row.state) in KEPT]
        asks += _rows(
            stream,
            "asked",
            [part for span in asked(stream) for part in manifest.uncovered(span, held)],
        )
    received = BackupSlice.objects.filter(
        session=session, owner=user, stream__kind__in=kinds
    ).exclude(state=BackupState.RECEIVING.value)
    return {
        "t0": epoch_ms(session.opened_at) if session.opened_at else None,
        "now_ms": session_ms(session.opened_at, now) if session.opened_at else None,
        "accepts_until": epoch_ms(accepts_until(session)),
        "wanted": [*_in_order(gaps), *_in_order(asks)],
        "received": list(received.values_list("slice", flat=True)),
    }


def _missing(stream: Stream, rows: list[BackupSlice], until_ms: int) -> list[Span]:
    worked_on = [slice_span(row) for row in rows if BackupState(row.state) in WAITING]
    parts = [
        part
        for gap in unfilled(stream, until_ms=until_ms)
        for part in manifest.uncovered(Span(gap.start_ms, gap.end_ms), worked_on)
        if part.end_ms - part.start_ms > manifest.GAP_MS
    ]
    return manifest.merged(
        Span(max(0, part.start_ms - EDGE_MS), part.end_ms + EDGE_MS) for part in parts
    )


def _rows(stream: Stream, why: str, spans: list[Span]) -> list[dict[str, Any]]:
    return [
        {"kind": stream.kind, "start_ms": span.start_ms, "end_ms": span.end_ms, "why": why}
        for span in spans
        if span.end_ms - span.start_ms > manifest.GAP_MS
    ]


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["start_ms"], row["kind"]))
