"""Random changes to a stored session, as somebody with database, storage and disk can make them.

Each deed changes rows or files of one session and returns words of which one must stand in the
sentences of ``session_verify``. Rows are put back by the caller's rollback, files by ``Deeds``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

from ajj.assessment.models import Evidence, IssuedForm, Mark, Ujian, UjianEntry
from ajj.committee.models import Case
from ajj.documents.models import Document
from ajj.kernel.chain import GENESIS, entry_hash
from ajj.live.entry import linked
from ajj.live.models import LogEntry, Session
from recordings.models import Gap, Seal, Segment, Stream
from tests.factories.forged import flipped

Words = tuple[str, ...]


@dataclass
class Deeds:
    """What is done to the session ``pk``; ``keys`` is the directory of the signing keys."""

    pk: Any
    keys: Path
    rng: Random
    _before: dict[Path, bytes] = field(default_factory=dict)

    def undo_files(self) -> None:
        for path, body in self._before.items():
            path.write_bytes(body)
        self._before.clear()

    def write(self, path: Path, body: bytes | None) -> None:
        """Change a file; None removes it."""
        self._before.setdefault(path, path.read_bytes())
        if body is None:
            path.unlink()
        else:
            path.write_bytes(body)

    def log(self) -> list[LogEntry]:
        return list(LogEntry.objects.filter(session_id=self.pk).order_by("seq"))

    def one(self, rows: Any) -> Any:
        return self.rng.choice(list(rows.order_by("pk")))

    def bend(self) -> None:
        """Make the session's row fit what is left of its log."""
        last = self.log()[-1]
        Session.objects.filter(pk=self.pk).update(
            head_seq=last.seq, head_hash=last.hash, head_ms=last.at_ms
        )


Deed = Callable[[Deeds], Words]


def log_value(do: Deeds) -> Words:
    entry = do.rng.choice(do.log())
    part = do.rng.choice(["at_ms", "kind", "actor", "hash", "data"])
    value = getattr(entry, part)
    if part == "data":
        value = {**value, "catatan": "diubah"}
    elif part == "at_ms":
        value += 1
    elif part == "hash":
        value = f"{int(value, 16) ^ 1 << do.rng.randrange(256):064x}"
    else:
        value = f"{value}x"
    LogEntry.objects.filter(pk=entry.pk).update(**{part: value})
    return (f"log seq {entry.seq}", f"log seq {entry.seq + 1}", "log does not end")


def log_raw_flip(do: Deeds) -> Words:
    """A bit of the stored text of ``data``, whether it is JSON after that or not."""
    entry = do.rng.choice([row for row in do.log() if row.data])
    table = LogEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST(data AS TEXT) FROM {table} WHERE id=%s", [entry.pk])
        body = cursor.fetchone()[0]
        place = do.rng.randrange(len(body))
        changed = body[:place] + chr(ord(body[place]) ^ 1) + body[place + 1 :]
        # A disk asks no constraint.
        cursor.execute("PRAGMA ignore_check_constraints=1")
        cursor.execute(f"UPDATE {table} SET data=%s WHERE id=%s", [changed, entry.pk])
        cursor.execute("PRAGMA ignore_check_constraints=0")
    return ("log ",)


def log_drop(do: Deeds) -> Words:
    do.rng.choice(do.log()).delete()
    return ("missing or moved", "log does not end", "not kept")


def log_swap(do: Deeds) -> Words:
    one, two = do.rng.sample(do.log(), 2)
    LogEntry.objects.filter(pk=one.pk).update(seq=10**6)
    LogEntry.objects.filter(pk=two.pk).update(seq=one.seq)
    LogEntry.objects.filter(pk=one.pk).update(seq=two.seq)
    return ("log seq",)


def log_cut(do: Deeds) -> Words:
    """The tail is gone and the session's row was bent to fit."""
    keep = do.rng.randrange(1, len(do.log()))
    LogEntry.objects.filter(session_id=do.pk, seq__gt=keep).delete()
    do.bend()
    return ("seal", "logged", "not in the log")


def log_insert(do: Deeds) -> Words:
    entry = do.rng.choice(do.log())
    LogEntry.objects.create(
        session_id=do.pk,
        seq=do.log()[-1].seq + 1,
        at_ms=entry.at_ms,
        kind="chat",
        actor=entry.actor,
        data={"text": "tidak pernah dikatakan"},
        hash=entry.hash,
    )
    return ("log",)


def log_rewritten(do: Deeds) -> Words:
    """An entry says something else, every hash after it is made to fit, and so is the row."""
    rows = do.log()
    chosen = do.rng.choice(rows[:-1])
    previous = GENESIS
    for row in rows:
        if row.pk == chosen.pk:
            row.data = {**row.data, "catatan": "diubah"}
        row.hash = previous = entry_hash(previous, linked(row))
        row.save()
    do.bend()
    return ("is not what was signed", "seal")


def media_of(do: Deeds) -> tuple[str, Path]:
    row = do.one(Segment.objects.filter(stream__session_id=do.pk))
    return f"segment {row.stream_id}/{row.index}", Path(default_storage.path(row.storage_name))


def evidence_of(do: Deeds) -> tuple[str, Path]:
    row = do.one(Evidence.objects.filter(session_id=do.pk))
    return f"evidence {row.pk}", Path(default_storage.path(row.storage_name))


def form_of(do: Deeds) -> tuple[str, Path]:
    issued = do.one(IssuedForm.objects.filter(session_id=do.pk))
    row = Document.objects.get(pk=issued.document)
    return f"form {row.code}", Path(default_storage.path(row.storage_name))


def file_flip(of: Callable[[Deeds], tuple[str, Path]]) -> Deed:
    def deed(do: Deeds) -> Words:
        label, path = of(do)
        do.write(path, flipped(path.read_bytes(), do.rng))
        return (label,)

    return deed


def file_cut(of: Callable[[Deeds], tuple[str, Path]]) -> Deed:
    def deed(do: Deeds) -> Words:
        label, path = of(do)
        body = path.read_bytes()
        do.write(path, body[: do.rng.randrange(len(body))])
        return (label,)

    return deed


def file_drop(of: Callable[[Deeds], tuple[str, Path]]) -> Deed:
    def deed(do: Deeds) -> Words:
        label, path = of(do)
        do.write(path, None)
        return (label,)

    return deed


def media_swap(do: Deeds) -> Words:
    one, two = do.rng.sample(
        list(Segment.objects.filter(stream__session_id=do.pk).order_by("pk")), 2
    )
    first, second = (Path(default_storage.path(row.storage_name)) for row in (one, two))
    a, b = first.read_bytes(), second.read_bytes()
    do.write(first, b)
    do.write(second, a)
    return (f"segment {one.stream_id}/{one.index}",)


def row_value(rows: Callable[[Deeds], Any], parts: tuple[str, ...], *words: str) -> Deed:
    """A column of a random row is another value."""

    def deed(do: Deeds) -> Words:
        row, part = do.one(rows(do)), do.rng.choice(parts)
        value = getattr(row, part)
        # Far enough off to meet no other row's number.
        changed = value + 999 if isinstance(value, int) else _letter(value)
        type(row).objects.filter(pk=row.pk).update(**{part: changed})
        return words

    return deed


def _letter(text: str) -> str:
    return ("0" if text[:1] != "0" else "1") + text[1:]


def row_drop(rows: Callable[[Deeds], Any], *words: str) -> Deed:
    def deed(do: Deeds) -> Words:
        row = do.one(rows(do))
        type(row).objects.filter(pk=row.pk).delete()
        return words

    return deed


def segments(do: Deeds) -> Any:
    return Segment.objects.filter(stream__session_id=do.pk)


def pieces(do: Deeds) -> Any:
    return Evidence.objects.filter(session_id=do.pk)


def papers(do: Deeds) -> Any:
    issued = IssuedForm.objects.filter(session_id=do.pk)
    return Document.objects.filter(pk__in=issued.values("document"))


def evidence_row_drop(do: Deeds) -> Words:
    row = do.one(pieces(do))
    label = f"evidence {row.pk}"
    row.kuk.clear()
    row.delete()
    return (label,)


def segment_invented(do: Deeds) -> Words:
    row = do.one(segments(do))
    row.pk, row.index, row.storage_name = None, row.index + 50, f"{row.storage_name}-x"
    row.save(force_insert=True)
    return (f"segment {row.stream_id}/{row.index}",)


def key_flip(do: Deeds) -> Words:
    path = do.rng.choice(sorted(do.keys.glob("*.json")))
    do.write(path, flipped(path.read_bytes(), do.rng))
    return ("key",)


def key_drop(do: Deeds) -> Words:
    do.write(do.rng.choice(sorted(do.keys.glob("retired-*.json"))), None)
    return ("key",)


DEEDS: dict[str, Deed] = {
    "log row: change a column": log_value,
    "log row: flip a bit of the stored text": log_raw_flip,
    "log row: drop": log_drop,
    "log rows: swap": log_swap,
    "log: cut the tail, bend the session": log_cut,
    "log: insert": log_insert,
    "log: change one, hash the tail anew, bend the session": log_rewritten,
    "media: flip a bit": file_flip(media_of),
    "media: truncate": file_cut(media_of),
    "media: drop": file_drop(media_of),
    "media: swap two": media_swap,
    "evidence: flip a bit": file_flip(evidence_of),
    "evidence: truncate": file_cut(evidence_of),
    "evidence: drop": file_drop(evidence_of),
    "form: flip a bit": file_flip(form_of),
    "form: truncate": file_cut(form_of),
    "form: drop": file_drop(form_of),
    "segment row: change": row_value(
        segments, ("end_ms", "bytes", "sha256", "mime", "seq", "source"), "segment"
    ),
    "segment row: drop": row_drop(segments, "segment"),
    "segment row: invent": segment_invented,
    "evidence row: change": row_value(
        pieces, ("filename", "filetype", "bytes", "sha256", "taken_ms", "seq"), "evidence"
    ),
    "evidence row: drop": evidence_row_drop,
    "gap row: change": row_value(
        lambda do: Gap.objects.filter(stream__session_id=do.pk, noted=False),
        ("end_ms", "cause"),
        "gap",
    ),
    "gap row: drop": row_drop(
        lambda do: Gap.objects.filter(stream__session_id=do.pk, noted=False), "gap"
    ),
    "stream row: change": row_value(
        lambda do: Stream.objects.filter(session_id=do.pk), ("kind",), "stream"
    ),
    "issued form row: change": row_value(
        lambda do: IssuedForm.objects.filter(session_id=do.pk), ("code", "sha256", "seq"), "form"
    ),
    "document row: change": row_value(papers, ("code", "version", "sha256"), "form"),
    "mark row: change": row_value(
        lambda do: Mark.objects.filter(session_id=do.pk), ("note", "at_ms", "seq"), "mark"
    ),
    "ujian row: change": row_value(
        lambda do: Ujian.objects.filter(session_id=do.pk),
        ("minutes", "extra_reason", "belum_tercapai", "seed"),
        "ujian",
    ),
    "ujian's log row: change": row_value(
        lambda do: UjianEntry.objects.filter(ujian__session_id=do.pk),
        ("at_ms", "kind", "hash"),
        "ujian",
    ),
    "ujian's log row: drop": row_drop(
        lambda do: UjianEntry.objects.filter(ujian__session_id=do.pk), "ujian"
    ),
    "mark row: drop": row_drop(lambda do: Mark.objects.filter(session_id=do.pk), "mark"),
    "berkas row: other result": lambda do: (
        (Case.objects.filter(session_id=do.pk).update(result="BK") and ("decision",)) or ()
    ),
    "seal row: change": row_value(
        lambda do: Seal.objects.filter(session_id=do.pk), ("seq", "head", "kid", "jws"), "seal"
    ),
    "seal row: drop": row_drop(lambda do: Seal.objects.filter(session_id=do.pk), "seal"),
    "session row: change": row_value(
        lambda do: Session.objects.filter(pk=do.pk),
        ("head_seq", "head_ms", "head_hash", "ended_ms"),
        "session",
        "log",
        "seal",
    ),
    "public key: flip a bit": key_flip,
    "public key: drop": key_drop,
}
