"""Who is calling about a session: cookie (CSRF enforced), API token, or a token for one session.

The issuer of session tokens lives higher up; it registers its verifier in ``AppConfig.ready()``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from ajj.kernel.errors import Forbidden
from ajj.live.errors import Unauthenticated
from ajj.live.models import CameraPairing
from ajj.live.states import PairingState, UnpairReason
from ajj.people.auth import CookieAuth, authenticate_request, bearer_of, user_of_token
from ajj.people.models import User


@dataclass(frozen=True)
class Identity:
    """A person, and the one session the credential is for (``None``: any).

    ``camera`` is the pairing of a phone that only acts as this person's second camera.
    """

    user: User
    session_id: UUID | None = None
    camera: UUID | None = None


# Returns the identity, or None for a token that is not of its kind; raises ``Unauthenticated`` for
# one of its kind that does not hold (expired, tampered).
Verifier = Callable[[str], Identity | None]
_verifiers: list[Verifier] = []


def register_verifier(verifier: Verifier) -> None:
    """Ask ``verifier`` about bearer tokens that are no API token; registering twice is once."""
    if verifier not in _verifiers:
        _verifiers.append(verifier)


def identify(token: str) -> Identity | None:
    """Whose bearer token this is; ``None`` if nobody knows it."""
    user = user_of_token(token)
    if user is not None:
        return Identity(user)
    for verifier in _verifiers:
        identity = verifier(token)
        if identity is not None:
            return identity
    return None


def identify_for(token: str, session_id: UUID | None) -> User | None:
    """The person behind ``token`` if it counts for this session.

    Raises ``Forbidden``: ``foreign_token`` for a token of another session, ``camera_token`` for a
    second camera's, which opens only what asks for it by ``camera_for``.
    """
    identity = _identity_for(token, session_id)
    if identity is None:
        return None
    if identity.camera is not None:
        raise Forbidden(_("Token ini hanya untuk kamera kedua."), code="camera_token")
    return identity.user


def _identity_for(token: str, session_id: UUID | None) -> Identity | None:
    identity = identify(token)
    if identity is None:
        return None
    if identity.session_id is not None and identity.session_id != session_id:
        raise Forbidden(_("Token ini untuk sesi lain."), code="foreign_token")
    return identity


def camera_for(token: str, session_id: UUID) -> CameraPairing | None:
    """The second camera behind ``token``; ``None`` for a person's token and for none at all.

    A phone that ended by itself, or for a newer one, may still hand in what it recorded; one that
    a person in the room unpaired may do nothing more (401 ``camera_unpaired``).
    """
    identity = _identity_for(token, session_id) if token else None
    if identity is None or identity.camera is None:
        return None
    found = (
        CameraPairing.objects.select_related("owner")
        .filter(pk=identity.camera, session_id=session_id, owner=identity.user)
        .first()
    )
    if found is None or found.reason in {UnpairReason.ASESI, UnpairReason.ASESOR}:
        raise Unauthenticated(
            _("Kamera kedua ini sudah dilepas dari sesi."), code="camera_unpaired"
        )
    return found


def sending_camera_for(token: str, session_id: UUID) -> CameraPairing | None:
    """As ``camera_for``, for what only a camera that is paired right now may do (401)."""
    found = camera_for(token, session_id)
    if found is not None and found.state != PairingState.PAIRED:
        raise Unauthenticated(
            _("Kamera kedua ini sudah dilepas dari sesi."), code="camera_unpaired"
        )
    return found


def require_user(request: HttpRequest, session_id: UUID) -> User:
    """The caller of a raw (CSRF-exempt) view about a session; raises ``Unauthenticated`` (401)."""
    token = bearer_of(request)
    user = identify_for(token, session_id) if token else authenticate_request(request)
    if user is None:
        raise Unauthenticated(_("Masuk dahulu, atau kirim token yang berlaku."))
    return user


def caller(request: HttpRequest) -> User:
    """The person that authentication found."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the route is not authenticated")
    return user


class SessionTokenAuth(HttpBearer):
    """Bearer for routes whose path names ``session_id`` (or no session at all)."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        match = request.resolver_match
        # ninja's own converter leaves a {uuid:session_id} of the path as text.
        named = match.kwargs.get("session_id") if match else None
        user = identify_for(token, UUID(str(named)) if named else None)
        if user is not None:
            request.user = user
        return user


session_auth = [SessionTokenAuth(), CookieAuth()]


class CameraAuth(HttpBearer):
    """A second camera's bearer; the request then carries the asesi, and ``camera_of`` the phone."""

    def authenticate(self, request: HttpRequest, token: str) -> CameraPairing | None:
        match = request.resolver_match
        named = match.kwargs.get("session_id") if match else None
        camera = camera_for(token, UUID(str(named))) if named else None
        if camera is not None:
            request.user = camera.owner
        return camera


def camera_of(request: HttpRequest) -> CameraPairing | None:
    """The second camera that authentication found; ``None`` when it found a person."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, CameraPairing) else None


camera_auth = [CameraAuth()]
device_auth = [CameraAuth(), *session_auth]
