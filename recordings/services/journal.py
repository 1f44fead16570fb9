"""The media process's journal: what it says happened, taken in once and in its order."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction

from ajj.kernel.clock import epoch_ms
from ajj.kernel.errors import DomainError
from ajj.live.models import Session
from ajj.live.services import lock
from recordings.manifest import cause_of
from recordings.models import Gap, JournalCursor, Publication, Stream
from recordings.services import streams

log = structlog.get_logger(__name__)

DEAD_S = 60.0
"""A journal that is older than the newest one, and not written for so long, is finished."""


class JournalReader:
    """Whole lines of every boot's journal, the oldest boot first; remembers how far it read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._offsets: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._began: dict[str, int] = {}

    def _boots(self) -> list[Path]:
        paths = list(self.directory.glob("*.jsonl")) if self.directory.is_dir() else []
        return sorted(paths, key=lambda path: (self._first_ms(path), path.name))

    def _first_ms(self, path: Path) -> int:
        if path.name not in self._began:
            with path.open("rb") as file:
                line = file.readline()
            if not line.endswith(b"\n"):
                return epoch_ms(datetime.now(UTC))
            body = _parsed(line)
            self._began[path.name] = int(body.get("at_epoch_ms", 0)) if body else 0
        return self._began[path.name]

    def lines(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """(boot, offset after the line, event); a line still being written is left for later."""
        for path in self._boots():
            known = self._taken_before(path.stem)
            with path.open("rb") as file:
                file.seek(self._offsets.get(path.name, 0))
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    after = self._offsets.get(path.name, 0) + len(line)
                    body = _parsed(line)
                    if body is not None and _number(body) <= known:
                        self._offsets[path.name] = after
                        continue
                    if body is None:
                        log.error("journal line unreadable", boot=path.stem, offset=after)
                        self._offsets[path.name] = after
                        continue
                    yield path.stem, after, body

    def _taken_before(self, boot: str) -> int:
        """Up to which line another process took this journal in, asked once per boot."""
        if boot not in self._known:
            found = JournalCursor.objects.filter(boot_id=boot).values_list("n", flat=True).first()
            self._known[boot] = -1 if found is None else found
        return self._known[boot]

    def done(self, boot: str, after: int) -> None:
        """The line that ends at ``after`` has been taken in."""
        self._offsets[f"{boot}.jsonl"] = after

    def prune(self) -> None:
        """Delete the journals of dead boots that are wholly taken in; the newest always stays.

        What a dead process left without a line's end is nobody's to finish.
        """
        for path in self._boots()[:-1]:
            found = path.stat()
            with path.open("rb") as file:
                file.seek(self._offsets.get(path.name, 0))
                left = file.read()
            if b"\n" not in left and time.time() - found.st_mtime > DEAD_S:
                path.unlink()
                self._offsets.pop(path.name, None)
                self._began.pop(path.name, None)


def _number(body: dict[str, Any]) -> int:
    """The line's number; a line without one is left to ``take_in`` to refuse."""
    number = body.get("n")
    return number if isinstance(number, int) else sys.maxsize


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(line)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@transaction.atomic
def take_in(boot: str, body: dict[str, Any]) -> bool:
    """Apply one journal line once; False when it was applied before."""
    cursor, _ = JournalCursor.objects.select_for_update().get_or_create(boot_id=boot)
    number = int(body["n"])
    if number <= cursor.n:
        return False
    cursor.n = number
    cursor.save(update_fields=["n"])
    at = datetime.fromtimestamp(int(body["at_epoch_ms"]) / 1000, UTC)
    event = str(body["event"])
    if event == "media.started":
        _crash_of_the_last_boot(at)
        return True
    handler = _HANDLERS.get(event)
    if handler is None:
        return True
    stream = _stream_of(body)
    if stream is None:
        return True
    session = lock(stream.session_id)
    try:
        with transaction.atomic():
            handler(stream, session, at, body)
    except DomainError as error:
        log.warning("journal line not logged", boot=boot, n=number, reason=error.code)
    return True


def _stream_of(body: dict[str, Any]) -> Stream | None:
    """The stream a line is about; made from the line if the web process could not say so."""
    known = Stream.objects.filter(pk=str(body.get("stream", ""))).first()
    if known is None:
        log.error("journal names an unknown stream", stream=body.get("stream"))
    return known


def _crash_of_the_last_boot(at: datetime) -> None:
    """A media process that starts has forgotten every publication of the one before it."""
    open_ones = Publication.objects.filter(stopped_ms__isnull=True).select_related("stream")
    for publication in open_ones:
        session = lock(publication.stream.session_id)
        streams.stopped(publication.stream, session, at=at, reason="media process")


def _on_started(stream: Stream, session: Session, at: datetime, body: dict[str, Any]) -> None:
    codecs = body.get("codecs") or []
    streams.started(
        stream, session, at=at, codecs=[codecs] if isinstance(codecs, str) else list(codecs)
    )


def _on_stopped(stream: Stream, session: Session, at: datetime, body: dict[str, Any]) -> None:
    streams.stopped(stream, session, at=at, reason=str(body.get("reason") or "stopped"))


def _on_gap(stream: Stream, session: Session, at: datetime, body: dict[str, Any]) -> None:
    start_ms, end_ms = int(body["start_ms"]), int(body["end_ms"])
    if end_ms > start_ms:
        Gap.objects.get_or_create(
            stream=stream,
            start_ms=start_ms,
            noted=True,
            media=str(body.get("media") or "")[:8],
            defaults={"end_ms": end_ms, "cause": cause_of(str(body.get("cause"))).value},
        )


_HANDLERS = {
    "stream.started": _on_started,
    "stream.stopped": _on_stopped,
    "gap": _on_gap,
    "stalled": _on_gap,
}
