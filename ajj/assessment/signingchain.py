"""The chain of signatures of a permohonan, and whether everything in it still holds.

Linked and checked like a session's log (``kernel.chain``); ``at_ms`` counts from 1970.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment.guestlink import content_digest
from ajj.assessment.models import Manuscript, PihakAnswer, Signature, SignatureEntry
from ajj.documents.models import Document
from ajj.documents.selectors import content
from ajj.kernel.chain import LINKED_FIELDS, verify
from ajj.live.models import LogEntry

Row = dict[str, Any]


def chain_of(permohonan: Permohonan) -> list[Row]:
    """The chain of signatures as ``kernel.chain.verify`` reads it."""
    rows = SignatureEntry.objects.filter(permohonan=permohonan).order_by("seq")
    fields = (*LINKED_FIELDS[1:], "hash")
    return [{"session": subject_of(permohonan), **row} for row in rows.values(*fields)]


def subject_of(permohonan: Permohonan) -> str:
    """What the chain's entries name where a session's name their session."""
    return f"permohonan:{permohonan.nomor}"


def faults(permohonan: Permohonan, *, only: Manuscript | None = None) -> list[str]:
    """Everything that does not hold: the chain, each signature in it, each stored PDF (or those
    of ``only``).
    """
    entries = chain_of(permohonan)
    found = [f"entry {fault.seq}: {fault.problem}" for fault in verify(entries)]
    by_seq = {entry["seq"]: entry for entry in entries}
    rows = Manuscript.objects.filter(permohonan=permohonan)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    for manuscript in rows.select_related("document", "printed", "session"):
        for row in manuscript.signatures.select_related("manuscript__document"):
            found += _signature_faults(row, by_seq.get(row.seq))
        found += _file_faults(manuscript, entries)
    if only is None:
        for answer in PihakAnswer.objects.filter(pihak__permohonan=permohonan).select_related(
            "pihak"
        ):
            found += _guest_faults(answer, permohonan, by_seq.get(answer.seq))
    return found


def logged(row: Signature) -> Row:
    """What the chain says of a signature."""
    code, _at, version = row.manuscript.label.partition("@")
    return {
        "code": code,
        "version": version,
        "manuscript": row.manuscript.code,
        "sha256": row.sha256,
        "place": row.place,
        "role": row.role,
        "name": row.name,
        "met": row.met,
        "method": row.method,
        "intent": row.intent,
        "drawn": hashlib.sha256(row.drawn.encode()).hexdigest() if row.drawn else "",
    }


def _signature_faults(row: Signature, entry: Row | None) -> Iterator[str]:
    if entry is None or entry["kind"] != "form.signed" or entry["actor"] != str(row.signer_id):
        yield f"signature {row.seq}: the chain does not have it"
    elif entry["data"] != logged(row):
        yield f"signature {row.seq}: not as it was logged"
    if row.sha256 != row.manuscript.document.sha256:
        yield f"signature {row.seq}: given for another file"


def _guest_faults(row: PihakAnswer, permohonan: Permohonan, entry: Row | None) -> Iterator[str]:
    """A third party's answer: as the chain says, and still what they signed."""
    said = entry["data"] if entry is not None and entry["kind"] == "guest.signed" else {}
    named = {"pihak": str(row.pihak_id), "number": row.number, "name": row.name}
    if {key: said.get(key) for key in named} != named or said.get("intent") != row.intent:
        yield f"guest's answer {row.seq}: the chain does not have it"
    now = content_digest(row.pihak.label, permohonan.nomor, row.isi)
    if not row.sha256 == said.get("sha256") == now:
        yield f"guest's answer {row.seq}: not as it was signed"


def _file_faults(manuscript: Manuscript, entries: list[Row]) -> Iterator[str]:
    for document in filter(None, (manuscript.document, manuscript.printed)):
        if not _whole(document):
            yield f"{manuscript.label} {manuscript.code}: the stored file is not as it was"
    if manuscript.printed is not None:
        named = [
            entry["data"]["sha256"]
            for entry in entries
            if entry["kind"] == "form.issued" and entry["data"]["manuscript"] == manuscript.code
        ]
        if named != [manuscript.printed.sha256]:
            yield f"{manuscript.label} {manuscript.code}: its print is not as it was logged"
    if manuscript.session is not None and manuscript.logged_seq is not None:
        entry = LogEntry.objects.filter(session=manuscript.session, seq=manuscript.logged_seq)
        yield from _head_faults(manuscript, entry.first(), entries)


def _head_faults(
    manuscript: Manuscript, entry: LogEntry | None, entries: list[Row]
) -> Iterator[str]:
    """The session's log holds a head of this chain: it cannot have been cut or written anew."""
    said = entry.data.get("signatures", {}) if entry is not None else {}
    if not any((row["seq"], row["hash"]) == (said.get("seq"), said.get("head")) for row in entries):
        yield f"{manuscript.label} {manuscript.code}: the session's log names another head"


def _whole(document: Document) -> bool:
    try:
        return hashlib.sha256(content(document)).hexdigest() == document.sha256
    except OSError:
        return False
