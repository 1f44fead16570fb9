"""A spool as the media process leaves it: segments with sidecars, and a journal."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from ajj.kernel.clock import epoch_ms
from ajj.live import services as live
from ajj.live.states import EndReason
from recordings.models import Stream
from recordings.services import Ingest, ensure_stream
from tests.factories.live import Room, room
from tests.integration.realtime.sockets import consent_text

START = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@dataclass
class Recorded:
    """A live session whose asesi publishes a camera; ``spool`` is what the media process wrote."""

    room: Room
    stream: Stream
    spool: Path
    boot: str = "0001772589600000-aaaa"
    lines: int = 0
    seconds: float = 0

    @property
    def now(self) -> datetime:
        return self.room.at(self.seconds)

    def ingest(self) -> Ingest:
        return Ingest(self.spool, clock=lambda: self.now)

    def say(self, event: str, at_s: float, **fields: Any) -> None:
        """One journal line at session second ``at_s``."""
        journal = self.spool / "journal"
        journal.mkdir(parents=True, exist_ok=True)
        self.lines += 1
        line = {
            "n": self.lines,
            "at_epoch_ms": epoch_ms(self.room.at(at_s)),
            "event": event,
            "session": str(self.room.id),
            "stream": self.stream.pk,
            "owner": str(self.stream.owner_id),
            "kind": self.stream.kind,
            **fields,
        }
        with (journal / f"{self.boot}.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def segment(self, index: int, start_ms: int, end_ms: int, body: bytes = b"") -> Path:
        """A finished segment; returns its sidecar."""
        folder = self.spool / str(self.room.id) / self.stream.pk
        folder.mkdir(parents=True, exist_ok=True)
        body = body or f"segment {index} of {self.stream.pk}".encode() * 40
        (folder / f"{index:06d}.webm").write_bytes(body)
        sidecar = folder / f"{index:06d}.json"
        sidecar.write_text(
            json.dumps(
                {
                    "session": str(self.room.id),
                    "stream": self.stream.pk,
                    "owner": str(self.stream.owner_id),
                    "kind": self.stream.kind,
                    "index": index,
                    "start_ms": start_ms,
                    "end_ms": end_ms,
                    "bytes": len(body),
                    "sha256": hashlib.sha256(body).hexdigest(),
                    "mime": 'video/webm; codecs="vp8,opus"',
                    "codecs": ["vp8", "opus"],
                    "first_keyframe": True,
                    "t0_ms": epoch_ms(self.room.at(0)),
                    "clock": "arrival+sr",
                }
            )
        )
        self.seconds = max(self.seconds, end_ms / 1000)
        return sidecar

    def left_over(self) -> list[str]:
        """Files of the session that still wait in the spool."""
        folder = self.spool / str(self.room.id)
        return sorted(path.name for path in folder.rglob("*") if path.is_file())

    def end(self, at_s: float) -> None:
        """The asesor ends the session."""
        self.seconds = at_s
        with transaction.atomic():
            live.end(
                live.lock(self.room.id),
                reason=EndReason.ASESOR,
                actor=str(self.room.asesor.pk),
                now=self.now,
            )


def recorded(spool: Path, **options: Any) -> Recorded:
    """A live session; its asesi's camera is known but nothing is recorded yet."""
    consent_text(START - timedelta(days=1))
    made = room(starts_at=START, **options).go_live()
    stream = ensure_stream(made.id, owner_id=made.asesi.pk, kind="camera")
    return Recorded(made, stream, spool)
