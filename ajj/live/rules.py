"""Who is what in a session, when its room is open, and who sees which kind of log entry.

``role_in`` and ``visible`` are the two faces of one rule: a person sees a session exactly when
they have a role in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Forbidden
from ajj.live.models import Session
from ajj.live.pauses import Pause, paused_ms
from ajj.live.states import OVER, RESCUE, SessionState
from ajj.people.models import Role, User


class SessionRole(StrEnum):
    """What a person is in one session."""

    ASESI = "asesi"
    ASESOR = "asesor"
    ASESOR_PENDAMPING = "asesor_pendamping"
    PENGAMAT = "pengamat"
    ADMIN = "admin"
    KOMITE = "komite"
    MANAJER = "manajer"
    DIREKTUR = "direktur"


EVERYBODY = frozenset(SessionRole)
ROOM_ROLES = frozenset(
    {
        SessionRole.ASESI,
        SessionRole.ASESOR,
        SessionRole.ASESOR_PENDAMPING,
        SessionRole.PENGAMAT,
        SessionRole.ADMIN,
    }
)
ASSESSING = frozenset({SessionRole.ASESOR, SessionRole.ASESOR_PENDAMPING})
PUBLISHERS = frozenset({SessionRole.ASESI, SessionRole.ASESOR, SessionRole.ASESOR_PENDAMPING})
SPEAKING = ROOM_ROLES - {SessionRole.PENGAMAT}
"""An observer is silent: no hand, no message."""
WAITING = frozenset({SessionRole.ASESI, SessionRole.PENGAMAT})
"""Whom the asesor lets in, where the session has a waiting room."""
NOT_ASESI = EVERYBODY - {SessionRole.ASESI}
DECIDING = frozenset(
    {SessionRole.KOMITE, SessionRole.MANAJER, SessionRole.DIREKTUR, SessionRole.ADMIN}
)

# Everything not named here is for all who have a role in the session.
AUDIENCE: dict[str, frozenset[SessionRole]] = {
    "mark": NOT_ASESI,
    "mark.undone": NOT_ASESI,
    "mark.resolved": NOT_ASESI,
    "evidence.judged": NOT_ASESI,
    "incident": NOT_ASESI,
    "ak02.recommended": NOT_ASESI,
    "sweep.judged": NOT_ASESI,
    "rescue.question": NOT_ASESI,
    "ujian.concluded": NOT_ASESI,
    "decision": DECIDING,
}


# Technical support is in the room for the devices, not for the assessment; afterwards the same
# person keeps the LSP's records.
NOT_SUPPORT = frozenset(
    {
        "mark",
        "mark.undone",
        "mark.resolved",
        "evidence.judged",
        "ak02.recommended",
        "ujian.concluded",
    }
)


def may_see(role: SessionRole, kind: str, *, in_room: bool = False) -> bool:
    """Whether a reader in ``role`` gets an entry of ``kind`` whole; else it arrives hidden.

    ``in_room`` while the session runs: then the admin is technical support.
    """
    if in_room and role is SessionRole.ADMIN and kind in NOT_SUPPORT:
        return False
    return role in AUDIENCE.get(kind, EVERYBODY)


@dataclass(frozen=True)
class Viewer:
    """Who is reading: a person's pk and what they are in the session."""

    user_id: int
    role: SessionRole


# A person with a global role sees these sessions; the komite only what is over.
_BY_GLOBAL_ROLE: tuple[tuple[Role, SessionRole, frozenset[SessionState]], ...] = (
    (Role.ADMIN, SessionRole.ADMIN, frozenset(SessionState)),
    (Role.MANAJER, SessionRole.MANAJER, frozenset(SessionState)),
    (Role.DIREKTUR, SessionRole.DIREKTUR, frozenset(SessionState)),
    (Role.KOMITE, SessionRole.KOMITE, OVER),
)


def visible(user: User) -> Q:
    """Which sessions ``user`` has a role in."""
    mine = Q(jadwal__permohonan__asesi=user) | Q(jadwal__penugasan__user=user)
    for role, _session_role, states in _BY_GLOBAL_ROLE:
        if user.has_role(role):
            mine |= Q(state__in=[state.value for state in states])
    return mine


def role_in(session: Session, user: User) -> SessionRole | None:
    """What ``user`` is in ``session``; the part played in it comes before an office held."""
    if session.jadwal.permohonan.asesi_id == user.pk:
        return SessionRole.ASESI
    assigned = {item.role for item in session.jadwal.penugasan.all() if item.user_id == user.pk}
    for part in (SessionRole.ASESOR, SessionRole.ASESOR_PENDAMPING, SessionRole.PENGAMAT):
        if part.value in assigned:
            return part
    for role, session_role, states in _BY_GLOBAL_ROLE:
        if SessionState(session.state) in states and user.has_role(role):
            return session_role
    return None


def require_role(session: Session, user: User) -> SessionRole:
    """The role of ``user``; raises ``Forbidden`` (403, ``not_member``) without one."""
    role = role_in(session, user)
    if role is None:
        raise Forbidden(_("Anda tidak terdaftar pada sesi ini."), code="not_member")
    return role


def paused_for(session: Session, now: datetime) -> timedelta:
    """How long the session has stood still by ``now``: its window closes that much later."""
    if session.opened_at is None:
        return timedelta()
    stood = [
        Pause(row.start_ms, row.reason, row.note, row.actor, row.end_ms)
        for row in session.pauses.all()
    ]
    return timedelta(milliseconds=paused_ms(stood, session_ms(session.opened_at, now)))


def closes_at(session: Session, now: datetime) -> datetime:
    """When the room closes by itself: planned end and grace, and what the clock stood still."""
    closing: datetime = session.jadwal.closes_at
    return closing + paused_for(session, now)


def require_window(session: Session, now: datetime) -> None:
    """Raises ``Forbidden``: ``cancelled``, ``too_early``, ``window_closed``, ``session_ended``."""
    if session.jadwal.cancelled_at is not None:
        raise Forbidden(_("Jadwal sesi ini dibatalkan."), code="cancelled")
    if SessionState(session.state) is SessionState.RESCUE:
        raise Forbidden(
            _("Sesi ini dilanjutkan tanpa sambungan langsung. Buka halaman sesinya."),
            code="session_in_rescue",
        )
    if now < session.jadwal.opens_at:
        raise Forbidden(
            _("Ruang belum dibuka. Ruang dibuka 15 menit sebelum jadwal."), code="too_early"
        )
    if now >= closes_at(session, now):
        raise Forbidden(_("Waktu sesi ini sudah lewat."), code="window_closed")
    if SessionState(session.state) in OVER:
        raise Forbidden(_("Sesi ini sudah berakhir."), code="session_ended")


def require_under_way(session: Session, now: datetime) -> None:
    """For what needs no live room: as ``require_window``, or until the deadline of a rescue."""
    if SessionState(session.state) is not SessionState.RESCUE:
        require_window(session, now)
    elif session.rescue_until is not None and now >= session.rescue_until:
        raise Forbidden(_("Batas waktu lanjutan sesi ini sudah lewat."), code="window_closed")


def may_join(session: Session, role: SessionRole, now: datetime) -> bool:
    """Whether the room would let this role in at ``now`` (consent aside)."""
    jadwal = session.jadwal
    inside = jadwal.cancelled_at is None and jadwal.opens_at <= now < closes_at(session, now)
    return role in ROOM_ROLES and inside and SessionState(session.state) not in OVER | RESCUE
