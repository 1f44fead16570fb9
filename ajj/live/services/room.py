"""Coming in, being there, going: consent, presence, and the session's own course."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.events.publish import publish
from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live import doors, rules, ticks
from ajj.live.errors import ConsentRequired
from ajj.live.events import SessionEnded, SessionOpened, SessionSealed
from ajj.live.models import Consent, ConsentText, Presence, Session
from ajj.live.rules import SessionRole
from ajj.live.services.log import SYSTEM, append, lock
from ajj.live.states import EndReason, SessionEvent, SessionState, session_machine
from ajj.live.waiting import waits
from ajj.people.models import User
from ajj.scheduling.events import JadwalDitetapkan
from ajj.scheduling.models import Jadwal

MAX_CONNECTION = 64
SILENT_AFTER = timedelta(seconds=30)


def _move(session: Session, event: SessionEvent) -> None:
    session.state = session_machine.after(SessionState(session.state), event).value
    session.save(update_fields=["state", "opened_at"])


@transaction.atomic
def create_for(jadwal_id: int) -> Session:
    """The session of a jadwal; made when it is first asked for, the same one ever after."""
    jadwal = Jadwal.objects.select_for_update().get(pk=jadwal_id)
    session, _created = Session.objects.get_or_create(jadwal=jadwal, defaults={"kind": jadwal.kind})
    return session


@transaction.atomic
def admit(
    session_id: UUID, *, user: User, consent_version: str | None, now: datetime
) -> tuple[Session, SessionRole]:
    """Let ``user`` through the door: role, window, consent; the first one in opens the room (t0).

    Called before a join token is issued; presence begins with ``join``. Raises ``NotFound``,
    ``Forbidden`` (``not_member``, ``too_early``, ``window_closed``, ``session_ended``),
    ``Conflict`` (``no_capacity``: it could not be recorded) or ``ConsentRequired`` (409, carries
    the current text).
    """
    session = lock(session_id)
    role = rules.require_role(session, user)
    if role not in rules.ROOM_ROLES:
        raise Forbidden(_("Peran Anda tidak ikut di ruang sesi."), code="not_member")
    rules.require_window(session, now)
    text = ConsentText.objects.first()
    if text is None:
        raise Conflict(_("Naskah persetujuan perekaman belum diterbitkan."), code="no_consent_text")
    given = Consent.objects.filter(session=session, user=user, version=text.version).exists()
    if not given and consent_version != text.version:
        raise ConsentRequired(text.version, text.text)
    _open_if_first(session, user, now)
    if not given:
        sha256 = hashlib.sha256(text.text.encode()).hexdigest()
        append(
            session,
            kind="consent",
            actor=str(user.pk),
            data={"version": text.version, "sha256": sha256},
            now=now,
        )
    return session, role


def _open_if_first(session: Session, user: User, now: datetime) -> None:
    if SessionState(session.state) is not SessionState.SCHEDULED:
        return
    reason = doors.refusal()
    if reason is not None:
        raise Conflict(reason, code="no_capacity")
    session.opened_at = now
    _move(session, SessionEvent.OPEN)
    append(
        session,
        kind="session.opened",
        actor=str(user.pk),
        data={"t0": epoch_ms(now), "admission": session.jadwal.admission},
        now=now,
    )
    publish(SessionOpened(session_id=session.pk))


@transaction.atomic
def join(session_id: UUID, *, user: User, connection: str, now: datetime) -> Session:
    """``user`` is in the room by ``connection`` (the caller's own id, 1 to 64 characters).

    Logged once per connection. The session goes live when asesi and asesor are both present.
    Raises what ``admit`` raises, ``ConsentRequired`` for one who was not admitted, and ``Conflict``
    for an id that is another person's (``connection_taken``) or was given up (``connection_left``).
    """
    if not 0 < len(connection) <= MAX_CONNECTION:
        raise Invalid(_("connection harus 1 sampai 64 karakter."))
    session, role = admit(session_id, user=user, consent_version=None, now=now)
    held = Presence.objects.filter(session=session, connection=connection).first()
    if held is not None:
        if held.user_id != user.pk:
            raise Conflict(_("Sambungan ini milik orang lain."), code="connection_taken")
        if held.left_ms is not None:
            raise Conflict(_("Sambungan ini sudah ditutup."), code="connection_left")
        return session
    append(
        session,
        kind="joined",
        actor=str(user.pk),
        data={"role": role.value, "name": user.name, "connection": connection},
        now=now,
    )
    Presence.objects.filter(session=session, connection=connection).update(last_seen_at=now)
    go_live_when_met(session, now)
    return session


def go_live_when_met(session: Session, now: datetime) -> None:
    """An open session goes live when asesi and asesor are both inside."""
    if SessionState(session.state) is SessionState.OPEN and _both_inside(session):
        _move(session, SessionEvent.GO_LIVE)
        append(session, kind="session.live", actor=SYSTEM, data={}, now=now)


def _both_inside(session: Session) -> bool:
    here = Presence.objects.filter(session=session, left_ms=None)
    roles = set(here.values_list("role", flat=True))
    asesi = session.jadwal.permohonan.asesi_id
    met = {SessionRole.ASESI.value, SessionRole.ASESOR.value} <= roles
    return met and not waits(session, asesi, SessionRole.ASESI)


@transaction.atomic
def leave(session_id: UUID, *, connection: str, reason: str, now: datetime) -> bool:
    """The connection is gone (``closed``, ``lost``, ``ended`` …); logged once. True if it was."""
    session = lock(session_id)
    held = Presence.objects.filter(session=session, connection=connection, left_ms=None).first()
    if held is None:
        return False
    append(
        session,
        kind="left",
        actor=str(held.user_id),
        data={"connection": connection, "reason": reason[:24]},
        now=now,
    )
    return True


def heartbeat(session_id: UUID, *, connection: str, now: datetime) -> bool:
    """The connection still holds. False when it was given up: then ``join`` again, anew."""
    return bool(
        Presence.objects.filter(session_id=session_id, connection=connection, left_ms=None).update(
            last_seen_at=now
        )
    )


def end(session: Session, *, reason: EndReason, actor: str, now: datetime) -> int:
    """End a locked session; the seq of ``session.ended``. The room's doors close with it."""
    target = session_machine.after(SessionState(session.state), SessionEvent.END)
    entry = append(
        session, kind="session.ended", actor=actor, data={"reason": reason.value}, now=now
    )
    session.state = target.value
    session.ended_ms, session.end_reason = entry.at_ms, reason.value
    session.save(update_fields=["state", "ended_ms", "end_reason"])
    publish(SessionEnded(session_id=session.pk))
    return entry.seq


@transaction.atomic
def seal(
    session_id: UUID,
    *,
    sign: Callable[[Session, datetime], str],
    now: datetime,
) -> Session:
    """Seal an ended session: ``sign`` gets the locked session and returns the key id (kid).

    The head that is signed is the one before the ``session.sealed`` entry, which names it.
    """
    session = lock(session_id)
    target = session_machine.after(SessionState(session.state), SessionEvent.SEAL)
    head, seq = session.head_hash, session.head_seq
    kid = sign(session, now)
    append(
        session,
        kind="session.sealed",
        actor=SYSTEM,
        data={"head": head, "seq": seq, "kid": kid},
        now=now,
    )
    session.state = target.value
    session.save(update_fields=["state"])
    publish(SessionSealed(session_id=session.pk, seq=seq))
    return session


def tick(now: datetime) -> int:
    """What time does by itself: end sessions whose window closed, give up silent connections.

    Then what other packages registered in ``ticks``. Returns how many things were touched. Safe
    to run from many processes.
    """
    touched = 0
    in_room = [SessionState.OPEN.value, SessionState.LIVE.value]
    for session in (
        Session.objects.filter(state__in=in_room)
        .select_related("jadwal")
        .prefetch_related("pauses")
    ):
        if rules.closes_at(session, now) <= now:
            touched += _end_by_window(session.pk, now)
    silent = Presence.objects.filter(left_ms=None, last_seen_at__lt=now - SILENT_AFTER)
    for session_id, connection in list(silent.values_list("session_id", "connection")):
        touched += leave(session_id, connection=connection, reason="lost", now=now)
    return touched + ticks.run(now)


@transaction.atomic
def _end_by_window(session_id: UUID, now: datetime) -> int:
    session = lock(session_id)
    if SessionState(session.state) not in {SessionState.OPEN, SessionState.LIVE}:
        return 0
    end(session, reason=EndReason.WINDOW, actor=SYSTEM, now=now)
    return 1


def on_jadwal_ditetapkan(event: JadwalDitetapkan) -> None:
    """Scheduling fixed a meeting: its room exists from now on."""
    create_for(event.jadwal_id)
