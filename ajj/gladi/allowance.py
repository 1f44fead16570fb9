"""How much of the server one person's rehearsals may take.

Counted in Django's cache: per web process while it is the default one, for all of them once a
shared one is configured.
"""

from django.core.cache import cache
from django.utils.translation import gettext as _

from ajj.kernel.errors import DomainError
from ajj.people.models import User

WINDOW_S = 600
MOST = {"bytes": 8 * 1024 * 1024, "practice": 40, "report": 60}


class TooMuch(DomainError):
    """Used up for now (429)."""

    status = 429
    code = "too_many"


def spend(user: User, what: str, amount: int = 1) -> None:
    """Count ``amount`` of ``what``; raises ``TooMuch`` beyond ``MOST`` in ten minutes."""
    key = f"gladi:{what}:{user.pk}"
    cache.add(key, 0, WINDOW_S)
    try:
        used = cache.incr(key, amount)
    except ValueError:
        # It expired between the two: a new window begins.
        cache.set(key, amount, WINDOW_S)
        used = amount
    if used > MOST[what]:
        raise TooMuch(_("Gladi terlalu sering. Tunggu sepuluh menit, lalu ulangi."))
