"""The HTTP API: routers of every package under one roof, one error shape, one authentication."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ajj.assessment.api import router as assessment
from ajj.certificates.api import router as certificates
from ajj.committee.api import router as committee
from ajj.config.middleware import error_body
from ajj.gladi.api import router as gladi
from ajj.kernel.errors import DomainError
from ajj.live.api import router as live
from realtime.api import router as realtime
from realtime.cameras import router as cameras
from realtime.practice import router as practice
from recordings.api import router as recordings

api = NinjaAPI(
    title="LSP jarak jauh",
    version="1.0.0",
    description="Sessions, their log, streams and recordings, and certificates.",
    urls_namespace="api",
    docs_url=None,
)
for prefix, router in (
    ("", live),
    ("", gladi),
    ("", assessment),
    ("", realtime),
    ("", cameras),
    ("", practice),
    ("", recordings),
    ("", committee),
    ("", certificates),
):
    api.add_router(prefix, router)


def _answer(request: HttpRequest, body: dict[str, Any], status: int) -> HttpResponse:
    return api.create_response(request, body, status=status)


@api.exception_handler(DomainError)
def on_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return _answer(request, error_body(error), error.status)


@api.exception_handler(AuthenticationError)
def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _answer(
        request,
        {"code": "unauthenticated", "message": _("Masuk dahulu, atau kirim token yang berlaku.")},
        401,
    )


@api.exception_handler(ValidationError)
def on_bad_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in item["loc"]): item["msg"] for item in error.errors}
    return _answer(
        request,
        {"code": "invalid", "message": _("Isian tidak sesuai bentuknya."), "fields": fields},
        422,
    )


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _answer(request, {"code": "refused", "message": str(error)}, error.status_code)
