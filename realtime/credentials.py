"""The site's own tokens: keys and issuers from the settings, for the pure issuer."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from ajj.live.auth import Identity
from ajj.live.errors import Unauthenticated
from ajj.live.models import CameraPairing, Session
from ajj.live.rules import SessionRole, closes_at
from ajj.people.models import User
from realtime import tokens
from realtime.turn import IceServer, ice_servers, lasts_until
from recordings.wanted import accepts_until


def join_key() -> str:
    """The key of join tokens; it opens nothing else."""
    return hashlib.sha256(f"join:{settings.SECRET_KEY}".encode()).hexdigest()


def join_token(session: Session, user: User, role: SessionRole) -> tuple[str, datetime]:
    """A token for this room's window, and when it expires."""
    expires = closes_at(session, datetime.now(UTC))
    return _token(session, user, role, session.jadwal.opens_at, expires), expires


def practice_token(
    session: Session, user: User, role: SessionRole, *, now: datetime, until: datetime
) -> str:
    """A token of the same kind, before the window too: it says who, every door asks the rest."""
    return _token(session, user, role, now, until)


def _token(session: Session, user: User, role: SessionRole, start: datetime, end: datetime) -> str:
    claims = tokens.JoinClaims(
        user=str(user.pk),
        session=str(session.pk),
        role=role.value,
        name=user.name,
        nbf=int(start.timestamp()),
        exp=int(end.timestamp()),
    )
    return tokens.issue_join(claims, key=join_key())


def camera_token(camera: CameraPairing) -> tuple[str, datetime]:
    """A token for one paired phone, and when it expires.

    It outlasts the room: what the phone recorded may be handed in as long as any backup is taken.
    """
    expires = accepts_until(camera.session)
    claims = tokens.CameraClaims(
        user=str(camera.owner_id),
        session=str(camera.session_id),
        camera=str(camera.pk),
        nbf=int(camera.offered_at.timestamp()),
        exp=int(expires.timestamp()),
    )
    return tokens.issue_camera(claims, key=join_key()), expires


def identity_of(token: str) -> Identity | None:
    """Whose join token this is; ``None`` for what is no JWT at all.

    Raises ``Unauthenticated`` (401) for one that does not hold, or whose person is not active.
    """
    if token.count(".") != 2:
        return None
    camera: UUID | None = None
    try:
        claims: tokens.JoinClaims | tokens.CameraClaims
        if tokens.names_camera(token):
            claims = tokens.verify_camera(token, key=join_key(), now=datetime.now(UTC))
            camera = UUID(claims.camera)
        else:
            claims = tokens.verify_join(token, key=join_key(), now=datetime.now(UTC))
        session_id, user_id = UUID(claims.session), int(claims.user)
    except tokens.BadToken as error:
        raise Unauthenticated(_(error.message), code=error.code) from error
    except ValueError as error:
        raise Unauthenticated(_("Token ini tidak sah."), code="bad_token") from error
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Unauthenticated(_("Akun ini tidak aktif."), code="inactive")
    return Identity(user, session_id, camera)


def jitsi_issuer() -> tokens.JitsiIssuer | None:
    """How to sign for the Jitsi deployment; ``None`` while the embedded rooms are used."""
    if not settings.JITSI_DOMAIN:
        return None
    return tokens.JitsiIssuer(
        domain=settings.JITSI_DOMAIN,
        app_id=settings.JITSI_APP_ID,
        audience=settings.JITSI_AUDIENCE,
        secret=settings.JITSI_APP_SECRET,
        private_key=settings.JITSI_PRIVATE_KEY,
        key_id=settings.JITSI_KEY_ID,
    )


def ice_servers_for(user: User, closes: datetime) -> list[IceServer]:
    """STUN and TURN servers with credentials that end with the room, or ``TURN_TTL_S`` from now."""
    return ice_servers(
        settings.TURN_URLS,
        secret=settings.TURN_SECRET,
        user=str(user.pk),
        expires=lasts_until(
            now=int(datetime.now(UTC).timestamp()),
            closes=int(closes.timestamp()),
            ttl_s=settings.TURN_TTL_S,
        ),
    )
