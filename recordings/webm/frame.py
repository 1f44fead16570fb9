"""One encoded frame of a browser recorder's file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """``pts_ms`` counts from the file's own zero."""

    video: bool
    pts_ms: float
    keyframe: bool
    data: bytes
