"""Publish a domain event once its transaction has committed."""

from django.db import transaction

from ajj.events.bus import deliver
from ajj.events.event import Event


def publish(event: Event) -> None:
    """Deliver ``event`` to every subscriber after commit; nothing happens on rollback."""
    transaction.on_commit(lambda: deliver(event))
