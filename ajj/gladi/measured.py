"""What a gladi measured on one device, as the page reports it. Pure: shapes only.

Every field is None when it could not be measured there (no battery interface, no camera, a test
that did not end); that is a finding of its own, never a guess.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

Device = Literal["ok", "denied", "missing", "busy", "unsafe", "other", "off"]
"""How asking for a camera or microphone ended; ``off``: the person chose to go without."""
Route = Literal["ok", "failed", "absent"]
"""Whether media can take this way; ``absent``: the site offers no server for it."""
Codec = Literal["vp8", "vp9", "h264", "av1", "opus"]

Count = Annotated[int, Ge(0), Le(2**53)]
Share = Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Sizes in bytes, rates in bit/s, times in ms, shares from 0 to 1, the screen in CSS pixels."""

    browser: Annotated[str, MaxLen(80)] | None = None
    secure: bool | None = None
    webrtc: bool | None = None
    codecs: Annotated[list[Codec], MaxLen(8)] | None = None

    camera: Device | None = None
    camera_width: Count | None = None
    camera_height: Count | None = None
    microphone: Device | None = None
    microphone_peak: Share | None = None
    speaker: Literal["heard", "silent"] | None = None

    udp: Route | None = None
    turn_udp: Route | None = None
    turn_tcp: Route | None = None
    turn_tls: Route | None = None

    connected: bool | None = None
    """Whether one's own media came back from the server."""
    media_ms: Count | None = None
    loss: Share | None = None
    jitter_ms: Annotated[float, Ge(0), Le(3_600_000)] | None = None
    trip_ms: Annotated[float, Ge(0), Le(3_600_000)] | None = None
    reconnected: bool | None = None
    reconnect_ms: Count | None = None

    up_bps: Count | None = None
    down_bps: Count | None = None

    clock_offset_ms: Annotated[float, Ge(-1e13), Le(1e13)] | None = None
    """Server minus device."""
    storage_free: Count | None = None
    battery: Share | None = None
    charging: bool | None = None
    screen_width: Annotated[int, Ge(0), Le(100_000)] | None = None
    screen_height: Annotated[int, Ge(0), Le(100_000)] | None = None

    elsewhere: bool = False
    """Set by the server: the room's media goes through another engine, which no gladi can try."""
