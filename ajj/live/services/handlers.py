"""The session core's own commands: agenda, chat, hand, incident, end."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Conflict, Invalid
from ajj.live import ops
from ajj.live.agenda import steps_of
from ajj.live.irregularities import BY_CODE, OTHER
from ajj.live.models import Hand
from ajj.live.ops import OpContext, OpData
from ajj.live.pauses import PauseReason
from ajj.live.rules import ASSESSING, ROOM_ROLES, SPEAKING, SessionRole
from ajj.live.services.room import end
from ajj.live.states import UNDER_WAY, EndReason

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class TickData(OpData):
    step: str = Field(max_length=32)
    done: bool
    note: Note = ""


class ChatData(OpData):
    text: Line


class PauseData(OpData):
    reason: PauseReason = Field(strict=False)
    note: Note = ""


class HandData(OpData):
    raised: bool


class IncidentData(OpData):
    code: Code
    text: Note = ""


def _tick(context: OpContext[TickData]) -> int:
    data = context.data
    if data.step not in {step.step for step in steps_of(context.session.kind)}:
        raise Invalid(_("Langkah ini tidak ada pada agenda sesi."), code="unknown_step")
    entry = {"step": data.step, "done": data.done}
    if data.note:
        return context.append("agenda.tick", {**entry, "note": data.note}).seq
    return context.append("agenda.tick", entry).seq


def _chat(context: OpContext[ChatData]) -> int:
    return context.append("chat", {"text": context.data.text}).seq


def _pause(context: OpContext[PauseData]) -> int:
    if context.session.pauses.filter(end_ms=None).exists():
        raise Conflict(_("Waktu sesi sudah dijeda."), code="already_paused")
    data = context.data
    entry = {"reason": data.reason.value, "note": data.note}
    return context.append("clock.paused", entry).seq


def _resume(context: OpContext[OpData]) -> int:
    held = context.session.pauses.filter(end_ms=None).first()
    if held is None:
        raise Conflict(_("Waktu sesi tidak sedang dijeda."), code="not_paused")
    now_ms = session_ms(context.session.opened_at or context.now, context.now)
    length_ms = max(context.session.head_ms, now_ms) - held.start_ms
    return context.append("clock.resumed", {"paused_ms": length_ms}).seq


def _hand(context: OpContext[HandData]) -> int:
    up = Hand.objects.filter(session=context.session, user=context.user).exists()
    if up == context.data.raised:
        raise Conflict(_("Tangan Anda sudah demikian."), code="unchanged")
    return context.append("hand", {"raised": context.data.raised}).seq


def _incident(context: OpContext[IncidentData]) -> int:
    """An irregularity by its code; one that the catalogue does not know needs words."""
    code, text = context.data.code, context.data.text
    known = BY_CODE.get(code)
    if not text and (known is None or code == OTHER):
        message = _("Tulis apa yang terjadi.")
        raise Invalid(message, code="text_needed", fields={"text": message})
    entry = {"code": code, "text": text}
    if known is not None:
        entry |= {"judul": known.judul, "kelompok": known.kelompok, "tingkat": known.tingkat}
    return context.append("incident", entry).seq


def _end(context: OpContext[OpData]) -> int:
    return end(
        context.session, reason=EndReason.ASESOR, actor=str(context.user.pk), now=context.now
    )


def register_handlers() -> None:
    """Called once, in ``AppConfig.ready()``."""
    ops.register("agenda.tick", _tick, data=TickData, roles=ASSESSING, states=UNDER_WAY, late=True)
    ops.register("chat", _chat, data=ChatData, roles=SPEAKING, late=True)
    asesor = frozenset({SessionRole.ASESOR})
    ops.register("clock.pause", _pause, data=PauseData, roles=asesor)
    ops.register("clock.resume", _resume, data=OpData, roles=asesor)
    ops.register("hand", _hand, data=HandData, roles=SPEAKING)
    ops.register(
        "incident",
        _incident,
        data=IncidentData,
        roles=ROOM_ROLES - {SessionRole.ASESI},
        late=True,
        states=UNDER_WAY,
    )
    ops.register(
        "session.end",
        _end,
        data=OpData,
        roles=frozenset({SessionRole.ASESOR}),
        states=UNDER_WAY,
    )
