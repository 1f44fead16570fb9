"""What FFmpeg sees in a stored segment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av


@dataclass(frozen=True)
class Look:
    """Counts of decoded frames; first and last session ms of each kind."""

    pictures: int
    sounds: int
    video_ms: tuple[float, float] | None
    audio_ms: tuple[float, float] | None
    first_is_keyframe: bool
    duration_ms: float


def look(source: Path | BinaryIO) -> Look:
    """Decode everything; any error of the demuxer or a decoder is raised."""
    times: dict[str, list[float]] = {"video": [], "audio": []}
    keyframe = True
    frames = {"video": 0, "audio": 0}
    with av.open(str(source) if isinstance(source, Path) else source, mode="r") as container:
        for stream in container.streams:
            stream.codec_context.options = {"err_detect": "explode"}
        for packet in container.demux():
            kind = packet.stream.type
            if packet.pts is not None and packet.time_base is not None:
                if kind == "video" and not times["video"]:
                    keyframe = packet.is_keyframe
                times[kind].append(float(packet.pts * packet.time_base) * 1000)
            frames[kind] += len(packet.decode())
        duration = (container.duration or 0) / 1000
    video, audio = times["video"], times["audio"]
    return Look(
        pictures=frames["video"],
        sounds=frames["audio"],
        video_ms=(min(video), max(video)) if video else None,
        audio_ms=(min(audio), max(audio)) if audio else None,
        first_is_keyframe=keyframe,
        duration_ms=duration,
    )


__all__ = ["Look", "look"]
