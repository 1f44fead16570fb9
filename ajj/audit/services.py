"""The one way to write into the audit trail."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from ajj.audit.models import AuditEntry


def record(
    actor: AbstractBaseUser | None,
    action: str,
    target: Model,
    data: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> AuditEntry:
    """Note that ``actor`` did ``action`` (``package.verb``) to ``target`` at ``now``.

    ``data`` must be JSON and must hold no secret and no identity number. Runs inside the caller's
    transaction, so that the note and the deed stand or fall together.
    """
    entry = AuditEntry(
        at=now,
        actor_id=None if actor is None else actor.pk,
        action=action,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        data=data or {},
    )
    entry.save()
    return entry
