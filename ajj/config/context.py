"""What every template may print."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The LSP's identity and where the reader's clock stands."""
    user = getattr(request, "user", None)
    return {
        "lsp": settings.LSP,
        "reader_zone": getattr(user, "zone", "") or settings.LSP.zone,
        "debug": settings.DEBUG,
    }
