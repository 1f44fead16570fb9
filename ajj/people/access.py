"""Guards and helpers for page views of every feature."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from ajj.kernel.errors import DomainError, Forbidden
from ajj.people.models import Role, StoredDocument, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """The signed-in person; raises ``Forbidden`` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise Forbidden(_("Masuk dahulu untuk membuka halaman ini."), code="unauthenticated")
    return request.user


def roles_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Only signed-in people with one of ``roles``; others get 403 with the reason."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not user_of(request).has_role(*roles):
                names = ", ".join(str(role.label) for role in roles)
                raise Forbidden(
                    _("Halaman ini untuk: %(names)s.") % {"names": names}, code="wrong_role"
                )
            return view(request, *args, **kwargs)

        return cast("View[P]", login_required(guarded))

    return decorate


def serve(request: HttpRequest, document: StoredDocument) -> FileResponse:
    """The file itself under its sniffed type; the browser may not guess another one.

    Our own pages may frame it: the office reads PDFs beside the form.
    """
    response = FileResponse(
        default_storage.open(document.file, "rb"),
        content_type=document.mime,
        filename=document.filename,
        as_attachment="unduh" in request.GET,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return response


def show_errors(form: BaseForm, error: DomainError) -> None:
    """Put a refused command's messages beside the fields they belong to."""
    placed = False
    for name, message in error.fields.items():
        form.add_error(name if name in form.fields else None, message)
        placed = True
    if not placed:
        form.add_error(None, error.message)
