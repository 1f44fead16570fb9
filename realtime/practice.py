"""The practice room: one's own media to the server and back, before the day and before the door.

WHIP and WHEP as in a session, but for one person alone. Nothing is recorded or logged, no consent
is needed, and the session's state does not matter; only that it is still to come.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema

from ajj.gladi import allowance
from ajj.gladi.rules import require_run
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict
from ajj.live.auth import caller, require_user, session_auth
from ajj.live.models import Session
from ajj.live.rules import SessionRole
from ajj.live.selectors import session_for
from ajj.people.models import User
from realtime import node, signalling
from realtime.api import IceServerOut, Problem
from realtime.credentials import ice_servers_for, practice_token

router = Router(auth=session_auth, tags=["gladi"])
HOLDS = timedelta(minutes=15)


class PracticeRoom(Schema):
    token: str
    expires_at: str
    whip_url: str
    whep_url: str
    ice_servers: list[IceServerOut]


@router.post(
    "/sessions/{uuid:session_id}/gladi/practice",
    response={
        200: PracticeRoom,
        401: Problem,
        403: Problem,
        404: Problem,
        409: Problem,
        422: Problem,
        429: Problem,
    },
    exclude_none=True,
)
def enter(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """What a client needs to hear and see itself. 409 where rooms are Jitsi's."""
    user, now = caller(request), datetime.now(UTC)
    session, role = _runner(session_id, user, now)
    if settings.JITSI_DOMAIN:
        raise Conflict(_("Jalur media diuji di ruang sesi."), code="no_practice")
    allowance.spend(user, "practice")
    until = now + HOLDS
    base = request.build_absolute_uri(f"/api/v1/sessions/{session.pk}/gladi")
    return {
        "token": practice_token(session, user, role, now=now, until=until),
        "expires_at": until.isoformat(),
        "whip_url": f"{base}/whip",
        "whep_url": f"{base}/whep",
        "ice_servers": ice_servers_for(user, until),
    }


def _runner(session_id: UUID, user: User, now: datetime) -> tuple[Session, SessionRole]:
    session, role = session_for(session_id, user)
    require_run(session, role, now)
    return session, role


def _name(session: Session, user: User) -> str:
    """The stream on the media node: one of each person, out of reach of the session's WHEP."""
    return f"practice.{session.pk}.{user.pk}"


@signalling.accepts("POST")
def publish(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """WHIP: begins or takes over one's own practice."""
    user, now = require_user(request, session_id), datetime.now(UTC)
    session, _role = _runner(session_id, user, now)
    offer = signalling.read_offer(request, signalling.SDP)
    allowance.spend(user, "practice")
    headers = {
        "X-Session": str(session.pk),
        "X-Stream-Owner": str(user.pk),
        "X-T0-Ms": str(epoch_ms(now)),
        "X-Practice": "1",
    }
    return _answer(session, user, "whip", offer, headers, until=now + HOLDS)


@signalling.accepts("POST")
def subscribe(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """WHEP: one's own practice back."""
    user, now = require_user(request, session_id), datetime.now(UTC)
    session, _role = _runner(session_id, user, now)
    offer = signalling.read_offer(request, signalling.SDP)
    return _answer(session, user, "whep", offer, {}, until=now + HOLDS)


def _answer(
    session: Session,
    user: User,
    way: str,
    offer: bytes,
    headers: dict[str, str],
    *,
    until: datetime,
) -> HttpResponse:
    answer = node.ask(
        "POST",
        f"/streams/{_name(session, user)}/{way}",
        body=offer,
        headers={"Content-Type": signalling.SDP, **headers},
    )
    if answer.status != 201:
        return signalling.relay_refusal(answer)
    location = f"/api/v1/sessions/{session.pk}/gladi/{way}/{answer.resource}"
    return signalling.created(answer, user, until, location)


@signalling.accepts("DELETE", "PATCH")
def connection(request: HttpRequest, session_id: UUID, resource: str) -> HttpResponse:
    """One end of a practice: its address is known only to whom it was given."""
    session_for(session_id, require_user(request, session_id))
    return signalling.at_resource(request, resource)
