"""How much of the server one person's rehearsals may take."""

from django.utils.translation import gettext as _

from ajj.kernel.errors import DomainError
from ajj.people.allowance import taken
from ajj.people.models import User

WINDOW_S = 600
MOST = {"bytes": 8 * 1024 * 1024, "practice": 40, "report": 60}


class TooMuch(DomainError):
    """Used up for now (429)."""

    status = 429
    code = "too_many"


def spend(user: User, what: str, amount: int = 1) -> None:
    """Count ``amount`` of ``what``; raises ``TooMuch`` beyond ``MOST`` in ten minutes."""
    used = taken(f"gladi:{what}:{user.pk}", amount, window_s=WINDOW_S)
    if used > MOST[what]:
        raise TooMuch(_("Gladi terlalu sering. Tunggu sepuluh menit, lalu ulangi."))
