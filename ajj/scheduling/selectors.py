"""Reading the calendar."""

from datetime import datetime

from django.db.models import QuerySet

from ajj.kernel.errors import NotFound
from ajj.people.models import User
from ajj.scheduling import rules
from ajj.scheduling.models import Jadwal, Penugasan
from ajj.scheduling.windows import GRACE


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
        raise NotFound("Jadwal ini tidak ada, atau bukan untuk akun Anda.")
    return found


def mine(user: User) -> QuerySet[Jadwal]:
    """Sessions in which ``user`` takes part, whatever other roles they hold."""
    return standing().filter(rules.takes_part(user)).distinct()


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
