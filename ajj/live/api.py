"""The HTTP side of the session core."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from ajj.kernel.errors import Invalid
from ajj.live import selectors, services
from ajj.live.auth import caller, session_auth
from ajj.live.ops import Ack, Device, Op
from ajj.live.rules import Viewer, require_role

router = Router(auth=session_auth, tags=["sessions"])
PAGE = 50


class ErrorOut(Schema):
    code: str
    message: str
    fields: dict[str, str] | None = None


class SkemaOut(Schema):
    id: int
    judul: str
    nomor: str


class MemberOut(Schema):
    id: str
    name: str
    role: str


class StepOut(Schema):
    step: str
    judul: str
    arahan: str


class LastGladi(Schema):
    verdict: str
    title: str
    at: str


class SessionOut(Schema):
    id: str
    kind: str
    state: str
    skema: SkemaOut
    starts_at: str
    ends_at: str
    opens_at: str
    closes_at: str
    t0: int | None
    now_ms: int | None
    paused_ms: int
    role: str
    members: list[MemberOut]
    agenda: list[StepOut]
    consent_version: str | None
    head_seq: int
    tuk: str
    ak01_required: bool = False
    pra_url: str = ""
    ujian_url: str = ""
    gladi: LastGladi | None = None


class IrregularityOut(Schema):
    code: str
    kelompok: str
    tingkat: str
    judul: str
    tindakan: str


class SessionDetailOut(SessionOut):
    """One session with what its room is furnished with."""

    irregularities: list[IrregularityOut]


class SessionPage(Schema):
    items: list[SessionOut]
    next: str | None


class LogPage(Schema):
    items: list[dict[str, Any]]
    next: int | None


class DeviceIn(Schema):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    n: Annotated[int, Field(ge=0, lt=2**53)]
    error_ms: Annotated[int, Field(ge=0, lt=2**53)]


class OpIn(Schema):
    op_id: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Annotated[str, Field(min_length=1, max_length=32)]
    data: dict[str, Any] = {}
    client_ms: Annotated[float, Field(ge=0, lt=2**53)] | None = None
    base_seq: Annotated[int, Field(ge=0, lt=2**53)] | None = None
    device: DeviceIn | None = None


class AckOut(Schema):
    ack: str
    seq: int


class RejectOut(Schema):
    reject: str
    code: str
    message: str


@router.get("/sessions", response={200: SessionPage, 401: ErrorOut, 422: ErrorOut})
def list_sessions(
    request: HttpRequest,
    cursor: Annotated[str, Query(max_length=12)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> dict[str, Any]:
    """The caller's sessions, the latest first; ``next`` goes into ``cursor``."""
    user, now = caller(request), timezone.now()
    if cursor and not (cursor.isascii() and cursor.isdigit()):
        raise Invalid(_("cursor tidak dikenal."), code="bad_cursor")
    start = int(cursor or 0)
    found = list(selectors.visible_sessions(user)[start : start + limit + 1])
    items = [
        selectors.summary(session, require_role(session, user), now) for session in found[:limit]
    ]
    return {"items": items, "next": str(start + limit) if len(found) > limit else None}


@router.get(
    "/sessions/{uuid:session_id}",
    response={200: SessionDetailOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut},
)
def get_session(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """One session as the caller sees it."""
    session, role = selectors.session_for(session_id, caller(request))
    summary = selectors.summary(session, role, timezone.now())
    return {**summary, "irregularities": selectors.catalogue(role)}


@router.get(
    "/sessions/{uuid:session_id}/log",
    response={200: LogPage, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 422: ErrorOut},
)
def get_log(
    request: HttpRequest,
    session_id: UUID,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=selectors.MAX_LOG_PAGE)] = 200,
) -> dict[str, Any]:
    """The log in order from ``after`` on; ``next`` is the next ``after``, null at the end."""
    session, role = selectors.session_for(session_id, caller(request))
    viewer = Viewer(user_id=caller(request).pk, role=role)
    items = selectors.read_log(session.pk, after=after, limit=limit, viewer=viewer)
    more = bool(items) and items[-1]["seq"] < session.head_seq
    return {"items": items, "next": items[-1]["seq"] if more else None}


@router.post(
    "/sessions/{uuid:session_id}/ops",
    response={
        200: AckOut,
        frozenset({400, 403, 409, 422}): RejectOut,
        401: ErrorOut,
        404: ErrorOut,
    },
)
def post_op(request: HttpRequest, session_id: UUID, body: OpIn) -> Status[dict[str, Any]]:
    """The same commands as on the socket; one ``op_id`` has one effect and one answer."""
    op = Op(
        op_id=body.op_id,
        kind=body.kind,
        data=body.data,
        client_ms=None if body.client_ms is None else int(body.client_ms),
        base_seq=body.base_seq,
        device=Device(**body.device.model_dump()) if body.device else None,
    )
    answer = services.perform(session_id, user=caller(request), op=op, now=timezone.now())
    if isinstance(answer, Ack):
        return Status(200, answer.frame())
    return Status(answer.status, answer.frame())
