"""How much room the spool's disk has, and what may still be written on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

_ALARM_BYTES = 2 << 30
_BRIM_BYTES = 512 << 20
_FLOOR_SHARE = 8
_BACK = 1.1
"""A state is left only when there is this much more than its threshold: no flapping."""

Usage = Callable[[], tuple[int, int]]
"""Free and total bytes of the disk."""


def usage_of(folder: Path) -> Usage:
    """The file system's own word (statvfs): what an ordinary process may still write."""

    def ask() -> tuple[int, int]:
        found = shutil.disk_usage(folder)
        return found.free, found.total

    return ask


class DiskWatch:
    """``alarm`` and ``brim`` are free bytes; None: 2 GiB or 10 %, and 512 MiB or 2.5 %, of a
    disk, whichever is less. Below ``brim`` sound is kept and pictures are not; below an eighth of
    it nothing is begun, so that what is open, and the journal, can still be finished.
    """

    def __init__(self, usage: Usage, *, alarm: int | None = None, brim: int | None = None) -> None:
        self._usage = usage
        self._given = (alarm, brim)
        self.free = 0
        self.alarm = self.brim = self.floor = 0
        self.state = "ok"
        self.opens = True
        self.look()

    @property
    def video(self) -> bool:
        """Whether pictures are written."""
        return self.state != "brim"

    def look(self) -> None:
        """Ask again, about once a second; a disk that does not answer changes nothing."""
        try:
            self.free, total = self._usage()
        except OSError:
            return
        alarm, brim = self._given
        self.alarm = min(_ALARM_BYTES, total // 10) if alarm is None else alarm
        self.brim = min(_BRIM_BYTES, total // 40) if brim is None else brim
        self.floor = self.brim // _FLOOR_SHARE
        self.opens = not self._below(self.floor, already=not self.opens)
        if self._below(self.brim, already=self.state == "brim"):
            self.state = "brim"
        elif self._below(self.alarm, already=self.state != "ok"):
            self.state = "low"
        else:
            self.state = "ok"

    def describe(self) -> dict[str, object]:
        """For ``/healthz`` and ``/streams``; ``recording`` is "all", "audio" or "nothing"."""
        kept = "nothing" if not self.opens else "all" if self.video else "audio"
        return {
            "free": self.free,
            "state": self.state,
            "alarm": self.alarm,
            "brim": self.brim,
            "recording": kept,
        }

    def _below(self, threshold: int, *, already: bool) -> bool:
        return self.free < (threshold * _BACK if already else threshold)
