"""Files that a crash may meet at any moment: small ones put in place whole, and open segments."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from recordings.container import Finish


def write_whole(path: Path, data: bytes) -> None:
    """Put a small file in place at once: readers see the old or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def append_whole(path: Path, data: bytes) -> None:
    """Append durably, or raise OSError and leave the file as it was."""
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            _write(file, data)
            os.fsync(file.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                file.truncate(before)
            raise


def rewrite(path: Path, data: bytes) -> None:
    """Change a file in place to ``data``, which is no longer than it and mostly the same.

    It needs no room on the disk, and a crash in the middle leaves what can be repaired again.
    """
    with path.open("r+b", buffering=0) as file:
        _write(file, data)
        file.truncate(len(data))
        os.fsync(file.fileno())


class Part:
    """The open segment of a stream: always whole clusters, the bytes in the page cache at once."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.dirty = False
        self._size = 0
        self._file: BinaryIO = path.open("wb", buffering=0)

    def append(self, data: bytes) -> None:
        """Raises OSError when the disk does not take all of it; then it took nothing."""
        if not data:
            return
        try:
            _write(self._file, data)
        except OSError:
            with contextlib.suppress(OSError):
                self._file.seek(self._size)
                self._file.truncate(self._size)
            raise
        self._size += len(data)
        self.dirty = True

    def sync(self) -> None:
        """Make durable what was appended. Slow: for the disk thread, as the next two."""
        if self._file.closed or not self.dirty:
            return
        self.dirty = False
        # Windows has no fdatasync.
        getattr(os, "fdatasync", os.fsync)(self._file.fileno())

    def close(self, finish: Finish) -> None:
        """Write the rest and make it durable; can be tried again after an OSError."""
        if self._file.closed:
            return
        self._file.seek(self._size)
        self._file.truncate(self._size)
        _write(self._file, finish.tail)
        for offset, patch in finish.patches:
            self._file.seek(offset)
            _write(self._file, patch)
        os.fsync(self._file.fileno())
        self._file.close()

    def release(self) -> None:
        """Leave the file as it is, to be salvaged."""
        with contextlib.suppress(OSError):
            self._file.close()


def _write(file: BinaryIO, data: bytes) -> None:
    """All of it: a raw file near the end of its disk takes less than it was given."""
    view = memoryview(data)
    while view:
        count = file.write(view)
        if not count:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[count:]
