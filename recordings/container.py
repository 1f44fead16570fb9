"""What WebM and fragmented MP4 segments have in common: tracks, samples, the writer's shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

FLUSH_MS = 1000
"""A cluster or fragment holds about this much; a crash loses no more than the open one."""


@dataclass(frozen=True, slots=True)
class Video:
    """``codec``: "vp8", "vp9" or "h264"; the parameter sets are for H.264 only. Size in pixels."""

    codec: str
    width: int
    height: int
    sps: bytes = b""
    pps: bytes = b""


@dataclass(frozen=True, slots=True)
class Audio:
    """Opus, always 48 kHz."""

    channels: int = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """One encoded frame at ``at_ms`` on the session's clock, ``duration_ms`` 0 when unknown."""

    video: bool
    at_ms: float
    data: bytes
    keyframe: bool
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Finish:
    """What is left to write: bytes to append, then bytes to put at earlier offsets."""

    tail: bytes
    patches: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A whole segment cut out of a torn file. ``codecs`` as in the sidecar: vp8, h264, opus."""

    data: bytes
    start_ms: int
    end_ms: int
    mime: str
    codecs: tuple[str, ...]


class Writer(Protocol):
    """Turns samples in order of time into bytes to append; never touches a file itself."""

    mime: str
    suffix: str
    codecs: tuple[str, ...]

    def header(self) -> bytes:
        """The first bytes of the segment."""

    def add(self, sample: Sample) -> bytes:
        """Bytes of whole clusters to append now, often none."""

    def flush(self) -> bytes:
        """The open cluster, closed early; none when nothing is in it."""

    def finish(self, end_ms: float) -> Finish:
        """Close the segment at ``end_ms``."""
