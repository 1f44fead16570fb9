"""Who rehearses, until when, and who reads the reports."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from ajj.kernel.errors import Forbidden
from ajj.live.models import Session
from ajj.live.rules import ASSESSING, PUBLISHERS, SessionRole
from ajj.live.states import OVER, SessionState
from ajj.people.models import Role, User

RUNNERS = PUBLISHERS
READERS = ASSESSING | {SessionRole.ADMIN, SessionRole.MANAJER}
"""They prepare the session, so they see everybody's reports; others see their own."""


def visible(user: User) -> Q:
    """Which reports ``user`` may read: own ones, those of sessions one assesses, all in office."""
    if user.has_role(Role.ADMIN, Role.MANAJER):
        return Q()
    assessing = [role.value for role in ASSESSING]
    return Q(user=user) | Q(
        session__jadwal__penugasan__user=user, session__jadwal__penugasan__role__in=assessing
    )


def may_run(session: Session, role: SessionRole, now: datetime) -> bool:
    """Whether ``role`` can rehearse for ``session`` at ``now``: any day until its room closes."""
    jadwal = session.jadwal
    coming = jadwal.cancelled_at is None and now < jadwal.closes_at
    return role in RUNNERS and coming and SessionState(session.state) not in OVER


def require_run(session: Session, role: SessionRole, now: datetime) -> None:
    """Raises ``Forbidden``: ``role_may_not_publish`` or ``session_over``."""
    if role not in RUNNERS:
        raise Forbidden(
            _("Gladi hanya untuk yang mengirim gambar dan suara di sesi ini."),
            code="role_may_not_publish",
        )
    if not may_run(session, role, now):
        raise Forbidden(_("Sesi ini sudah lewat atau dibatalkan."), code="session_over")
