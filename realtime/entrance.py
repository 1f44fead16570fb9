"""Who may open a socket, as what, and from where in the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation
from django.utils.translation import gettext as _

from ajj.kernel.errors import Conflict, DomainError, Forbidden
from ajj.live import rules
from ajj.live.auth import identify_for
from ajj.live.errors import Unauthenticated
from ajj.live.models import Session
from ajj.live.rules import ROOM_ROLES, SessionRole, Viewer
from ajj.live.selectors import has_consented, session_for
from ajj.live.states import IN_ROOM, SessionState
from ajj.people.models import User
from realtime import protocol

BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, SILENT = 4400, 4401, 4403, 4404, 4408


def close_code(error: DomainError) -> int:
    """The close code that says what an HTTP status of the same refusal would."""
    return {401: UNAUTHENTICATED, 403: FORBIDDEN, 404: NOT_FOUND, 409: FORBIDDEN}.get(
        error.status, BAD_REQUEST
    )


@dataclass(frozen=True)
class Entrant:
    """A person at the socket; ``present`` when being there counts as presence in the room."""

    user: User
    session: Session
    role: SessionRole
    present: bool

    @property
    def viewer(self) -> Viewer:
        return Viewer(user_id=self.user.pk, role=self.role)


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """A request header of the handshake, or an empty text."""
    headers: Sequence[tuple[bytes, bytes]] = scope.get("headers", ())
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def language_of(scope: Mapping[str, Any]) -> str:
    """What the person at the socket reads, as pages decide it: their choice, else the browser's."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(header(scope, b"cookie"))
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language")
    return translation.get_language_from_request(request)


def origin_allowed(scope: Mapping[str, Any]) -> bool:
    """Browsers name their origin: it must be the site itself. Programs name none."""
    origin = header(scope, b"origin")
    if not origin:
        return True
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == header(scope, b"host")


def cursor_of(scope: Mapping[str, Any]) -> int:
    """``after`` of the query; raises ``protocol.BadFrame``."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return protocol.parse_cursor(query.get("after", [""])[-1])


def token_of(scope: Mapping[str, Any]) -> str:
    """The bearer: the address's last part, else the Authorization header."""
    in_path: str = scope["url_route"]["kwargs"].get("token", "")
    if in_path:
        return in_path
    kind, _, token = header(scope, b"authorization").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def enter(session_id: UUID, token: str, cookie_user: User | None) -> Entrant:
    """Raises the ``DomainError`` that explains a closed door."""
    user = identify_for(token, session_id) if token else cookie_user
    if user is None or not user.is_active:
        raise Unauthenticated(_("Masuk dahulu, atau kirim token yang berlaku."))
    session, role = session_for(session_id, user)
    now = datetime.now(UTC)
    running = SessionState(session.state) in IN_ROOM and now < rules.closes_at(session, now)
    present = running and role in ROOM_ROLES
    if present and not has_consented(session, user):
        raise Forbidden(_("Setujui perekaman sesi dahulu."), code="consent_required")
    return Entrant(user, session, role, present)


def check_cursor(entrant: Entrant, cursor: int) -> None:
    """A reader ahead of the log has read another log: raises ``Conflict``."""
    if cursor > entrant.session.head_seq:
        raise Conflict(_("after melewati akhir log sesi ini."), code="cursor_ahead")
