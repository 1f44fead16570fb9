"""What a domain event is: a frozen fact, named in the past, carrying ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Base of all events. Subclasses live in the ``events.py`` of the package that publishes."""
