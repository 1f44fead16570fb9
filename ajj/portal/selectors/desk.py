"""What each role finds on its own page: only what is theirs to do, and what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan, waiting_for
from ajj.applications.states import State
from ajj.assessment import pihak, reports
from ajj.assessment.manuscripts import Asked, asked_of
from ajj.assessment.models import Report, Ujian
from ajj.assessment.ujian import to_take
from ajj.certificates.models import Sertifikat
from ajj.certificates.selectors import of_holder
from ajj.committee.selectors import waiting_for as komite_waiting_for
from ajj.live.models import LogEntry, Session
from ajj.live.rules import closes_at
from ajj.live.states import OVER, SessionState
from ajj.people.models import Role, User
from ajj.people.selectors import roles_of
from ajj.portal.rules import StepState
from ajj.portal.selectors.journey import Step, tracks
from ajj.portal.selectors.nextstep import ROOM_OPEN, NextStep, next_step
from ajj.scheduling.models import Jadwal, Penugasan
from ajj.scheduling.selectors import Waiting as WaitingForDate
from ajj.scheduling.selectors import asesor_of, between, past_for, to_schedule, upcoming_for

SECTIONS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("signatures", tuple(Role)),
    ("asesi", (Role.ASESI,)),
    ("waiting", (Role.KOMITE, Role.DIREKTUR, Role.ADMIN, Role.MANAJER, Role.ASESOR)),
    ("admin", (Role.ADMIN, Role.MANAJER)),
    ("sessions", (Role.ASESOR, Role.ADMIN, Role.MANAJER)),
    ("asesor", (Role.ASESOR,)),
    ("overview", (Role.MANAJER, Role.DIREKTUR)),
    ("pengusul", (Role.PENGUSUL,)),
)
SOON = timedelta(days=14)
LISTED = 8


@dataclass(frozen=True)
class Appointment:
    """A session as its people see it; ``room`` is ``open``, ``early`` or ``closed``."""

    jadwal: Jadwal
    session: Session | None
    people: list[User]
    room: str


@dataclass(frozen=True)
class File:
    """A permohonan with its track; ``now`` is the step at hand, None when all is done.

    ``sealed`` are its sessions that have a receipt, ``tests`` what waits to be taken.
    """

    permohonan: Permohonan
    steps: list[Step]
    appointments: list[Appointment] = field(default_factory=list)
    sealed: list[Session] = field(default_factory=list)
    tests: list[Ujian] = field(default_factory=list)

    @property
    def now(self) -> Step | None:
        return next((step for step in self.steps if step.state is not StepState.DONE), None)

    @property
    def next(self) -> NextStep:
        return ROOM_OPEN if self.open_room else next_step(self.permohonan.status, self.now)

    @property
    def urgency(self) -> tuple[bool, bool, bool]:
        """Sorts an open room first, then the asesi's own move, then what is still under way."""
        now = self.now
        over = now is None or now.state is StepState.STOPPED
        return self.open_room is None, not (now and now.mine), over

    @property
    def open_room(self) -> Session | None:
        """The session whose room can be entered now."""
        return next((one.session for one in self.appointments if one.room == "open"), None)

    @property
    def done(self) -> int:
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def last_done(self) -> Step | None:
        return next((s for s in reversed(self.steps) if s.state is StepState.DONE), None)

    @property
    def to_come(self) -> list[Step]:
        return [step for step in self.steps if step.state is StepState.NEXT]


@dataclass
class Desk:
    """Everything on one person's page; lists a role does not have stay empty."""

    roles: list[Role]
    files: list[File] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    to_verify: list[Permohonan] = field(default_factory=list)
    to_recommend: list[Session] = field(default_factory=list)
    to_check: list[Permohonan] = field(default_factory=list)
    to_schedule: list[WaitingForDate] = field(default_factory=list)
    certificates: list[Sertifikat] = field(default_factory=list)
    waiting: list["Waiting"] = field(default_factory=list)
    stages: list["StageCount"] = field(default_factory=list)
    to_sign: list[Asked] = field(default_factory=list)

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def asesi_only(self) -> bool:
        return self.roles == [Role.ASESI]

    @property
    def total(self) -> int:
        """Of how many permohonan the stages tell; at least 1, so that a share can be drawn."""
        return sum(row.count for row in self.stages) or 1

    @property
    def sections(self) -> list[str]:
        """The templates of this page, the most urgent first."""
        names = [name for name, roles in SECTIONS if self.has(*roles)]
        if "waiting" in names and not self.waiting and not self.has(Role.KOMITE, Role.DIREKTUR):
            names.remove("waiting")
        if "signatures" in names and not self.to_sign:
            names.remove("signatures")
        return [f"portal/desk/{name}.html" for name in names]


@dataclass(frozen=True)
class Waiting:
    """``count`` things that stand still until this person acts, the oldest since ``since``."""

    text: str
    url: str
    count: int
    since: datetime
    icon: str = "scale"


@dataclass(frozen=True)
class StageCount:
    """How many permohonan stand at one stage."""

    name: str
    count: int


def desk(user: User, now: datetime) -> Desk:
    """The page of ``user`` at ``now``."""
    found = Desk(roles=roles_of(user), to_sign=asked_of(user))
    found.appointments = [
        *(appointment(row, now) for row in _in_rescue(user, now)),
        *(appointment(row, now) for row in upcoming_for(user, now)[:LISTED]),
    ]
    if found.has(Role.ASESI):
        found.certificates = list(of_holder(user))
        found.files = _files(user, now, found.appointments)
    if found.has(Role.ASESOR):
        found.to_verify = list(waiting_for(user).filter(asesor=user, state=State.APL02_SUBMITTED))
        found.to_recommend = unrecommended(user)
    if found.has(Role.ADMIN, Role.MANAJER):
        found.to_check = list(waiting_for(user).filter(state=State.SUBMITTED))
        found.to_schedule = to_schedule()
        soon = between(user, now - timedelta(hours=3), now + SOON)
        found.appointments = [appointment(row, now) for row in soon[:LISTED]]
    found.waiting = [
        Waiting(row["text"], reverse(row["url_name"], args=row["args"]), row["count"], row["since"])
        for row in komite_waiting_for(user)
    ]
    found.waiting += list(_reports(user))
    if found.has(Role.ASESOR):
        found.waiting += list(_third_parties(user))
    if found.has(Role.MANAJER, Role.DIREKTUR):
        found.stages = stage_counts(user)
    return found


def _reports(user: User) -> Iterator[Waiting]:
    """Reports that wait for ``user``: to be received, to be corrected, to be written."""
    address = reverse("assessment:reports")
    coming = reports.to_receive() if reports.may_answer(user) else Report.objects.none()
    rows = (
        (_("laporan asesmen menunggu diterima"), f"{address}?status=submitted", coming),
        (_("laporan dikembalikan LSP"), f"{address}?status=returned", reports.to_correct(user)),
        (_("asesmen belum dilaporkan"), address, reports.unreported(user)),
    )
    for text, url, found in rows:
        first = found.first()
        if first is not None:
            yield Waiting(str(text), url, found.count(), first.changed_at, "files")


def _third_parties(user: User) -> Iterator[Waiting]:
    """Answers of third parties (FR.IA.10) to accept or to ask on, one line for each asesi."""
    by_nomor: dict[str, list[datetime]] = {}
    for row in pihak.waiting_for(user):
        if row.last is not None:
            by_nomor.setdefault(row.permohonan.nomor, []).append(row.last.signed_at)
    for nomor, since in by_nomor.items():
        text = _("jawaban pihak ketiga menunggu Anda (%(nomor)s)") % {"nomor": nomor}
        url = reverse("assessment:pihak", args=[nomor])
        yield Waiting(text, url, len(since), min(since), "users")


def appointment(jadwal: Jadwal, now: datetime) -> Appointment:
    """``jadwal`` with its session, the asesor and whether the room can be entered at ``now``."""
    session = getattr(jadwal, "session", None)
    lead = asesor_of(jadwal)
    others = [task.user for task in jadwal.penugasan.all() if task.user != lead]
    room = "open"
    if session is not None and session.state == SessionState.RESCUE:
        room = "rescue"
    elif now < jadwal.opens_at:
        room = "early"
    elif session is None or now >= closes_at(session, now) or session.state in OVER:
        room = "closed"
    return Appointment(jadwal, session, [person for person in (lead, *others) if person], room)


def _in_rescue(user: User, now: datetime) -> QuerySet[Jadwal]:
    """Meetings of ``user`` whose window is over and that go on without a live connection."""
    return past_for(user, now).filter(session__state=SessionState.RESCUE.value)


def unrecommended(asesor: User) -> list[Session]:
    """Assessments that ``asesor`` led, that are over and still lack the recommendation."""
    told = LogEntry.objects.filter(kind="ak02.recommended").values("session")
    rows = Session.objects.filter(
        kind=Jadwal.Kind.ASESMEN,
        state__in=[state.value for state in OVER],
        jadwal__penugasan__user=asesor,
        jadwal__penugasan__role=Penugasan.Role.ASESOR,
    ).exclude(pk__in=told)
    related = rows.select_related("jadwal__permohonan__asesi", "jadwal__permohonan__skema")
    return list(related.order_by("jadwal__ends_at"))


def stage_counts(user: User) -> list[StageCount]:
    """How many of the permohonan that ``user`` may see stand at each stage, finished ones last."""
    counts: dict[str, int] = {}
    finished = 0
    for steps in tracks(visible_permohonan(user)).values():
        at_hand = next((step for step in steps if step.state is not StepState.DONE), None)
        for step in steps:
            counts.setdefault(step.name, 0)
        if at_hand is None or at_hand.state is StepState.STOPPED:
            finished += 1
        else:
            counts[at_hand.name] += 1
    rows = [StageCount(name, count) for name, count in counts.items()]
    return [*rows, StageCount("", finished)] if rows else []


def _files(user: User, now: datetime, appointments: list[Appointment]) -> list[File]:
    own = list(visible_permohonan(user).filter(asesi=user))
    known = tracks(own, user)
    sealed = Session.objects.filter(
        state=SessionState.SEALED.value, jadwal__permohonan__in=own
    ).select_related("jadwal")
    tests = list(to_take(user))
    files = [
        File(
            row,
            known[row.pk],
            [one for one in appointments if one.jadwal.permohonan_id == row.pk],
            [one for one in sealed if one.jadwal.permohonan_id == row.pk],
            [one for one in tests if one.permohonan_id == row.pk],
        )
        for row in own
    ]
    return sorted(files, key=lambda file: file.urgency)
