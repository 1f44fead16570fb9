"""What anyone may fetch: the public keys that seals are checked with."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from recordings.services import keyring


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The JWK set (RFC 7517) of the active key and every retired one."""
    response = JsonResponse(keyring().jwks())
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
