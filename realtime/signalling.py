"""What WHIP and WHEP have in common on this site: the shape of requests, refusals and answers."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ajj.kernel.errors import DomainError, Invalid
from ajj.people.models import User
from realtime import node
from realtime.credentials import ice_servers_for
from realtime.turn import link_headers

SDP = "application/sdp"
JSON = "application/json"
FRAGMENT = "application/trickle-ice-sdpfrag"
MAX_SDP_BYTES = 64 * 1024

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class UnsupportedType(DomainError):
    status = 415
    code = "unsupported_media_type"


class TooLarge(DomainError):
    status = 413
    code = "too_large"


class PreconditionRequired(DomainError):
    status = 428
    code = "precondition_required"


class PreconditionFailed(DomainError):
    status = 412
    code = "precondition_failed"


class IceRestart(DomainError):
    """RFC 9725, 4.3.2: a server that cannot restart ICE says 422."""

    status = 422
    code = "ice_restart_unsupported"


def _refusal(error: DomainError) -> HttpResponse:
    response = JsonResponse({"code": error.code, "message": _(error.message)}, status=error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == 503:
        response.headers["Retry-After"] = str(node.RETRY_AFTER_S)
    if error.status == 415:
        response.headers["Accept"] = SDP
    return response


def accepts(*methods: str) -> Callable[[View[P]], View[P]]:
    """A raw view of ``methods`` (and OPTIONS): errors in the API's shape, no CSRF middleware."""
    allow = ", ".join((*methods, "OPTIONS"))

    def decorate(view: View[P]) -> View[P]:
        @csrf_exempt
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
                if "POST" in methods:
                    response.headers["Accept-Post"] = SDP
            elif request.method not in methods:
                body = {
                    "code": "method_not_allowed",
                    "message": _("Metode ini tidak dikenal di sini."),
                }
                response = JsonResponse(body, status=405)
            else:
                try:
                    return view(request, *args, **kwargs)
                except DomainError as error:
                    return _refusal(error)
            response.headers["Allow"] = allow
            return response

        return wrapped

    return decorate


def read_offer(request: HttpRequest, expected: str) -> bytes:
    """The body; refused before it is read when it is too long or of another type."""
    if (request.content_type or "").lower() != expected:
        raise UnsupportedType(_("Kirim sebagai %(type)s.") % {"type": expected})
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > MAX_SDP_BYTES:
        raise TooLarge(_("Isi permintaan terlalu besar."))
    body = request.read(MAX_SDP_BYTES + 1)
    if len(body) > MAX_SDP_BYTES:
        raise TooLarge(_("Isi permintaan terlalu besar."))
    if not body:
        raise Invalid(_("Isi permintaan kosong."), code="sdp_invalid")
    return body


def relay_refusal(answer: node.NodeAnswer) -> HttpResponse:
    """The media node's own refusal, in the API's shape."""
    try:
        body = json.loads(answer.body)
        code, message = str(body["code"]), str(body["message"])
    except (ValueError, KeyError, TypeError):
        code, message = "media_refused", _("Tawaran media tidak dapat dijawab.")
    status = answer.status if 400 <= answer.status < 500 else 502
    if answer.status in {401, 403}:
        status, code = 502, "media_misconfigured"
    return JsonResponse({"code": code, "message": message}, status=status)


def created(answer: node.NodeAnswer, user: User, until: datetime, location: str) -> HttpResponse:
    """201 with the answer; the ICE servers' credentials hold until ``until``."""
    response = HttpResponse(answer.body, content_type=SDP, status=201)
    response.headers["Location"] = location
    response.headers["ETag"] = f'"{answer.resource}"'
    response.headers["Accept-Patch"] = FRAGMENT
    response.headers["Cache-Control"] = "no-store"
    links = link_headers(ice_servers_for(user, until))
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def at_resource(request: HttpRequest, resource: str) -> HttpResponse:
    """DELETE ends the connection, PATCH brings it ICE candidates."""
    if request.method == "DELETE":
        answer = node.ask("DELETE", f"/resources/{resource}")
        return HttpResponse(status=200) if answer.status < 300 else relay_refusal(answer)
    fragment = read_offer(request, FRAGMENT)
    condition = request.headers.get("If-Match", "")
    if not condition:
        raise PreconditionRequired(_("Permintaan ini membutuhkan If-Match."))
    if condition == "*":
        raise IceRestart(_("ICE restart tidak didukung. Terbitkan ulang alirannya."))
    if condition != f'"{resource}"':
        raise PreconditionFailed(_("Sesi media ini sudah berganti."))
    answer = node.ask(
        "PATCH", f"/resources/{resource}", body=fragment, headers={"Content-Type": FRAGMENT}
    )
    return HttpResponse(status=204) if answer.status < 300 else relay_refusal(answer)
