"""The way out of the spool: journal and finished segments, into storage, database and log."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from ajj.kernel.errors import DomainError
from recordings.models import Stream
from recordings.services import journal, segments
from recordings.services.segments import Damaged, Sidecar

log = structlog.get_logger(__name__)

FIRST_RETRY_S = 0.25
LONGEST_RETRY_S = 30.0
REFUSED = ".refused"


@dataclass
class _Retry:
    tries: int
    not_before: float


class Ingest:
    """One loop's worth of work per ``step``; holds only what a restart may forget.

    ``clock`` gives the wall time that entries are logged at.
    """

    def __init__(self, spool: Path, *, clock: Callable[[], datetime]) -> None:
        self.spool = spool
        self.clock = clock
        self._journal = journal.JournalReader(spool / "journal")
        self._retries: dict[Path, _Retry] = {}

    def step(self) -> int:
        """Take in everything that is ready; returns how many journal lines and segments it was."""
        taken = 0
        for boot, after, body in self._journal.lines():
            try:
                taken += journal.take_in(boot, body)
            except (KeyError, TypeError, ValueError) as error:
                log.error("journal line malformed", boot=boot, error=repr(error))
            self._journal.done(boot, after)
        for path in self._sidecars():
            taken += self._take(path)
        return taken

    def _sidecars(self) -> Iterator[Path]:
        if self.spool.is_dir():
            yield from sorted(self.spool.glob("*-*/*/*.json"))

    def _take(self, path: Path) -> bool:
        retry = self._retries.get(path)
        if retry is not None and time.monotonic() < retry.not_before:
            return False
        try:
            done = self._keep(path)
        except Damaged as error:
            log.error("segment refused", sidecar=str(path), reason=str(error))
            path.rename(path.with_name(path.name + REFUSED))
            return False
        except DomainError as error:
            log.error("segment not logged", sidecar=str(path), reason=error.code)
            self._back_off(path)
            return False
        except Exception as error:
            log.warning("segment waits for storage", sidecar=str(path), error=repr(error))
            self._back_off(path)
            self._say_spooled(path)
            return False
        self._retries.pop(path, None)
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
        media = _media_of(path)
        if media is None:
            if not stream.segments.filter(index=sidecar.index, sha256=sidecar.sha256).exists():
                raise Damaged("sidecar without its segment")
        else:
            segments.store(media, sidecar)
            segments.register(sidecar, stream, now=self.clock())
            media.unlink()
        path.unlink()
        return True

    def _back_off(self, path: Path) -> None:
        tries = self._retries[path].tries + 1 if path in self._retries else 1
        delay = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(tries - 1, 12))
        self._retries[path] = _Retry(tries, time.monotonic() + delay)

    def _say_spooled(self, path: Path) -> None:
        """Let the recording light know that the media node holds what storage does not."""
        sidecar = Sidecar.read(json.loads(path.read_bytes()))
        Stream.objects.filter(pk=sidecar.stream, spooled_ms__lt=sidecar.end_ms).update(
            spooled_ms=sidecar.end_ms
        )


def _media_of(sidecar: Path) -> Path | None:
    for ending in (".webm", ".mp4"):
        path = sidecar.with_suffix(ending)
        if path.exists():
            return path
    return None
