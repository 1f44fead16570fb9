"""When live has failed for good: the same session in turns of asking, recording and sending."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from ajj.events.publish import publish
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, Invalid, NotFound
from ajj.live import ops, projections, rescue, ticks
from ajj.live.agenda import steps_of
from ajj.live.events import RescueStarted
from ajj.live.models import LogEntry, Session, Turn
from ajj.live.ops import OpContext, OpData
from ajj.live.rules import ASSESSING, SessionRole
from ajj.live.selectors import has_consented
from ajj.live.services.log import SYSTEM, lock
from ajj.live.services.room import end
from ajj.live.states import (
    IN_ROOM,
    RESCUE,
    EndReason,
    SessionEvent,
    SessionState,
    TurnEvent,
    TurnState,
    session_machine,
    turn_machine,
)
from ajj.live.waiting import waits
from ajj.skema.selectors import kuk_ids

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
DECLARING = frozenset({SessionRole.ASESOR, SessionRole.ADMIN})


class StartData(OpData):
    reason: Words
    days: int = Field(ge=1, le=rescue.MOST_DAYS)


class AskData(OpData):
    text: Words
    how: Literal["video", "audio", "text"]
    answer_s: int = Field(ge=rescue.LEAST_ANSWER_S, le=rescue.MOST_ANSWER_S)
    step: str = Field(default="", max_length=32)
    kuk: list[int] = Field(default_factory=list, max_length=50)


class TurnData(OpData):
    turn: int = Field(ge=1)


class AnswerData(TurnData):
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)] = ""
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    bytes: int = Field(default=0, ge=0, lt=2**53)
    from_ms: int = Field(ge=0, lt=2**53)
    to_ms: int = Field(ge=0, lt=2**53)


def _start(context: OpContext[StartData]) -> int:
    session, now = context.session, context.now
    if not has_consented(session, session.jadwal.permohonan.asesi):
        raise Conflict(
            _("Asesi belum menyetujui perekaman, maka sesi ini tidak dapat dilanjutkan. Akhiri."),
            code="no_consent",
        )
    if waits(session, session.jadwal.permohonan.asesi_id, SessionRole.ASESI):
        raise Conflict(
            _("Asesi masih di ruang tunggu. Izinkan masuk dahulu, atau akhiri sesi."),
            code="waiting",
        )
    until = now + timedelta(days=context.data.days)
    target = session_machine.after(SessionState(session.state), SessionEvent.RESCUE)
    data = {"reason": context.data.reason, "until": epoch_ms(until)}
    entry = context.append("rescue.started", data)
    session.state, session.rescue_ms, session.rescue_until = target.value, entry.at_ms, until
    session.save(update_fields=["state", "rescue_ms", "rescue_until"])
    publish(RescueStarted(session_id=session.pk))
    return entry.seq


def _ask(context: OpContext[AskData]) -> int:
    data = context.data
    kuk = sorted(set(data.kuk))
    if not set(kuk) <= kuk_ids(context.session.jadwal.permohonan.skema):
        raise Invalid(_("KUK ini di luar skema sesi."), code="kuk_outside_skema")
    if data.step and data.step not in {step.step for step in steps_of(context.session.kind)}:
        raise Invalid(_("Langkah ini tidak ada pada agenda sesi."), code="unknown_step")
    asked = context.append(
        "rescue.asked",
        {
            "how": data.how,
            "answer_s": data.answer_s,
            "step": data.step,
            "kuk": kuk,
            "sha256": hashlib.sha256(data.text.encode()).hexdigest(),
        },
    )
    context.append("rescue.question", {"turn": asked.seq, "text": data.text})
    return asked.seq


def _turn(session: Session, seq: int) -> Turn:
    found = Turn.objects.filter(session=session, seq=seq).first()
    if found is None:
        raise NotFound(_("Tugas ini tidak ada."), code="no_such_turn")
    return found


def _open(context: OpContext[TurnData]) -> int:
    """The asesi reads the task: from now on the time runs, by the server's clock."""
    turn = _turn(context.session, context.data.turn)
    turn_machine.after(TurnState(turn.state), TurnEvent.OPEN)
    others = Turn.objects.filter(session=context.session, state=TurnState.OPENED.value)
    if any(_moment(context) < (other.due_ms or 0) for other in others):
        raise Conflict(_("Selesaikan dahulu tugas yang sudah dibuka."), code="turn_open")
    due_ms = _moment(context) + turn.answer_s * 1000
    data = {"turn": turn.seq, "text": turn.text, "due_ms": due_ms}
    return context.append("rescue.opened", data).seq


def _moment(context: OpContext[TurnData] | OpContext[AnswerData]) -> int:
    """The session moment that the next entry will have."""
    opened = context.session.opened_at or context.now
    elapsed = (context.now - opened) // timedelta(milliseconds=1)
    return max(context.session.head_ms, elapsed)


def _answer(context: OpContext[AnswerData]) -> int:
    """What the asesi answered: words, or the hash of a recording that will follow as evidence."""
    data = context.data
    turn = _turn(context.session, data.turn)
    turn_machine.after(TurnState(turn.state), TurnEvent.ANSWER)
    if turn.how == "text" and not data.text:
        raise Invalid(_("Jawaban masih kosong."), code="empty_answer")
    if turn.how != "text" and not data.sha256:
        raise Invalid(_("Rekaman jawaban belum disebut."), code="no_recording")
    at_ms, due_ms = _moment(context), turn.due_ms or 0
    entry = {
        "turn": turn.seq,
        "from_ms": data.from_ms,
        "to_ms": data.to_ms,
        "late_ms": rescue.late_by(at_ms=at_ms, due_ms=due_ms),
        "believed": rescue.believable(
            from_ms=data.from_ms,
            to_ms=data.to_ms,
            opened_ms=turn.opened_ms or 0,
            due_ms=due_ms,
            at_ms=at_ms,
        ),
    }
    said = {"text": data.text} if turn.how == "text" else _recording(data)
    return context.append("rescue.answered", {**entry, **said}).seq


def _recording(data: AnswerData) -> dict[str, object]:
    return {"sha256": data.sha256, "bytes": data.bytes}


def _withdraw(context: OpContext[TurnData]) -> int:
    turn = _turn(context.session, context.data.turn)
    turn_machine.after(TurnState(turn.state), TurnEvent.WITHDRAW)
    return context.append("rescue.withdrawn", {"turn": turn.seq}).seq


def tick(now: datetime) -> int:
    """End the sessions whose deadline has come; how many."""
    due = Session.objects.filter(state=SessionState.RESCUE.value, rescue_until__lte=now)
    return sum(_end_by_deadline(session_id, now) for session_id in due.values_list("pk", flat=True))


@transaction.atomic
def _end_by_deadline(session_id: UUID, now: datetime) -> int:
    session = lock(session_id)
    if SessionState(session.state) is not SessionState.RESCUE:
        return 0
    end(session, reason=EndReason.DEADLINE, actor=SYSTEM, now=now)
    return 1


# --- what the entries do to the stored turns ---


def _project_asked(session: Session, entry: LogEntry) -> None:
    data = entry.data
    Turn.objects.create(
        session=session,
        seq=entry.seq,
        asked_ms=entry.at_ms,
        actor=entry.actor,
        how=data["how"],
        answer_s=data["answer_s"],
        step=data["step"],
        kuk=data["kuk"],
    )


def _update(session: Session, entry: LogEntry, **change: object) -> None:
    Turn.objects.filter(session=session, seq=entry.data["turn"]).update(**change)


def _project_question(session: Session, entry: LogEntry) -> None:
    _update(session, entry, text=entry.data["text"])


def _project_opened(session: Session, entry: LogEntry) -> None:
    _update(
        session,
        entry,
        state=TurnState.OPENED.value,
        opened_ms=entry.at_ms,
        due_ms=entry.data["due_ms"],
    )


def _project_answered(session: Session, entry: LogEntry) -> None:
    data = entry.data
    _update(
        session,
        entry,
        state=TurnState.ANSWERED.value,
        answered_ms=entry.at_ms,
        answer=data.get("text", ""),
        sha256=data.get("sha256", ""),
        from_ms=data["from_ms"],
        to_ms=data["to_ms"],
        late_ms=data["late_ms"],
    )


def _project_withdrawn(session: Session, entry: LogEntry) -> None:
    _update(session, entry, state=TurnState.WITHDRAWN.value)


def register_rescue() -> None:
    """Called once, in ``AppConfig.ready()``."""
    asesi = frozenset({SessionRole.ASESI})
    ops.register("rescue.start", _start, data=StartData, roles=DECLARING, states=IN_ROOM)
    ops.register("rescue.ask", _ask, data=AskData, roles=ASSESSING, states=RESCUE)
    ops.register("rescue.open", _open, data=TurnData, roles=asesi, states=RESCUE)
    ops.register("rescue.answer", _answer, data=AnswerData, roles=asesi, states=RESCUE)
    ops.register("rescue.withdraw", _withdraw, data=TurnData, roles=ASSESSING, states=RESCUE)
    for kind, projector in (
        ("rescue.asked", _project_asked),
        ("rescue.question", _project_question),
        ("rescue.opened", _project_opened),
        ("rescue.answered", _project_answered),
        ("rescue.withdrawn", _project_withdrawn),
    ):
        projections.register(kind, projector)
    ticks.register(tick)
