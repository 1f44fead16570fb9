"""Streams, manifest and bytes of a recording; who may see them is asked again at every request."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja import Router, Schema

from ajj.kernel.errors import NotFound
from ajj.kernel.ranges import ByteRange, Unsatisfiable, parse_range
from ajj.live.auth import caller, session_auth
from recordings import selectors
from recordings.models import Segment

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
    url: str


class RecordedStream(StreamOut):
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
    """The manifest of the recording."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    return selectors.manifest_of(
        session,
        user,
        role,
        now=datetime.now(UTC),
        url=f"/api/v1/sessions/{session.pk}/streams/{{stream}}/segments/{{index}}",
    )


@router.get(
    "/sessions/{uuid:session_id}/streams/{stream}/segments/{int:index}",
    response={200: None, 206: None, 304: None, 416: Problem, **REFUSALS},
)
def segment(request: HttpRequest, session_id: UUID, stream: str, index: int) -> HttpResponse:
    """The bytes of a segment, whole or in one range."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    found = selectors.segment_for(session, user, role, stream_id=stream, index=index)
    return _bytes_of(request, found)


def _bytes_of(request: HttpRequest, segment: Segment) -> HttpResponse:
    etag = f'"{segment.sha256}"'
    response: HttpResponse
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        header = request.headers.get("Range", "")
        if request.headers.get("If-Range", etag) != etag:
            header = ""
        try:
            part = parse_range(header, segment.bytes)
        except Unsatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{segment.bytes}"})
        response = _content(segment, part)
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Cookie", "Authorization"])
    return response


def _content(segment: Segment, part: ByteRange | None) -> HttpResponse:
    wanted = part or ByteRange(0, segment.bytes - 1)
    try:
        with selectors.open_segment(segment) as file:
            file.seek(wanted.first)
            body = file.read(wanted.length)
    except FileNotFoundError as error:
        raise NotFound(
            _("Potongan rekaman ini tidak ada di penyimpanan."), code="segment_missing"
        ) from error
    response = HttpResponse(body, content_type=segment.mime, status=206 if part else 200)
    if part:
        response.headers["Content-Range"] = f"bytes {part.first}-{part.last}/{segment.bytes}"
    return response
