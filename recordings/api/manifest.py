"""Streams, manifest and bytes of a recording; who may see them is asked again at every request."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from ajj.live.auth import caller, session_auth
from ajj.live.services import vault
from recordings import selectors
from recordings.api.access import access_token, media_auth
from recordings.api.content import Content, answer
from recordings.services.views import note_fetch

router = Router(auth=session_auth, tags=["recordings"])


class Problem(Schema):
    code: str
    message: str
    fields: dict[str, str] | None = None


class StreamOut(Schema):
    stream: str
    owner: str
    kind: str
    live: bool
    codecs: list[str]
    started_ms: int


class StreamList(Schema):
    items: list[StreamOut]
    next: str | None


class SegmentOut(Schema):
    index: int
    start_ms: int
    end_ms: int
    bytes: int
    sha256: str
    mime: str
    source: str
    url: str


class RecordedStream(StreamOut):
    """``erased``: number of the minutes by which this person's media was destroyed, else null."""

    erased: str | None
    segments: list[SegmentOut]


class GapOut(Schema):
    stream: str
    start_ms: int
    end_ms: int
    cause: str
    filled_by: str | None


class SealedHead(Schema):
    seq: int
    head: str
    kid: str
    jws: str
    sealed_at: int


class Manifest(Schema):
    session: str
    t0: int | None
    duration_ms: int
    streams: list[RecordedStream]
    gaps: list[GapOut]
    sealed_head: SealedHead | None


REFUSALS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 422: Problem}


@router.get("/sessions/{uuid:session_id}/streams", response={200: StreamList, **REFUSALS})
def streams(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """Live and past streams of a session."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    found = selectors.visible_streams(session, user, role)
    return {"items": [selectors.stream_row(stream) for stream in found], "next": None}


@router.get("/sessions/{uuid:session_id}/recording", response={200: Manifest, **REFUSALS})
def recording(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """The manifest of the recording; its addresses open for ten minutes without a cookie."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    access = access_token(session.pk, user)
    return selectors.manifest_of(
        session,
        user,
        role,
        now=datetime.now(UTC),
        url=f"/api/v1/sessions/{session.pk}/streams/{{stream}}/segments/{{index}}?access={access}",
    )


@router.api_operation(
    ["GET", "HEAD"],
    "/sessions/{uuid:session_id}/streams/{stream}/segments/{int:index}",
    auth=media_auth,
    response={200: None, 206: None, 304: None, 410: Problem, 416: Problem, **REFUSALS},
)
def segment(request: HttpRequest, session_id: UUID, stream: str, index: int) -> HttpResponseBase:
    """The bytes of a segment, whole or in one range."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    found = selectors.segment_for(session, user, role, stream_id=stream, index=index)
    vault.require_kept(session.pk, found.stream.owner_id)
    if request.method == "GET":
        span = (found.start_ms, found.end_ms)
        note_fetch(session=session, user=user, span=span, now=datetime.now(UTC))
    content = Content(
        open=lambda: selectors.open_segment(found),
        size=found.bytes,
        sha256=found.sha256,
        mime=found.mime,
    )
    return answer(request, content)
