"""Who is calling: a session cookie (CSRF enforced) or ``Authorization: Bearer`` with an API token.

``api_auth`` is what ninja routers take; raw views call ``authenticate_request``.
"""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth
from ninja.utils import check_csrf

from ajj.kernel.errors import Invalid
from ajj.people.models import ApiToken, User
from ajj.people.rules import token_hash

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def user_of_token(token: str) -> User | None:
    """The active person whose API token this is."""
    row = (
        ApiToken.objects.filter(sha256=token_hash(token), user__is_active=True)
        .select_related("user")
        .first()
    )
    return row.user if row else None


def bearer_of(request: HttpRequest) -> str:
    """The bearer token of the Authorization header, or an empty string (RFC 6750 2.1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def authenticate_request(request: HttpRequest) -> User | None:
    """The person behind ``request``; ``None`` when nobody, or a cookie without its CSRF token.

    Made for views that are exempt from the CSRF middleware because tokens also reach them: a cookie
    alone cannot change anything.
    """
    token = bearer_of(request)
    if token:
        return user_of_token(token)
    user = request.user
    if not isinstance(user, User):
        return None
    if request.method not in SAFE_METHODS and check_csrf(request) is not None:
        return None
    return user


def confirm_password(request: HttpRequest, password: str) -> None:
    """Who is signed in shows once more who they are; raises ``Invalid`` (``wrong_password``).

    Wrong ones count with those of the login: too many lock the account for a while, and the lock's
    own page (``axes``) then takes the place of any answer.
    """
    user = request.user
    if not isinstance(user, User):
        raise Invalid(_("Masuk dahulu."), code="unauthenticated")
    found = authenticate(request, username=user.email, password=password)
    if found is None or found.pk != user.pk:
        wrong = _("Kata sandi tidak cocok. Anda belum menandatangani; coba lagi.")
        raise Invalid(wrong, code="wrong_password", fields={"password": wrong})
    AxesProxyHandler.reset_attempts(username=user.email, ip_address=get_client_ip_address(request))


class TokenAuth(HttpBearer):
    """Bearer API token; the request carries the person afterwards."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of_token(token)
        if user is not None:
            request.user = user
        return user


class CookieAuth(SessionAuth):
    """Session cookie with its CSRF token; a caller without a session is nobody (401), not 403."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            return None
        return super().__call__(request)


api_auth = [TokenAuth(), CookieAuth()]
