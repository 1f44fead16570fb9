"""What is known of a ujian: its items in this asesi's order, the sheet its log makes, its clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from ajj.applications.models import Permohonan
from ajj.assessment.models import INTERVIEW, Ujian, UjianEntry
from ajj.assessment.sheet import (
    LETTERS,
    Entry,
    Kind,
    Said,
    Score,
    Sheet,
    Time,
    choice_order,
    read,
    score,
    shuffled,
)
from ajj.assessment.states import UjianState
from ajj.kernel.clock import session_ms, wall_time
from ajj.live.models import Session
from ajj.people.models import User
from ajj.skema.models import Butir, Muk, UnitKompetensi

COLLECTS = {
    Muk.Jenis.PILIHAN_GANDA.value: "tertulis",
    Muk.Jenis.ESAI.value: "tertulis",
    Muk.Jenis.TUGAS_PRAKTIK.value: "observasi",
    Muk.Jenis.TERSTRUKTUR.value: "proyek",
}
"""The evidence of FR.AK.02 that a kind of ujian gives; the others give answers to questions."""
OVER = (UjianState.DONE.value, UjianState.CONCLUDED.value)


@dataclass(frozen=True)
class Choice:
    """``letter`` names it in the log, ``shown`` on this asesi's screen."""

    letter: str
    shown: str
    text: str


@dataclass(frozen=True)
class Moment:
    """A moment of a session, where its recording can be watched."""

    session: UUID
    ms: int

    @property
    def seconds(self) -> int:
        return self.ms // 1000


@dataclass(frozen=True)
class Question:
    """A question of the ujian's own log, read like a ``Butir``: of an interview (``bukti`` are
    numbers of FR.IA.08), or on a project (``pk`` below zero; ``lingkup`` is what it is about).
    """

    pk: int
    no: int
    unit: UnitKompetensi
    kuk: tuple[int, ...]
    bukti: tuple[int, ...]
    pertanyaan: str
    lingkup: str = ""
    pilihan: tuple[str, ...] = ()
    kunci: str = ""

    @property
    def number(self) -> int:
        """Its number in the log."""
        return abs(self.pk)


@dataclass(frozen=True)
class Item:
    """One item as this asesi sees it: ``no`` on the screen, ``butir`` in the log."""

    no: int
    butir: Butir | Question
    choices: tuple[Choice, ...]
    said: Said | None = None
    late: Said | None = None
    asked_ms: int | None = None
    result: str = ""
    recorded: Moment | None = None

    @property
    def value(self) -> str:
        return self.said.value if self.said else ""

    @property
    def by_letter(self) -> list[Choice]:
        """The choices as the MUK has them, for who judges."""
        return sorted(self.choices, key=lambda choice: choice.letter)


@dataclass(frozen=True)
class Standing:
    """How a ujian stands at ``now_ms``. ``asked``: the asesor's questions on a project."""

    ujian: Ujian
    sheet: Sheet
    items: tuple[Item, ...]
    time: Time
    now_ms: int
    asked: tuple[Item, ...] = ()

    @property
    def left_ms(self) -> int:
        return self.time.left_ms(self.sheet.worked, self.now_ms)

    @property
    def returned_ms(self) -> int:
        return self.time.returned_ms(self.sheet.worked, self.now_ms)

    @property
    def over(self) -> bool:
        """Nothing can be answered any more, whether or not that was noted."""
        running = self.ujian.state == UjianState.RUNNING.value
        timed = self.ujian.written
        return not running or (timed and self.left_ms == 0)

    @property
    def late_seqs(self) -> list[int]:
        """Late answers and files that the asesor has not admitted."""
        work = self.sheet.work
        late = {said.seq for said in self.sheet.late.values()}
        late |= {filed.seq for filed in work.attached if filed.late}
        return sorted(late - work.admitted)

    @property
    def answered(self) -> int:
        return sum(self.done(item) for item in self.items)

    def done(self, item: Item) -> bool:
        """Whether something was answered or handed in for it that counts."""
        filed = any(each.butir == item.butir.pk for each in self.sheet.work.counting)
        return bool(item.value) or filed

    @property
    def proposal(self) -> Score | None:
        """The proposal, where there are keys to compare with."""
        if self.ujian.jenis != Muk.Jenis.PILIHAN_GANDA.value:
            return None
        keys = {item.butir.pk: item.butir.kunci for item in self.items}
        return score(keys, self.sheet.answers)

    @property
    def in_order(self) -> list[Item]:
        """The items as the MUK has them, then what was asked, for who judges."""
        return [*sorted(self.items, key=lambda item: item.butir.no), *self.asked]

    @property
    def proposed(self) -> dict[int, str]:
        """Ya or Tidak as said so far, else as the key says."""
        proposal = self.proposal
        by_key = proposal.right.items() if proposal else ()
        return {butir: "ya" if right else "tidak" for butir, right in by_key} | self.sheet.results


def tests() -> QuerySet[Ujian]:
    """Every ujian with what its pages read of it."""
    return Ujian.objects.select_related(
        "muk__skema", "permohonan__asesi", "permohonan__asesor", "permohonan__skema", "given_by"
    )


def of_permohonan(permohonan: Permohonan) -> QuerySet[Ujian]:
    """Those given to this asesi, without cancelled ones."""
    return tests().filter(permohonan=permohonan).exclude(state=UjianState.CANCELLED.value)


def to_take(user: User) -> QuerySet[Ujian]:
    """What ``user`` has been given and not handed in, the oldest first."""
    waiting = (UjianState.READY.value, UjianState.RUNNING.value)
    return tests().filter(permohonan__asesi=user, state__in=waiting, muk__jenis__in=Muk.TIMED)


def collected(permohonan: Permohonan) -> dict[int, list[str]]:
    """Per unit, the evidence of FR.AK.02 that its ujian gave: what was asked there and answered."""
    found: dict[int, set[str]] = {}
    for row in of_permohonan(permohonan).filter(state__in=OVER):
        held = sheet_of(row)
        answered = {butir for butir, said in held.answers.items() if said.value}
        answered |= {filed.butir for filed in held.work.counting}
        kind = COLLECTS.get(row.jenis, "lisan") if row.muk else INTERVIEW
        for butir in questions(row, held):
            if butir.pk in answered:
                for unit in _units(butir):
                    found.setdefault(unit, set()).add(kind)
    return {unit: sorted(kinds) for unit, kinds in found.items()}


def _units(butir: Butir | Question) -> set[int]:
    """A task reaches every unit in which it has KUK."""
    if isinstance(butir, Butir) and butir.tugas:
        return set(butir.kuk.values_list("elemen__unit", flat=True))
    return {butir.unit.pk}


def sheet_of(ujian: Ujian) -> Sheet:
    """The sheet that the log makes."""
    return read(entries_of(UjianEntry.objects.filter(ujian=ujian)))


def entries_of(rows: Iterable[UjianEntry]) -> list[Entry]:
    return [
        Entry(row.seq, Kind(row.kind), row.at_ms, row.data, late=bool(row.data.get("late")))
        for row in rows
    ]


def time_of(ujian: Ujian, held: Sheet) -> Time:
    """Its time with what was given back by hand."""
    return Time(ujian.time.total_ms + held.given_ms, ujian.time.allowance_ms)


def standing(ujian: Ujian, now: datetime) -> Standing:
    """Everything about it at ``now``; the clock stands still once it is finished."""
    held = sheet_of(ujian)
    until = ujian.finished_at or now
    now_ms = ujian.now_ms(min(now, until))
    items = _items(ujian, held)
    return Standing(
        ujian,
        held,
        tuple(item for item in items if item.butir.pk > 0),
        time_of(ujian, held),
        now_ms,
        tuple(item for item in items if item.butir.pk < 0),
    )


def questions(ujian: Ujian, held: Sheet) -> list[Butir | Question]:
    """What is asked in it: the items of its MUK, and the questions that its own log holds."""
    rows = ujian.muk.butir.select_related("unit").all() if ujian.muk else []
    return [*rows, *_own_questions(held)]


def _own_questions(held: Sheet) -> list[Question]:
    put = [(pk, data) for pk, data in held.questions.items() if data["pertanyaan"]]
    asked = sorted(put, key=lambda each: abs(each[0]))
    units = UnitKompetensi.objects.in_bulk({data["unit"] for _pk, data in asked})
    return [
        Question(
            pk=pk,
            no=abs(pk),
            unit=units[data["unit"]],
            kuk=tuple(data["kuk"]),
            bukti=tuple(data["bukti"]),
            pertanyaan=data["pertanyaan"],
            lingkup=data.get("lingkup", ""),
        )
        for pk, data in asked
    ]


def _items(ujian: Ujian, held: Sheet) -> tuple[Item, ...]:
    butir = {row.pk: row for row in questions(ujian, held)}
    order = list(butir)
    if ujian.muk is not None and ujian.muk.shuffled and ujian.muk.written:
        order = shuffled(ujian.seed, order)
    rooms = list(
        Session.objects.filter(jadwal__permohonan_id=ujian.permohonan_id, opened_at__isnull=False)
    )
    places = [no if pk > 0 else butir[pk].no for no, pk in enumerate(order, start=1)]
    return tuple(
        _item(ujian, held, no, butir[pk], rooms) for no, pk in zip(places, order, strict=True)
    )


def _item(
    ujian: Ujian, held: Sheet, no: int, butir: Butir | Question, rooms: Sequence[Session]
) -> Item:
    said, asked_ms = held.answers.get(butir.pk), held.asked.get(butir.pk)
    at_ms = said.at_ms if said and asked_ms is None else asked_ms
    return Item(
        no=no,
        butir=butir,
        choices=_choices(ujian, butir),
        said=said,
        late=held.late.get(butir.pk),
        asked_ms=asked_ms,
        result=held.results.get(butir.pk, ""),
        recorded=_recorded(ujian, at_ms, rooms),
    )


def _choices(ujian: Ujian, butir: Butir | Question) -> tuple[Choice, ...]:
    count = len(butir.pilihan)
    order = LETTERS[:count]
    if ujian.muk is not None and ujian.muk.shuffled:
        order = choice_order(ujian.seed, butir.pk, count)
    texts = dict(zip(LETTERS, butir.pilihan, strict=False))
    return tuple(
        Choice(letter, shown.upper(), texts[letter])
        for shown, letter in zip(LETTERS, order, strict=False)
    )


def ends_at(held: Standing, now: datetime) -> datetime:
    """When the time is up for somebody who works on from ``now``."""
    return now + timedelta(milliseconds=held.left_ms)


def _recorded(ujian: Ujian, at_ms: int | None, rooms: Sequence[Session]) -> Moment | None:
    """Where in a session of this asesi a moment of the ujian lies."""
    if ujian.started_at is None or at_ms is None:
        return None
    moment = wall_time(ujian.started_at, at_ms)
    for room in rooms:
        if room.opened_at is None or moment < room.opened_at:
            continue
        ms = session_ms(room.opened_at, moment)
        if room.ended_ms is None or ms <= room.ended_ms:
            return Moment(room.pk, ms)
    return None
