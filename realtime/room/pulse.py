"""What every screen may claim about a person's media at this moment. Pure.

Judged by what the media node has received, second by second; the presence frame, which is about
recording and publication, is slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FROZEN_MS = 2_000
"""No packet at all for so long: frozen. Opus leaves out at most 400 ms of silence (RFC 7587)."""
NO_SOUND_MS = 2_000
NO_PICTURE_MS = 2_500
STILL_EVERY_MS = 10_000
"""A picture every few seconds is a picture, as long as the next one may still come."""
MOVES_FPS = 1.5


@dataclass(frozen=True)
class Beat:
    """One stream. ``audio``: speaking, quiet, off. ``video``: moving, stills, off.

    ``frozen_ms``: session time since when nothing comes, None while something does. ``height``:
    of the picture, pixels. ``thin``: somebody who listens gets no picture, their line is poor.
    """

    audio: str
    video: str
    height: int
    thin: bool
    frozen_ms: int | None

    def row(self) -> dict[str, Any]:
        """As it goes over the socket."""
        row: dict[str, Any] = {"audio": self.audio, "video": self.video}
        if self.video != "off":
            row["height"] = self.height
        if self.thin:
            row["thin"] = True
        if self.frozen_ms is not None:
            row["frozen_ms"] = self.frozen_ms
        return row


def beat(item: Mapping[str, Any], now_ms: int, before: Beat | None) -> Beat:
    """From what the node lists of a stream; ``now_ms`` is the session's clock."""
    quiet_ms = item.get("last_packet_ms_ago")
    frozen = quiet_ms is None or quiet_ms >= FROZEN_MS
    frozen_ms = None
    if frozen:
        stood = before.frozen_ms if before is not None else None
        frozen_ms = max(0, now_ms - int(quiet_ms or 0)) if stood is None else stood
    return Beat(
        audio=_audio(item, frozen=frozen),
        video=_video(item, frozen=frozen),
        height=int(item.get("height") or 0),
        thin=bool(item.get("without_video")),
        frozen_ms=frozen_ms,
    )


def _audio(item: Mapping[str, Any], *, frozen: bool) -> str:
    ago = item.get("audio_came_ms_ago")
    if frozen or ago is None or ago >= NO_SOUND_MS:
        return "off"
    return "speaking" if item.get("speaking") else "quiet"


def _video(item: Mapping[str, Any], *, frozen: bool) -> str:
    ago, rate = item.get("video_came_ms_ago"), float(item.get("frame_rate") or 0.0)
    if frozen or ago is None:
        return "off"
    if rate >= MOVES_FPS:
        return "moving" if ago < NO_PICTURE_MS else "off"
    return "stills" if rate > 0 and ago < STILL_EVERY_MS else "off"
