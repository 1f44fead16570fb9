"""The life of a MUK: every move goes through ``muk_machine``."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record
from ajj.kernel.errors import Conflict
from ajj.people.models import User
from ajj.skema.models import Muk
from ajj.skema.states import MukEvent, MukState, muk_machine


def _held(muk: Muk) -> Muk:
    return Muk.objects.select_for_update().select_related("skema").get(pk=muk.pk)


def _move(
    held: Muk, event: MukEvent, *, actor: User | None, now: datetime, data: dict[str, Any]
) -> Muk:
    """Write the state after ``event`` with all that the caller changed on ``held``; note it."""
    before = MukState(held.state)
    held.state = muk_machine.after(before, event).value
    held.save()
    data = {"from": before.value, "to": held.state, "version": held.version} | data
    record(actor, f"muk.{event.value}", held, data, now=now)
    return held


@transaction.atomic
def use_muk(muk: Muk, *, actor: User | None, now: datetime) -> Muk:
    """Lock ``muk`` because an asesi gets it now; from here on its items never change.

    Using it again writes nothing. Raises ``Conflict`` (``muk_not_valid``) unless it is ``valid`` or
    ``used``.
    """
    held = _held(muk)
    if not muk_machine.allows(MukState(held.state), MukEvent.USE):
        raise Conflict(
            _("Instrumen “%(muk)s” belum disahkan validator, jadi belum dapat dipakai.")
            % {"muk": held},
            code="muk_not_valid",
        )
    if held.state == MukState.USED:
        return held
    return _move(held, MukEvent.USE, actor=actor, now=now, data={})
