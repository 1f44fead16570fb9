"""Commands of a ujian: given and concluded by the asesor, begun and answered by the asesi.

Everything that is done in it is an entry of its log. An op that comes again is the same entry; one
that comes late is placed where its device's clocks say, and counts if the time was not over then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers, rules, sheet
from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian, UjianEntry
from ajj.assessment.services import taskops
from ajj.assessment.services.ujianlog import note, tie
from ajj.assessment.sheet import Kind
from ajj.assessment.states import UjianEvent, UjianState, ujian_machine
from ajj.audit.services import record as audit
from ajj.kernel.chain import entry_hash
from ajj.kernel.errors import Conflict, DomainError, Forbidden, Invalid
from ajj.live.acted import Claim, place
from ajj.people.models import User
from ajj.skema.models import Muk
from ajj.skema.services import use_muk

MOST_OPS = 400
MOST_HERE_MS = 4 * 3_600_000
"""One span of presence; a longer one is a broken clock. Claiming too much costs only oneself."""
MOST_EXTRA_MINUTES = 240
MAY_BE_LATE = frozenset({Kind.ANSWER, Kind.FILE, Kind.DROP})


@dataclass(frozen=True)
class UjianOp:
    """What a device says was done; ``claim`` places it, None for now."""

    op: UUID
    kind: Kind
    data: Mapping[str, Any]
    claim: Claim | None = None


@dataclass(frozen=True)
class Answered:
    """What became of an op: the entry it is, or why it is none."""

    op: UUID
    seq: int | None = None
    late: bool = False
    refusal: DomainError | None = None


@transaction.atomic
def give(
    permohonan: Permohonan,
    muk: Muk,
    *,
    extra_minutes: int = 0,
    extra_reason: str = "",
    actor: User,
    now: datetime,
) -> Ujian:
    """Give ``muk`` to the asesi of ``permohonan``; the same again is the same ujian.

    Raises ``Forbidden`` (``not_your_file``), ``Conflict`` (``ak01_required``, ``wrong_state``),
    ``Invalid`` (``other_skema``, ``extra_reason``).
    """
    _require_asesor(actor, permohonan)
    if not rules.ak01_signed(permohonan.pk):
        raise Conflict(_("FR.AK.01 belum ditandatangani asesi dan asesor."), code="ak01_required")
    if muk.skema_id != permohonan.skema_id:
        raise Invalid(_("Instrumen ini milik skema lain."), code="other_skema")
    reason = extra_reason.strip()
    if extra_minutes and not reason:
        message = _("Tulis dasar tambahan waktu, misalnya FR.AK.07 butir 4.")
        raise Invalid(message, code="extra_reason", fields={"extra_reason": message})
    held = reading.of_permohonan(permohonan).filter(muk=muk).first()
    if held is not None:
        return held
    muk = use_muk(muk, actor=actor, now=now)
    minutes = muk.minutes or 0
    ujian = Ujian.objects.create(
        permohonan=permohonan,
        muk=muk,
        seed=uuid4().hex,
        minutes=minutes,
        extra_minutes=min(extra_minutes, MOST_EXTRA_MINUTES),
        extra_reason=reason,
        allowance_minutes=max(10, minutes // 2),
        given_at=now,
        given_by=actor,
    )
    audit(actor, "assessment.ujian_given", ujian, {"muk": muk.pk}, now=now)
    return ujian


@transaction.atomic
def cancel(ujian: Ujian, *, actor: User, now: datetime) -> None:
    """Take back what was not begun."""
    held = _locked(ujian)
    _require_asesor(actor, held.permohonan)
    _move(held, UjianEvent.CANCEL)
    audit(actor, "assessment.ujian_cancelled", held, now=now)


@transaction.atomic
def start(ujian: Ujian, *, actor: User, now: datetime) -> Ujian:
    """Begin; from here on the clock runs. Begun already: nothing changes."""
    held = _locked(ujian)
    _require_taker(actor, held)
    if held.state == UjianState.READY.value:
        held.started_at = now
        _move(held, UjianEvent.START, "started_at")
        said = {"minutes": held.minutes + held.extra_minutes}
        note(held, "ujian.started", said, actor=str(actor.pk), now=now, at_ms=0)
        audit(actor, "assessment.ujian_started", held, now=now)
    return held


@transaction.atomic
def store(ujian: Ujian, ops: Sequence[UjianOp], *, actor: User, now: datetime) -> list[Answered]:
    """Enter what a device did into the log, in its own order; each op is answered for itself.

    A task is asked about once it was handed in. Raises ``Forbidden`` (``not_your_ujian``),
    ``Conflict`` (``not_started``, ``wrong_state``), ``Invalid`` (``too_many``).
    """
    if len(ops) > MOST_OPS:
        raise Invalid(_("Terlalu banyak sekaligus."), code="too_many")
    held = _locked(ujian)
    _require_taker(actor, held)
    if held.started_at is None:
        raise Conflict(_("Ujian belum dimulai."), code="not_started")
    writer = Writer(held, actor, now)
    if held.task and writer.asks:
        writer.close_if_over()
        if held.finished_at is None:
            raise Conflict(_("Tugas belum dikumpulkan."), code="wrong_state")
    # Presence first: whether an answer was in time depends on it.
    first = [op for op in ops if op.kind is Kind.HERE]
    rest = [op for op in ops if op.kind is not Kind.HERE]
    answered = {op.op: writer.enter(op) for op in (*first, *rest)}
    writer.close_if_over()
    return [answered[op.op] for op in ops]


@transaction.atomic
def give_back(ujian: Ujian, minutes: int, reason: str, *, actor: User, now: datetime) -> None:
    """The asesor gives time back, with a reason that stays in the log; only while it runs."""
    held = _locked(ujian)
    _require_asesor(actor, held.permohonan)
    if not 1 <= minutes <= MOST_EXTRA_MINUTES or not reason.strip():
        message = _("Tulis menit (1 sampai 240) dan alasannya.")
        raise Invalid(message, fields={"minutes": message})
    if held.state != UjianState.RUNNING.value:
        raise Conflict(_("Waktu hanya dapat ditambah selama ujian berjalan."), code="wrong_state")
    data = {"ms": minutes * sheet.MINUTE_MS, "reason": reason.strip()}
    Writer(held, actor, now).append(uuid4(), Kind.GIVE, data, held.now_ms(now))
    audit(actor, "assessment.ujian_time_given", held, {"minutes": minutes}, now=now)


@transaction.atomic
def conclude(
    ujian: Ujian,
    results: Mapping[int, str],
    *,
    tercapai: bool,
    belum_tercapai: str,
    umpan_balik: str = "",
    actor: User,
    now: datetime,
) -> Ujian:
    """The asesor's Ya or Tidak for every item, and the feedback of FR.IA.05C and .06C.

    Raises ``Conflict`` (``wrong_state``) while it runs, ``Invalid`` (``unjudged``) naming items.
    """
    held = _locked(ujian)
    _require_asesor(actor, held.permohonan)
    writer = Writer(held, actor, now)
    writer.close_if_over()
    butir = set(writer.choices)
    missing = [pk for pk in butir if results.get(pk) not in {"ya", "tidak"}]
    if missing:
        message = _("Nilai setiap butir: %(count)d belum dinilai.") % {"count": len(missing)}
        raise Invalid(message, code="unjudged", fields={str(pk): message for pk in missing})
    if held.muk is not None and not tercapai and not belum_tercapai.strip():
        message = _("Tulis unit, elemen atau KUK yang belum tercapai.")
        raise Invalid(message, code="unnamed", fields={"belum_tercapai": message})
    for pk in sorted(butir):
        data = {"butir": pk, "value": results[pk]}
        writer.append(uuid4(), Kind.RESULT, data, held.now_ms(now))
    held.tercapai = tercapai
    held.belum_tercapai = "" if tercapai else belum_tercapai.strip()
    held.umpan_balik = umpan_balik.strip()
    held.concluded_at, held.concluded_by = now, actor
    _move(
        held,
        UjianEvent.CONCLUDE,
        "tercapai",
        "belum_tercapai",
        "umpan_balik",
        "concluded_at",
        "concluded_by",
    )
    audit(actor, "assessment.ujian_concluded", held, now=now)
    tie(held, now)
    return held


class Writer:
    """Appends to the log of one locked ujian."""

    def __init__(self, ujian: Ujian, actor: User, now: datetime) -> None:
        self.ujian, self.actor, self.now = ujian, actor, now
        self.now_ms = ujian.now_ms(now)
        self.read = reading.sheet_of(ujian)
        rows = reading.questions(ujian, self.read)
        self.numbers = {each.pk: each.no for each in rows}
        self.choices = {each.pk: len(each.pilihan) for each in rows}
        self.asks = actor.pk != ujian.permohonan.asesi_id

    def enter(self, op: UjianOp) -> Answered:
        known = UjianEntry.objects.filter(ujian=self.ujian, op=op.op).first()
        if known is not None:
            return Answered(op.op, known.seq, bool(known.data.get("late")))
        at_ms = self._placed(op.claim)
        try:
            data = self._checked(op, at_ms)
        except DomainError as refusal:
            return Answered(op.op, refusal=refusal)
        if self.ujian.written and op.kind in MAY_BE_LATE and not self.asks and self._late(at_ms):
            data["late"] = True
        entry = self.append(op.op, op.kind, data, at_ms, op.claim)
        if op.kind is Kind.ASKED:
            self._note("ujian.asked", {"no": self.numbers[data["butir"]]}, at_ms, op.claim)
        if op.kind is Kind.FINISH and self.ujian.state == UjianState.RUNNING.value:
            self._finish(UjianEvent.FINISH, at_ms, op.claim)
        return Answered(op.op, entry.seq, "late" in data)

    def _placed(self, claim: Claim | None) -> int:
        """Between what the same device did before and after it, and never in the future."""
        if claim is None:
            return self.now_ms
        same = UjianEntry.objects.filter(ujian=self.ujian, device=claim.device)
        return place(
            claim,
            arrived_ms=self.now_ms,
            joined_ms=0,
            after_ms=same.filter(n__lt=claim.n).aggregate(last=Max("at_ms"))["last"],
            before_ms=same.filter(n__gt=claim.n).aggregate(first=Min("at_ms"))["first"],
        ).ms

    def _checked(self, op: UjianOp, at_ms: int) -> dict[str, Any]:
        """The data as it is kept; raises what is wrong with it."""
        data = op.data
        if self.ujian.task:
            taskops.require(op.kind, data, asks=self.asks)
        match op.kind:
            case Kind.FILE | Kind.DROP if self.ujian.task:
                butir = {"butir": self._butir(data)}
                return butir | taskops.file_data(data, whole=op.kind is Kind.FILE)
            case Kind.HERE:
                length = min(max(0, _whole(data.get("ms"))), MOST_HERE_MS)
                return {"from_ms": max(0, at_ms - length), "to_ms": at_ms}
            case Kind.ANSWER:
                return {"butir": self._butir(data), "value": self._value(data)}
            case Kind.ASKED if self.asks:
                return {"butir": self._butir(data)}
            case Kind.RESULT if self.asks:
                value = str(data.get("value"))
                if value not in {"ya", "tidak", ""}:
                    raise Invalid(_("Pilih Ya atau Tidak."), code="bad_result")
                return {"butir": self._butir(data), "value": value}
            case Kind.FINISH:
                return {}
            case _:
                raise Invalid(_("Perintah ini tidak dikenal."), code="unknown_kind")

    def _butir(self, data: Mapping[str, Any]) -> int:
        pk = _whole(data.get("butir"))
        if pk not in self.choices:
            raise Invalid(_("Butir ini bukan bagian dari ujian."), code="unknown_butir")
        return pk

    def _value(self, data: Mapping[str, Any]) -> str:
        value = str(data.get("value") or "")
        count = self.choices[self._butir(data)]
        if count and value and value not in sheet.LETTERS[:count]:
            raise Invalid(_("Pilihan ini tidak ada."), code="unknown_choice")
        if len(value) > sheet.MOST_ANSWER_CHARS:
            message = _("Paling banyak %(most)d huruf.") % {"most": sheet.MOST_ANSWER_CHARS}
            raise Invalid(message, code="too_long")
        return value

    def _late(self, at_ms: int) -> bool:
        done = self.read.finished_ms
        if done is not None and at_ms > done:
            return True
        if self.ujian.state == UjianState.CONCLUDED.value:
            return True
        return not reading.time_of(self.ujian, self.read).in_time(self.read.worked, at_ms)

    def append(
        self, op: UUID, kind: Kind, data: dict[str, Any], at_ms: int, claim: Claim | None = None
    ) -> UjianEntry:
        """Write the next entry; the sheet here follows."""
        ujian, seq = self.ujian, self.ujian.head_seq + 1
        linked = {
            "session": str(ujian.pk),
            "seq": seq,
            "at_ms": at_ms,
            "kind": kind.value,
            "actor": str(self.actor.pk),
            "data": data,
        }
        entry = UjianEntry.objects.create(
            ujian=ujian,
            seq=seq,
            op=op,
            kind=kind.value,
            actor=self.actor,
            data=data,
            at_ms=at_ms,
            received_ms=self.now_ms,
            device=claim.device if claim else "",
            n=claim.n if claim else 0,
            hash=entry_hash(ujian.head_hash, linked),
        )
        ujian.head_seq, ujian.head_hash = seq, entry.hash
        ujian.save(update_fields=["head_seq", "head_hash"])
        self.read.take(reading.entries_of([entry])[0])
        return entry

    def close_if_over(self) -> None:
        """Note that the time is used up."""
        ujian = self.ujian
        if ujian.state != UjianState.RUNNING.value or not ujian.written:
            return
        if reading.time_of(ujian, self.read).left_ms(self.read.worked, self.now_ms) == 0:
            self._finish(UjianEvent.EXPIRE, self.now_ms)

    def _finish(self, event: UjianEvent, at_ms: int, claim: Claim | None = None) -> None:
        started = self.ujian.started_at or self.now
        self.ujian.finished_at = started + timedelta(milliseconds=at_ms)
        _move(self.ujian, event, "finished_at")
        audit(self.actor, "assessment.ujian_finished", self.ujian, {"how": event}, now=self.now)
        self._note("ujian.finished", {"how": event.value}, at_ms, claim)

    def _note(
        self, kind: str, data: Mapping[str, Any], at_ms: int, claim: Claim | None = None
    ) -> None:
        actor = str(self.actor.pk)
        note(self.ujian, kind, data, actor=actor, now=self.now, at_ms=at_ms, claim=claim)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _locked(ujian: Ujian) -> Ujian:
    rows = Ujian.objects.select_for_update(of=("self",))
    return rows.select_related("muk", "permohonan__asesi").get(pk=ujian.pk)


def _move(ujian: Ujian, event: UjianEvent, *changed: str) -> None:
    ujian.state = ujian_machine.after(UjianState(ujian.state), event).value
    ujian.save(update_fields=["state", *changed])


def _require_asesor(actor: User, permohonan: Permohonan) -> None:
    if papers.reader_of(actor, permohonan) != "asesor":
        raise Forbidden(_("Ujian diberikan dan dinilai oleh asesornya."), code="not_your_file")


def _require_taker(actor: User, ujian: Ujian) -> None:
    """The asesi of a written one; the asesor of what is asked aloud, after a task as well."""
    reader = papers.reader_of(actor, ujian.permohonan)
    takers = {"asesi"} if ujian.written else {"asesor"}
    if reader not in takers | ({"asesor"} if ujian.task else set()):
        raise Forbidden(_("Ujian ini dikerjakan oleh orang lain."), code="not_your_ujian")
