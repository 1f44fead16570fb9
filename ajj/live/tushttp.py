"""tus 1.0.0 over HTTP for any kind of file that comes into a session."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import wraps
from time import sleep as pause
from typing import Protocol, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from ajj.kernel.errors import DomainError
from ajj.live import tus
from ajj.live.incoming import Incoming
from ajj.people.models import User

BLOCK = 64 * 1024
TURN_S = 0.05
"""How often a piece that came too early looks whether the one before it is there."""
M = TypeVar("M", bound=Incoming)


class Desk(Protocol[M]):
    """What a package does with the files that come to it; errors are ``DomainError``."""

    max_bytes: int

    def person(self, request: HttpRequest, session_id: UUID) -> User:
        """Whose file this is; raises ``Unauthenticated`` or ``Forbidden``."""

    def begin(
        self, session_id: UUID, *, user: User, length: int, described: str, now: datetime
    ) -> M:
        """Admit a file of ``length`` bytes (``described``: Upload-Metadata)."""

    def claim(self, session_id: UUID, upload_id: UUID, *, user: User, now: datetime) -> M:
        """Take an upload over for this request."""

    def receive(
        self,
        upload: M,
        *,
        offset: int,
        body: Iterable[bytes],
        checksum: tus.Checksum,
        now: datetime,
    ) -> int:
        """Take a piece; the new offset."""

    def finish(self, upload_id: UUID, *, now: datetime) -> object:
        """All bytes are there: check and keep them. Safe to repeat."""

    def terminate(self, session_id: UUID, upload_id: UUID, *, user: User) -> None:
        """Forget an unfinished upload."""


def answer(status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status=status, headers={"Tus-Resumable": tus.VERSION, **(headers or {})})


def not_allowed(methods: str) -> HttpResponse:
    return answer(405, {"Allow": methods})


def _refusal(error: DomainError) -> HttpResponse:
    body = {"code": error.code, "message": error.message}
    headers = {"Tus-Resumable": tus.VERSION, "Cache-Control": "no-store"}
    if error.status == 412:
        headers["Tus-Version"] = tus.VERSION
    return JsonResponse(body, status=error.status, headers=headers)


def speaks_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
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


def options(max_bytes: int) -> HttpResponse:
    """What is spoken at a collection."""
    return answer(
        204,
        {
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(max_bytes),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


def create(desk: Desk[M], request: HttpRequest, session_id: UUID) -> HttpResponse:
    """POST: creates, with the first bytes if it carries any.

    An upload that the desk knows already (its offset is not 0) is answered as it stands.
    """
    now = timezone.now()
    user = desk.person(request, session_id)
    length = tus.upload_length(request.headers, limit=desk.max_bytes)
    carries = int(request.headers.get("Content-Length") or 0) > 0
    if carries:
        tus.require_body_type(request.headers)
    described = request.headers.get("Upload-Metadata", "")
    upload = desk.begin(session_id, user=user, length=length, described=described, now=now)
    headers = {"Location": f"{request.path.rstrip('/')}/{upload.pk}", **_expiry(upload)}
    if not carries:
        return answer(201, headers)
    if upload.offset or upload.state != Incoming.RECEIVING:
        return answer(201, {**headers, "Upload-Offset": str(upload.offset)})
    upload = desk.claim(session_id, upload.pk, user=user, now=now)
    return answer(201, {**headers, "Upload-Offset": str(_take(desk, request, upload, 0))})


def resource(
    desk: Desk[M], request: HttpRequest, method: str, session_id: UUID, upload_id: UUID
) -> HttpResponse:
    """HEAD says how far it is, PATCH goes on, DELETE forgets; each pre-empts an older one."""
    if method == "OPTIONS":
        return answer(204, {"Tus-Version": tus.VERSION, "Tus-Extension": tus.EXTENSIONS})
    user, now = desk.person(request, session_id), timezone.now()
    if method == "HEAD":
        upload = desk.claim(session_id, upload_id, user=user, now=now)
        if upload.offset == upload.length:
            desk.finish(upload.pk, now=now)
        return answer(
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
        upload = desk.claim(session_id, upload_id, user=user, now=now)
        wanted = tus.preferences(request.headers)
        if _waited(upload, offset, wanted.wait_s):
            upload = desk.claim(session_id, upload_id, user=user, now=now)
        if wanted.lenient and offset < upload.offset:
            reached = _overlapping(desk, request, upload, offset)
        else:
            reached = _take(desk, request, upload, offset)
        return answer(204, {"Upload-Offset": str(reached), **_expiry(upload)})
    if method == "DELETE":
        desk.terminate(session_id, upload_id, user=user)
        return answer(204)
    return not_allowed("DELETE, HEAD, OPTIONS, PATCH")


def _waited(upload: Incoming, offset: int, seconds: float) -> bool:
    """Lets the piece before this one arrive: of two on their way the later may overtake."""
    before = upload.offset
    until = time.monotonic() + seconds
    while upload.offset < offset and time.monotonic() < until:
        pause(TURN_S)
        upload.refresh_from_db(fields=["offset"])
    return upload.offset != before


def _overlapping(desk: Desk[M], request: HttpRequest, upload: M, offset: int) -> int:
    """A piece that was sent again after a break: what is there already is skipped."""
    skip = upload.offset - offset
    if int(request.headers.get("Content-Length") or 0) <= skip:
        return upload.offset
    checksum = tus.Checksum(request.headers.get("Upload-Checksum"))
    body = _blocks_after(request, skip, checksum)
    return _stored(desk, upload, upload.offset, body, checksum)


def _take(desk: Desk[M], request: HttpRequest, upload: M, offset: int) -> int:
    """The body into the upload; kept when it is the last piece. The new offset."""
    if upload.state != Incoming.RECEIVING and offset == upload.length:
        return offset
    checksum = tus.Checksum(request.headers.get("Upload-Checksum"))
    return _stored(desk, upload, offset, _blocks(request), checksum)


def _stored(
    desk: Desk[M], upload: M, offset: int, body: Iterable[bytes], checksum: tus.Checksum
) -> int:
    now = timezone.now()
    reached = desk.receive(upload, offset=offset, body=body, checksum=checksum, now=now)
    if reached == upload.length:
        desk.finish(upload.pk, now=now)
    return reached


def _blocks(request: HttpRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block


def _blocks_after(request: HttpRequest, skip: int, checksum: tus.Checksum) -> Iterator[bytes]:
    """The body without its first ``skip`` bytes, which the checksum covers all the same."""
    while skip > 0 and (block := request.read(min(BLOCK, skip))):
        checksum.feed(block)
        skip -= len(block)
    yield from _blocks(request)


def _expiry(upload: Incoming) -> dict[str, str]:
    if upload.state != Incoming.RECEIVING:
        return {}
    return {"Upload-Expires": tus.expires(upload.expires_at)}
