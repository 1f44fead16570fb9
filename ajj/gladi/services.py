"""Keeping the report of a rehearsal."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ajj.gladi import allowance, rules
from ajj.gladi.measured import Measured
from ajj.gladi.models import Gladi
from ajj.gladi.verdicts import decide
from ajj.live.selectors import session_for
from ajj.people.models import User

KEPT = 20
"""Reports of one person for one session; older ones make way."""


@transaction.atomic
def keep(session_id: UUID, *, user: User, run: UUID, measured: Measured, now: datetime) -> Gladi:
    """Decide on what ``user`` measured and store it with the session.

    The same ``run`` again gives the report that is there. Raises ``NotFound``, ``Forbidden``
    (``not_member``, ``role_may_not_publish``, ``session_over``) or ``TooMuch``.
    """
    session, role = session_for(session_id, user)
    rules.require_run(session, role, now)
    known = Gladi.objects.filter(session=session, user=user, run=run).first()
    if known is not None:
        return known
    allowance.spend(user, "report")
    told = replace(measured, elsewhere=bool(settings.JITSI_DOMAIN))
    row, _created = Gladi.objects.get_or_create(
        session=session,
        user=user,
        run=run,
        defaults={
            "role": role.value,
            "at": now,
            "verdict": decide(told, role.value).verdict.value,
            "measured": {name: value for name, value in asdict(told).items() if value is not None},
        },
    )
    older = Gladi.objects.filter(session=session, user=user).values_list("pk", flat=True)[KEPT:]
    Gladi.objects.filter(pk__in=list(older)).delete()
    return row
