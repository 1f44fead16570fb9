"""Reading the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.selectors import ready_to_schedule
from ajj.kernel.errors import NotFound
from ajj.people.models import User
from ajj.scheduling import rules
from ajj.scheduling.models import Jadwal, Penugasan
from ajj.scheduling.windows import EARLY, GRACE


def standing() -> QuerySet[Jadwal]:
    """Sessions that were not cancelled, with everything a list shows."""
    return (
        Jadwal.objects.filter(cancelled_at__isnull=True)
        .select_related("permohonan__asesi", "permohonan__skema")
        .prefetch_related("penugasan__user")
    )


def visible_jadwal(user: User) -> QuerySet[Jadwal]:
    """Every session that ``user`` may see, by start."""
    return standing().filter(rules.visible(user)).distinct()


def jadwal_for(user: User, pk: int) -> Jadwal:
    """One session; raises ``NotFound`` when it is not there or not visible."""
    found = visible_jadwal(user).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Jadwal ini tidak ada, atau bukan untuk akun Anda."))
    return found


def mine(user: User) -> QuerySet[Jadwal]:
    """Sessions in which ``user`` takes part, whatever other roles they hold."""
    return standing().filter(rules.takes_part(user)).distinct()


def rooms_between(
    start: datetime, end: datetime, *, without: int | None = None
) -> list[tuple[datetime, datetime]]:
    """When each room is open that is open at some moment between ``start`` and ``end``."""
    found = Jadwal.objects.filter(
        cancelled_at__isnull=True, starts_at__lt=end + EARLY, ends_at__gt=start - GRACE
    )
    if without is not None:
        found = found.exclude(pk=without)
    return [rules.room_window(*span) for span in found.values_list("starts_at", "ends_at")]


def upcoming_for(user: User, now: datetime) -> QuerySet[Jadwal]:
    """Sessions of ``user`` whose room has not closed yet, next first."""
    return mine(user).filter(ends_at__gt=now - GRACE).order_by("starts_at")


def past_for(user: User, now: datetime) -> QuerySet[Jadwal]:
    """Sessions of ``user`` whose room has closed, latest first."""
    return mine(user).filter(ends_at__lte=now - GRACE).order_by("-starts_at")


def between(user: User, start: datetime, end: datetime) -> QuerySet[Jadwal]:
    """Visible sessions that touch the span from ``start`` to before ``end``."""
    return visible_jadwal(user).filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at")


def public_upcoming(now: datetime, limit: int = 60) -> QuerySet[Jadwal]:
    """What strangers may know: when, which scheme, which kind; no names are loaded."""
    return (
        Jadwal.objects.filter(cancelled_at__isnull=True, ends_at__gt=now)
        .select_related("permohonan__skema")
        .order_by("starts_at")[:limit]
    )


def overlapping(
    people: list[User], start: datetime, end: datetime, *, without: int | None = None
) -> list[tuple[User, Jadwal]]:
    """Whose other sessions touch the span, with the session; adjoining spans do not touch."""
    rows = standing().filter(starts_at__lt=end, ends_at__gt=start)
    if without is not None:
        rows = rows.exclude(pk=without)
    clashes = []
    for person in people:
        clashes += [(person, row) for row in rows.filter(rules.takes_part(person)).distinct()]
    return clashes


def asesor_of(jadwal: Jadwal) -> User | None:
    """The leading asesor of the session."""
    for task in jadwal.penugasan.all():
        if task.role == Penugasan.Role.ASESOR:
            return task.user
    return None


@dataclass(frozen=True)
class Waiting:
    """A permohonan that still lacks a session, and which kinds it lacks."""

    permohonan: Permohonan
    kinds: list[Jadwal.Kind]


def to_schedule() -> list[Waiting]:
    """Verified applications without both sessions, longest waiting first."""
    fixed: dict[int, set[str]] = {}
    for row in Jadwal.objects.filter(cancelled_at__isnull=True).values("permohonan", "kind"):
        fixed.setdefault(row["permohonan"], set()).add(row["kind"])
    rows = []
    for permohonan in ready_to_schedule().order_by("changed_at"):
        kinds = [kind for kind in Jadwal.Kind if kind not in fixed.get(permohonan.pk, set())]
        if kinds:
            rows.append(Waiting(permohonan, kinds))
    return rows


@dataclass(frozen=True)
class Slot:
    """A session in a day's cell; ``left`` and ``width`` (percent of 07–19) place its bar."""

    jadwal: Jadwal
    role: str
    left: int
    width: int


@dataclass(frozen=True)
class Day:
    """One day of a week with its sessions."""

    date: date
    is_today: bool
    slots: list[Slot]


@dataclass(frozen=True)
class Row:
    """One asesor's week."""

    asesor: User
    days: list[Day]


@dataclass(frozen=True)
class Week:
    """Monday to the last day shown (Friday, or Sunday when the weekend is used)."""

    monday: date
    days: list[Day]
    rows: list[Row]

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.days[-1].date

    @property
    def previous(self) -> date:
        """The Monday before."""
        return self.monday - timedelta(days=7)

    @property
    def following(self) -> date:
        """The Monday after."""
        return self.monday + timedelta(days=7)


def week(user: User, day: date, today: date, people: list[User]) -> Week:
    """The week around ``day`` in the zone of ``user``: by day, and by person of ``people``."""
    zone = ZoneInfo(user.zone)
    monday = day - timedelta(days=day.weekday())
    start = datetime.combine(monday, time(), zone)
    sessions = list(between(user, start, start + timedelta(days=7)))
    shown = 7 if any(row.starts_at.astimezone(zone).weekday() > 4 for row in sessions) else 5

    def days_of(person: User | None) -> list[Day]:
        days = []
        for offset in range(shown):
            current = monday + timedelta(days=offset)
            slots = [
                _slot(row, person, zone)
                for row in sessions
                if row.starts_at.astimezone(zone).date() == current
                and (person is None or _task(row, person))
            ]
            days.append(Day(current, current == today, slots))
        return days

    busy = {task.user for row in sessions for task in row.penugasan.all()}
    order = {person.pk: person for person in [*people, *sorted(busy, key=lambda p: p.name)]}
    rows = [Row(person, days_of(person)) for person in order.values()]
    return Week(monday, days_of(None), rows)


def _task(jadwal: Jadwal, person: User) -> Penugasan | None:
    return next((row for row in jadwal.penugasan.all() if row.user_id == person.pk), None)


def _slot(jadwal: Jadwal, person: User | None, zone: ZoneInfo) -> Slot:
    task = _task(jadwal, person) if person else None
    begin = jadwal.starts_at.astimezone(zone)
    minutes = (begin.hour - 7) * 60 + begin.minute
    length = (jadwal.ends_at - jadwal.starts_at).total_seconds() / 60
    left = min(95, max(0, round(minutes / 7.2)))
    return Slot(
        jadwal, task.role if task else "", left, max(5, min(100 - left, round(length / 7.2)))
    )


def public_days(now: datetime, zone: str) -> list[tuple[date, list[Jadwal]]]:
    """The public calendar grouped by day in ``zone``."""
    grouped: dict[date, list[Jadwal]] = {}
    for row in public_upcoming(now):
        grouped.setdefault(row.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(row)
    return list(grouped.items())
