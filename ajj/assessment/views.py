"""tus 1.0.0 over HTTP, and the stored files."""

from collections.abc import Callable, Iterator
from functools import wraps
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ajj.assessment import selectors, tus
from ajj.assessment.models import Upload
from ajj.assessment.services import uploads
from ajj.audit.services import record as audit
from ajj.kernel.errors import DomainError, NotFound
from ajj.kernel.ranges import Unsatisfiable, parse_range
from ajj.live.auth import require_user
from ajj.live.selectors import session_for

BLOCK = 64 * 1024
# A range answer may be shorter than was asked for (RFC 9110, 15.3.7); players ask on.
PART = 8 * 1024 * 1024
INLINE = ("image/", "video/", "application/pdf")


def _answer(status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers={"Tus-Resumable": tus.VERSION, **(headers or {})})


def _refusal(error: DomainError) -> HttpResponse:
    body = {"code": error.code, "message": error.message}
    headers = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store"}
    if error.status == 412:
        headers["Tus-Version"] = tus.VERSION
    return JsonResponse(body, status=error.status, headers=headers)


def _speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Every answer in tus's own words; the method may be overridden by header."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: UUID) -> HttpResponse:
        method = request.headers.get("X-HTTP-Method-Override", request.method or "GET").upper()
        try:
            if method not in {"OPTIONS", "GET"}:
                tus.require_version(request.headers)
            return view(request, method, **kwargs)
        except DomainError as error:
            return _refusal(error)

    return wrapped


def _not_allowed(methods: str) -> HttpResponse:
    return _answer(405, {"Allow": methods})


@_speaks_tus
def collection(request: HttpRequest, method: str, session_id: UUID) -> HttpResponse:
    """OPTIONS says what is spoken, POST creates (with the first bytes if it carries any)."""
    if method == "OPTIONS":
        return _answer(
            204,
            {
                "Tus-Version": tus.VERSION,
                "Tus-Extension": tus.EXTENSIONS,
                "Tus-Max-Size": str(tus.MAX_BYTES),
                "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
            },
        )
    if method == "GET":
        return _list(request, session_id)
    if method != "POST":
        return _not_allowed("GET, OPTIONS, POST")
    now = timezone.now()
    user = require_user(request, session_id)
    length = tus.upload_length(request.headers)
    described = tus.metadata(request.headers.get("Upload-Metadata", ""))
    carries = int(request.headers.get("Content-Length") or 0) > 0
    if carries:
        tus.require_body_type(request.headers)
    upload = uploads.begin(session_id, user=user, length=length, metadata=described, now=now)
    headers = {"Location": f"{request.path.rstrip('/')}/{upload.pk}", **_expiry(upload)}
    if not carries:
        return _answer(201, headers)
    upload = uploads.claim(session_id, upload.pk, user=user, now=now)
    return _answer(201, {**headers, "Upload-Offset": str(_take(request, upload, 0))})


def _list(request: HttpRequest, session_id: UUID) -> HttpResponse:
    session, role = session_for(session_id, require_user(request, session_id))
    return JsonResponse({"items": selectors.evidence_list(session, role), "next": None})


@_speaks_tus
def resource(request: HttpRequest, method: str, session_id: UUID, upload_id: UUID) -> HttpResponse:
    """HEAD says how far it is, PATCH goes on, DELETE forgets; each pre-empts an older one."""
    if method == "OPTIONS":
        return _answer(204, {"Tus-Version": tus.VERSION, "Tus-Extension": tus.EXTENSIONS})
    user, now = require_user(request, session_id), timezone.now()
    if method == "HEAD":
        upload = uploads.claim(session_id, upload_id, user=user, now=now)
        if upload.offset == upload.length:
            uploads.finish(upload.pk, now=now)
        return _answer(
            200,
            {
                "Upload-Offset": str(upload.offset),
                "Upload-Length": str(upload.length),
                "Cache-Control": "no-store",
                **_expiry(upload),
            },
        )
    if method == "PATCH":
        tus.require_body_type(request.headers)
        offset = tus.upload_offset(request.headers)
        upload = uploads.claim(session_id, upload_id, user=user, now=now)
        headers = {"Upload-Offset": str(_take(request, upload, offset)), **_expiry(upload)}
        return _answer(204, headers)
    if method == "DELETE":
        uploads.terminate(session_id, upload_id, user=user)
        return _answer(204)
    return _not_allowed("DELETE, HEAD, OPTIONS, PATCH")


def _take(request: HttpRequest, upload: Upload, offset: int) -> int:
    """The body into the upload; stored and logged when it is the last piece. The new offset."""
    now = timezone.now()
    if upload.state == Upload.State.DONE and offset == upload.length:
        return offset
    reached = uploads.receive(
        upload,
        offset=offset,
        body=_blocks(request),
        checksum=tus.Checksum(request.headers.get("Upload-Checksum")),
        now=now,
    )
    if reached == upload.length:
        uploads.finish(upload.pk, now=now)
    return reached


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _expiry(upload: Upload) -> dict[str, str]:
    if upload.state != Upload.State.RECEIVING:
        return {}
    return {"Upload-Expires": tus.expires(upload.expires_at)}


def file(request: HttpRequest, session_id: UUID, evidence_id: UUID) -> HttpResponse:
    """The stored bytes, whole or one range, to whoever has a part in the session; noted."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    user = require_user(request, session_id)
    session_for(session_id, user)
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
    body = _read(row.storage_name, first, length) if request.method == "GET" else b""
    response = HttpResponse(
        body, status=206 if part else 200, content_type=row.filetype, headers=headers
    )
    response.headers["Content-Length"] = str(length)
    return response


def _policy(filetype: str) -> str:
    """A file runs nothing of ours; the browsers' own PDF viewer does not start in a sandbox."""
    alone = "default-src 'none'; style-src 'unsafe-inline'"
    return alone if filetype == "application/pdf" else f"{alone}; sandbox"


def _disposition(filename: str, filetype: str) -> str:
    shown = filetype.startswith(INLINE)
    return content_disposition_header(as_attachment=not shown, filename=filename) or "attachment"


def _read(name: str, first: int, length: int) -> bytes:
    with default_storage.open(name) as stored:
        stored.seek(first)
        found: bytes = stored.read(length)
    return found
