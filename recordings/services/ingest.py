"""The way out of the spool: journal and finished segments, into storage, database and log."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from django.db import connections

from ajj.kernel.errors import DomainError
from ajj.live.services import vault
from recordings.models import Stream
from recordings.services import journal, segments
from recordings.services.segments import Damaged, Sidecar
from recordings.services.uplink import Uplink, delay_after

log = structlog.get_logger(__name__)

REFUSED = ".refused"
SPOOLED_AFTER_S = 3.0
LOOK_EVERY_S = 1.0
OUTAGE_S = 2.0


@dataclass
class _Retry:
    """``blocks``: what follows in the stream waits too, because it was storage that failed."""

    tries: int
    not_before: float
    blocks: bool


class _StorageFailed(Exception):
    """Storage did not take a segment."""


class Ingest:
    """Holds only what a restart may forget; ``clock`` gives the wall time that entries get.

    Two threads may share it: one calls ``take_journal``, the other ``upload``, which waits for
    storage; ``step`` does both. The segments of a stream go in one after the other, the oldest
    first, so that none is called missing because a later one overtook it; up to ``uploads``
    streams go at the same time, each in a thread with its own connection to the database.
    """

    def __init__(self, spool: Path, *, clock: Callable[[], datetime], uploads: int = 1) -> None:
        self.spool = spool
        self.clock = clock
        self.uplink = Uplink(time.monotonic)
        self._uploads = uploads
        self._journal = journal.JournalReader(spool / "journal")
        self._reading = threading.Lock()
        self._retries: dict[Path, _Retry] = {}
        self._looked_at = float("-inf")
        self._turn = 0

    def step(self) -> int:
        """Take in everything that is ready; returns how many journal lines and segments it was."""
        taken = self.take_journal()
        taken += self._upload()
        self._say_spooled()
        return taken

    def take_journal(self) -> int:
        """Take in what the media node says happened; never waits for storage."""
        taken = 0
        with self._reading:
            for boot, after, body in self._journal.lines():
                try:
                    taken += journal.take_in(boot, body)
                except (KeyError, TypeError, ValueError) as error:
                    log.error("journal line malformed", boot=boot, error=repr(error))
                self._journal.done(boot, after)
            self._journal.prune()
        if time.monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = time.monotonic()
            self._say_spooled()
        return taken

    def upload(self) -> int:
        """Bring finished segments into storage; what was said before them is taken in first."""
        return self.take_journal() + self._upload()

    def _upload(self) -> int:
        taken = 0
        waiting = self._waiting()
        if waiting and not self.uplink.open:
            taken += self._probe(waiting)
        if self.uplink.open:
            taken += self._drain(waiting)
        return taken

    def _waiting(self) -> list[list[Path]]:
        """The finished segments of each stream, as their sidecars; the longest waiting first."""
        if not self.spool.is_dir():
            return []
        streams: dict[Path, list[Path]] = {}
        for path in sorted(self.spool.glob("*-*/*/*.json")):
            streams.setdefault(path.parent, []).append(path)
        return sorted(streams.values(), key=lambda paths: _written_at(paths[0]))

    def _probe(self, waiting: Sequence[list[Path]]) -> int:
        """Try one segment, each time of another stream: a bad one must not block the others."""
        if not self.uplink.may_probe():
            return 0
        down_s = self.uplink.state().down_s
        self._turn += 1
        taken = self._take_stream(waiting[self._turn % len(waiting)][:1], patient=False)
        if self.uplink.open and down_s > OUTAGE_S:
            log.info("storage is back", down_s=round(down_s))
            self._retries = {path: held for path, held in self._retries.items() if not held.blocks}
        return taken

    def _drain(self, waiting: Sequence[list[Path]]) -> int:
        if self._uploads == 1 or len(waiting) == 1:
            return sum(self._take_stream(paths) for paths in waiting)
        with ThreadPoolExecutor(self._uploads, thread_name_prefix="upload") as pool:
            return sum(pool.map(self._take_in_thread, waiting))

    def _take_in_thread(self, paths: list[Path]) -> int:
        try:
            return self._take_stream(paths)
        finally:
            connections.close_all()

    def _take_stream(self, paths: Sequence[Path], *, patient: bool = True) -> int:
        """The segments of one stream in their order, up to the first that storage does not take."""
        taken = 0
        for path in paths:
            if patient and not self.uplink.open:
                break
            retry = self._retries.get(path)
            if patient and retry is not None and time.monotonic() < retry.not_before:
                if retry.blocks:
                    break
                continue
            try:
                taken += self._take(path)
            except _StorageFailed:
                break
        return taken

    def _take(self, path: Path) -> bool:
        try:
            done = self._keep(path)
        except Damaged as error:
            log.error("segment refused", sidecar=str(path), reason=str(error))
            path.rename(path.with_name(path.name + REFUSED))
            return False
        except vault.Erased:
            log.warning("segment of destroyed media removed", sidecar=str(path))
            _remove(path)
            return True
        except DomainError as error:
            log.error("segment not logged", sidecar=str(path), reason=error.code)
            self._back_off(path, blocks=False)
            return False
        except Exception as error:
            log.warning("segment waits for storage", sidecar=str(path), error=repr(error))
            self._back_off(path, blocks=True)
            self.uplink.failed(repr(error))
            raise _StorageFailed from error
        self._retries.pop(path, None)
        self.uplink.worked()
        return done

    def _keep(self, path: Path) -> bool:
        try:
            body = json.loads(path.read_bytes())
        except FileNotFoundError:
            return False
        except ValueError as error:
            raise Damaged("sidecar is not JSON") from error
        sidecar = Sidecar.read(body if isinstance(body, dict) else {})
        stream = Stream.objects.filter(pk=sidecar.stream).first()
        if stream is None or str(stream.session_id) != sidecar.session:
            raise Damaged("sidecar names a stream we do not have")
        media = media_of(path)
        if media is None:
            if not stream.segments.filter(index=sidecar.index, sha256=sidecar.sha256).exists():
                raise Damaged("sidecar without its segment")
        else:
            segments.store(media, sidecar)
            segments.register(sidecar, stream, now=self.clock())
        _remove(path)
        return True

    def _back_off(self, path: Path, *, blocks: bool) -> None:
        tries = self._retries[path].tries + 1 if path in self._retries else 1
        self._retries[path] = _Retry(tries, time.monotonic() + delay_after(tries), blocks)

    def _say_spooled(self) -> None:
        """Let the recording light know what the media node holds that storage does not."""
        for paths in self._waiting():
            if self.uplink.open and time.time() - _written_at(paths[0]) < SPOOLED_AFTER_S:
                continue
            try:
                sidecar = Sidecar.read(json.loads(paths[-1].read_bytes()))
            except (OSError, ValueError, Damaged):
                continue
            Stream.objects.filter(pk=sidecar.stream, spooled_ms__lt=sidecar.end_ms).update(
                spooled_ms=sidecar.end_ms
            )


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _remove(sidecar: Path) -> None:
    """The segment first: a sidecar alone is taken for done, a segment alone for unfinished."""
    media = media_of(sidecar)
    if media is not None:
        media.unlink()
    sidecar.unlink(missing_ok=True)


def media_of(sidecar: Path) -> Path | None:
    """The finished segment that the sidecar speaks of, if it is there."""
    for ending in (".webm", ".mp4"):
        path = sidecar.with_suffix(ending)
        if path.exists():
            return path
    return None
