"""Gaps as the log tells them: found when a later segment arrives, or when the session is sealed."""

from datetime import datetime

from ajj.live.models import Session
from ajj.live.services import append
from ajj.live.states import OVER, SessionState
from recordings import manifest
from recordings.models import Gap, Stream
from recordings.selectors import duration_ms, missing_of, track_gaps_of

SYSTEM = "system"


def log_missing(stream: Stream, session: Session, *, until_ms: int, now: datetime) -> None:
    """Enter every gap that ends by ``until_ms`` and is not in the log yet.

    Called with the session locked. A gap stays where it was entered: what fills it later is
    another entry. Nothing is missing after the session's end.
    """
    if SessionState(session.state) in OVER:
        until_ms = min(until_ms, duration_ms(session))
    rows = [gap for gap in stream.gaps.all() if not gap.noted]
    for missing in [*missing_of(stream, until_ms=until_ms), *track_gaps_of(stream)]:
        if missing.end_ms > until_ms:
            continue
        media = missing.media or "" if isinstance(missing, manifest.MappedGap) else ""
        known = [manifest.Span(row.start_ms, row.end_ms) for row in rows if row.media == media]
        for span in manifest.uncovered(manifest.Span(missing.start_ms, missing.end_ms), known):
            if span.end_ms - span.start_ms > manifest.GAP_MS:
                _enter(stream, session, span, cause=str(missing.cause), media=media, now=now)


def _enter(
    stream: Stream,
    session: Session,
    span: manifest.Span,
    *,
    cause: str,
    media: str,
    now: datetime,
) -> None:
    Gap.objects.create(
        stream=stream, start_ms=span.start_ms, end_ms=span.end_ms, cause=cause, media=media
    )
    data = {
        "stream": stream.pk,
        "start_ms": span.start_ms,
        "end_ms": span.end_ms,
        "cause": cause,
    }
    if media:
        data["media"] = media
    append(session, kind="gap", actor=SYSTEM, data=data, now=now)
