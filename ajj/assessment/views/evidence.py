"""tus 1.0.0 over HTTP, and the stored files."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ajj.assessment import selectors
from ajj.assessment.filetypes import sniff
from ajj.assessment.models import Evidence, Upload
from ajj.assessment.services import thumbs, uploads
from ajj.assessment.tus import MAX_BYTES, metadata
from ajj.audit.services import record as audit
from ajj.kernel.errors import NotFound
from ajj.kernel.ranges import Unsatisfiable, parse_range
from ajj.live import tushttp
from ajj.live.auth import require_user
from ajj.live.models import Session
from ajj.live.rules import SessionRole
from ajj.live.selectors import session_for
from ajj.live.waiting import require_inside
from ajj.people.models import User

# A range answer may be shorter than was asked for (RFC 9110, 15.3.7); players ask on.
PART = 8 * 1024 * 1024
INLINE = ("image/", "video/", "application/pdf")


class EvidenceDesk:
    """Evidence as ``tushttp`` takes it in."""

    max_bytes = MAX_BYTES
    person = staticmethod(require_user)
    claim = staticmethod(uploads.claim)
    receive = staticmethod(uploads.receive)
    finish = staticmethod(uploads.finish)
    terminate = staticmethod(uploads.terminate)

    def begin(
        self, session_id: UUID, *, user: User, length: int, described: str, now: datetime
    ) -> Upload:
        said = metadata(described)
        return uploads.begin(session_id, user=user, length=length, metadata=said, now=now)


DESK = EvidenceDesk()


@tushttp.speaks_tus
def collection(request: HttpRequest, method: str, session_id: UUID) -> HttpResponse:
    """OPTIONS says what is spoken, GET lists, POST creates."""
    if method == "OPTIONS":
        return tushttp.options(DESK.max_bytes)
    if method == "GET":
        return _list(request, session_id)
    if method == "POST":
        return tushttp.create(DESK, request, session_id)
    return tushttp.not_allowed("GET, OPTIONS, POST")


def _list(request: HttpRequest, session_id: UUID) -> HttpResponse:
    user = require_user(request, session_id)
    session, role = session_for(session_id, user)
    require_inside(session, user, role)
    return JsonResponse(
        {
            "items": selectors.evidence_list(session, role),
            "next": None,
            "incoming": selectors.incoming_list(session),
        }
    )


@tushttp.speaks_tus
def resource(request: HttpRequest, method: str, session_id: UUID, upload_id: UUID) -> HttpResponse:
    """One upload by tus."""
    return tushttp.resource(DESK, request, method, session_id, upload_id)


@csrf_exempt
def thumb(request: HttpRequest, session_id: UUID, upload_id: UUID) -> HttpResponse:
    """PUT: the small picture ahead of its file; GET: to whoever has a part in the session."""
    user = require_user(request, session_id)
    if request.method == "PUT":
        thumbs.put(session_id, upload_id, request.read(thumbs.MAX_BYTES + 1), user=user)
        return HttpResponse(status=204)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, PUT"})
    require_inside(*_member(session_id, user))
    row = selectors.upload(session_id, upload_id)
    if row is None or not row.thumb_sha256:
        raise NotFound(_("Gambar ini tidak ditemukan."), code="thumb_not_found")
    with thumbs.fetch(row) as stored:
        body = stored.read()
    return HttpResponse(
        body,
        content_type=sniff(body) or "application/octet-stream",
        headers={
            "Cache-Control": "private, max-age=3600",
            "ETag": f'"{row.thumb_sha256}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def file(request: HttpRequest, session_id: UUID, evidence_id: UUID) -> HttpResponse:
    """The stored bytes, whole or one range, to whoever has a part in the session; noted."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    user = require_user(request, session_id)
    require_inside(*_member(session_id, user))
    row = selectors.evidence(session_id, evidence_id)
    if row is None:
        raise NotFound(_("Bukti ini tidak ditemukan."), code="evidence_not_found")
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
        "ETag": f'"{row.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _policy(row.filetype),
        "Content-Disposition": _disposition(row.filename, row.filetype),
    }
    try:
        part = parse_range(request.headers.get("Range", ""), row.bytes)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.bytes}"})
    first, length = (part.first, min(part.length, PART)) if part else (0, row.bytes)
    if first == 0:
        audit(user, "assessment.evidence_opened", row, now=timezone.now())
    if part:
        headers["Content-Range"] = f"bytes {first}-{first + length - 1}/{row.bytes}"
    body = _read(row, first, length) if request.method == "GET" else b""
    response = HttpResponse(
        body, status=206 if part else 200, content_type=row.filetype, headers=headers
    )
    response.headers["Content-Length"] = str(length)
    return response


def _member(session_id: UUID, user: User) -> tuple[Session, User, SessionRole]:
    session, role = session_for(session_id, user)
    return session, user, role


def _policy(filetype: str) -> str:
    """A file runs nothing of ours; the browsers' own PDF viewer does not start in a sandbox."""
    alone = "default-src 'none'; style-src 'unsafe-inline'"
    return alone if filetype == "application/pdf" else f"{alone}; sandbox"


def _disposition(filename: str, filetype: str) -> str:
    shown = filetype.startswith(INLINE)
    return content_disposition_header(as_attachment=not shown, filename=filename) or "attachment"


def _read(row: Evidence, first: int, length: int) -> bytes:
    with selectors.open_evidence(row) as stored:
        stored.seek(first)
        return stored.read(length)
