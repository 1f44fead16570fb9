"""What a session in the calendar must satisfy. One rule answers for may() and for rows."""

from datetime import datetime

from django.db.models import Q

from ajj.people.models import Role, User
from ajj.scheduling.windows import closes_at, opens_at

PLANNERS = (Role.ADMIN, Role.MANAJER)
READERS = (*PLANNERS, Role.DIREKTUR)
LONGEST_SECONDS = 12 * 3600


def may_schedule(user: User) -> bool:
    """Whether ``user`` fixes, moves and cancels sessions."""
    return user.has_role(*PLANNERS)


def visible(user: User) -> Q:
    """The rows of ``Jadwal`` that ``user`` may see: own ones, or all for those who plan."""
    return Q() if user.has_role(*READERS) else takes_part(user)


def takes_part(user: User) -> Q:
    """The sessions in which ``user`` is the asesi or was given a task."""
    return Q(permohonan__asesi=user) | Q(penugasan__user=user)


def room_window(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """When the room opens (15 minutes early) and closes (30 minutes of grace)."""
    return opens_at(starts_at), closes_at(ends_at)
