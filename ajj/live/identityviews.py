"""Stills and the identity card over HTTP."""

from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from ajj.live.auth import require_user
from ajj.live.services import identity


@csrf_exempt
def picture(request: HttpRequest, session_id: UUID, picture_id: UUID) -> HttpResponseBase:
    """PUT keeps a still (image/jpeg, at most 512 KiB) under the taker's own id, GET shows it.

    200 ``{"picture", "seq"}`` for the first try and every further one.
    """
    if request.method not in {"GET", "HEAD", "PUT"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, PUT"})
    user, now = require_user(request, session_id), timezone.now()
    if request.method == "PUT":
        body = request.read(identity.MAX_BYTES + 1)
        seq = identity.take(session_id, picture_id, user=user, body=body, now=now)
        return JsonResponse({"picture": str(picture_id), "seq": seq})
    return _shown(identity.picture_for(session_id, picture_id, user=user, now=now), identity.JPEG)


def card(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """The asesi's identity card as handed in: an image or a PDF."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    user = require_user(request, session_id)
    document, file = identity.card_for(session_id, user=user, now=timezone.now())
    return _shown(file, document.mime)


def _shown(file: BinaryIO, mime: str) -> FileResponse:
    """To look at on our own page, never to be kept by a browser."""
    response = FileResponse(file, content_type=mime)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return response
