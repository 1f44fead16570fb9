"""How large somebody's picture may be: the asesor pins it, or a person saves their own data.

It is logged, so that whoever judges the recording sees why a picture was small.
"""

from typing import Literal

from django.utils.translation import gettext as _

from ajj.kernel.errors import Forbidden, Invalid
from ajj.live import ops
from ajj.live.ops import OpContext, OpData
from ajj.live.rules import ASSESSING, PUBLISHERS, role_in
from ajj.people.models import User

Rung = Literal["", "360p", "180p", "still", "audio"]


class LimitData(OpData):
    """``person``: whose picture; ``rung``: the largest allowed, empty for no limit."""

    person: str
    rung: Rung


def _limit(context: OpContext[LimitData]) -> int:
    person, rung = context.data.person, context.data.rung
    if person != str(context.user.pk):
        if context.role not in ASSESSING:
            raise Forbidden(
                _("Hanya asesor yang dapat membatasi gambar orang lain."), code="not_asesor"
            )
        whom = User.objects.filter(pk=person).first() if person.isdecimal() else None
        if whom is None or role_in(context.session, whom) not in PUBLISHERS:
            raise Invalid(_("Orang ini tidak mengirim gambar di sesi ini."), code="unknown_person")
    return context.append("media.limited", {"person": person, "rung": rung}).seq


def register_limits() -> None:
    """Called once, in ``AppConfig.ready()``."""
    ops.register("media.limit", _limit, data=LimitData, roles=PUBLISHERS)
