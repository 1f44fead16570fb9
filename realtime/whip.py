"""WHIP (RFC 9725) and WHEP on the site's own origin, forwarded to the media node.

Here it is decided who may; the media node decides what can be carried.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.live import selectors
from ajj.live.auth import camera_for, require_user, sending_camera_for
from ajj.live.models import CameraPairing, Session
from ajj.live.rules import SessionRole, closes_at
from ajj.live.waiting import require_inside
from ajj.people.auth import bearer_of
from ajj.people.models import User
from realtime import node, signalling
from realtime.room import rules
from recordings.models import Stream
from recordings.services import ensure_stream
from recordings.services.streams import next_index


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


@signalling.accepts("POST")
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
    require_inside(session, user, role)
    offer = signalling.read_offer(request, signalling.SDP)
    if session.opened_at is None:
        raise Conflict(_("Sesi ini belum dibuka."), code="session_not_open")
    stream = ensure_stream(session.pk, owner_id=user.pk, kind=kind)
    answer = node.ask(
        "POST",
        f"/streams/{stream.pk}/whip",
        body=offer,
        headers={
            "Content-Type": signalling.SDP,
            "X-Session": str(session.pk),
            "X-Stream-Owner": str(user.pk),
            "X-Stream-Kind": kind,
            "X-T0-Ms": str(epoch_ms(session.opened_at)),
            "X-Next-Index": str(next_index(stream)),
        },
    )
    if answer.status != 201:
        return signalling.relay_refusal(answer)
    location = f"/api/v1/sessions/{session.pk}/whip/{stream.pk}/{answer.resource}"
    return signalling.created(answer, user, closes_at(session, datetime.now(UTC)), location)


@signalling.accepts("POST")
def subscribe(request: HttpRequest, session_id: UUID, stream_id: str) -> HttpResponse:
    """WHEP: receive one live stream. 404 when it is not live."""
    user, session, role = _member(request, session_id)
    rules.require_subscriber(role.value)
    rules.require_running(session.state)
    _require_consent(session, user)
    require_inside(session, user, role)
    offer = signalling.read_offer(request, signalling.SDP)
    stream = _stream(session, stream_id)
    answer = node.ask(
        "POST",
        f"/streams/{stream.pk}/whep",
        body=offer,
        headers={
            "Content-Type": signalling.SDP,
            "X-Session": str(session.pk),
            "X-Person": str(user.pk),
        },
    )
    if answer.status != 201:
        return signalling.relay_refusal(answer)
    location = f"/api/v1/sessions/{session.pk}/whep/{stream.pk}/{answer.resource}"
    return signalling.created(answer, user, closes_at(session, datetime.now(UTC)), location)


def _stream(session: Session, stream_id: str) -> Stream:
    stream = Stream.objects.filter(session=session, pk=stream_id).first()
    if stream is None:
        raise NotFound(_("Aliran ini tidak ada di sesi ini."), code="stream_not_found")
    return stream


@signalling.accepts("DELETE", "PATCH")
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
    return signalling.at_resource(request, resource)


@signalling.accepts("DELETE", "PATCH")
def subscription(
    request: HttpRequest, session_id: UUID, stream_id: str, resource: str
) -> HttpResponse:
    """A WHEP session: its address is known only to whom it was given."""
    _user, session, _role = _member(request, session_id)
    _stream(session, stream_id)
    return signalling.at_resource(request, resource)


@signalling.accepts("PUT")
def picture(request: HttpRequest, session_id: UUID, stream_id: str, resource: str) -> HttpResponse:
    """A watcher declines the picture, or wants it again: ``{"wanted": bool}``; 204."""
    _user, session, _role = _member(request, session_id)
    _stream(session, stream_id)
    body = signalling.read_offer(request, signalling.JSON)
    answer = node.ask(
        "PUT",
        f"/resources/{resource}/video",
        body=body,
        headers={"Content-Type": signalling.JSON},
    )
    return HttpResponse(status=204) if answer.status < 300 else signalling.relay_refusal(answer)
