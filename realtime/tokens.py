"""The one issuer of JSON Web Tokens: join tokens of our own rooms, and tokens for Jitsi rooms.

Pure: keys, times and names are arguments. Algorithms are fixed by the caller's configuration and
never read from a token's header.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import jwt

from ajj.kernel.errors import DomainError
from ajj.kernel.words import gettext_noop

JOIN_ISSUER = "ajj"
JOIN_AUDIENCE = "ajj-session"
JOIN_ALGORITHM = "HS256"
JOIN_CLAIMS = ("iss", "aud", "sub", "sid", "role", "name", "nbf", "exp")
CAMERA_AUDIENCE = "ajj-second-camera"
CAMERA_CLAIMS = ("iss", "aud", "sub", "sid", "cam", "nbf", "exp")


class BadToken(DomainError):
    """A bearer that proves nothing: malformed, forged, foreign, expired or not yet valid."""

    status = 401
    code = "bad_token"


@dataclass(frozen=True)
class JoinClaims:
    """Who may be in which session: ``nbf`` and ``exp`` are epoch seconds."""

    user: str
    session: str
    role: str
    name: str
    nbf: int
    exp: int


def issue_join(claims: JoinClaims, *, key: str) -> str:
    """A compact JWT for the socket, WHIP, WHEP and tus of one session (HS256)."""
    payload = {
        "iss": JOIN_ISSUER,
        "aud": JOIN_AUDIENCE,
        "sub": claims.user,
        "sid": claims.session,
        "role": claims.role,
        "name": claims.name,
        "nbf": claims.nbf,
        "exp": claims.exp,
    }
    return jwt.encode(payload, key, algorithm=JOIN_ALGORITHM)


def verify_join(token: str, *, key: str, now: datetime) -> JoinClaims:
    """The claims of a join token that holds at ``now``.

    Raises ``BadToken`` (401) with code ``bad_token``, ``token_expired`` or ``token_not_yet``.
    """
    try:
        payload = _payload(token, key, JOIN_AUDIENCE, JOIN_CLAIMS)
        claims = JoinClaims(
            user=_text(payload, "sub"),
            session=_text(payload, "sid"),
            role=_text(payload, "role"),
            name=_text(payload, "name"),
            nbf=_number(payload, "nbf"),
            exp=_number(payload, "exp"),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise BadToken(gettext_noop("Token ini tidak sah. Masuk ke sesi sekali lagi.")) from error
    _require_time(claims.nbf, claims.exp, now)
    return claims


@dataclass(frozen=True)
class CameraClaims:
    """A phone as ``user``'s second camera in ``session``; ``camera`` names the pairing."""

    user: str
    session: str
    camera: str
    nbf: int
    exp: int


def issue_camera(claims: CameraClaims, *, key: str) -> str:
    """A compact JWT that sends a second camera and nothing else: its audience is its own."""
    payload = {
        "iss": JOIN_ISSUER,
        "aud": CAMERA_AUDIENCE,
        "sub": claims.user,
        "sid": claims.session,
        "cam": claims.camera,
        "nbf": claims.nbf,
        "exp": claims.exp,
    }
    return jwt.encode(payload, key, algorithm=JOIN_ALGORITHM)


def names_camera(token: str) -> bool:
    """Whether a token says that it is a second camera's; only ``verify_camera`` believes it."""
    try:
        payload = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return False
    return payload.get("aud") == CAMERA_AUDIENCE


def verify_camera(token: str, *, key: str, now: datetime) -> CameraClaims:
    """The claims of a second camera's token; raises as ``verify_join`` does."""
    try:
        payload = _payload(token, key, CAMERA_AUDIENCE, CAMERA_CLAIMS)
        claims = CameraClaims(
            user=_text(payload, "sub"),
            session=_text(payload, "sid"),
            camera=_text(payload, "cam"),
            nbf=_number(payload, "nbf"),
            exp=_number(payload, "exp"),
        )
    except (jwt.InvalidTokenError, ValueError, TypeError) as error:
        raise BadToken(
            gettext_noop("Token ini tidak sah. Sambungkan ponsel sekali lagi.")
        ) from error
    _require_time(claims.nbf, claims.exp, now)
    return claims


def _payload(token: str, key: str, audience: str, claims: tuple[str, ...]) -> Mapping[str, object]:
    payload: Mapping[str, object] = jwt.decode(
        token,
        key,
        algorithms=[JOIN_ALGORITHM],
        audience=audience,
        issuer=JOIN_ISSUER,
        options={"require": list(claims), "verify_exp": False, "verify_nbf": False},
    )
    return payload


def _require_time(nbf: int, exp: int, now: datetime) -> None:
    moment = now.timestamp()
    if moment >= exp:
        raise BadToken(
            gettext_noop("Token ini sudah tidak berlaku. Masuk ke sesi sekali lagi."),
            code="token_expired",
        )
    if moment < nbf:
        raise BadToken(gettext_noop("Token ini belum berlaku."), code="token_not_yet")


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _number(payload: Mapping[str, object], name: str) -> int:
    value = payload[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(name)
    return value


@dataclass(frozen=True)
class JitsiIssuer:
    """How a Jitsi deployment was told to trust us.

    With ``private_key`` (PEM) tokens are RS256 and carry ``key_id`` as ``kid``; else HS256 with
    ``secret``.
    """

    domain: str
    app_id: str
    audience: str = "jitsi"
    secret: str = ""
    private_key: str = ""
    key_id: str = ""


@dataclass(frozen=True)
class JitsiGuest:
    """The person as Jitsi shows them; a moderator may record and remove others."""

    id: str
    name: str
    email: str
    moderator: bool


def jitsi_room(session: str) -> str:
    """The room of a session: exact, lower case, not guessable beyond the session's own id."""
    return f"sesi-{session.replace('-', '').lower()}"


def issue_jitsi(issuer: JitsiIssuer, guest: JitsiGuest, *, room: str, nbf: int, exp: int) -> str:
    """A token for one person in one room, valid from ``nbf`` to ``exp`` (epoch seconds).

    ``aud`` is a string, ``sub`` the domain and ``room`` exact: no wildcard is ever issued. Raises
    ``ValueError`` for a room that is not lower case and for an issuer without any key.
    """
    if room != room.lower() or not room or "*" in room:
        raise ValueError("a Jitsi room is named exactly, in lower case")
    payload = {
        "aud": issuer.audience,
        "iss": issuer.app_id,
        "sub": issuer.domain,
        "room": room,
        "nbf": nbf,
        "exp": exp,
        "context": {
            "user": {
                "id": guest.id,
                "name": guest.name,
                "email": guest.email,
                "moderator": guest.moderator,
            },
            "features": {
                "recording": guest.moderator,
                "livestreaming": False,
                "transcription": False,
                "outbound-call": False,
                "sip-outbound-call": False,
            },
        },
    }
    if issuer.private_key:
        if not issuer.key_id:
            raise ValueError("an RS256 token needs the key's id")
        return jwt.encode(
            payload, issuer.private_key, algorithm="RS256", headers={"kid": issuer.key_id}
        )
    if not issuer.secret:
        raise ValueError("no key to sign Jitsi tokens with")
    return jwt.encode(payload, issuer.secret, algorithm="HS256")
