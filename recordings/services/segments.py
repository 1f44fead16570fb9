"""One segment from the spool into storage, database and log: any number of tries, one effect."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from ajj.live.services import append, lock
from recordings.models import Segment, Stream
from recordings.services.gaps import log_missing

SYSTEM = "system"
CHUNK = 256 * 1024
ENDINGS = {"video/webm": "webm", "audio/webm": "webm", "video/mp4": "mp4", "audio/mp4": "mp4"}


class Damaged(Exception):
    """The bytes are not what the sidecar promised, or contradict what is already kept."""


@dataclass(frozen=True)
class Sidecar:
    """What the media process promised about a finished segment."""

    session: str
    stream: str
    owner: str
    kind: str
    index: int
    start_ms: int
    end_ms: int
    bytes: int
    sha256: str
    mime: str

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Sidecar":
        """Raises ``Damaged`` when a field is missing or of another type."""
        try:
            return cls(
                session=str(body["session"]),
                stream=str(body["stream"]),
                owner=str(body["owner"]),
                kind=str(body["kind"]),
                index=int(body["index"]),
                start_ms=int(body["start_ms"]),
                end_ms=int(body["end_ms"]),
                bytes=int(body["bytes"]),
                sha256=str(body["sha256"]),
                mime=str(body["mime"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"sidecar: {error!r}") from error

    @property
    def storage_name(self) -> str:
        """Named by content: a second try meets its own first, never something else."""
        ending = ENDINGS.get(self.mime.split(";")[0].strip(), "bin")
        return f"recordings/{self.session}/{self.stream}/{self.index:06d}-{self.sha256}.{ending}"


def stored_sha256(name: str) -> str:
    """Hex SHA-256 of what storage gives back for ``name``."""
    with default_storage.open(name, "rb") as file:
        return _sha256(file)


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    while block := file.read(CHUNK):
        digest.update(block)
    return digest.hexdigest()


def store(path: Path, sidecar: Sidecar) -> None:
    """Put the bytes into storage and read them back; safe to repeat after any crash.

    Raises ``Damaged`` when the file in the spool is not what the sidecar says, ``OSError`` (or the
    storage's own error) when storage fails.
    """
    with path.open("rb") as file:
        if _sha256(file) != sidecar.sha256:
            raise Damaged("spooled bytes do not have the promised hash")
    name = sidecar.storage_name
    if default_storage.exists(name):
        if stored_sha256(name) == sidecar.sha256:
            return
        default_storage.delete(name)
    with path.open("rb") as file:
        saved = default_storage.save(name, File(file))
    if saved != name:
        default_storage.delete(saved)
        raise OSError(f"storage kept {saved} in place of {name}")
    if stored_sha256(name) != sidecar.sha256:
        raise OSError(f"storage gives back other bytes for {name}")


@transaction.atomic
def register(sidecar: Sidecar, stream: Stream, *, now: datetime) -> bool:
    """Enter a stored segment into the database and the log; False when it was there already.

    Raises ``Damaged`` when another segment stands at that index.
    """
    session = lock(stream.session_id)
    known = Segment.objects.filter(stream=stream, index=sidecar.index).first()
    if known is not None:
        if known.sha256 != sidecar.sha256:
            raise Damaged(f"segment {sidecar.index} is kept with another hash")
        return False
    entry = append(
        session,
        kind="segment.stored",
        actor=SYSTEM,
        data={
            "stream": stream.pk,
            "index": sidecar.index,
            "start_ms": sidecar.start_ms,
            "end_ms": sidecar.end_ms,
            "bytes": sidecar.bytes,
            "sha256": sidecar.sha256,
            "mime": sidecar.mime,
        },
        now=now,
    )
    Segment.objects.create(
        stream=stream,
        index=sidecar.index,
        start_ms=sidecar.start_ms,
        end_ms=sidecar.end_ms,
        bytes=sidecar.bytes,
        sha256=sidecar.sha256,
        mime=sidecar.mime,
        storage_name=sidecar.storage_name,
        seq=entry.seq,
    )
    log_missing(stream, session, until_ms=sidecar.start_ms, now=now)
    return True
