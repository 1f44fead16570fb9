"""What the environment says to the media process."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """``segment_target_ms``: length at which a segment asks for its successor's keyframe.

    ``alarm_bytes``, ``brim_bytes``: see ``DiskWatch``; None for its own measure.
    """

    control_port: int
    internal_token: str
    spool_dir: Path
    public_address: str | None = None
    segment_target_ms: int = 10_000
    alarm_bytes: int | None = None
    brim_bytes: int | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Raises ValueError naming the variable that is missing or wrong."""
        env = os.environ if environ is None else environ
        token = env.get("INTERNAL_TOKEN", "")
        if not token:
            raise ValueError("INTERNAL_TOKEN is not set")
        if not env.get("SPOOL_DIR"):
            raise ValueError("SPOOL_DIR is not set")
        address = env.get("MEDIA_PUBLIC_ADDRESS") or None
        if address is not None:
            try:
                ipaddress.ip_address(address)
            except ValueError as error:
                raise ValueError("MEDIA_PUBLIC_ADDRESS is not an IP address") from error
        return cls(
            control_port=int(env.get("MEDIA_CONTROL_PORT", "8001")),
            internal_token=token,
            spool_dir=Path(env["SPOOL_DIR"]),
            public_address=address,
            segment_target_ms=int(env.get("SEGMENT_TARGET_MS", "10000")),
            alarm_bytes=_bytes(env, "SPOOL_ALARM_BYTES"),
            brim_bytes=_bytes(env, "SPOOL_BRIM_BYTES"),
        )


def _bytes(env: Mapping[str, str], name: str) -> int | None:
    given = env.get(name, "")
    if given and not given.isdecimal():
        raise ValueError(f"{name} is not a number of bytes")
    return int(given) if given else None
