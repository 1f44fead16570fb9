"""The outbox on disk: segments with sidecars, a journal of events, and each stream's state.

A segment is written as ``.part``; when it is closed it gets its final bytes, fsync, its final
name, and last its sidecar: whoever sees a sidecar sees a whole segment. All work that waits for
the disk runs in one thread in order, so a journal line never overtakes a segment before it. What
the disk did not take is tried again until it does.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import logging
import re
import secrets
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from realtime.media.disk import DiskWatch, usage_of
from realtime.media.part import Part, append_whole, rewrite, write_whole
from recordings import fmp4, webm
from recordings.container import Finish

log = logging.getLogger(__name__)

_REPAIRS = {"webm": webm.repair, "mp4": fmp4.repair}
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


class Spool:
    """One per process. ``now`` gives epoch seconds; ``disk`` watches the room that is left."""

    def __init__(
        self, root: Path, now: Callable[[], float] = time.time, disk: DiskWatch | None = None
    ) -> None:
        self._root = root
        self._now = now
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")
        self._states = root / "journal" / "streams"
        self._states.mkdir(parents=True, exist_ok=True)
        self.disk = disk or DiskWatch(usage_of(root))
        self.boot_id = f"{int(now() * 1000):013d}-{secrets.token_hex(4)}"
        self._journal = root / "journal" / f"{self.boot_id}.jsonl"
        self._count = 0
        self._lines: deque[str] = deque()
        self._saved: dict[Path, bytes] = {}
        self._open: set[Part] = set()
        self._pending: set[Path] = set()
        self._syncing = False
        self._owed: list[Callable[[], object]] = []

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
        path = self._state_path(state.session, state.stream)
        self._saved[path] = json.dumps(asdict(state)).encode()
        self._submit(lambda: self._save(path))

    def forget(self, state: StreamState) -> None:
        path = self._state_path(state.session, state.stream)
        self._saved.pop(path, None)
        self._submit(lambda: path.unlink(missing_ok=True))

    def next_index(self, session: str, stream: str) -> int:
        """The first index above every file that is still there."""
        indexes = [
            int(path.name[:6])
            for path in self._folder(session, stream).glob("[0-9][0-9][0-9][0-9][0-9][0-9].*")
        ]
        return max(indexes, default=-1) + 1

    def begin(self, session: str, stream: str, index: int, suffix: str) -> Part:
        """Raises OSError when the disk does not take a new file."""
        part = Part(self._folder(session, stream) / f"{index:06d}.{suffix}.part")
        self._open.add(part)
        return part

    def complete(self, part: Part, finish: Finish, sidecar: dict[str, object]) -> None:
        """Close, hash, rename, and write the sidecar last."""
        self._open.discard(part)
        self._pending.add(part.path)

        def work() -> None:
            part.close(finish)
            self._publish(part.path, sidecar)
            self._pending.discard(part.path)

        self._submit(work)

    def rescue(self, part: Part, state: StreamState) -> None:
        """Finish an open segment that cannot be written on, with the clusters that it has."""
        self._open.discard(part)
        self._pending.add(part.path)
        part.release()

        def work() -> None:
            self._salvage_one(part.path, state)
            self._pending.discard(part.path)

        self._submit(work)

    def drop(self, part: Part) -> None:
        """Take an open segment back that holds no media."""
        self._open.discard(part)
        part.release()
        part.path.unlink(missing_ok=True)

    def sync(self) -> None:
        """Make durable what open segments were given; to be called about once a second.

        A call while the one before is still at work does nothing: a slow disk is not pressed.
        """
        parts = [part for part in self._open if part.dirty]
        if self._syncing or not parts:
            return
        self._syncing = True

        def work() -> None:
            try:
                for part in parts:
                    part.sync()
            finally:
                self._syncing = False

        self._submit(work, again=False)

    def retry(self) -> None:
        """Try again what the disk refused; to be called every few seconds."""
        if self._owed:
            self._thread.submit(self._retry)

    def journal(self, event: str, **fields: object) -> None:
        """Append one line; ``at_epoch_ms`` is now."""
        self._count += 1
        line = {"n": self._count, "at_epoch_ms": int(self._now() * 1000), "event": event, **fields}
        self._lines.append(json.dumps(line) + "\n")
        self._submit(self._write_lines)

    def salvage(self) -> list[StreamState]:
        """Turn what dead processes left behind into whole segments; call it once, at start.

        Returns every stream that was live then, its state corrected for what was salvaged.
        """
        for stray in self._root.glob("*/*/.*"):
            # A small file that was being put in place when the process died.
            stray.unlink(missing_ok=True)
        interrupted = []
        for state in self.states():
            kept = self.salvage_stream(state)
            if kept.live:
                interrupted.append(kept)
            if kept.live or kept != state:
                self.save(replace(kept, live=False))
        return interrupted

    def salvage_stream(self, state: StreamState) -> StreamState:
        """As ``salvage``, for a stream that nobody publishes now; returns its state corrected."""
        folder = self._folder(state.session, state.stream)
        kept = state if state.last_end_ms is not None else self._with_end(state, folder)
        # The newest first: only the last number can become free again, then the one before it.
        parts = sorted(folder.glob("*.part"), reverse=True)
        for path in parts + self._without_sidecar(folder):
            if path.with_name(f"{path.name.removesuffix('.part')}.part") in self._pending:
                continue
            try:
                kept = self._salvage_one(path, kept)
            except OSError as error:
                log.error("%s waits for room on the disk: %s", path.name, error)
                self._owed.append(functools.partial(self._salvage_one, path, state))
        index = max(kept.next_index, self.next_index(state.session, state.stream))
        return replace(kept, next_index=index)

    async def drain(self) -> None:
        """Wait until all that was handed in was tried."""
        await asyncio.wrap_future(self._thread.submit(lambda: None))

    def settle(self) -> None:
        """As ``drain``, for callers without an event loop."""
        self._thread.submit(lambda: None).result()

    def close(self) -> None:
        self.retry()
        self._thread.shutdown(wait=True)

    def _folder(self, session: str, stream: str) -> Path:
        return self._root / session / stream

    def _state_path(self, session: str, stream: str) -> Path:
        return self._states / f"{session}~{stream}.state"

    def _submit(self, work: Callable[[], object], *, again: bool = True) -> None:
        self._thread.submit(self._try, work, again)

    def _try(self, work: Callable[[], object], again: bool) -> None:
        try:
            work()
        except OSError as error:
            log.error("the spool cannot be written: %s", error)
            if again:
                self._owed.append(work)
        except Exception:
            log.exception("the spool could not be written")

    def _retry(self) -> None:
        owed, self._owed = self._owed, []
        for work in owed:
            self._try(work, True)

    def _save(self, path: Path) -> None:
        data = self._saved.get(path)
        if data is not None:
            write_whole(path, data)

    def _write_lines(self) -> None:
        """Every line that waits, in order: one that was refused is not overtaken."""
        waiting = len(self._lines)
        if waiting:
            lines = [self._lines[number] for number in range(waiting)]
            append_whole(self._journal, "".join(lines).encode())
            for _ in lines:
                self._lines.popleft()

    def _publish(self, path: Path, sidecar: dict[str, object]) -> None:
        final = path.with_name(path.name.removesuffix(".part"))
        if path.exists():
            path.replace(final)
        data = final.read_bytes()
        full = {**sidecar, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        write_whole(final.with_name(f"{final.name[:6]}.json"), json.dumps(full).encode())

    def _with_end(self, state: StreamState, folder: Path) -> StreamState:
        """The end of the last segment that still lies in the spool, where the state is lost."""
        for path in sorted(folder.glob("*.json"), reverse=True):
            try:
                return replace(state, last_end_ms=int(json.loads(path.read_bytes())["end_ms"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return state

    def _without_sidecar(self, folder: Path) -> list[Path]:
        media = sorted([*folder.glob("*.webm"), *folder.glob("*.mp4")])
        return [path for path in media if not (folder / f"{path.name[:6]}.json").exists()]

    def _salvage_one(self, path: Path, state: StreamState) -> StreamState:
        if not path.exists():
            return state
        suffix = path.name.removesuffix(".part").rpartition(".")[2]
        repair = _REPAIRS.get(suffix)
        repaired = repair(path.read_bytes()) if repair else None
        if repaired is None:
            path.unlink(missing_ok=True)
            # Nothing whole was in it: its number is free again, so indexes stay without holes.
            last = int(path.name[:6]) == state.next_index - 1
            return replace(state, next_index=state.next_index - 1) if last else state
        rewrite(path, repaired.data)
        index = int(path.name[:6])
        sidecar = segment_sidecar(
            state,
            index=index,
            start_ms=repaired.start_ms,
            end_ms=repaired.end_ms,
            mime=repaired.mime,
            codecs=repaired.codecs,
        )
        self._publish(path, sidecar)
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
