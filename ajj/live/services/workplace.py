"""Commands of the room as a workplace: the door, identity, the clock of a task, attention."""

from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Invalid
from ajj.live import fold, ops, waiting
from ajj.live.agenda import steps_of
from ajj.live.events import SentBack
from ajj.live.models import Admission, IdentityPicture, Session
from ajj.live.ops import OpContext, OpData
from ajj.live.rules import ASSESSING, WAITING, SessionRole, role_in
from ajj.live.selectors import IDENTITY_KINDS, told
from ajj.live.services.room import go_live_when_met
from ajj.people.models import User

MINUTE_MS = 60_000
LONGEST_MINUTES = 600
DAY_MS = 24 * 60 * MINUTE_MS
TIMER_KINDS = ("timer.started", "timer.paused", "timer.resumed", "timer.extended", "timer.stopped")

Person = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]


class PersonData(OpData):
    person: Person


class CheckData(OpData):
    decision: Literal["cocok", "tidak_cocok", "ragu"]
    note: Note = ""
    picture: str | None = None


class StartData(OpData):
    step: Annotated[str, StringConstraints(max_length=32)] = ""
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    minutes: Minutes


class TimerData(OpData):
    timer: Annotated[int, Field(ge=1)]


class ExtendData(TimerData):
    minutes: Minutes


class LostData(OpData):
    reason: Literal["tab", "window", "fullscreen"]
    sharing: bool = False


class BackData(LostData):
    ms: Annotated[int, Field(ge=0, le=DAY_MS)]
    count: Annotated[int, Field(ge=1, le=10_000)] = 1


# --- the door ---


def _guest(session: Session, person: str) -> User:
    user = User.objects.filter(pk=int(person)).first()
    if user is None or role_in(session, user) not in WAITING:
        raise Invalid(_("Orang ini tidak melalui ruang tunggu."), code="not_waiting")
    if not waiting.has_door(session):
        raise Conflict(_("Sesi ini tanpa ruang tunggu."), code="no_waiting_room")
    return user


def _admit(context: OpContext[PersonData]) -> int:
    session = context.session
    guest = _guest(session, context.data.person)
    if Admission.objects.filter(session=session, user=guest).exists():
        raise Conflict(_("Sudah dipersilakan masuk."), code="unchanged")
    seq = context.append("admitted", {"person": str(guest.pk)}).seq
    go_live_when_met(session, context.now)
    return seq


def _unadmit(context: OpContext[PersonData]) -> int:
    session = context.session
    guest = _guest(session, context.data.person)
    if not Admission.objects.filter(session=session, user=guest).exists():
        raise Conflict(_("Sudah di ruang tunggu."), code="unchanged")
    seq = context.append("unadmitted", {"person": str(guest.pk)}).seq
    publish(SentBack(session_id=session.pk, user_id=guest.pk))
    return seq


# --- identity ---


def _check(context: OpContext[CheckData]) -> int:
    """The asesor's decision on the person who is there now; on nobody else."""
    data, asesi = context.data, str(context.session.jadwal.permohonan.asesi_id)
    state = told(context.session, IDENTITY_KINDS)
    known = state.identity.get(asesi)
    if known is None or asesi not in state.present():
        raise Conflict(_("Asesi tidak tersambung. Periksa saat asesi kembali."), code="absent")
    seen = context.op.base_seq
    if known.state is fold.IdentityState.UNCHECKED and seen is not None and seen < known.seq:
        raise Conflict(_("Asesi baru tersambung kembali. Lihat dan periksa lagi."), code="rejoined")
    if data.decision != "cocok" and not data.note:
        message = _("Tulis alasannya.")
        raise Invalid(message, code="note_needed", fields={"note": message})
    entry: dict[str, str | None] = {"person": asesi, "decision": data.decision, "note": data.note}
    if data.picture is not None:
        picture = _picture(context.session, data.picture)
        entry |= {"picture": str(picture.pk), "sha256": picture.sha256}
    return context.append("identity.checked", entry).seq


def _picture(session: Session, name: str) -> IdentityPicture:
    try:
        return IdentityPicture.objects.get(session=session, pk=UUID(name))
    except (ValueError, IdentityPicture.DoesNotExist):
        raise Invalid(_("Foto identitas ini tidak ada di sesi ini."), code="no_picture") from None


# --- the clock of a task ---


def _timer_start(context: OpContext[StartData]) -> int:
    """A new timer takes the place of the one before it."""
    data = context.data
    if data.step and data.step not in {step.step for step in steps_of(context.session.kind)}:
        raise Invalid(_("Langkah ini tidak ada pada agenda sesi."), code="unknown_step")
    if not data.step and not data.label:
        raise Invalid(_("Sebut langkah atau tugasnya."), code="no_task")
    entry = {"step": data.step, "label": data.label, "ms": data.minutes * MINUTE_MS}
    return context.append("timer.started", entry).seq


def _timer(session: Session, seq: int) -> fold.Timer:
    timer = told(session, TIMER_KINDS).timer
    if timer is None or timer.seq != seq:
        raise Conflict(_("Penghitung waktu ini sudah tidak berjalan."), code="timer_gone")
    return timer


def _timer_pause(context: OpContext[TimerData]) -> int:
    timer = _timer(context.session, context.data.timer)
    if timer.ends_ms is None:
        raise Conflict(_("Waktu sudah dijeda."), code="unchanged")
    return context.append("timer.paused", {"timer": timer.seq}).seq


def _timer_resume(context: OpContext[TimerData]) -> int:
    timer = _timer(context.session, context.data.timer)
    if timer.ends_ms is not None:
        raise Conflict(_("Waktu sedang berjalan."), code="unchanged")
    return context.append("timer.resumed", {"timer": timer.seq}).seq


def _timer_extend(context: OpContext[ExtendData]) -> int:
    timer = _timer(context.session, context.data.timer)
    more = {"timer": timer.seq, "ms": context.data.minutes * MINUTE_MS}
    return context.append("timer.extended", more).seq


def _timer_stop(context: OpContext[TimerData]) -> int:
    return context.append(
        "timer.stopped", {"timer": _timer(context.session, context.data.timer).seq}
    ).seq


# --- attention ---


def _focus_lost(context: OpContext[LostData]) -> int:
    data = context.data
    return context.append("focus.lost", {"reason": data.reason, "sharing": data.sharing}).seq


def _focus_back(context: OpContext[BackData]) -> int:
    data = context.data
    entry = {
        "reason": data.reason, "ms": data.ms, "count": data.count, "sharing": data.sharing,
    }  # fmt: skip
    return context.append("focus.back", entry).seq


def register_workplace() -> None:
    """Called once, in ``AppConfig.ready()``."""
    asesi = frozenset({SessionRole.ASESI})
    ops.register("admit", _admit, data=PersonData, roles=ASSESSING)
    ops.register("unadmit", _unadmit, data=PersonData, roles=ASSESSING)
    ops.register("identity.check", _check, data=CheckData, roles=ASSESSING)
    ops.register("timer.start", _timer_start, data=StartData, roles=ASSESSING)
    ops.register("timer.pause", _timer_pause, data=TimerData, roles=ASSESSING)
    ops.register("timer.resume", _timer_resume, data=TimerData, roles=ASSESSING)
    ops.register("timer.extend", _timer_extend, data=ExtendData, roles=ASSESSING)
    ops.register("timer.stop", _timer_stop, data=TimerData, roles=ASSESSING)
    ops.register("focus.lost", _focus_lost, data=LostData, roles=asesi)
    ops.register("focus.back", _focus_back, data=BackData, roles=asesi)
