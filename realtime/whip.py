"""WHIP (RFC 9725) and WHEP on the site's own origin, forwarded to the media node.

Here it is decided who may; the media node decides what can be carried.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from ajj.live import selectors
from ajj.live.auth import camera_for, require_user, sending_camera_for
from ajj.live.models import CameraPairing, Session
from ajj.live.rules import SessionRole
from ajj.people.auth import bearer_of
from ajj.people.models import User
from realtime import node
from realtime.credentials import ice_servers_for
from realtime.room import rules
from realtime.turn import link_headers
from recordings.models import Stream
from recordings.services import ensure_stream
from recordings.services.streams import next_index

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


def _signalling(*methods: str) -> Callable[[View[P]], View[P]]:
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


def _member(
    request: HttpRequest, session_id: UUID, camera: CameraPairing | None = None
) -> tuple[User, Session, SessionRole]:
    """The caller as a member; a second camera is its owner, for those views that let it in."""
    user = camera.owner if camera is not None else require_user(request, session_id)
    session, role = selectors.session_for(session_id, user)
    return user, session, role


def _require_consent(session: Session, user: User) -> None:
    if not selectors.has_consented(session, user):
        raise Forbidden(_("Setujui perekaman sesi dahulu."), code="consent_required")


def _offer(request: HttpRequest, expected: str) -> bytes:
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


def _relay_refusal(answer: node.NodeAnswer) -> HttpResponse:
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


def _created(answer: node.NodeAnswer, user: User, session: Session, location: str) -> HttpResponse:
    response = HttpResponse(answer.body, content_type=SDP, status=201)
    response.headers["Location"] = location
    response.headers["ETag"] = f'"{answer.resource}"'
    response.headers["Accept-Patch"] = FRAGMENT
    response.headers["Cache-Control"] = "no-store"
    links = link_headers(ice_servers_for(user, session.jadwal.closes_at))
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


@_signalling("POST")
def publish(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """WHIP: an SDP offer becomes a recorded, forwarded stream. 201 with the answer."""
    camera = sending_camera_for(bearer_of(request), session_id)
    user, session, role = _member(request, session_id, camera)
    rules.require_publisher(role.value)
    kind = rules.stream_kind(request.GET.get("kind", ""))
    if camera is not None:
        rules.require_second_camera(kind)
    rules.require_running(session.state)
    _require_consent(session, user)
    offer = _offer(request, SDP)
    if session.opened_at is None:
        raise Conflict(_("Sesi ini belum dibuka."), code="session_not_open")
    stream = ensure_stream(session.pk, owner_id=user.pk, kind=kind)
    answer = node.ask(
        "POST",
        f"/streams/{stream.pk}/whip",
        body=offer,
        headers={
            "Content-Type": SDP,
            "X-Session": str(session.pk),
            "X-Stream-Owner": str(user.pk),
            "X-Stream-Kind": kind,
            "X-T0-Ms": str(epoch_ms(session.opened_at)),
            "X-Next-Index": str(next_index(stream)),
        },
    )
    if answer.status != 201:
        return _relay_refusal(answer)
    location = f"/api/v1/sessions/{session.pk}/whip/{stream.pk}/{answer.resource}"
    return _created(answer, user, session, location)


@_signalling("POST")
def subscribe(request: HttpRequest, session_id: UUID, stream_id: str) -> HttpResponse:
    """WHEP: receive one live stream. 404 when it is not live."""
    user, session, role = _member(request, session_id)
    rules.require_subscriber(role.value)
    rules.require_running(session.state)
    _require_consent(session, user)
    offer = _offer(request, SDP)
    stream = _stream(session, stream_id)
    answer = node.ask(
        "POST",
        f"/streams/{stream.pk}/whep",
        body=offer,
        headers={"Content-Type": SDP, "X-Session": str(session.pk)},
    )
    if answer.status != 201:
        return _relay_refusal(answer)
    location = f"/api/v1/sessions/{session.pk}/whep/{stream.pk}/{answer.resource}"
    return _created(answer, user, session, location)


def _stream(session: Session, stream_id: str) -> Stream:
    stream = Stream.objects.filter(session=session, pk=stream_id).first()
    if stream is None:
        raise NotFound(_("Aliran ini tidak ada di sesi ini."), code="stream_not_found")
    return stream


@_signalling("DELETE", "PATCH")
def publication(
    request: HttpRequest, session_id: UUID, stream_id: str, resource: str
) -> HttpResponse:
    """A WHIP session: DELETE ends it, PATCH brings ICE candidates; only its owner may."""
    camera = camera_for(bearer_of(request), session_id)
    user, session, _role = _member(request, session_id, camera)
    stream = _stream(session, stream_id)
    if camera is not None:
        rules.require_second_camera(stream.kind)
    if stream.owner_id != user.pk:
        raise Forbidden(_("Aliran ini milik orang lain."), code="not_owner")
    return _resource(request, resource)


@_signalling("DELETE", "PATCH")
def subscription(
    request: HttpRequest, session_id: UUID, stream_id: str, resource: str
) -> HttpResponse:
    """A WHEP session: its address is known only to whom it was given."""
    _user, session, _role = _member(request, session_id)
    _stream(session, stream_id)
    return _resource(request, resource)


@_signalling("PUT")
def picture(request: HttpRequest, session_id: UUID, stream_id: str, resource: str) -> HttpResponse:
    """A watcher declines the picture, or wants it again: ``{"wanted": bool}``; 204."""
    _user, session, _role = _member(request, session_id)
    _stream(session, stream_id)
    body = _offer(request, JSON)
    answer = node.ask(
        "PUT", f"/resources/{resource}/video", body=body, headers={"Content-Type": JSON}
    )
    return HttpResponse(status=204) if answer.status < 300 else _relay_refusal(answer)


def _resource(request: HttpRequest, resource: str) -> HttpResponse:
    if request.method == "DELETE":
        answer = node.ask("DELETE", f"/resources/{resource}")
        return HttpResponse(status=200) if answer.status < 300 else _relay_refusal(answer)
    fragment = _offer(request, FRAGMENT)
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
    return HttpResponse(status=204) if answer.status < 300 else _relay_refusal(answer)
