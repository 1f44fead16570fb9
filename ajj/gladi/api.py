"""The HTTP side of a gladi: reports, and the small transfers that measure a line and a clock."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from ajj.gladi import allowance, rules, selectors, services
from ajj.gladi.measured import Measured
from ajj.gladi.selectors import Report
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import DomainError
from ajj.live.auth import caller, session_auth
from ajj.live.selectors import session_for
from ajj.people.models import User

router = Router(auth=session_auth, tags=["gladi"])
MOST_BYTES = 256 * 1024


class Problem(Schema):
    code: str
    message: str
    fields: dict[str, str] | None = None


REFUSALS = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}


class TooLarge(DomainError):
    status = 413
    code = "too_large"


class GladiIn(Schema):
    run: UUID
    measured: Measured


class LineOut(Schema):
    key: str
    label: str
    level: str
    figure: str
    advice: str


class GladiOut(Schema):
    id: int
    user: str
    role: str
    at: str
    verdict: str
    title: str
    todo: list[str]
    lines: list[LineOut]


class GladiPage(Schema):
    items: list[GladiOut]
    next: str | None


class Came(Schema):
    bytes: Annotated[int, Field(ge=0)]


class Now(Schema):
    now: int


def _out(report: Report) -> dict[str, Any]:
    return {
        "id": report.pk,
        "user": str(report.who.pk),
        "role": report.role,
        "at": report.at.isoformat(),
        "verdict": report.verdict,
        "title": report.title,
        "todo": report.todo,
        "lines": [vars(line) for line in report.lines],
    }


def _runner(request: HttpRequest, session_id: UUID) -> User:
    """The caller, who may rehearse for this session."""
    user = caller(request)
    session, role = session_for(session_id, user)
    rules.require_run(session, role, timezone.now())
    return user


@router.get("/sessions/{uuid:session_id}/gladi", response={200: GladiPage, **REFUSALS})
def list_gladi(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """The reports that the caller may read, the latest first."""
    user = caller(request)
    session, _role = session_for(session_id, user)
    return {"items": [_out(one) for one in selectors.reports(session, user)], "next": None}


@router.post("/sessions/{uuid:session_id}/gladi", response={201: GladiOut, **REFUSALS})
def post_gladi(request: HttpRequest, session_id: UUID, body: GladiIn) -> Status[dict[str, Any]]:
    """Decide on the measurements and keep them; the same ``run`` again gives the same report."""
    row = services.keep(
        session_id,
        user=caller(request),
        run=body.run,
        measured=body.measured,
        now=timezone.now(),
    )
    return Status(201, _out(selectors.report(row)))


@router.get("/sessions/{uuid:session_id}/gladi/clock", response={200: Now, **REFUSALS})
def clock(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """The server's time, epoch ms."""
    _runner(request, session_id)
    return {"now": epoch_ms(timezone.now())}


@router.get("/sessions/{uuid:session_id}/gladi/bytes", response={200: None, **REFUSALS})
def send_bytes(
    request: HttpRequest,
    session_id: UUID,
    count: Annotated[int, Query(ge=1, le=MOST_BYTES)] = MOST_BYTES,
) -> HttpResponse:
    """``count`` bytes that nothing can compress: for timing the downlink."""
    allowance.spend(_runner(request, session_id), "bytes", count)
    response = HttpResponse(secrets.token_bytes(count), content_type="application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post(
    "/sessions/{uuid:session_id}/gladi/bytes", response={200: Came, 413: Problem, **REFUSALS}
)
def take_bytes(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """How many bytes of the body came: for timing the uplink. They are not kept."""
    user = _runner(request, session_id)
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise TooLarge(_("Isi permintaan terlalu besar."))
    allowance.spend(user, "bytes", int(length))
    return {"bytes": len(request.read(MOST_BYTES))}
