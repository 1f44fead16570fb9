"""Commands of the room: what one is, how it is answered, and who handles which kind.

A handler checks and appends; it never answers by itself and never commits. Packages above
register theirs in ``AppConfig.ready()``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from ajj.kernel.errors import Invalid
from ajj.live.acted import Claim
from ajj.live.rules import SessionRole
from ajj.live.states import IN_ROOM, SessionState

if TYPE_CHECKING:
    from ajj.live.models import LogEntry, Session
    from ajj.people.models import User


class OpData(BaseModel):
    """Base of every op's data: strict types, unknown fields ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


@dataclass(frozen=True)
class Device:
    """Whose clock ``client_ms`` was read from, how far it may be off, and the number of the act."""

    id: str
    n: int
    error_ms: int


@dataclass(frozen=True)
class Op:
    """A command as it came in. ``client_ms`` is the sender's reading of the session clock.

    ``device`` comes from a device that numbers its acts and knows how exact its reading is.
    """

    op_id: str
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    client_ms: int | None = None
    base_seq: int | None = None
    device: Device | None = None

    @property
    def claim(self) -> Claim | None:
        """When the device says that its person acted; None where it does not say."""
        if self.device is None or self.client_ms is None:
            return None
        return Claim(self.client_ms, self.device.error_ms, self.device.id, self.device.n)


@dataclass(frozen=True)
class Ack:
    """The command took effect as entry ``seq``."""

    op_id: str
    seq: int

    def frame(self) -> dict[str, Any]:
        """As it goes over the socket."""
        return {"ack": self.op_id, "seq": self.seq}


@dataclass(frozen=True)
class Reject:
    """The command had no effect; ``status`` is the HTTP status of the same refusal."""

    op_id: str
    code: str
    message: str
    status: int = 400

    def frame(self) -> dict[str, Any]:
        """As it goes over the socket."""
        return {"reject": self.op_id, "code": self.code, "message": self.message}


class Append(Protocol):
    """Writes one entry to the locked session's log, as the sender, at the command's time."""

    def __call__(self, kind: str, data: Mapping[str, Any]) -> "LogEntry": ...


D = TypeVar("D", bound=OpData)


@dataclass(frozen=True)
class OpContext(Generic[D]):
    """What a handler gets; ``session`` is locked until the command commits."""

    session: "Session"
    user: "User"
    role: SessionRole
    data: D
    op: Op
    now: datetime
    append: Append


Handler = Callable[[OpContext[D]], int]


@dataclass(frozen=True)
class Registration(Generic[D]):
    """One kind of command: shape of its data, who may send it and when.

    ``acted``: its entries say when the person acted. ``late``: what was done while the session ran
    is taken from a device that comes back after its end.
    """

    kind: str
    data: type[D]
    handler: Handler[D]
    roles: frozenset[SessionRole]
    states: frozenset[SessionState]
    acted: bool
    late: bool


_registry: dict[str, Registration[Any]] = {}


def register(
    kind: str,
    handler: Handler[D],
    *,
    data: type[D],
    roles: frozenset[SessionRole],
    states: frozenset[SessionState] = IN_ROOM,
    acted: bool = False,
    late: bool = False,
) -> None:
    """Let ``handler`` (returns the seq of the entry that answers) take commands of ``kind``."""
    _registry[kind] = Registration(kind, data, handler, roles, states, acted or late, late)


def find(kind: str) -> Registration[Any]:
    """The registration of ``kind``; raises ``Invalid`` (``unknown_op``)."""
    try:
        return _registry[kind]
    except KeyError:
        raise Invalid(_("Perintah tidak dikenal."), code="unknown_op") from None
