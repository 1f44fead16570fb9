"""Who keeps what the log says: one projector per kind, run by ``append`` in its transaction.

The stored state is thereby a function of the log; ``fold`` computes the same without a database.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ajj.live.models import LogEntry, Session

Projector = Callable[["Session", "LogEntry"], None]
_projectors: dict[str, list[Projector]] = defaultdict(list)


def register(kind: str, projector: Projector) -> None:
    """Run ``projector`` for every entry of ``kind``; registering twice is once."""
    if projector not in _projectors[kind]:
        _projectors[kind].append(projector)


def project(session: "Session", entry: "LogEntry") -> None:
    """Bring the stored projections up to ``entry``."""
    for projector in _projectors[entry.kind]:
        projector(session, entry)
