"""Opus packet duration from its table of contents (RFC 6716 §3.1, §3.2)."""

from __future__ import annotations

_SILK = (480, 960, 1920, 2880)
_HYBRID = (480, 960)
_CELT = (120, 240, 480, 960)
_MAX_SAMPLES = 5760


def duration(packet: bytes) -> int:
    """Samples at 48 kHz; 0 when the packet is empty or malformed."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = _SILK[config & 3]
    elif config < 16:
        frame = _HYBRID[config & 1]
    else:
        frame = _CELT[config & 3]
    if code == 0:
        count = 1
    elif code < 3:
        count = 2
    elif len(packet) > 1:
        count = packet[1] & 0x3F
    else:
        return 0
    samples = frame * count
    return samples if samples <= _MAX_SAMPLES else 0
