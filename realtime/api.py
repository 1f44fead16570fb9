"""Joining a room: everything a client needs to know to be there."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from ajj.kernel.clock import epoch_ms, session_ms
from ajj.live import services as live
from ajj.live.auth import caller, session_auth
from ajj.live.errors import ConsentRequired
from ajj.live.models import Session
from ajj.live.rules import SessionRole, closes_at
from ajj.live.waiting import waits
from ajj.people.models import User
from realtime import tokens
from realtime.credentials import ice_servers_for, jitsi_issuer, join_token

router = Router(auth=session_auth, tags=["room"])


class JoinIn(Schema):
    consent_version: str | None = None


class Clock(Schema):
    """``t0`` and ``now``: epoch milliseconds; ``now_ms``: the session's own."""

    t0: int
    now_ms: int
    now: int


class IceServerOut(Schema):
    urls: list[str]
    username: str | None = None
    credential: str | None = None


class EmbeddedRoom(Schema):
    provider: str
    role: str
    token: str
    expires_at: str
    ws_url: str
    whip_url: str
    whep_url: str
    ice_servers: list[IceServerOut]
    clock: Clock
    waiting: bool | None = None


class JitsiRoom(Schema):
    provider: str
    role: str
    domain: str
    room: str
    jwt: str | None = None
    external_api_url: str
    ws_url: str
    token: str
    expires_at: str
    clock: Clock
    waiting: bool | None = None


class Problem(Schema):
    code: str
    message: str
    fields: dict[str, str] | None = None


class ConsentText(Schema):
    version: str
    text: str


class ConsentNeeded(Schema):
    code: str
    message: str
    consent: ConsentText | None = None


@router.post(
    "/sessions/{uuid:session_id}/join",
    response={
        200: EmbeddedRoom | JitsiRoom,
        401: Problem,
        403: Problem,
        404: Problem,
        409: ConsentNeeded,
        422: Problem,
    },
    exclude_none=True,
)
def join(
    request: HttpRequest, session_id: UUID, body: JoinIn | None = None
) -> tuple[int, dict[str, Any]]:
    """Let the caller in, or say why not."""
    user, now = caller(request), datetime.now(UTC)
    try:
        session, role = live.admit(
            session_id,
            user=user,
            consent_version=body.consent_version if body else None,
            now=now,
        )
    except ConsentRequired as error:
        return 409, error.body()
    answer = _room(request, session, user, role, now)
    if waits(session, user.pk, role):
        # What opens a conference is handed out with the admission: ask again then.
        answer = {**answer, "waiting": True}
        answer.pop("jwt", None)
    return 200, answer


def _room(
    request: HttpRequest, session: Session, user: User, role: SessionRole, now: datetime
) -> dict[str, Any]:
    token, expires = join_token(session, user, role)
    t0 = session.opened_at or now
    common = {
        "role": role.value,
        "token": token,
        "expires_at": expires.isoformat(),
        "ws_url": socket_url(request, session, token),
        "clock": {"t0": epoch_ms(t0), "now_ms": session_ms(t0, now), "now": epoch_ms(now)},
    }
    issuer = jitsi_issuer()
    if issuer is not None:
        return {**common, **_jitsi(issuer, session, user, role)}
    base = request.build_absolute_uri(f"/api/v1/sessions/{session.pk}")
    return {
        **common,
        "provider": "embedded",
        "whip_url": f"{base}/whip",
        "whep_url": f"{base}/whep",
        "ice_servers": ice_servers_for(user, expires),
    }


def socket_url(request: HttpRequest, session: Session, token: str) -> str:
    """The socket's address on the origin that the caller used."""
    scheme = "wss" if request.is_secure() else "ws"
    return f"{scheme}://{request.get_host()}/ws/v1/sessions/{session.pk}/{token}"


def _jitsi(
    issuer: tokens.JitsiIssuer, session: Session, user: User, role: SessionRole
) -> dict[str, Any]:
    room = tokens.jitsi_room(str(session.pk))
    guest = tokens.JitsiGuest(
        id=str(user.pk),
        name=user.name,
        email=user.email,
        moderator=role is SessionRole.ASESOR,
    )
    return {
        "provider": "jitsi",
        "domain": settings.JITSI_DOMAIN,
        "room": room,
        "jwt": tokens.issue_jitsi(
            issuer,
            guest,
            room=room,
            nbf=int(session.jadwal.opens_at.timestamp()),
            exp=int(closes_at(session, datetime.now(UTC)).timestamp()),
        ),
        "external_api_url": f"https://{settings.JITSI_DOMAIN}/external_api.js",
    }
