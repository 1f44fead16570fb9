"""Stored media judged from outside: bytes, clocks and decodable frames."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import av

from tests.e2e.browsers import Person

MAGIC = {"video/webm": b"\x1a\x45\xdf\xa3", "video/mp4": b"ftyp"}


@dataclass(frozen=True)
class Played:
    """What a decoder found in a segment; times are milliseconds of the container's own clock."""

    video_frames: int
    audio_frames: int
    first_ms: float
    last_ms: float
    starts_on_keyframe: bool


def decode(content: bytes) -> Played:
    """Decode everything; any error of the decoder is an error here."""
    frames = {"video": 0, "audio": 0}
    times: list[float] = []
    keyframe = False
    with av.open(io.BytesIO(content), "r") as container:
        for packet in container.demux():
            if packet.pts is None:
                continue
            if packet.stream.type == "video" and not frames["video"] and not keyframe:
                keyframe = packet.is_keyframe
            times.append(float(packet.pts * packet.time_base) * 1000)
            frames[packet.stream.type] += len(packet.decode())
    with av.open(io.BytesIO(content), "r") as container:
        assert container.streams, "no streams"
    return Played(frames["video"], frames["audio"], min(times), max(times), keyframe)


def manifest(person: Person, session: str) -> dict[str, Any]:
    found: dict[str, Any] = person.call("GET", f"/api/v1/sessions/{session}/recording")
    return found


def fetch(person: Person, url: str) -> bytes:
    answer = person.context.request.get(url)
    assert answer.ok, f"{url}: {answer.status}"
    return answer.body()


def check_recording(person: Person, session: str) -> dict[str, list[Played]]:
    """Every stored segment: hash, size, container, keyframe, clock, decodable; by stream."""
    found: dict[str, list[Played]] = {}
    for stream in manifest(person, session)["streams"]:
        for segment in stream["segments"]:
            content = fetch(person, segment["url"])
            assert len(content) == segment["bytes"]
            assert hashlib.sha256(content).hexdigest() == segment["sha256"]
            assert any(magic in content[:12] for magic in MAGIC.values())
            played = decode(content)
            if played.video_frames:
                assert played.starts_on_keyframe, segment
            # Timestamps are the session's clock, so a player needs no offset.
            assert abs(played.first_ms - segment["start_ms"]) <= 120, (played, segment)
            assert played.last_ms <= segment["end_ms"] + 120, (played, segment)
            found.setdefault(stream["stream"], []).append(played)
    return found
