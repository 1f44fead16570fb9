"""H.264 as recorders put it into Matroska: with lengths and an avcC, or with start codes."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from recordings.container import Video
from recordings.webm.frame import Frame

IDR, SPS, PPS = 5, 7, 8
MAX_SET = 4096
MAX_UNITS = 256
_START = re.compile(rb"\x00\x00\x00?\x01")


class Configuration(NamedTuple):
    """``size`` bytes of length before each NAL unit; 0: start codes (Annex B)."""

    size: int
    sps: bytes
    pps: bytes


def configuration(private: bytes) -> Configuration:
    """An AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1); anything else: Annex B."""
    try:
        if private[0] != 1:
            return Configuration(0, b"", b"")
        size = (private[4] & 3) + 1
        sps, position = _sets(private, 6, private[5] & 31)
        pps, _end = _sets(private, position + 1, private[position])
    except (IndexError, struct.error):
        return Configuration(0, b"", b"")
    return Configuration(size, sps, pps)


def _sets(data: bytes, position: int, count: int) -> tuple[bytes, int]:
    """The first parameter set of a list, and where the list ends."""
    first = b""
    for _n in range(count):
        (length,) = struct.unpack_from("!H", data, position)
        position += 2
        first = first or data[position : position + length]
        position += length
    return first, position


def units(data: bytes, size: int) -> list[bytes]:
    """The NAL units of a frame; what is torn is left out."""
    if not size:
        return [part for part in _START.split(data, MAX_UNITS) if part]
    found: list[bytes] = []
    position = 0
    while position + size <= len(data) and len(found) < MAX_UNITS:
        length = int.from_bytes(data[position : position + size], "big")
        position += size
        if not length or position + length > len(data):
            break
        found.append(data[position : position + length])
        position += length
    return found


def normalised(
    private: bytes, frames: list[Frame], width: int, height: int
) -> tuple[Video | None, list[Frame]]:
    """Frames with four-byte lengths from the first keyframe on, parameter sets taken out.

    None when there is no keyframe, no parameter set or no size.
    """
    known = configuration(private)
    sps, pps = known.sps, known.pps
    kept: list[Frame] = []
    for frame in frames:
        parts = units(frame.data, known.size)
        kinds = [part[0] & 31 for part in parts]
        sps = sps or next((p for p, k in zip(parts, kinds, strict=True) if k == SPS), b"")
        pps = pps or next((p for p, k in zip(parts, kinds, strict=True) if k == PPS), b"")
        key = IDR in kinds
        body = [p for p, k in zip(parts, kinds, strict=True) if k not in (SPS, PPS, 9)]
        if body and (kept or key):
            data = b"".join(struct.pack("!I", len(part)) + part for part in body)
            kept.append(Frame(True, frame.pts_ms, key, data))
    usable = 4 <= len(sps) <= MAX_SET and 0 < len(pps) <= MAX_SET and width and height
    if not kept or not usable:
        return None, []
    return Video("h264", width, height, sps, pps), kept
