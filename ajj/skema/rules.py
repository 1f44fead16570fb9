"""When a scheme may be applied for, what meets a requirement, who may touch a MUK. Pure."""

from django.utils.translation import gettext as _

from ajj.kernel.errors import Forbidden
from ajj.people.models import Role, User
from ajj.skema.models import Muk, Skema
from ajj.skema.states import MukState

KINDS = (
    ("ktp", ("ktp", "kartu identitas", "paspor")),
    ("foto", ("pas foto",)),
    ("ijazah", ("ijazah", "transkrip", "kartu pelajar", "kartu mahasiswa")),
    ("cv", ("curriculum", "riwayat hidup", "cv")),
)

DIMENSI = {
    "ts": "Task skills",
    "tms": "Task management skills",
    "cms": "Contingency management skills",
    "jres": "Job role/environment skills",
    "trs": "Transfer skills",
}
"""The five dimensi kompetensi (FR.AK.06), as an item of a MUK names them."""

EDITORS = (Role.ADMIN, Role.MANAJER, Role.ASESOR)
"""Who sees items with their keys, and writes them."""
VALIDATORS = (Role.MANAJER, Role.ASESOR)
OFFICE = (Role.ADMIN, Role.MANAJER)


def document_kind(text: str) -> str:
    """The kind of personal document that a requirement's ``text`` asks for; else ``lain``."""
    lowered = text.lower()
    for kind, words in KINDS:
        if any(word in lowered for word in words):
            return kind
    return "lain"


def closed_reason(skema: Skema, unit_count: int) -> str:
    """Why nobody can apply for ``skema`` now; empty when one can."""
    if unit_count == 0:
        return _("Unit kompetensi skema ini belum dimuat, jadi permohonan belum dibuka.")
    if not skema.lengkap:
        return _("Sebagian unit skema ini belum lengkap, jadi permohonan belum dibuka.")
    return ""


def may_edit(user: User) -> bool:
    """Whether ``user`` sees and writes the items of a MUK."""
    return user.has_role(*EDITORS)


def may_validate(user: User, muk: Muk) -> bool:
    """Whether ``user`` may sign ``muk`` as its validator: never one's own work."""
    return user.has_role(*VALIDATORS) and user.pk not in _signed_by(muk)


def cosigned_as(muk: Muk) -> str:
    """The second line that waits now: the penyusun's first, once valid the validator's."""
    return "penyusun2" if muk.state == MukState.SUBMITTED else "validator2"


def may_cosign(user: User, muk: Muk) -> bool:
    """Whether ``user`` may sign beside the first penyusun or validator: nobody signs twice."""
    roles = EDITORS if cosigned_as(muk) == "penyusun2" else VALIDATORS
    return user.has_role(*roles) and user.pk not in _signed_by(muk)


def _signed_by(muk: Muk) -> set[int]:
    return {user.pk for _line, user, _at in muk.signers}


def may_withdraw(user: User) -> bool:
    """Whether ``user`` may take an instrument out of use: the office."""
    return user.has_role(*OFFICE)


def require_editor(user: User) -> None:
    """Raise ``Forbidden`` (``wrong_role``) unless ``user`` writes instruments."""
    if not may_edit(user):
        raise Forbidden(
            _("Instrumen disusun oleh asesor, admin LSP, atau manajer."), code="wrong_role"
        )


def require_office(user: User) -> None:
    """Raise ``Forbidden`` (``wrong_role``) unless ``user`` is of the office."""
    if not may_withdraw(user):
        raise Forbidden(_("Instrumen ditarik oleh admin LSP atau manajer."), code="wrong_role")


def require_validator(user: User, muk: Muk) -> None:
    """Raise ``Forbidden`` (``wrong_role``, ``own_muk``) unless ``user`` may validate ``muk``."""
    if not user.has_role(*VALIDATORS):
        raise Forbidden(_("Instrumen divalidasi oleh asesor atau manajer."), code="wrong_role")
    if not may_validate(user, muk):
        raise Forbidden(
            _("Anda menyusun instrumen ini; orang lain yang memvalidasinya."), code="own_muk"
        )


def require_cosigner(user: User, muk: Muk) -> None:
    """Raise ``Forbidden`` (``wrong_role``, ``own_muk``) unless ``user`` may sign as the second."""
    if user.pk in _signed_by(muk):
        raise Forbidden(_("Anda sudah menandatangani instrumen ini."), code="own_muk")
    if not may_cosign(user, muk):
        raise Forbidden(_("Peran Anda tidak menandatangani instrumen ini."), code="wrong_role")
