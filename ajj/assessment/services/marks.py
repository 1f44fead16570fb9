"""Commands of the checklist (FR.IA.01) and of evidence."""

from typing import Annotated, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from ajj.assessment import rules, selectors
from ajj.assessment.models import Mark
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.live.models import LogEntry
from ajj.live.ops import OpContext, OpData

Pk = Annotated[int, Field(ge=1, lt=2**53)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
KukList = Annotated[list[Pk], Field(max_length=500)]


class MarkData(OpData):
    kuk: Pk
    value: Literal["ya", "tidak", "lanjut"]
    note: Note = ""


class ResolveData(OpData):
    """``settles``: the seqs of the differing marks that the asesor saw."""

    kuk: Pk
    value: Literal["ya", "tidak", "lanjut"]
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    settles: KukList


class UndoData(OpData):
    mark: Pk


class JudgeData(OpData):
    evidence: Annotated[str, Field(max_length=36)]
    kuk: KukList
    valid: bool
    asli: bool
    terkini: bool
    memadai: bool
    accepted: bool
    note: Note = ""


def mark(context: OpContext[MarkData]) -> int:
    """Mark one KUK. Every mark is kept; the author's last one counts."""
    rules.require_checklist(context.session)
    rules.require_kuk(context.session, [context.data.kuk])
    data = {"kuk": context.data.kuk, "value": context.data.value, "note": context.data.note}
    if context.op.client_ms is not None:
        data["client_ms"] = context.op.client_ms
    return context.append("mark", data).seq


def mark_undo(context: OpContext[UndoData]) -> int:
    """Take back a mark of one's own; it stays in the log and on the timeline."""
    row = Mark.objects.filter(session=context.session, seq=context.data.mark).first()
    if row is None:
        raise NotFound(_("Tanda ini tidak ditemukan."), code="mark_not_found")
    if row.author_id != context.user.pk:
        raise Forbidden(_("Hanya pembuat tanda yang dapat membatalkannya."), code="not_author")
    if row.undone_seq is not None:
        raise Conflict(_("Tanda ini sudah dibatalkan."), code="already_undone")
    return context.append("mark.undone", {"mark": row.seq}).seq


def resolve(context: OpContext[ResolveData]) -> int:
    """The lead asesor settles a KUK that two asesor marked differently; both marks are kept.

    Refused where nothing differs (``not_disputed``), when another mark stands there by now
    (``marks_changed``), and once the komite has decided (``decided``).
    """
    data = context.data
    rules.require_kuk(context.session, [data.kuk])
    if LogEntry.objects.filter(session=context.session, kind="decision").exists():
        raise Conflict(_("Komite sudah memutuskan."), code="decided")
    state = selectors.marks_state(context.session).get(data.kuk)
    if state is None or not state.differs:
        raise Conflict(_("Tanda pada KUK ini tidak berbeda."), code="not_disputed")
    standing = sorted(mark.seq for mark in state.current)
    if sorted(data.settles) != standing:
        raise Conflict(_("Ada tanda baru pada KUK ini. Baca lagi."), code="marks_changed")
    return context.append(
        "mark.resolved",
        {"kuk": data.kuk, "value": data.value, "note": data.note, "settles": standing},
    ).seq


def judge(context: OpContext[JudgeData]) -> int:
    """Judge a piece of evidence by valid, asli, terkini, memadai, and say which KUK it shows."""
    data = context.data
    try:
        row = selectors.evidence(context.session.pk, UUID(data.evidence))
    except ValueError:
        row = None
    if row is None:
        raise NotFound(_("Bukti ini tidak ditemukan."), code="evidence_not_found")
    rules.require_kuk(context.session, data.kuk)
    entry = {
        "evidence": str(row.pk),
        "kuk": sorted(set(data.kuk)),
        "valid": data.valid,
        "asli": data.asli,
        "terkini": data.terkini,
        "memadai": data.memadai,
        "accepted": data.accepted,
        "note": data.note,
    }
    return context.append("evidence.judged", entry).seq
