"""Files made from a recording: ask, look how far they are, fetch, let go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from ajj.kernel.errors import NotFound
from ajj.live.auth import caller, session_auth
from ajj.live.services import vault
from recordings import selectors
from recordings.api.access import access_token, media_auth
from recordings.api.content import Content, answer
from recordings.api.manifest import REFUSALS, Problem
from recordings.exportstates import ExportState
from recordings.models import Export
from recordings.services import exports

router = Router(auth=session_auth, tags=["recordings"])


class ExportIn(Schema):
    what: str
    stream: str = ""


class ExportOut(Schema):
    """``progress`` in percent; ``url`` opens for ten minutes, null until the file is there."""

    id: UUID
    what: str
    stream: str | None
    state: str
    progress: int
    problem: str
    filename: str
    bytes: int
    sha256: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    url: str | None


class ExportList(Schema):
    """``may``: the kinds that the caller may ask for."""

    items: list[ExportOut]
    next: str | None
    may: list[str]


def _row(export: Export) -> dict[str, Any]:
    url = None
    if export.state == ExportState.DONE:
        base = f"/api/v1/sessions/{export.session_id}/exports/{export.pk}/file"
        url = f"{base}?access={access_token(export.session_id, export.requested_by)}"
    return {
        "id": export.pk,
        "what": export.what,
        "stream": export.stream_id,
        "state": export.state,
        "progress": export.progress,
        "problem": export.problem,
        "filename": export.filename,
        "bytes": export.bytes,
        "sha256": export.sha256,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
        "expires_at": export.expires_at,
        "url": url,
    }


def _own(request: HttpRequest, session_id: UUID, export_id: UUID) -> Export:
    """An export of the caller, who must still have a role in the session."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    export = (
        Export.objects.select_related("requested_by")
        .filter(pk=export_id, session=session, requested_by=user)
        .first()
    )
    if export is None or role not in exports.MAY_EXPORT[export.what]:
        raise NotFound(_("Ekspor ini tidak ada."), code="export_not_found")
    return export


@router.post(
    "/sessions/{uuid:session_id}/exports",
    response={201: ExportOut, 400: Problem, 409: Problem, **REFUSALS},
)
def ask(request: HttpRequest, session_id: UUID, body: ExportIn) -> Status[dict[str, Any]]:
    """Ask for one stream as one file, all side by side, or the capsule."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    export = exports.request(
        session, user=user, role=role, what=body.what, stream=body.stream, now=timezone.now()
    )
    return Status(201, _row(export))


@router.get("/sessions/{uuid:session_id}/exports", response={200: ExportList, **REFUSALS})
def listed(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """The caller's own exports of this session, the newest first."""
    user = caller(request)
    session, role = selectors.viewable_session(session_id, user)
    found = Export.objects.filter(session=session, requested_by=user)
    rows = found.select_related("requested_by")[:100]
    may = exports.kinds_for(session, role)
    return {"items": [_row(export) for export in rows], "next": None, "may": may}


@router.get(
    "/sessions/{uuid:session_id}/exports/{uuid:export_id}", response={200: ExportOut, **REFUSALS}
)
def one(request: HttpRequest, session_id: UUID, export_id: UUID) -> dict[str, Any]:
    """How far it is."""
    return _row(_own(request, session_id, export_id))


@router.delete(
    "/sessions/{uuid:session_id}/exports/{uuid:export_id}", response={204: None, **REFUSALS}
)
def remove(request: HttpRequest, session_id: UUID, export_id: UUID) -> Status[None]:
    """Stop making it, or remove the finished file."""
    export = _own(request, session_id, export_id)
    exports.cancel(export, user=export.requested_by, now=timezone.now())
    return Status(204, None)


@router.api_operation(
    ["GET", "HEAD"],
    "/sessions/{uuid:session_id}/exports/{uuid:export_id}/file",
    auth=media_auth,
    response={200: None, 206: None, 304: None, 410: Problem, 416: Problem, **REFUSALS},
)
def file(request: HttpRequest, session_id: UUID, export_id: UUID) -> HttpResponseBase:
    """The file, whole or in one range."""
    export = _own(request, session_id, export_id)
    if export.state != ExportState.DONE:
        raise NotFound(_("Berkas ini belum siap atau sudah dihapus."), code="export_not_ready")
    content = Content(
        open=lambda: vault.fetch(
            export.storage_name, session_id=export.session_id, owner_id=export.owner_id
        ),
        size=export.bytes,
        sha256=export.sha256,
        mime=export.mime,
        filename=export.filename,
    )
    return answer(request, content)
