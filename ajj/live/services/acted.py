"""Placing what a device did on the session clock, and taking it after the end."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Conflict
from ajj.live.acted import Acted, Claim, place
from ajj.live.models import LogEntry, OpResult, Presence, Session
from ajj.live.rules import closes_at
from ajj.live.states import SessionState
from ajj.people.models import User


def placed(session: Session, user: User, claim: Claim | None, now: datetime) -> Acted | None:
    """Where the act of a locked session belongs.

    None without a claim, without t0, and for a person who never joined.
    """
    if claim is None or session.opened_at is None:
        return None
    mine = Presence.objects.filter(session=session, user=user)
    joined_ms = mine.aggregate(first=Min("joined_ms"))["first"]
    if joined_ms is None:
        return None
    same = OpResult.objects.filter(
        session=session, actor=str(user.pk), device=claim.device, acted_ms__isnull=False
    )
    arrived_ms = max(session.head_ms, session_ms(session.opened_at, now))
    return place(
        claim,
        # Nothing is done in a session that is over.
        arrived_ms=arrived_ms if session.ended_ms is None else min(arrived_ms, session.ended_ms),
        joined_ms=joined_ms,
        after_ms=same.filter(device_n__lt=claim.n).aggregate(last=Max("acted_ms"))["last"],
        before_ms=same.filter(device_n__gt=claim.n).aggregate(first=Min("acted_ms"))["first"],
    )


def require_during(
    session: Session, states: Collection[SessionState], acted: Acted, now: datetime
) -> None:
    """What arrives after the end was done before it, while the session was in one of ``states``.

    Raises ``Conflict``: ``session_ended`` for what was done later, or with the outcome already
    decided; ``not_live`` for what needed both people before they were there.
    """
    told = LogEntry.objects.filter(session=session)
    done_ms, error_ms = acted.claim.ms, acted.claim.error_ms
    if done_ms - error_ms > _end_ms(session, now) or told.filter(kind="decision").exists():
        raise Conflict(_("Sesi ini sudah berakhir."), code="session_ended")
    if SessionState.OPEN not in states:
        live_ms = told.filter(kind="session.live").values_list("at_ms", flat=True).first()
        if live_ms is None or done_ms + error_ms < live_ms:
            raise Conflict(_("Sesi belum dimulai: tunggu asesi dan asesor hadir."), code="not_live")


def _end_ms(session: Session, now: datetime) -> int:
    if session.ended_ms is not None:
        return session.ended_ms
    if session.opened_at is None:
        return 0
    return session_ms(session.opened_at, closes_at(session, now))
