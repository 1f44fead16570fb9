"""Who listens to what. Subscriptions are made in ``AppConfig.ready()``."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from ajj.events.event import Event

Subscriber = Callable[[Any], None]
E = TypeVar("E", bound=Event)
_subscribers: dict[type[Event], list[Subscriber]] = defaultdict(list)
log = structlog.get_logger(__name__)


def subscribe(kind: type[E], subscriber: Callable[[E], None]) -> None:
    """Call ``subscriber`` for each event of exactly this ``kind``; subscribing twice is once."""
    if subscriber not in _subscribers[kind]:
        _subscribers[kind].append(subscriber)


def deliver(event: Event) -> None:
    """Hand ``event`` to its subscribers, in order of subscription.

    The fact is committed already, so one failing subscriber is logged and hides nothing from the
    others; what must not be lost is reconciled from the database by its own job.
    """
    for subscriber in list(_subscribers[type(event)]):
        try:
            subscriber(event)
        except Exception:
            log.exception("subscriber failed", event=type(event).__name__)
