"""What a production start must not have: debugging, a key nobody chose, demo accounts.

A master key that lies beside what it protects is only warned of.

``PRODUCTION=1`` makes each of them an error of Django's system check; every management command
and the ASGI application refuse to start on it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Notice
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import Error as DatabaseError

from ajj.live.services import masterkey
from ajj.people.models import User

SHORTEST_KEY = 40


@register(Tags.security)
def production_settings(**kwargs: Any) -> list[CheckMessage]:
    """Errors of the settings; nothing outside production."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on in production.", hint="Unset DEBUG.", id="ajj.E001"))
    if not settings.SECRET_KEY_GIVEN or len(settings.SECRET_KEY) < SHORTEST_KEY:
        hint = f"Set SECRET_KEY to {SHORTEST_KEY} random characters or more."
        found.append(Error("No secret key was chosen for production.", hint=hint, id="ajj.E002"))
    return [*found, *_master_key()]


def _master_key() -> list[CheckMessage]:
    if settings.MASTER_KEY:
        try:
            masterkey.active()
        except ImproperlyConfigured as error:
            return [Error(str(error), hint="openssl rand -base64 32", id="ajj.E005")]
        return []
    protected = [] if settings.S3_BUCKET else [Path(settings.MEDIA_ROOT)]
    database = settings.DATABASES["default"]
    if str(database["ENGINE"]).endswith("sqlite3"):
        protected.append(Path(str(database["NAME"])))
    if not any(_one_disk(masterkey.directory(), each) for each in protected):
        return []
    hint = "Set MASTER_KEY, or keep DATA_DIR/keys on another disk. See docs/retention.md."
    words = "The master key of all recordings lies on the same disk as what it protects."
    return [Notice(words, hint=hint, id="ajj.W001")]


def _one_disk(one: Path, other: Path) -> bool:
    """Whether both lie, or would lie, on one file system."""
    return _device(one) == _device(other)


def _device(path: Path) -> int:
    while not path.exists():
        path = path.parent
    return path.stat().st_dev


@register(Tags.database)
def no_demo_accounts(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error when demo accounts, whose password is printed, can log in in production."""
    if not settings.PRODUCTION or not databases:
        return []
    try:
        if "people_user" not in connections["default"].introspection.table_names():
            return []
        demo = User.objects.filter(is_demo=True, is_active=True).count()
    except DatabaseError as error:
        return [Error(f"The database does not answer: {error}", id="ajj.E004")]
    if not demo:
        return []
    hint = "Start production on a database of its own, or deactivate the demo accounts."
    return [Error(f"{demo} demo accounts in production.", hint=hint, id="ajj.E003")]
