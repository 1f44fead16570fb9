"""A session's proof as database and storage hold it, in the form that the checker reads."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, cast

import structlog
from django.core.files.storage import default_storage

from ajj.assessment.models import Evidence, Ujian
from ajj.assessment.selectors import open_evidence
from ajj.assessment.ujianrecord import record_of
from ajj.documents.keyring import Keyring
from ajj.documents.models import Document
from ajj.kernel.clock import epoch_ms
from ajj.live.entry import linked
from ajj.live.models import IdentityPicture, LogEntry, Session
from ajj.live.services.identity import open_picture
from recordings.capsule import verify as checker
from recordings.models import Anchor, Seal, Segment, Stream
from recordings.selectors import duration_ms, open_segment

log = structlog.get_logger(__name__)

Opener = Callable[[], BinaryIO]


def log_of(session: Session) -> list[dict[str, Any]]:
    """The whole log; a row that the database cannot give back stands as one without content."""
    rows = LogEntry.objects.filter(session=session).order_by("seq")
    try:
        return [linked(row) for row in rows.iterator()]
    except ValueError:
        return [_row(session, seq) for seq in rows.values_list("seq", flat=True)]


def _row(session: Session, seq: int) -> dict[str, Any]:
    try:
        return linked(LogEntry.objects.get(session=session, seq=seq))
    except ValueError:
        return {"seq": seq}


def seals_of(session: Session) -> list[dict[str, Any]]:
    """The signed heads, the oldest first, as the capsule carries them."""
    return [
        {
            "seq": seal.seq,
            "head": seal.head,
            "kid": seal.kid,
            "jws": seal.jws,
            "sealed_at": epoch_ms(seal.sealed_at),
        }
        for seal in Seal.objects.filter(session=session).order_by("seq")
    ]


def keys_of(keys: Keyring, kids: set[str]) -> list[dict[str, str]]:
    """The public keys named ``kids``, in one order; none when the keys cannot be read."""
    try:
        found = [key for key in keys.jwks()["keys"] if key.get("kid") in kids]
        return sorted(found, key=lambda key: key["kid"])
    except Exception:
        log.exception("signing keys cannot be read")
        return []


def proof_of(
    session: Session, log: list[dict[str, Any]], story: checker.Story, keys: Keyring
) -> checker.Proof:
    """Everything that is kept of ``session``; ``story`` is what ``log`` says of it."""
    seals = seals_of(session)
    return checker.Proof(
        log=log,
        manifest=_manifest(session, story, seals),
        seals=seals,
        keys=list(keys_of(keys, {seal["kid"] for seal in seals})),
        files=openers(session, story),
        head=session.head_hash,
    )


def openers(session: Session, story: checker.Story) -> dict[str, Opener]:
    """By path in the capsule, how to open each kept file.

    A row stands at the path that the log gives its key, so that a changed row is not two faults.
    """
    logged = {kept.label: path for path, kept in story.files.items()}
    found: dict[str, Opener] = {}
    for segment in _segments(session):
        label = f"segment {segment.stream_id}/{segment.index}"
        path = logged.get(label) or checker.segment_path(_segment(segment))
        found[path] = partial(open_segment, segment)
    for item in Evidence.objects.filter(session=session):
        path = logged.get(f"evidence {item.pk}") or checker.evidence_path(
            {"evidence": str(item.pk), "filetype": item.filetype}
        )
        found[path] = partial(open_evidence, item)
    for picture in IdentityPicture.objects.filter(session=session):
        path = logged.get(f"identity picture {picture.pk}") or checker.picture_path(
            {"picture": str(picture.pk), "filetype": picture.filetype}
        )
        found[path] = partial(open_picture, picture)
    documents = Document.objects.in_bulk([form["document"] for form in story.forms])
    by_id = {str(pk): document for pk, document in documents.items()}
    for form in story.forms:
        if form["document"] in by_id:
            found[checker.form_path(form["seq"], form)] = partial(_open, by_id[form["document"]])
    ujian = Ujian.objects.select_related("muk", "permohonan").in_bulk(
        [row["ujian"] for row in story.ujian]
    )
    by_name = {str(pk): held for pk, held in ujian.items()}
    for row in story.ujian:
        if row["ujian"] in by_name:
            found[row["path"]] = partial(_record, by_name[row["ujian"]], row["seq"])
    for anchor in Anchor.objects.filter(seal__session=session):
        found[checker.anchor_path(anchor.entry)] = partial(BytesIO, bytes(anchor.token))
    return found


def _open(document: Document) -> BinaryIO:
    return cast("BinaryIO", default_storage.open(document.storage_name, "rb"))


def _record(ujian: Ujian, seq: int) -> BinaryIO:
    return BytesIO(record_of(ujian, seq))


def _segments(session: Session) -> list[Segment]:
    rows = Segment.objects.filter(stream__session=session).select_related("stream")
    return list(rows.order_by("stream", "index"))


def _segment(row: Segment) -> dict[str, Any]:
    return {
        "stream": row.stream_id,
        "index": row.index,
        "start_ms": row.start_ms,
        "end_ms": row.end_ms,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "mime": row.mime,
        "source": row.source,
        "seq": row.seq,
    }


def _manifest(session: Session, story: checker.Story, seals: list[Any]) -> dict[str, Any]:
    """The rows in the form of the manifest; gaps and what no row holds are taken from the log."""
    right = checker.manifest_of(story, seals)
    urls = {kept.label: path for path, kept in story.files.items()}

    def place(label: str, path: str) -> dict[str, Any]:
        path = urls.get(label, path)
        erased = story.files[path].erased if path in story.files else ""
        return {"url": None, "erased": erased} if erased else {"url": path}

    segments: dict[str, list[dict[str, Any]]] = {}
    for segment in _segments(session):
        fields = _segment(segment)
        stream = fields.pop("stream")
        path = checker.segment_path({"stream": stream, **fields})
        fields |= place(f"segment {stream}/{segment.index}", path)
        segments.setdefault(stream, []).append(fields)
    return {
        "session": str(session.pk),
        "t0": epoch_ms(session.opened_at) if session.opened_at else None,
        "duration_ms": duration_ms(session),
        "streams": [
            _stream(stream, story, segments.get(stream.pk, []))
            for stream in session.streams.order_by("pk")
            if stream.pk in story.streams or stream.pk in segments
        ],
        "gaps": right["gaps"],
        "evidence": _evidence(session, story, place),
        "forms": right["forms"],
        "sealed_head": right["sealed_head"],
    }


def _stream(row: Stream, story: checker.Story, segments: list[Any]) -> dict[str, Any]:
    logged = story.streams.get(row.pk, {})
    # A stream that began after the end is in the log by its segments alone.
    known = logged if logged.get("started_ms") is None else {}
    return {
        "stream": row.pk,
        "owner": known.get("owner", str(row.owner_id)),
        "kind": known.get("kind", row.kind),
        "codecs": known.get("codecs", row.codecs),
        "started_ms": logged.get("started_ms", row.started_ms),
        "segments": segments,
    }


def _evidence(
    session: Session, story: checker.Story, place: Callable[[str, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    logged = {row["evidence"]: row for row in story.evidence}
    found = []
    rows = Evidence.objects.filter(session=session).prefetch_related("kuk").order_by("seq")
    for row in rows:
        kuk = sorted(item.pk for item in row.kuk.all())
        told = logged.get(str(row.pk), {}).get("kuk", kuk)
        fields = {
            "evidence": str(row.pk),
            "filename": row.filename,
            "filetype": row.filetype,
            "bytes": row.bytes,
            "sha256": row.sha256,
            "kuk": told if sorted(set(told)) == kuk else kuk,
            "taken_ms": row.taken_ms,
            "seq": row.seq,
            "owner": str(row.owner_id),
        }
        fields |= place(f"evidence {row.pk}", checker.evidence_path(fields))
        found.append(fields)
    return found
