"""A phone as second camera over HTTP: its code, its pairing, and the little it needs to know."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from ajj.documents.render import qr_svg
from ajj.kernel.clock import epoch_ms, session_ms
from ajj.kernel.errors import Conflict, DomainError, Invalid
from ajj.live.auth import caller, camera_auth, camera_of, session_auth
from ajj.live.events import CameraUnpaired, RescueStarted
from ajj.live.models import CameraPairing, Session, Sweep
from ajj.live.pairing import device_name
from ajj.live.services import cameras, sweeps
from ajj.live.states import IN_ROOM, PairingState, SessionState
from realtime import node
from realtime.api import IceServerOut, Problem
from realtime.credentials import camera_token, ice_servers_for
from recordings.models import Segment, Stream, StreamKind

router = Router(tags=["room"])
log = structlog.get_logger(__name__)
REFUSALS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 409: Problem}


class OfferOut(Schema):
    """``qr``: an SVG as data address; ``expires_at``: epoch ms."""

    camera: str
    digits: str
    url: str
    qr: str
    expires_at: int


class PairIn(Schema):
    code: str


class SweepOut(Schema):
    seq: int
    asked_ms: int


class CameraOut(Schema):
    """``state``: live while it may send, ended once it may not, over when the session is.

    ``t0`` and ``now``: epoch ms, ``now_ms``: session ms; ``stored_ms``: until where storage holds
    what this camera sent; ``sweep`` is what the asesor asks for now.
    """

    state: str
    asesi: str
    t0: int
    now: int
    now_ms: int
    stored_ms: int | None
    sweep: SweepOut | None


class PairedOut(Schema):
    session: str
    camera: str
    owner: str
    token: str
    expires_at: str
    whip_url: str
    camera_url: str
    backup_url: str
    ice_servers: list[IceServerOut]
    standing: CameraOut


class SweepIn(Schema):
    sweep: int


@router.post(
    "/sessions/{uuid:session_id}/camera/offer",
    auth=session_auth,
    response={201: OfferOut, **REFUSALS},
)
def offer(request: HttpRequest, session_id: UUID) -> Status[dict[str, Any]]:
    """A code for one phone, shown to the asesi once; an earlier one is void."""
    if settings.JITSI_DOMAIN:
        raise Conflict(_("Ruang Jitsi tidak mengenal kamera kedua."), code="no_second_camera")
    made = cameras.offer(session_id, user=caller(request), now=datetime.now(UTC))
    url = request.build_absolute_uri(reverse("live:camera_code", args=[made.secret]))
    svg = qr_svg(url)
    return Status(
        201,
        {
            "camera": str(made.pairing.pk),
            "digits": made.digits,
            "url": url,
            "qr": f"data:image/svg+xml;charset=utf-8,{quote(svg)}",
            "expires_at": epoch_ms(made.pairing.expires_at),
        },
    )


@router.post(
    "/camera/pair",
    auth=None,
    response={200: PairedOut, 429: Problem, **REFUSALS},
    exclude_none=True,
)
def pair(request: HttpRequest, body: PairIn) -> dict[str, Any]:
    """A code for a token. Nobody is logged in by it: it sends one stream into one session."""
    now = datetime.now(UTC)
    if len(body.code) > 200:
        raise Invalid(_("Kode ini terlalu panjang."))
    camera = cameras.redeem(
        body.code,
        address=request.META.get("REMOTE_ADDR", ""),
        device=device_name(request.headers.get("User-Agent", "")),
        now=now,
    )
    token, expires = camera_token(camera)
    base = request.build_absolute_uri(f"/api/v1/sessions/{camera.session_id}")
    return {
        "session": str(camera.session_id),
        "camera": str(camera.pk),
        "owner": str(camera.owner_id),
        "token": token,
        "expires_at": expires.isoformat(),
        "whip_url": f"{base}/whip?kind={StreamKind.SECOND_CAMERA.value}",
        "camera_url": f"{base}/camera",
        "backup_url": f"{base}/backup",
        "ice_servers": ice_servers_for(camera.owner, expires),
        "standing": _standing(camera, now),
    }


def _standing(camera: CameraPairing, now: datetime) -> dict[str, Any]:
    session = Session.objects.get(pk=camera.session_id)
    t0 = session.opened_at or now
    asked = Sweep.objects.filter(session=session, result="", end_ms=None).last()
    state = "live" if camera.state == PairingState.PAIRED else "ended"
    done = SessionState(session.state) not in IN_ROOM
    return {
        "state": "over" if done else state,
        "asesi": camera.owner.name,
        "t0": epoch_ms(t0),
        "now": epoch_ms(now),
        "now_ms": session_ms(t0, now),
        "stored_ms": _stored_ms(camera),
        "sweep": {"seq": asked.seq, "asked_ms": asked.asked_ms} if asked else None,
    }


def _stored_ms(camera: CameraPairing) -> int | None:
    ends = Segment.objects.filter(
        stream__session_id=camera.session_id,
        stream__owner_id=camera.owner_id,
        stream__kind=StreamKind.SECOND_CAMERA.value,
    ).order_by("-end_ms")
    return ends.values_list("end_ms", flat=True).first()


def _camera(request: HttpRequest) -> CameraPairing:
    found = camera_of(request)
    if found is None:
        raise TypeError("the route is not for cameras")
    return found


@router.get(
    "/sessions/{uuid:session_id}/camera",
    auth=camera_auth,
    response={200: CameraOut, **REFUSALS},
)
def standing(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """Whether the phone may send, what is asked of it, the clock; it calls every two seconds."""
    return _standing(_camera(request), datetime.now(UTC))


@router.post(
    "/sessions/{uuid:session_id}/camera/sweep",
    auth=camera_auth,
    response={200: CameraOut, **REFUSALS},
)
def sweep_done(request: HttpRequest, session_id: UUID, body: SweepIn) -> dict[str, Any]:
    """The room has been shown around."""
    camera, now = _camera(request), datetime.now(UTC)
    sweeps.show_done(session_id, seq=body.sweep, actor=str(camera.owner_id), now=now)
    return _standing(camera, now)


@router.post(
    "/sessions/{uuid:session_id}/camera/end",
    auth=camera_auth,
    response={200: CameraOut, **REFUSALS},
)
def end(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """The phone is done; what it recorded may still be handed in."""
    camera, now = _camera(request), datetime.now(UTC)
    cameras.finish(camera, now=now)
    camera.refresh_from_db()
    return _standing(camera, now)


def on_rescue_started(event: RescueStarted) -> None:
    """Nothing live goes on: the media process closes the session's connections."""
    try:
        node.ask("POST", f"/sessions/{event.session_id}/close")
    except DomainError as error:
        log.warning("media not closed", session=str(event.session_id), reason=error.code)


def on_camera_unpaired(event: CameraUnpaired) -> None:
    """Whoever unpaired it need not trust the phone to stop: the media process hangs up."""
    for stream in Stream.objects.filter(
        session_id=event.session_id,
        owner_id=event.owner_id,
        kind=StreamKind.SECOND_CAMERA.value,
    ):
        try:
            node.ask("POST", f"/streams/{stream.pk}/end")
        except DomainError as error:
            log.warning("second camera not hung up", stream=stream.pk, reason=error.code)
