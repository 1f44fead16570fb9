"""The device's backup over HTTP: what is wanted of it, asking for more, and tus for its slices."""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from ajj.kernel.errors import Forbidden
from ajj.live import tushttp
from ajj.live.auth import (
    caller,
    camera_for,
    camera_of,
    device_auth,
    require_user,
    session_auth,
)
from ajj.live.models import CameraPairing
from ajj.live.selectors import session_for
from ajj.people.auth import bearer_of
from ajj.people.models import User
from recordings import wanted
from recordings.api.manifest import REFUSALS, Problem
from recordings.models import BackupSlice, StreamKind
from recordings.services import backup

SECOND = StreamKind.SECOND_CAMERA.value
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


@router.get(
    "/sessions/{uuid:session_id}/backup",
    auth=device_auth,
    response={200: BackupStanding, **REFUSALS},
)
def standing(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """What is wanted of the caller's device, and what of it has arrived."""
    user = caller(request)
    session, _role = session_for(session_id, user)
    kinds = StreamKind.values if camera_of(request) is None else [SECOND]
    return wanted.standing(session, user, now=datetime.now(UTC), kinds=kinds)


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
    """Slices as ``tushttp`` takes them in, from a person's device or from a second camera.

    A second camera hands in what it recorded and reaches no other file of its person.
    """

    max_bytes = backup.MAX_BYTES
    finish = staticmethod(backup.finish)
    receive = staticmethod(backup.receive)

    def __init__(self) -> None:
        self._camera: CameraPairing | None = None

    def person(self, request: HttpRequest, session_id: UUID) -> User:
        self._camera = camera_for(bearer_of(request), session_id)
        return self._camera.owner if self._camera else require_user(request, session_id)

    def begin(
        self, session_id: UUID, *, user: User, length: int, described: str, now: datetime
    ) -> BackupSlice:
        said = backup.described(described)
        self._require_own(said.kind)
        return backup.begin(session_id, user=user, length=length, described=said, now=now)

    def claim(self, session_id: UUID, upload_id: UUID, *, user: User, now: datetime) -> BackupSlice:
        upload = backup.claim(session_id, upload_id, user=user, now=now)
        self._require_own(upload.stream.kind)
        return upload

    def terminate(self, session_id: UUID, upload_id: UUID, *, user: User) -> None:
        self.claim(session_id, upload_id, user=user, now=datetime.now(UTC))
        backup.terminate(session_id, upload_id, user=user)

    def _require_own(self, kind: str) -> None:
        if self._camera is not None and kind != SECOND:
            raise Forbidden(
                _("Ponsel ini hanya dapat mengirim kamera kedua."), code="kind_not_yours"
            )


@tushttp.speaks_tus
def files(request: HttpRequest, method: str, session_id: UUID) -> HttpResponse:
    """OPTIONS says what is spoken, POST creates."""
    if method == "OPTIONS":
        return tushttp.options(BackupDesk.max_bytes)
    if method == "POST":
        return tushttp.create(BackupDesk(), request, session_id)
    return tushttp.not_allowed("OPTIONS, POST")


@tushttp.speaks_tus
def file(request: HttpRequest, method: str, session_id: UUID, upload_id: UUID) -> HttpResponse:
    """One slice by tus."""
    return tushttp.resource(BackupDesk(), request, method, session_id, upload_id)
