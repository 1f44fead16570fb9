"""Short-lived tokens in addresses, so that media elements and download managers need no cookie.

``?access=`` names one person and one session. It opens only reads; what the person may see is asked
again at every request, as with any other credential.
"""

from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from ninja.security import APIKeyQuery

from ajj.live.auth import session_auth
from ajj.people.models import User

ACCESS_S = 600
"""How long a token opens anything; fetching the manifest again gives a fresh one."""

_SALT = "recordings.access"


def access_token(session_id: UUID, user: User) -> str:
    """A token for the media of one session, good for ten minutes."""
    return signing.dumps([user.pk, str(session_id)], salt=_SALT, compress=False)


def person_of(token: str, session_id: UUID) -> User | None:
    """Whom the token was made for; None when it is another session's, too old, or no token."""
    try:
        user_id, named = signing.loads(token, salt=_SALT, max_age=ACCESS_S)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if named != str(session_id):
        return None
    return User.objects.filter(pk=user_id, is_active=True).first()


class AccessAuth(APIKeyQuery):
    """``?access=`` on GET and HEAD of routes whose path names ``session_id``."""

    param_name = "access"

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        match = request.resolver_match
        named = match.kwargs.get("session_id") if match else None
        if not key or not named or request.method not in ("GET", "HEAD"):
            return None
        user = person_of(key, UUID(str(named)))
        if user is not None:
            request.user = user
        return user


media_auth = [*session_auth, AccessAuth()]
