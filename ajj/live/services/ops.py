"""Commands from the room: one transaction each, the same answer however often they come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from ajj.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from ajj.live import ops, rules
from ajj.live.acted import Acted
from ajj.live.models import LogEntry, OpResult, Session
from ajj.live.ops import Ack, Op, OpContext, Registration, Reject
from ajj.live.services.acted import placed, require_during
from ajj.live.services.log import append, lock
from ajj.live.states import IN_ROOM, OVER, SessionState
from ajj.live.waiting import require_inside
from ajj.people.models import User

MAX_OP_ID = 64


@transaction.atomic
def perform(session_id: UUID, *, user: User, op: Op, now: datetime) -> Ack | Reject:
    """Carry out ``op`` for ``user`` once; its repetition by the same person gets the same answer.

    A refusal is an answer too and is kept: to try again is a new ``op_id``. Raises ``NotFound``
    for an unknown session, ``Forbidden`` (``not_member``) for a stranger and ``Invalid`` for an
    ``op_id`` that is not 1 to 64 printable ASCII characters; nothing of those is kept.
    """
    plain = op.op_id.isascii() and op.op_id.isprintable()
    if not (plain and 0 < len(op.op_id) <= MAX_OP_ID):
        raise Invalid(_("op_id harus 1 sampai 64 karakter ASCII."), code="bad_op_id")
    session = lock(session_id)
    role = rules.require_role(session, user)
    actor = str(user.pk)
    earlier = OpResult.objects.filter(session=session, actor=actor, op_id=op.op_id).first()
    if earlier is not None:
        return _answer(earlier)
    result = OpResult(session=session, actor=actor, op_id=op.op_id, ok=True)
    try:
        with transaction.atomic():
            acted, result.seq = _handle(session, user, role, op, now)
            if acted is not None:
                result.device, result.device_n = acted.claim.device, acted.claim.n
                result.acted_ms = acted.ms
    except DomainError as error:
        result.ok, result.status = False, error.status
        result.code, result.message = error.code, error.message
    result.save()
    return _answer(result)


def _answer(result: OpResult) -> Ack | Reject:
    if result.ok and result.seq is not None:
        return Ack(op_id=result.op_id, seq=result.seq)
    return Reject(
        op_id=result.op_id, code=result.code, message=result.message, status=result.status
    )


def _handle(
    session: Session, user: User, role: rules.SessionRole, op: Op, now: datetime
) -> tuple[Acted | None, int]:
    registration = ops.find(op.kind)
    if role not in registration.roles:
        raise Forbidden(_("Peran Anda tidak boleh melakukan ini."), code="wrong_role")
    require_inside(session, user, role)
    acted = placed(session, user, op.claim, now) if registration.acted else None
    _require_time(session, registration, now, acted)

    def write(kind: str, data: Mapping[str, Any]) -> LogEntry:
        said = {**data, "acted": acted.data()} if acted else data
        return append(session, kind=kind, actor=str(user.pk), data=said, now=now)

    context = OpContext(
        session=session,
        user=user,
        role=role,
        data=_parsed(registration, op),
        op=op,
        now=now,
        append=write,
    )
    return acted, registration.handler(context)


def _require_time(
    session: Session, registration: Registration[Any], now: datetime, acted: Acted | None
) -> None:
    state = SessionState(session.state)
    closed = state in IN_ROOM and now >= rules.closes_at(session, now)
    if registration.late and acted is not None and (closed or state in OVER):
        require_during(session, registration.states, acted, now)
        return
    if closed:
        raise Forbidden(_("Waktu sesi ini sudah lewat."), code="window_closed")
    if state is SessionState.RESCUE:
        rules.require_under_way(session, now)
    if state in registration.states:
        return
    if state is SessionState.RESCUE:
        raise Conflict(
            _("Sesi ini dilanjutkan tanpa sambungan langsung."), code="session_in_rescue"
        )
    if state is SessionState.SCHEDULED:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    if state in OVER:
        raise Conflict(_("Sesi ini sudah berakhir."), code="session_ended")
    raise Conflict(_("Sesi belum dimulai: tunggu asesi dan asesor hadir."), code="not_live")


def _parsed(registration: Registration[Any], op: Op) -> ops.OpData:
    try:
        data: ops.OpData = registration.data.model_validate(dict(op.data))
    except ValidationError as error:
        fields = {".".join(map(str, item["loc"])): item["msg"] for item in error.errors()}
        named = ", ".join(sorted(fields)) or "data"
        raise Invalid(
            _("Isian tidak sesuai bentuknya: %(fields)s.") % {"fields": named}, fields=fields
        ) from error
    return data
