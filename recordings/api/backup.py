"""The device's backup over HTTP: what is wanted of it, asking for more, and tus for its slices."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from ajj.live import tushttp
from ajj.live.auth import caller, session_auth
from ajj.live.selectors import session_for
from ajj.people.models import User
from recordings import wanted
from recordings.api.manifest import REFUSALS, Problem
from recordings.models import BackupSlice
from recordings.services import backup

router = Router(auth=session_auth, tags=["recordings"])


class WantedSpan(Schema):
    kind: str
    start_ms: int
    end_ms: int
    why: Literal["gap", "asked"]


class BackupStanding(Schema):
    t0: int | None
    now_ms: int | None
    accepts_until: int
    wanted: list[WantedSpan]
    received: list[str]


class AskIn(Schema):
    kind: Literal["camera", "screen", "second_camera"]
    start_ms: int
    end_ms: int


class Asked(Schema):
    seq: int


@router.get("/sessions/{uuid:session_id}/backup", response={200: BackupStanding, **REFUSALS})
def standing(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """What is wanted of the caller's device, and what of it has arrived."""
    user = caller(request)
    session, _role = session_for(session_id, user)
    return wanted.standing(session, user, now=datetime.now(UTC))


@router.post(
    "/sessions/{uuid:session_id}/backup/ask",
    response={201: Asked, 400: Problem, 409: Problem, **REFUSALS},
)
def ask(request: HttpRequest, session_id: UUID, payload: AskIn) -> Status[dict[str, Any]]:
    """Ask the asesi's device for a span of its own recording."""
    entry = backup.ask(
        session_id,
        user=caller(request),
        kind=payload.kind,
        start_ms=payload.start_ms,
        end_ms=payload.end_ms,
        now=datetime.now(UTC),
    )
    return Status(201, {"seq": entry.seq})


class BackupDesk:
    """Slices as ``tushttp`` takes them in."""

    max_bytes = backup.MAX_BYTES
    claim = staticmethod(backup.claim)
    receive = staticmethod(backup.receive)
    finish = staticmethod(backup.finish)
    terminate = staticmethod(backup.terminate)

    def begin(
        self, session_id: UUID, *, user: User, length: int, described: str, now: datetime
    ) -> BackupSlice:
        said = backup.described(described)
        return backup.begin(session_id, user=user, length=length, described=said, now=now)


DESK = BackupDesk()


@tushttp.speaks_tus
def files(request: HttpRequest, method: str, session_id: UUID) -> HttpResponse:
    """OPTIONS says what is spoken, POST creates."""
    if method == "OPTIONS":
        return tushttp.options(DESK.max_bytes)
    if method == "POST":
        return tushttp.create(DESK, request, session_id)
    return tushttp.not_allowed("OPTIONS, POST")


@tushttp.speaks_tus
def file(request: HttpRequest, method: str, session_id: UUID, upload_id: UUID) -> HttpResponse:
    """One slice by tus."""
    return tushttp.resource(DESK, request, method, session_id, upload_id)
