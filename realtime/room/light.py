"""The recording light: what may be claimed about the recording at this moment, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

FRESH_MS = 18_000


class Light(Enum):
    """``stored_locally``: segments are safe on the media node's disk, not yet in storage."""

    RECORDING = "recording"
    NOT_RECORDING = "not_recording"
    STORED_LOCALLY = "stored_locally"


@dataclass(frozen=True)
class Track:
    """One stream, in session milliseconds.

    ``stored_ms``: end of what storage holds; ``spooled_ms``: end of what the media node's disk
    holds (both 0 when nothing); ``stopped_ms``: when it stopped, None while live.
    """

    started_ms: int
    stopped_ms: int | None
    stored_ms: int
    spooled_ms: int


@dataclass(frozen=True)
class LightState:
    """``until_ms``: everything before it is kept; ``since_ms``: when this state began."""

    light: Light
    until_ms: int
    since_ms: int


def _kept(track: Track) -> tuple[Light, int]:
    if track.stored_ms >= track.spooled_ms:
        return Light.RECORDING, max(track.stored_ms, track.started_ms)
    return Light.STORED_LOCALLY, max(track.spooled_ms, track.started_ms)


def recording_light(tracks: Sequence[Track], now_ms: int) -> LightState:
    """The worst of the live streams decides: one that is not being kept turns the light off.

    A stream counts as kept for ``FRESH_MS`` after the end of its newest segment: a segment's
    length and the way into storage.
    """
    live = [track for track in tracks if track.stopped_ms is None]
    if not live:
        ends = [max(track.stopped_ms or 0, track.stored_ms) for track in tracks]
        until = max((track.stored_ms for track in tracks), default=0)
        return LightState(Light.NOT_RECORDING, until, max(ends, default=0))
    kept = [_kept(track) for track in live]
    until = min(moment for _, moment in kept)
    if now_ms - until > FRESH_MS:
        return LightState(Light.NOT_RECORDING, until, until)
    lights = {light for light, _ in kept}
    light = Light.STORED_LOCALLY if Light.STORED_LOCALLY in lights else Light.RECORDING
    return LightState(light, until, min(track.started_ms for track in live))
