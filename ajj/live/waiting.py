"""The waiting room: who stands at the door of a running session, and what they may not do there.

Where the jadwal says ``by_asesor``, the asesi and an observer wait until an asesor lets them in.
Admission outlives a broken connection; only an asesor takes it back. While waiting a person reads
no log, sends no command and no file, and no media flows either way.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from ajj.kernel.errors import Forbidden
from ajj.live.models import Admission, Session
from ajj.live.rules import WAITING, SessionRole
from ajj.live.states import IN_ROOM, SessionState
from ajj.people.models import User
from ajj.scheduling.models import Jadwal


class Waiting(Forbidden):
    """The person was not let in yet (403)."""

    code = "waiting"

    def __init__(self) -> None:
        super().__init__(_("Anda di ruang tunggu. Asesor sudah diberi tahu."))


def has_door(session: Session) -> bool:
    """Whether this running session lets people in one by one."""
    by_asesor = session.jadwal.admission == Jadwal.Admission.BY_ASESOR.value
    return by_asesor and SessionState(session.state) in IN_ROOM


def waits(session: Session, user_id: int, role: SessionRole) -> bool:
    """Whether the person stands before the door now."""
    if role not in WAITING or not has_door(session):
        return False
    return not Admission.objects.filter(session=session, user_id=user_id).exists()


def require_inside(session: Session, user: User, role: SessionRole) -> None:
    """Raises ``Waiting`` (403, ``waiting``) for a person who was not let in yet."""
    if waits(session, user.pk, role):
        raise Waiting


def require_media(session: Session, user: User, role: SessionRole) -> None:
    """Raises 403 for whom the pictures and sound of a running session are not: those who wait
    (``waiting``) and technical support (``no_media``).
    """
    require_inside(session, user, role)
    if role is SessionRole.ADMIN and SessionState(session.state) in IN_ROOM:
        raise Forbidden(
            _("Dukungan teknis mengikuti sesi tanpa gambar dan suara."), code="no_media"
        )


def admitted_ids(session_id: UUID) -> frozenset[int]:
    """Everybody who was let in."""
    rows = Admission.objects.filter(session_id=session_id)
    return frozenset(rows.values_list("user_id", flat=True))
