"""The outbox on disk: segments with sidecars, a journal of events, and each stream's state.

A segment is written as ``.part``; when it is closed it gets its final bytes, fsync, its final
name, and last its sidecar: whoever sees a sidecar sees a whole segment. All work that waits for
the disk runs in one thread in order, so a journal line never overtakes a segment before it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from recordings.container import Finish, Repaired

log = logging.getLogger(__name__)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
"""What a session or stream id must match: it becomes a file name."""


@dataclass(frozen=True)
class StreamState:
    """What a stream needs to go on after a restart or an outage.

    ``last_end_ms`` is the end of the last segment, ``live`` whether somebody was publishing,
    ``ended_by`` the cause of the gap that began at its end.
    """

    session: str
    stream: str
    owner: str
    kind: str
    t0_ms: int
    next_index: int = 0
    last_end_ms: int | None = None
    live: bool = False
    ended_by: str = "media process"


def write_whole(path: Path, data: bytes) -> None:
    """Put a small file in place at once: readers see the old or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


class Part:
    """The open segment of a stream. Bytes are appended at once, into the page cache."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file: BinaryIO = path.open("wb", buffering=0)

    def append(self, data: bytes) -> None:
        if data:
            self._file.write(data)

    def close(self, finish: Finish) -> None:
        """Write the rest and make it durable. Slow: for the disk thread."""
        self._file.write(finish.tail)
        for offset, patch in finish.patches:
            self._file.seek(offset)
            self._file.write(patch)
        os.fsync(self._file.fileno())
        self._file.close()

    def release(self) -> None:
        """Leave the file as it is, for a later start to salvage."""
        with contextlib.suppress(OSError):
            self._file.close()


class Spool:
    """One per process. ``now`` gives epoch seconds."""

    def __init__(self, root: Path, now: Callable[[], float] = time.time) -> None:
        self._root = root
        self._now = now
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")
        self._states = root / "journal" / "streams"
        self._states.mkdir(parents=True, exist_ok=True)
        self.boot_id = f"{int(now() * 1000):013d}-{secrets.token_hex(4)}"
        self._journal = root / "journal" / f"{self.boot_id}.jsonl"
        self._count = 0

    def load(self, session: str, stream: str) -> StreamState | None:
        try:
            return StreamState(**json.loads(self._state_path(session, stream).read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def states(self) -> list[StreamState]:
        """Every stream that was ever published here and not forgotten."""
        found = []
        for path in sorted(self._states.glob("*.state")):
            session, _, stream = path.stem.partition("~")
            state = self.load(session, stream)
            if state is not None:
                found.append(state)
        return found

    def save(self, state: StreamState) -> None:
        """Remember, after everything handed in before is on disk."""
        data = json.dumps(asdict(state)).encode()
        path = self._state_path(state.session, state.stream)
        self._submit(lambda: write_whole(path, data))

    def forget(self, state: StreamState) -> None:
        path = self._state_path(state.session, state.stream)
        self._submit(lambda: path.unlink(missing_ok=True))

    def next_index(self, session: str, stream: str) -> int:
        """The first index above every file that is still there."""
        indexes = [
            int(path.name[:6])
            for path in self._folder(session, stream).glob("[0-9][0-9][0-9][0-9][0-9][0-9].*")
        ]
        return max(indexes, default=-1) + 1

    def begin(self, session: str, stream: str, index: int, suffix: str) -> Part:
        return Part(self._folder(session, stream) / f"{index:06d}.{suffix}.part")

    def complete(self, part: Part, finish: Finish, sidecar: dict[str, object]) -> None:
        """Close, hash, rename, and write the sidecar last."""

        def work() -> None:
            part.close(finish)
            self._publish(part.path, part.path.read_bytes(), sidecar)

        self._submit(work)

    def journal(self, event: str, **fields: object) -> None:
        """Append one line; ``at_epoch_ms`` is now."""
        self._count += 1
        line = {"n": self._count, "at_epoch_ms": int(self._now() * 1000), "event": event, **fields}
        self._submit(lambda: self._append(json.dumps(line)))

    def salvage(
        self, repairs: Mapping[str, Callable[[bytes], Repaired | None]]
    ) -> list[StreamState]:
        """Turn what dead processes left behind into whole segments; call it once, at start.

        Returns every stream that was live then, its state corrected for what was salvaged.
        """
        interrupted = []
        for state in self.states():
            folder = self._folder(state.session, state.stream)
            kept = state
            for path in sorted(folder.glob("*.part")) + self._without_sidecar(folder):
                kept = self._salvage_one(path, kept, repairs)
            index = max(kept.next_index, self.next_index(state.session, state.stream))
            kept = replace(kept, next_index=index)
            if kept.live:
                interrupted.append(kept)
            if kept.live or kept != state:
                self.save(replace(kept, live=False))
        return interrupted

    async def drain(self) -> None:
        """Wait until all that was handed in is on disk."""
        await asyncio.wrap_future(self._disk.submit(lambda: None))

    def settle(self) -> None:
        """As ``drain``, for callers without an event loop."""
        self._disk.submit(lambda: None).result()

    def close(self) -> None:
        self._disk.shutdown(wait=True)

    def _folder(self, session: str, stream: str) -> Path:
        return self._root / session / stream

    def _state_path(self, session: str, stream: str) -> Path:
        return self._states / f"{session}~{stream}.state"

    def _submit(self, work: Callable[[], object]) -> None:
        def guarded() -> None:
            try:
                work()
            except Exception:
                log.exception("the spool could not be written")

        self._disk.submit(guarded)

    def _append(self, line: str) -> None:
        with self._journal.open("a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _publish(self, path: Path, data: bytes, sidecar: dict[str, object]) -> None:
        final = path.with_name(path.name.removesuffix(".part"))
        path.replace(final)
        full = {**sidecar, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        write_whole(final.with_name(f"{final.name[:6]}.json"), json.dumps(full).encode())

    def _without_sidecar(self, folder: Path) -> list[Path]:
        media = sorted([*folder.glob("*.webm"), *folder.glob("*.mp4")])
        return [path for path in media if not (folder / f"{path.name[:6]}.json").exists()]

    def _salvage_one(
        self,
        path: Path,
        state: StreamState,
        repairs: Mapping[str, Callable[[bytes], Repaired | None]],
    ) -> StreamState:
        suffix = path.name.removesuffix(".part").rpartition(".")[2]
        repair = repairs.get(suffix)
        repaired = repair(path.read_bytes()) if repair else None
        if repaired is None:
            path.unlink(missing_ok=True)
            # Nothing whole was in it: its number is free again, so indexes stay without holes.
            last = int(path.name[:6]) == state.next_index - 1
            return replace(state, next_index=state.next_index - 1) if last else state
        with path.open("wb") as file:
            file.write(repaired.data)
            file.flush()
            os.fsync(file.fileno())
        index = int(path.name[:6])
        sidecar = segment_sidecar(
            state,
            index=index,
            start_ms=repaired.start_ms,
            end_ms=repaired.end_ms,
            mime=repaired.mime,
            codecs=repaired.codecs,
        )
        self._publish(path, repaired.data, sidecar)
        end = max(repaired.end_ms, state.last_end_ms or 0)
        return replace(state, last_end_ms=end, next_index=max(state.next_index, index + 1))


def segment_sidecar(
    state: StreamState,
    *,
    index: int,
    start_ms: int,
    end_ms: int,
    mime: str,
    codecs: tuple[str, ...],
) -> dict[str, object]:
    """The sidecar's content but for ``bytes`` and ``sha256``."""
    return {
        "session": state.session,
        "stream": state.stream,
        "owner": state.owner,
        "kind": state.kind,
        "index": index,
        "start_ms": start_ms,
        "end_ms": end_ms,
        "mime": mime,
        "codecs": list(codecs),
        "first_keyframe": True,
        "t0_ms": state.t0_ms,
        "clock": "arrival+sr",
    }
