"""A stream to rehearse with: it goes the room's way, and leaves nothing behind."""

from __future__ import annotations

from realtime.media.publisher import Publisher
from realtime.media.recorder import Recorder
from realtime.media.stream import Stream
from realtime.rtp import rtcp
from realtime.rtp.packet import Packet

LONGEST_S = 300.0
MOST = 12
"""At the same time on one node: rehearsing must not cost the sessions their capacity."""


class _Forgetting(Recorder):
    """In the place of a recorder; nothing that it is given stays."""

    def __init__(self) -> None:
        """Without a segmenter: there is nothing to cut."""

    def packet(self, item: Packet, codec: str, now: float) -> None: ...
    def report(self, video: bool, report: rtcp.SenderReport) -> None: ...
    def tick(self, now: float) -> None: ...
    def interrupt(self) -> None: ...
    def stop(self) -> None: ...
    def fail(self) -> None: ...
    def ago_ms(self, video: bool, now: float) -> int | None:
        return None


class Practice(Stream):
    """Forwarded like any stream; no file, no journal, no state, and no place in any list."""

    def _new_recorder(self) -> Recorder:
        return _Forgetting()

    def _announce(self, publisher: Publisher, now: float) -> None:
        """Nobody is told."""

    def record_anew(self) -> None:
        """There is no recording to begin."""

    def describe(self, now: float) -> None:
        """Not among the session's streams."""
