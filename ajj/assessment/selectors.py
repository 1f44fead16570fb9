"""Reading the assessment: the checklist, its marks now or at a moment, evidence, recommendation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from ajj.assessment import pihak, portfolio, rules
from ajj.assessment.capture import Claim, Known
from ajj.assessment.models import (
    Ak01,
    Evidence,
    IssuedForm,
    Judgement,
    Mark,
    MarkResolution,
    Recommendation,
    Upload,
)
from ajj.assessment.rules import KukStanding
from ajj.assessment.ujian import collected
from ajj.kernel.clock import session_ms
from ajj.live import fold
from ajj.live.models import LogEntry, Session
from ajj.live.rules import ASSESSING, SessionRole, may_see
from ajj.live.selectors import full_log
from ajj.live.services import vault
from ajj.live.states import SessionKind
from ajj.skema.models import Elemen, Kuk, Skema, SkemaUnit


def skema_units(skema: Skema) -> QuerySet[SkemaUnit]:
    """The units of ``skema`` in order, with elemen and KUK, in three queries."""
    kuk = Prefetch("kuk", queryset=Kuk.objects.order_by("urutan"))
    elemen = Prefetch("unit__elemen", queryset=Elemen.objects.order_by("no").prefetch_related(kuk))
    return (
        SkemaUnit.objects.filter(skema=skema)
        .select_related("unit")
        .order_by("order")
        .prefetch_related(elemen)
    )


def checklist(session: Session) -> dict[str, Any]:
    """FR.IA.01 as data: units, their elemen, their KUK, as ``GET …/checklist`` gives it.

    ``collected``: what else FR.AK.02 may name for the unit: from the portfolio, from the ujian
    that were taken and from third parties.
    """
    permohonan = session.jadwal.permohonan
    met, asked = portfolio.collected(permohonan), collected(permohonan)
    said = pihak.proposed(permohonan)
    rows = skema_units(permohonan.skema)
    return {"units": [_unit(row) | {"collected": _of_unit(row, met, asked, said)} for row in rows]}


def _of_unit(
    row: SkemaUnit, met: dict[int, list[str]], asked: dict[int, list[str]], said: Sequence[str]
) -> list[str]:
    return [*met.get(row.unit.pk, []), *asked.get(row.unit.pk, []), *said]


def _unit(row: SkemaUnit) -> dict[str, Any]:
    return {
        "id": row.unit.pk,
        "kode": row.unit.kode,
        "judul": row.unit.judul,
        "kelompok": row.kelompok,
        "elemen": [
            {
                "id": elemen.pk,
                "no": str(elemen.no),
                "judul": elemen.judul,
                "kuk": [{"id": kuk.pk, "no": kuk.no, "teks": kuk.teks} for kuk in elemen.kuk.all()],
            }
            for elemen in row.unit.elemen.all()
        ],
    }


def marks_of(session: Session) -> list[fold.Mark]:
    """Every mark of ``session`` in order of seq, as values."""
    return [
        fold.Mark(
            seq=row.seq,
            at_ms=row.at_ms,
            author=str(row.author_id),
            kuk=row.kuk_id,
            value=row.value,
            note=row.note,
            undone_seq=row.undone_seq,
        )
        for row in Mark.objects.filter(session=session).order_by("seq")
    ]


def marks_state(session: Session, at_ms: int | None = None) -> dict[int, KukStanding]:
    """How each marked KUK stands now, or stood at session moment ``at_ms`` (inclusive)."""
    if at_ms is None:
        return rules.standing(marks_of(session), resolutions_of(session))
    then = fold.fold(full_log(session.pk), until_ms=at_ms)
    return rules.standing(then.marks.values(), then.resolutions)


def resolutions_of(session: Session) -> list[fold.Resolution]:
    """Every word that settled two differing marks, in order of seq, as values."""
    return [
        fold.Resolution(
            seq=row.seq,
            at_ms=row.at_ms,
            author=str(row.author_id),
            kuk=row.kuk_id,
            value=row.value,
            note=row.note,
            settles=tuple(row.settles),
        )
        for row in MarkResolution.objects.filter(session=session).order_by("seq")
    ]


def disputed_kuk(session: Session) -> list[Kuk]:
    """The KUK of ``session`` that two asesor marked differently and nobody settled, in order."""
    found = [kuk for kuk, state in marks_state(session).items() if state.disputed]
    return list(Kuk.objects.filter(pk__in=found).order_by("elemen__unit", "elemen__no", "urutan"))


def evidence_list(session: Session, role: SessionRole | None = None) -> list[dict[str, Any]]:
    """Every piece of evidence with its last judgement: wire names, plus ``url``.

    For a reader in ``role``: who may not see ``evidence.judged`` gets no judgement.
    """
    judged = role is None or may_see(role, "evidence.judged")
    rows = (
        Evidence.objects.filter(session=session)
        .select_related("owner")
        .prefetch_related("kuk", Prefetch("judgements", Judgement.objects.order_by("seq")))
        .order_by("seq")
    )
    return [_evidence(row, judged=judged) for row in rows]


def _evidence(row: Evidence, *, judged: bool) -> dict[str, Any]:
    judgements = list(row.judgements.all()) if judged else []
    return {
        "evidence": str(row.pk),
        "owner": str(row.owner_id),
        "owner_name": row.owner.name,
        "filename": row.filename,
        "filetype": row.filetype,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "kuk": sorted(kuk.pk for kuk in row.kuk.all()),
        "taken_ms": row.taken_ms,
        "capture": row.capture or None,
        "original": row.original or None,
        "original_of": str(row.original_of_id) if row.original_of_id else None,
        "asked": row.asked_seq is not None,
        "at_ms": row.at_ms,
        "seq": row.seq,
        "url": f"/api/v1/sessions/{row.session_id}/evidence/{row.pk}/file",
        "judgement": _judgement(judgements[-1]) if judgements else None,
    }


def _judgement(row: Judgement) -> dict[str, Any]:
    return {
        "author": str(row.author_id),
        "kuk": sorted(row.kuk.values_list("pk", flat=True)),
        "valid": row.valid,
        "asli": row.asli,
        "terkini": row.terkini,
        "memadai": row.memadai,
        "accepted": row.accepted,
        "note": row.note,
        "at_ms": row.at_ms,
        "seq": row.seq,
    }


def incoming_list(session: Session) -> list[dict[str, Any]]:
    """Announced files that are not whole yet: how many bytes the server has, and the small picture.

    ``offset`` of ``bytes`` are safe here; ``thumb`` is an address, or None while it is not there.
    """
    waiting = Upload.objects.filter(session=session, announced_seq__isnull=False).exclude(
        state__in=[Upload.State.DONE, Upload.State.REFUSED]
    )
    return [
        {
            "evidence": str(row.pk),
            "offset": row.offset,
            "bytes": row.length,
            "thumb": thumb_url(row) if row.thumb_sha256 else None,
            "seq": row.announced_seq,
            "changed_at": row.changed_at.isoformat(),
        }
        for row in waiting.order_by("announced_seq")
    ]


def thumb_url(row: Upload) -> str:
    """Where the small picture of an upload is to be had."""
    return f"/api/v1/sessions/{row.session_id}/evidence/{row.pk}/thumb"


def known_of(session: Session, owner_id: int, said: Claim, *, late: bool, now: datetime) -> Known:
    """What the server knows that a claim of ``owner_id``'s device can be held against."""
    entries = LogEntry.objects.filter(session=session)
    streams: dict[str, int] = {}
    for data, at_ms in entries.filter(kind="stream.started").values_list("data", "at_ms"):
        if str(data.get("owner")) == str(owner_id):
            streams[data["stream"]] = min(at_ms, streams.get(data["stream"], at_ms))
    moment = None
    if said.moment is not None:
        named = {"seq": said.moment.seq, "hash__startswith": said.moment.hash}
        moment = entries.filter(**named).first()
    return Known(
        now_ms=session_ms(session.opened_at, now) if session.opened_at else 0,
        streams=streams,
        moment_ms=moment.at_ms if moment is not None else None,
        late=late,
    )


def evidence(session_id: UUID, evidence_id: UUID) -> Evidence | None:
    """One piece of evidence of one session."""
    return Evidence.objects.filter(session_id=session_id, pk=evidence_id).first()


def open_evidence(row: Evidence) -> BinaryIO:
    """The file as it was uploaded: seekable, to be closed by the caller.

    Raises ``FileNotFoundError`` (or the storage's own error) when storage does not have it,
    ``DomainError`` 410 ``media_erased`` when it was destroyed.
    """
    return vault.fetch(row.storage_name, session_id=row.session_id, owner_id=row.owner_id)


def recommendation(session: Session) -> Recommendation | None:
    """The asesor's last word (FR.AK.02), if there is one."""
    return Recommendation.objects.filter(session=session).select_related("author").last()


def ak01(session: Session) -> Ak01 | None:
    """FR.AK.01 as last proposed in this session."""
    return Ak01.objects.filter(session=session).first()


def issued_forms(session: Session) -> QuerySet[IssuedForm]:
    """The prints that the log of ``session`` names, oldest first."""
    return IssuedForm.objects.filter(session=session).order_by("seq")


def upload(session_id: UUID, upload_id: UUID) -> Upload | None:
    """One upload of one session, whatever its state."""
    return Upload.objects.filter(session_id=session_id, pk=upload_id).first()


def room_facts(session: Session, role: SessionRole) -> dict[str, Any]:
    """What the room must know of FR.AK.01: whether it is missing, and where it may be signed.

    A pra-asesmen names the start of the asesmen that it prepares, for the form to propose.
    """
    if session.kind != SessionKind.ASESMEN:
        coming = session.jadwal.permohonan.jadwal.filter(
            kind=SessionKind.ASESMEN.value, cancelled_at=None
        ).first()
        starts_at = coming.starts_at.isoformat() if coming else ""
        return {"ak01_required": False, "pra_url": "", "asesmen_starts_at": starts_at}
    permohonan = session.jadwal.permohonan
    if rules.ak01_signed(permohonan.pk):
        sees = role in {SessionRole.ASESI, *ASSESSING}
        url = f"/permohonan/{permohonan.nomor}/ujian/" if sees else ""
        return {"ak01_required": False, "pra_url": "", "ujian_url": url}
    pra = Session.objects.filter(
        jadwal__permohonan_id=session.jadwal.permohonan_id,
        jadwal__cancelled_at=None,
        kind=SessionKind.PRA_ASESMEN.value,
    ).first()
    return {"ak01_required": True, "pra_url": f"/sesi/{pra.pk}/" if pra else ""}
