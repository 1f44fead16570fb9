"""A stream to rehearse with: it goes the room's way, and leaves nothing behind."""

from __future__ import annotations

from realtime.media.publisher import Publisher
from realtime.media.stream import Stream

LONGEST_S = 300.0
MOST = 12
"""At the same time on one node: rehearsing must not cost the sessions their capacity."""


class Practice(Stream):
    """Forwarded like any stream; no file, no journal, no state, and no place in any list.

    Its recorder is never given a packet, so it never has anything to write.
    """

    def _record(self, now: float) -> None:
        self._unrecorded.clear()

    def _announce(self, publisher: Publisher, now: float) -> None:
        """Nobody is told."""

    def record_anew(self) -> None:
        """There is no recording to begin."""

    def describe(self, now: float) -> None:
        """Not among the session's streams."""
