"""Facts about people that others act upon."""

from dataclasses import dataclass

from ajj.events.event import Event


@dataclass(frozen=True)
class AkunDibuat(Event):
    """A person registered an account."""

    user_id: int
