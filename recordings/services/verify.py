"""Everything that a session's proof claims, computed again."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID

import jwt

from ajj.assessment.models import Evidence
from ajj.assessment.selectors import open_evidence
from ajj.documents.keyring import Keyring
from ajj.kernel import chain
from ajj.kernel.clock import epoch_ms
from ajj.kernel.sealedbox import BoxError
from ajj.live.models import Session
from ajj.live.selectors import full_log, get_session
from ajj.live.states import SessionState
from recordings.models import Seal, Segment
from recordings.selectors import duration_ms, open_segment

CHUNK = 256 * 1024


def faults_of(session_id: UUID, *, keys: Keyring) -> list[str]:
    """Each thing that does not hold, in words; empty when all does (404 for no such session)."""
    session = get_session(session_id)
    entries = list(full_log(session_id))
    return [
        *_log_faults(session, entries),
        *_segment_faults(session, entries),
        *_evidence_faults(session, entries),
        *_seal_faults(session, entries, keys),
    ]


def _log_faults(session: Session, entries: list[dict[str, Any]]) -> Iterator[str]:
    for fault in chain.verify(entries, head=session.head_hash):
        yield f"log seq {fault.seq}: {fault.problem}"
    if len(entries) != session.head_seq:
        yield f"log: {len(entries)} entries, the session counts {session.head_seq}"


def _content_fault(opened: Callable[[], BinaryIO], sha256: str) -> str | None:
    digest = hashlib.sha256()
    try:
        with opened() as file:
            while block := file.read(CHUNK):
                digest.update(block)
    except BoxError as error:
        return f"bytes are not what was sealed ({error})"
    except Exception as error:
        return f"cannot be read ({type(error).__name__})"
    return None if digest.hexdigest() == sha256 else "bytes do not have the logged hash"


def _segment_faults(session: Session, entries: list[dict[str, Any]]) -> Iterator[str]:
    kept = {
        (segment.stream_id, segment.index): segment
        for segment in Segment.objects.filter(stream__session=session)
    }
    logged: set[tuple[str, int]] = set()
    for entry in entries:
        if entry["kind"] != "segment.stored":
            continue
        data = entry["data"]
        key = (str(data["stream"]), int(data["index"]))
        logged.add(key)
        segment = kept.get(key)
        if segment is None:
            yield f"segment {key[0]}/{key[1]}: logged at seq {entry['seq']}, not kept"
            continue
        fault = _content_fault(partial(open_segment, segment), str(data["sha256"]))
        if fault:
            yield f"segment {key[0]}/{key[1]}: {fault}"
        for field in ("start_ms", "end_ms", "bytes", "sha256", "mime"):
            if getattr(segment, field) != data[field]:
                yield f"segment {key[0]}/{key[1]}: {field} is not as logged"
    for stream, index in sorted(kept.keys() - logged):
        yield f"segment {stream}/{index}: kept, but not in the log"


def _evidence_faults(session: Session, entries: list[dict[str, Any]]) -> Iterator[str]:
    kept = {str(item.pk): item for item in Evidence.objects.filter(session=session)}
    logged: set[str] = set()
    for entry in entries:
        if entry["kind"] != "evidence.received":
            continue
        data = entry["data"]
        logged.add(str(data["evidence"]))
        item = kept.get(str(data["evidence"]))
        if item is None:
            yield f"evidence {data['evidence']}: logged at seq {entry['seq']}, not kept"
            continue
        fault = _content_fault(partial(open_evidence, item), str(data["sha256"]))
        if fault:
            yield f"evidence {data['evidence']}: {fault}"
    for pk in sorted(kept.keys() - logged):
        yield f"evidence {pk}: kept, but not in the log"


def _seal_faults(session: Session, entries: list[dict[str, Any]], keys: Keyring) -> Iterator[str]:
    seals = list(Seal.objects.filter(session=session))
    if SessionState(session.state) is SessionState.SEALED and not seals:
        yield "seal: the session is sealed, but there is no seal"
    hashes = {entry["seq"]: entry["hash"] for entry in entries}
    for seal in seals:
        try:
            signed = keys.verify(seal.jws)
        except jwt.InvalidTokenError as error:
            yield f"seal at seq {seal.seq}: signature does not hold ({error})"
            continue
        t0 = epoch_ms(session.opened_at) if session.opened_at else None
        expected = {
            "session": str(session.pk),
            "seq": seal.seq,
            "head": hashes.get(int(signed.get("seq", -1))),
            "t0": t0,
            "duration_ms": duration_ms(session),
            "sealed_at": epoch_ms(seal.sealed_at),
        }
        for field, value in expected.items():
            if signed.get(field) != value:
                yield f"seal at seq {seal.seq}: {field} is not what was signed"
