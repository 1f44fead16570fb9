"""Everything that a session's proof claims, computed again.

The capsule's own checker does it, fed from database and storage; here is added what only a
database can get wrong: rows that say something else than the log.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ajj.assessment.models import IssuedForm
from ajj.assessment.selectors import marks_of
from ajj.assessment.signingchain import faults as signature_faults
from ajj.committee.models import Case
from ajj.documents.keyring import Keyring
from ajj.documents.models import Document
from ajj.live import fold
from ajj.live.models import Session
from ajj.live.selectors import get_session
from ajj.live.states import SessionState
from recordings.capsule import verify as checker
from recordings.models import Anchor, Gap, Stream
from recordings.services.anchor import Trust, anchor_fault
from recordings.services.stored import log_of, proof_of


@dataclass(frozen=True)
class Findings:
    """``faults`` are sentences, empty when everything holds; ``notes`` are no faults."""

    faults: list[str]
    notes: list[str]


def faults_of(session_id: UUID, *, keys: Keyring) -> list[str]:
    """Each thing that does not hold, in words; empty when all does (404 for no such session)."""
    return findings_of(session_id, keys=keys).faults


def findings_of(session_id: UUID, *, keys: Keyring, trust: Trust | None = None) -> Findings:
    """All that does not hold; ``trust`` is the time-stamping authority to check stamps with."""
    session = get_session(session_id)
    log = log_of(session)
    story = checker.told(log)
    proof = proof_of(session, log, story, keys)
    report = checker.checked(proof)
    faults = [*report.faults, *_row_faults(session, log, story)]
    if trust is not None:
        faults += _anchor_faults(session, trust)
    return Findings(list(dict.fromkeys(faults)), report.notes)


def _row_faults(session: Session, log: list[dict[str, Any]], story: checker.Story) -> Iterator[str]:
    yield from _session_faults(session, log, story)
    yield from _gap_faults(session, story)
    yield from _stream_faults(session, story)
    yield from _form_faults(session, story)
    yield from _decision_faults(session, story)
    yield from _mark_faults(session, log)
    # The log holds heads of the permohonan's own chain, in which its signatures stand.
    yield from signature_faults(session.jadwal.permohonan)


def _session_faults(
    session: Session, log: list[dict[str, Any]], story: checker.Story
) -> Iterator[str]:
    if len(log) != session.head_seq:
        yield f"log: {len(log)} entries, the session counts {session.head_seq}"
    if session.head_ms != story.head_ms:
        yield "session: the moment of its last entry is not that of the log"
    if session.ended_ms != story.ended_ms:
        yield "session: its end is not as logged"
    sealed = SessionState(session.state) is SessionState.SEALED
    if sealed and not story.sealed:
        yield "session: is called sealed, the log does not say so"
    if story.sealed and not sealed:
        yield "session: is not called sealed, the log says it is"
    if sealed and not session.seals.exists():
        yield "seal: the session is sealed, but there is no seal"


def _differing(what: str, logged: Iterable[Any], kept: Iterable[Any]) -> Iterator[str]:
    """Rows of plain values that are only on one side."""
    right, found = list(logged), list(kept)
    yield from (f"{what} {_said(row)}: logged, not kept" for row in right if row not in found)
    yield from (
        f"{what} {_said(row)}: kept, but not in the log" for row in found if row not in right
    )


def _said(row: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in row)


def _gap_faults(session: Session, story: checker.Story) -> Iterator[str]:
    rows = Gap.objects.filter(stream__session=session, noted=False)
    fields = ("stream", "start_ms", "end_ms", "cause")
    logged = [tuple(gap[name] for name in fields) for gap in story.gaps]
    yield from _differing("gap", logged, rows.values_list("stream_id", *fields[1:]))


def _stream_faults(session: Session, story: checker.Story) -> Iterator[str]:
    for stream in Stream.objects.filter(session=session):
        logged = story.streams.get(stream.pk, {}).get("started_ms")
        if logged is not None and (stream.started_ms is None or stream.started_ms > logged):
            yield f"stream {stream.pk}: its start is later than the log says"


def _form_faults(session: Session, story: checker.Story) -> Iterator[str]:
    fields = ("seq", "code", "version", "sha256", "document")
    logged = [tuple(form[name] for name in fields) for form in story.forms]
    rows = IssuedForm.objects.filter(session=session).values_list(*fields)
    yield from _differing("form", logged, [(*row[:-1], str(row[-1])) for row in rows])
    documents = Document.objects.in_bulk([form["document"] for form in story.forms])
    by_id = {str(pk): row for pk, row in documents.items()}
    for form in story.forms:
        row = by_id.get(form["document"])
        if row is None:
            continue
        for name in ("code", "version", "sha256"):
            if getattr(row, name) != form[name]:
                yield f"form {form['code']} of seq {form['seq']}: its row's {name} is not as logged"


def _decision_faults(session: Session, story: checker.Story) -> Iterator[str]:
    """The berkas stands where the last logged decision put it, on the papers that were logged."""
    case = Case.objects.filter(session=session).select_related("pleno__berita_acara", "pleno__sk")
    row, last = case.first(), story.decisions[-1] if story.decisions else None
    pleno = row.pleno if row is not None else None
    printed = {form["sha256"] for form in story.forms}
    if pleno is None or row is None:
        # A clarified berkas leaves its pleno and keeps the decisions before it, if there were any.
        if last is not None and (row is None or row.state in {"decided", "signed"}):
            yield f"decision at seq {last['entry']}: no pleno stands behind it"
        return
    if last is None:
        if row.result in {"K", "BK"}:
            yield "decision: the berkas is decided, the log does not say so"
        return
    if (last["result"], last["pleno"]) != (row.result, pleno.nomor):
        yield f"decision at seq {last['entry']}: the berkas says {row.result} of {pleno.nomor}"
    if pleno.berita_acara is not None and pleno.berita_acara.sha256 != last["sha256"]:
        yield f"decision at seq {last['entry']}: the berita acara has another hash"
    if pleno.sk is not None and pleno.sk.sha256 not in printed:
        yield "decision: the log does not hold the hash of its SK"


def _mark_faults(session: Session, log: list[dict[str, Any]]) -> Iterator[str]:
    try:
        logged = fold.fold(log).marks
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # the log itself is broken, and named
    kept = {mark.seq: mark for mark in marks_of(session)}
    for seq in sorted({*logged, *kept}):
        if seq not in kept:
            yield f"mark of seq {seq}: logged, not kept"
        elif seq not in logged:
            yield f"mark of seq {seq}: kept, but not in the log"
        elif kept[seq] != logged[seq]:
            yield f"mark of seq {seq}: is not as logged"


def _anchor_faults(session: Session, trust: Trust) -> Iterator[str]:
    for anchor in Anchor.objects.filter(seal__session=session).select_related("seal"):
        fault = anchor_fault(bytes(anchor.token), anchor.seal.jws, trust)
        if fault:
            yield f"time stamp of seq {anchor.entry}: {fault}"
