"""One segment from the spool into storage, database and log: any number of tries, one effect."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from ajj.live.services import append, lock, vault
from recordings.models import Segment, SegmentSource, Stream
from recordings.services.gaps import log_missing

SYSTEM = "system"
CHUNK = 256 * 1024


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
        """The same at every try, so that a second one meets its own first, never something else."""
        folder = f"recordings/{self.session}/{self.stream}"
        return vault.object_name(folder, f"{self.index:06d}", self.sha256)


def _sha256(file: Any) -> str:
    digest = hashlib.sha256()
    while block := file.read(CHUNK):
        digest.update(block)
    return digest.hexdigest()


def store(path: Path, sidecar: Sidecar) -> None:
    """Seal the bytes into storage and read them back; safe to repeat after any crash.

    Raises ``Damaged`` when the file in the spool is not what the sidecar says, ``vault.Erased``
    (410) when this media was destroyed, ``OSError`` (or the storage's own error) when storage
    fails.
    """
    with path.open("rb") as file:
        if _sha256(file) != sidecar.sha256:
            raise Damaged("spooled bytes do not have the promised hash")
    stream = Stream.objects.get(pk=sidecar.stream)
    vault.put(
        sidecar.storage_name,
        path,
        session_id=stream.session_id,
        owner_id=stream.owner_id,
        sha256=sidecar.sha256,
    )


@transaction.atomic
def register(
    sidecar: Sidecar,
    stream: Stream,
    *,
    now: datetime,
    source: SegmentSource = SegmentSource.LIVE,
    told: Mapping[str, Any] | None = None,
) -> bool:
    """Enter a stored segment into the database and the log; False when it was there already.

    ``told`` is what the log entry says besides. Raises ``Damaged`` when another segment stands at
    that index.
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
            **(told or {}),
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
        source=source.value,
    )
    log_missing(stream, session, until_ms=sidecar.start_ms, now=now)
    return True
