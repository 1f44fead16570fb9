"""Who may do what with a permohonan. The same rule yields the rows and the permission."""

from django.db.models import Q

from ajj.applications.models import Permohonan
from ajj.applications.states import APL01, APL02, State, fillable
from ajj.people.models import Role, User

REVIEWERS = (Role.ADMIN, Role.MANAJER)
READERS = (*REVIEWERS, Role.DIREKTUR)


def visible(user: User) -> Q:
    """The rows of ``Permohonan`` that ``user`` may see.

    Asesi see their own, asesor those they were asked to review, the office all that were handed in.
    """
    own = Q(asesi=user)
    if user.has_role(*READERS):
        return own | ~Q(state=State.DRAFT)
    return own | (Q(asesor=user) & ~Q(state=State.DRAFT))


def may_review(user: User) -> bool:
    """Whether ``user`` accepts and returns applications for the LSP."""
    return user.has_role(*REVIEWERS)


def may_fill_apl01(user: User, permohonan: Permohonan) -> bool:
    """The asesi writes FR.APL.01 while it is a draft or returned."""
    return permohonan.asesi_id == user.pk and permohonan.status in fillable(APL01)


def may_fill_apl02(user: User, permohonan: Permohonan) -> bool:
    """The asesi writes FR.APL.02 once the stage before it was accepted."""
    return permohonan.asesi_id == user.pk and permohonan.status in fillable(APL02)


def may_verify_apl02(user: User, permohonan: Permohonan) -> bool:
    """The asesor who was appointed, and never for an own application."""
    return permohonan.asesor_id == user.pk and permohonan.asesi_id != user.pk
