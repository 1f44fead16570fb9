"""How each kind of entry changes the stored projections of the assessment."""

from ajj.assessment.models import (
    Ak01,
    Evidence,
    IssuedForm,
    Judgement,
    Mark,
    MarkResolution,
    Recommendation,
)
from ajj.assessment.storage import evidence_name
from ajj.live import projections
from ajj.live.acted import moment
from ajj.live.models import LogEntry, Session


def _mark(session: Session, entry: LogEntry) -> None:
    Mark.objects.create(
        session=session,
        kuk_id=entry.data["kuk"],
        author_id=int(entry.actor),
        value=entry.data["value"],
        note=entry.data["note"],
        client_ms=entry.data.get("client_ms"),
        at_ms=moment(entry.at_ms, entry.data),
        seq=entry.seq,
    )


def _mark_undone(session: Session, entry: LogEntry) -> None:
    Mark.objects.filter(session=session, seq=entry.data["mark"]).update(undone_seq=entry.seq)


def _mark_resolved(session: Session, entry: LogEntry) -> None:
    MarkResolution.objects.create(
        session=session,
        kuk_id=entry.data["kuk"],
        author_id=int(entry.actor),
        value=entry.data["value"],
        note=entry.data["note"],
        settles=entry.data["settles"],
        at_ms=moment(entry.at_ms, entry.data),
        seq=entry.seq,
    )


def _evidence(session: Session, entry: LogEntry) -> None:
    data = entry.data
    row = Evidence.objects.create(
        id=data["evidence"],
        session=session,
        owner_id=int(entry.actor),
        filename=data["filename"],
        filetype=data["filetype"],
        bytes=data["bytes"],
        sha256=data["sha256"],
        storage_name=evidence_name(session.pk, data["evidence"]),
        taken_ms=data["taken_ms"],
        capture=data.get("capture", {}),
        original=data.get("original", {}),
        original_of_id=data.get("original_of"),
        at_ms=entry.at_ms,
        seq=entry.seq,
    )
    row.kuk.set(data["kuk"])


def _asked(session: Session, entry: LogEntry) -> None:
    Evidence.objects.filter(pk=entry.data["evidence"]).update(asked_seq=entry.seq)


def _judged(session: Session, entry: LogEntry) -> None:
    data = entry.data
    row = Judgement.objects.create(
        evidence_id=data["evidence"],
        author_id=int(entry.actor),
        valid=data["valid"],
        asli=data["asli"],
        terkini=data["terkini"],
        memadai=data["memadai"],
        accepted=data["accepted"],
        note=data["note"],
        at_ms=moment(entry.at_ms, entry.data),
        seq=entry.seq,
    )
    row.kuk.set(data["kuk"])


def _ak01_proposed(session: Session, entry: LogEntry) -> None:
    data = entry.data
    Ak01.objects.update_or_create(
        session=session,
        defaults={
            "bukti": data["bukti"],
            "hari": data["hari"],
            "waktu": data["waktu"],
            "tuk": data["tuk"],
            "proposed_by_id": int(entry.actor),
            "proposed_seq": entry.seq,
            "asesor_signed_seq": None,
            "asesor_signed_ms": None,
            "asesi_signed_seq": None,
            "asesi_signed_ms": None,
        },
    )


def _ak01_signed(session: Session, entry: LogEntry) -> None:
    side = entry.data["as"]
    Ak01.objects.filter(session=session).update(
        **{f"{side}_signed_seq": entry.seq, f"{side}_signed_ms": entry.at_ms}
    )


def _recommended(session: Session, entry: LogEntry) -> None:
    data = entry.data
    Recommendation.objects.create(
        session=session,
        author_id=int(entry.actor),
        result=data["result"],
        note=data["note"],
        tindak_lanjut=data["tindak_lanjut"],
        units=data["units"],
        at_ms=entry.at_ms,
        seq=entry.seq,
    )


def _form(session: Session, entry: LogEntry) -> None:
    data = entry.data
    IssuedForm.objects.create(
        session=session,
        code=data["code"],
        version=data["version"],
        sha256=data["sha256"],
        document=data["document"],
        basis_seq=data.get("basis", entry.seq),
        seq=entry.seq,
    )


def register_projectors() -> None:
    """Called once, in ``AppConfig.ready()``."""
    for kind, projector in (
        ("mark", _mark),
        ("mark.undone", _mark_undone),
        ("mark.resolved", _mark_resolved),
        ("evidence.received", _evidence),
        ("evidence.asked", _asked),
        ("evidence.judged", _judged),
        ("ak01.proposed", _ak01_proposed),
        ("ak01.signed", _ak01_signed),
        ("ak02.recommended", _recommended),
        ("form.issued", _form),
    ):
        projections.register(kind, projector)
