"""Reading recordings: who may, and what there is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from ajj.kernel.clock import epoch_ms, session_ms
from ajj.kernel.errors import NotFound
from ajj.live.models import Session
from ajj.live.rules import SessionRole
from ajj.live.selectors import session_for
from ajj.live.services import vault
from ajj.live.states import OVER, RESCUE, SessionState
from ajj.live.waiting import require_media
from ajj.people.models import Role, User
from recordings import manifest
from recordings.models import (
    FIRST_DEVICE_INDEX,
    Alarm,
    Publication,
    Seal,
    Segment,
    SegmentSource,
    Stream,
    StreamKind,
)
from recordings.reconcile import TOLD_IN_ROOM

PICTURES = frozenset({"vp8", "vp9", "h264"})
SEGMENT_DUE_MS = 18_000


def viewable_session(session_id: UUID, user: User) -> tuple[Session, SessionRole]:
    """The session, for one who may see its recording: everyone with a role in it (404, 403).

    While it runs, neither who waits at the door (``waiting``) nor technical support (``no_media``).
    """
    session, role = session_for(session_id, user)
    require_media(session, user, role)
    return session, role


def _komite_only(session: Session, user: User, role: SessionRole) -> frozenset[int]:
    """Owners whose streams the asesi is not shown: people of the komite."""
    if role is not SessionRole.ASESI:
        return frozenset()
    owners = {stream.owner for stream in session.streams.select_related("owner")}
    return frozenset(
        owner.pk for owner in owners if owner.pk != user.pk and owner.has_role(Role.KOMITE)
    )


def visible_streams(session: Session, user: User, role: SessionRole) -> list[Stream]:
    """The streams that ever carried something, the oldest first."""
    hidden = _komite_only(session, user, role)
    found = session.streams.filter(started_ms__isnull=False).exclude(owner_id__in=hidden)
    return list(found.prefetch_related("segments", "publications", "gaps").order_by("started_ms"))


def stream_row(stream: Stream) -> dict[str, Any]:
    """A stream as the API lists it."""
    return {
        "stream": stream.pk,
        "owner": str(stream.owner_id),
        "kind": stream.kind,
        "live": stream.live,
        "codecs": stream.codecs,
        "started_ms": stream.started_ms,
    }


def manifest_of(
    session: Session, user: User, role: SessionRole, *, now: datetime, url: str
) -> dict[str, Any]:
    """The manifest: where every kept second lies, and what is missing.

    ``url`` is a pattern with ``{stream}`` and ``{index}``. While the session runs, what is younger
    than a segment and its way into storage is not called missing.
    """
    streams = visible_streams(session, user, role)
    minutes = vault.erased_by(session.pk)
    until_ms = due_until(session, now)
    return {
        "session": str(session.pk),
        "t0": epoch_ms(session.opened_at) if session.opened_at else None,
        "duration_ms": elapsed_ms(session, now),
        "streams": [
            {
                **stream_row(stream),
                "erased": minutes.get(stream.owner_id),
                "segments": [
                    {
                        "index": segment.index,
                        "start_ms": segment.start_ms,
                        "end_ms": segment.end_ms,
                        "bytes": segment.bytes,
                        "sha256": segment.sha256,
                        "mime": segment.mime,
                        "source": segment.source,
                        "url": url.format(stream=stream.pk, index=segment.index),
                    }
                    for segment in sorted(stream.segments.all(), key=lambda item: item.index)
                ],
            }
            for stream in streams
        ],
        "gaps": _gap_rows(streams, until_ms),
        "sealed_head": sealed_head(session),
    }


def elapsed_ms(session: Session, now: datetime) -> int:
    """How far the session clock has come: at ``now``, or at the end of one that is over."""
    if session.opened_at is None:
        return 0
    if SessionState(session.state) in OVER | RESCUE:
        return duration_ms(session)
    return session_ms(session.opened_at, now)


def due_until(session: Session, now: datetime) -> int:
    """Up to which moment everything recorded ought to be in storage."""
    if SessionState(session.state) in OVER | RESCUE:
        return duration_ms(session)
    return max(0, elapsed_ms(session, now) - SEGMENT_DUE_MS)


def gap_map(
    session: Session, user: User, role: SessionRole, *, now: datetime
) -> list[dict[str, Any]]:
    """Every span that is missing of the streams ``user`` may see, as the manifest lists them.

    ``{stream, start_ms, end_ms, cause, filled_by, media}``, per stream in order; causes are
    ``manifest.Cause``.
    """
    return _gap_rows(visible_streams(session, user, role), due_until(session, now))


def _gap_rows(streams: list[Stream], until_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "stream": stream.pk,
            "start_ms": gap.start_ms,
            "end_ms": gap.end_ms,
            "cause": str(gap.cause),
            "filled_by": gap.filled_by,
            "media": gap.media,
        }
        for stream in streams
        for gap in gaps_of(stream, until_ms=until_ms)
    ]


def gaps_of(stream: Stream, *, until_ms: int) -> list[manifest.MappedGap]:
    """What the server did not record of the stream, with what the device's backup fills of it.

    Where only the picture or only the sound is missing, ``media`` says which.
    """
    missing = [*missing_of(stream, until_ms=until_ms), *track_gaps_of(stream)]
    found = manifest.gap_map(missing, filled_spans(stream))
    return sorted(found, key=lambda gap: (gap.start_ms, gap.end_ms, gap.media or ""))


def track_gaps_of(stream: Stream) -> list[manifest.MappedGap]:
    """Where the server recorded only the sound or only the picture of the stream."""
    return manifest.track_gaps(
        [
            manifest.Piece(segment.start_ms, segment.end_ms, manifest.media_in(segment.mime))
            for segment in stream.segments.all()
            if segment.source == SegmentSource.LIVE.value
        ],
        manifest.media_of(stream.codecs),
        [
            manifest.TrackHint(gap.start_ms, gap.end_ms, gap.cause, gap.media)
            for gap in stream.gaps.all()
            if gap.noted and gap.media
        ],
    )


def filled_spans(stream: Stream) -> list[manifest.Span]:
    """What a device's backup filled. Sound alone fills no hole of a stream with a picture."""
    picture = any(codec in PICTURES for codec in stream.codecs)
    return [
        manifest.Span(segment.start_ms, segment.end_ms)
        for segment in stream.segments.all()
        if segment.source == SegmentSource.DEVICE.value
        and not (picture and segment.mime.startswith("audio/"))
    ]


def _spans(stream: Stream, source: SegmentSource) -> list[manifest.Span]:
    return [
        manifest.Span(segment.start_ms, segment.end_ms)
        for segment in stream.segments.all()
        if segment.source == source.value
    ]


def latest_seal(session: Session) -> Seal | None:
    """The newest seal of the session."""
    return session.seals.order_by("-seq").first()


def sealed_head(session: Session) -> dict[str, Any] | None:
    """The newest seal as the manifest carries it; null before the session is sealed."""
    seal = latest_seal(session)
    if seal is None:
        return None
    return {
        "seq": seal.seq,
        "head": seal.head,
        "kid": seal.kid,
        "jws": seal.jws,
        "sealed_at": epoch_ms(seal.sealed_at),
    }


def segment_for(
    session: Session, user: User, role: SessionRole, *, stream_id: str, index: int
) -> Segment:
    """One segment that ``user`` may see; 404 for any other."""
    segment = (
        Segment.objects.select_related("stream__owner")
        .filter(stream__session=session, stream_id=stream_id, index=index)
        .exclude(stream__owner_id__in=_komite_only(session, user, role))
        .first()
    )
    if segment is None:
        raise NotFound(_("Potongan rekaman tidak ditemukan."), code="segment_not_found")
    return segment


def kept_until(stream: Stream) -> int:
    """The end of what the server recorded and storage holds of the stream (0: nothing)."""
    last = stream.segments.filter(index__lt=FIRST_DEVICE_INDEX).order_by("-index")
    return last.values_list("end_ms", flat=True).first() or 0


@dataclass(frozen=True)
class Latest:
    """A stream as it stands: its newest stay, and the end of what storage holds (0: nothing)."""

    stream: Stream
    publication: Publication
    stored_ms: int


def latest(session: Session) -> list[Latest]:
    """Every stream of the session that was ever published, in two queries."""
    last = Segment.objects.filter(stream=OuterRef("pk"), index__lt=FIRST_DEVICE_INDEX)
    found = (
        Stream.objects.filter(session=session, started_ms__isnull=False)
        .annotate(stored_ms=Subquery(last.order_by("-index").values("end_ms")[:1]))
        .prefetch_related("publications")
    )
    return [
        Latest(stream, stays[-1], stream.stored_ms or 0)
        for stream in found
        if (stays := list(stream.publications.all()))
    ]


def alarms_in_room(session: Session) -> dict[str, list[Alarm]]:
    """What is wrong with the running recording, by stream; an empty key: with all of it."""
    kinds = [kind.value for kind in TOLD_IN_ROOM]
    found: dict[str, list[Alarm]] = {}
    for alarm in Alarm.objects.filter(session=session, cleared_at=None, kind__in=kinds):
        found.setdefault(alarm.about, []).append(alarm)
    return found


def missing_of(stream: Stream, *, until_ms: int) -> list[manifest.MissingSpan]:
    """What the server did not record of the stream up to ``until_ms``, by its rows.

    A camera is due from t0 on; another stream from its first presence to its last. What a device's
    backup brought later does not count as recorded: ``gaps_of`` tells.
    """
    return manifest.gaps(
        _spans(stream, SegmentSource.LIVE),
        [
            manifest.Presence(item.started_ms, item.stopped_ms, item.reason)
            for item in stream.publications.all()
        ],
        hints=[
            manifest.MissingSpan(gap.start_ms, gap.end_ms, gap.cause)
            for gap in stream.gaps.all()
            if gap.noted
        ],
        until_ms=until_ms,
        whole=stream.kind == StreamKind.CAMERA.value,
    )


def duration_ms(session: Session) -> int:
    """How long the recording runs: from t0 to the end, or to where live media was given up."""
    return end_ms(session) if session.rescue_ms is None else session.rescue_ms


def end_ms(session: Session) -> int:
    """When the session ended, or its last entry so far."""
    return session.ended_ms if session.ended_ms is not None else session.head_ms


def open_segment(segment: Segment) -> BinaryIO:
    """The segment's bytes as they were recorded: seekable, to be closed by the caller.

    Raises ``FileNotFoundError`` (or the storage's own error) when storage does not have them,
    ``DomainError`` 410 ``media_erased`` when they were destroyed.
    """
    stream = segment.stream
    return vault.fetch(segment.storage_name, session_id=stream.session_id, owner_id=stream.owner_id)
