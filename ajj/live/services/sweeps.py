"""Room sweeps: the asesor asks to be shown around the room, and says what was seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Conflict, Invalid, NotFound
from ajj.live import ops, projections
from ajj.live.models import LogEntry, Session, Sweep
from ajj.live.ops import Append, OpContext, OpData
from ajj.live.rules import ASSESSING, SessionRole
from ajj.live.services.log import append, lock
from ajj.live.states import SweepResult

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class SweepData(OpData):
    sweep: int = Field(ge=1)


class JudgeData(SweepData):
    result: str
    note: Note = ""


def _ask(context: OpContext[OpData]) -> int:
    if Sweep.objects.filter(session=context.session, result="").exists():
        raise Conflict(_("Putaran ruang sebelumnya belum dinilai."), code="sweep_open")
    return context.append("sweep.asked", {}).seq


def _sweep(session: Session, seq: int) -> Sweep:
    found = Sweep.objects.filter(session=session, seq=seq).first()
    if found is None:
        raise NotFound(_("Permintaan putaran ruang ini tidak ada."), code="no_such_sweep")
    return found


def _finished(context: OpContext[SweepData]) -> int:
    sweep = _sweep(context.session, context.data.sweep)
    _require_asked(sweep)
    return _span(sweep, context.session, context.now, context.append)


def _require_asked(sweep: Sweep) -> None:
    if sweep.end_ms is not None or sweep.result:
        raise Conflict(_("Putaran ruang ini sudah selesai."), code="sweep_done")


def _span(sweep: Sweep, session: Session, now: datetime, write: Append) -> int:
    """Log where in the recordings the sweep is to be seen: from the asking until now."""
    until_ms = session_ms(session.opened_at or now, now)
    end_ms = max(sweep.asked_ms, session.head_ms, until_ms)
    span = {"sweep": sweep.seq, "start_ms": sweep.asked_ms, "end_ms": end_ms}
    return write("sweep.done", span).seq


def _judge(context: OpContext[JudgeData]) -> int:
    data = context.data
    if data.result not in {item.value for item in SweepResult}:
        raise Invalid(_("Hasil putaran ruang tidak dikenal."), code="unknown_result")
    sweep = _sweep(context.session, data.sweep)
    if sweep.result:
        raise Conflict(_("Putaran ruang ini sudah dinilai."), code="sweep_judged")
    if sweep.end_ms is None and data.result != SweepResult.TIDAK_DILAKUKAN:
        _span(sweep, context.session, context.now, context.append)
    entry: dict[str, object] = {"sweep": sweep.seq, "result": data.result}
    if data.note:
        entry["note"] = data.note
    return context.append("sweep.judged", entry).seq


@transaction.atomic
def show_done(session_id: UUID, *, seq: int, actor: str, now: datetime) -> None:
    """The second camera's page says that the room has been shown; saying so twice is once."""
    session = lock(session_id)
    sweep = _sweep(session, seq)

    def write(kind: str, data: Mapping[str, Any]) -> LogEntry:
        return append(session, kind=kind, actor=actor, data=data, now=now)

    if sweep.end_ms is None and not sweep.result:
        _span(sweep, session, now, write)


def _project_asked(session: Session, entry: LogEntry) -> None:
    Sweep.objects.create(session=session, seq=entry.seq, asked_ms=entry.at_ms, actor=entry.actor)


def _project_done(session: Session, entry: LogEntry) -> None:
    Sweep.objects.filter(session=session, seq=entry.data["sweep"]).update(
        start_ms=entry.data["start_ms"], end_ms=entry.data["end_ms"]
    )


def _project_judged(session: Session, entry: LogEntry) -> None:
    Sweep.objects.filter(session=session, seq=entry.data["sweep"]).update(
        result=entry.data["result"], note=entry.data.get("note", "")
    )


def register_sweeps() -> None:
    """Called once, in ``AppConfig.ready()``."""
    ops.register("sweep.ask", _ask, data=OpData, roles=ASSESSING)
    ops.register("sweep.done", _finished, data=SweepData, roles=ASSESSING | {SessionRole.ASESI})
    ops.register("sweep.judge", _judge, data=JudgeData, roles=ASSESSING)
    projections.register("sweep.asked", _project_asked)
    projections.register("sweep.done", _project_done)
    projections.register("sweep.judged", _project_judged)
