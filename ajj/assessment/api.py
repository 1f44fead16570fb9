"""The checklist and the sheet of a ujian over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from ajj.assessment import rules, selectors, taskwork, ujian
from ajj.assessment.access import ujian_for
from ajj.assessment.services import ujian as sheets
from ajj.assessment.sheet import Kind
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Forbidden
from ajj.live.acted import Claim
from ajj.live.api import DeviceIn, ErrorOut
from ajj.live.auth import caller, session_auth
from ajj.live.rules import SessionRole
from ajj.live.selectors import session_for

router = Router(auth=session_auth, tags=["assessment"])


class KukOut(Schema):
    id: int
    no: str
    teks: str


class ElemenOut(Schema):
    id: int
    no: str
    judul: str
    kuk: list[KukOut]


class UnitOut(Schema):
    id: int
    kode: str
    judul: str
    kelompok: str
    elemen: list[ElemenOut]
    collected: list[str]


class ChecklistOut(Schema):
    units: list[UnitOut]


@router.get(
    "/sessions/{uuid:session_id}/checklist",
    response={200: ChecklistOut, frozenset({401, 403, 404, 409}): ErrorOut},
)
def get_checklist(request: HttpRequest, session_id: UUID) -> dict[str, Any]:
    """FR.IA.01 of the session's skema; not for the asesi, not before FR.AK.01 is signed."""
    session, role = session_for(session_id, caller(request))
    if role is SessionRole.ASESI:
        raise Forbidden(_("Ceklis diisi asesor."), code="wrong_role")
    rules.require_checklist(session)
    return selectors.checklist(session)


class SheetOpIn(Schema):
    """One act on a device; without ``client_ms`` it was done now."""

    op_id: UUID
    kind: Kind
    data: dict[str, Any] = {}
    client_ms: Annotated[float, Field(ge=0, lt=2**53)] | None = None
    device: DeviceIn | None = None

    @property
    def claim(self) -> Claim | None:
        if self.client_ms is None or self.device is None:
            return None
        return Claim(int(self.client_ms), self.device.error_ms, self.device.id, self.device.n)


class SheetIn(Schema):
    """``after``: how far the sender has read the log."""

    after: Annotated[int, Field(ge=0, lt=2**31)] = 0
    ops: list[SheetOpIn] = []


class SheetAckOut(Schema):
    """``seq`` is the entry; ``code`` and ``message`` say why there is none."""

    op_id: UUID
    seq: int | None = None
    late: bool = False
    code: str = ""
    message: str = ""


class AnswerOut(Schema):
    butir: int
    value: str
    at_ms: int
    seq: int


class SheetFileOut(Schema):
    """A file of a task; ``arrival`` and ``percent`` say what of it the server has."""

    evidence: str
    butir: int
    name: str
    bytes: int
    late: bool
    counts: bool
    arrival: str
    percent: int
    url: str


class SheetOut(Schema):
    """``now`` is the server's epoch, ``now_ms`` counts from the beginning of the ujian."""

    now: int
    now_ms: int
    state: str
    left_ms: int
    returned_ms: int
    head: int
    acks: list[SheetAckOut]
    answers: list[AnswerOut]
    files: list[SheetFileOut] = []


@router.post(
    "/ujian/{uuid:ujian_id}/ops",
    response={200: SheetOut, frozenset({400, 401, 403, 404, 409, 422}): ErrorOut},
)
def post_sheet(request: HttpRequest, ujian_id: UUID, body: SheetIn) -> dict[str, Any]:
    """Store what a device did, and read what other devices did; both any number of times."""
    user, now = caller(request), timezone.now()
    held, reader = ujian_for(user, ujian_id)
    ops = [sheets.UjianOp(op.op_id, op.kind, op.data, op.claim) for op in body.ops]
    answered = sheets.store(held, ops, actor=user, now=now)
    held.refresh_from_db()
    standing = ujian.standing(held, now)
    asks = held.task and reader != "asesi"
    over = held.concluded_at is not None if asks else standing.over
    return {
        "now": epoch_ms(now),
        "now_ms": held.now_ms(now),
        "state": "over" if over else "running" if asks else held.state,
        "left_ms": standing.left_ms,
        "returned_ms": standing.returned_ms,
        "head": held.head_seq,
        "acks": [_acked(each) for each in answered],
        "answers": [
            {"butir": butir, "value": said.value, "at_ms": said.at_ms, "seq": said.seq}
            for butir, said in standing.sheet.answers.items()
            if said.seq > body.after and (asks or butir > 0)
        ],
        "files": [_file(row) for row in taskwork.files_of(standing)] if held.task else [],
    }


def _file(row: taskwork.FileRow) -> dict[str, Any]:
    filed = row.filed
    return {
        "evidence": filed.evidence,
        "butir": filed.butir,
        "name": filed.name,
        "bytes": filed.bytes,
        "late": filed.late,
        "counts": row.counts,
        "arrival": row.arrival.value,
        "percent": row.percent,
        "url": row.url,
    }


def _acked(answered: sheets.Answered) -> dict[str, Any]:
    refused = answered.refusal
    return {
        "op_id": answered.op,
        "seq": answered.seq,
        "late": answered.late,
        "code": refused.code if refused else "",
        "message": refused.message if refused else "",
    }
