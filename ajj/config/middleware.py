"""Domain errors become answers; the code and status travel with them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ajj.kernel.errors import DomainError


class DomainErrorMiddleware:
    """A ``DomainError`` that a page view lets through is shown as a page, to programs as JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error_body(error), status=error.status)
        return render(request, "refused.html", {"error": error}, status=error.status)


def error_body(error: DomainError) -> dict[str, object]:
    """The one error shape of the API: ``{"code", "message", "fields"?}``."""
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if error.fields:
        body["fields"] = error.fields
    return body
