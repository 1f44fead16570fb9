"""The stored projections of a session, read back into the shape that the fold has."""

from ajj.assessment.models import Ak01, Evidence, IssuedForm, Recommendation
from ajj.assessment.selectors import marks_of, resolutions_of
from ajj.kernel.clock import epoch_ms
from ajj.live import fold
from ajj.live.models import (
    Admission,
    AgendaTick,
    CameraPairing,
    ChatMessage,
    ClockPause,
    Consent,
    Hand,
    Incident,
    Presence,
    Session,
    Sweep,
    Turn,
)
from ajj.live.pauses import Pause

FIELDS = (
    "phase",
    "t0",
    "ended_ms",
    "end_reason",
    "head_seq",
    "head_ms",
    "head_hash",
    "connections",
    "consents",
    "admission",
    "admitted",
    "pauses",
    "hands",
    "agenda",
    "chat",
    "incidents",
    "marks",
    "resolutions",
    "evidence",
    "ak01",
    "recommendations",
    "forms",
    "cameras",
    "sweeps",
    "turns",
)


def stored_state(session: Session) -> fold.SessionState:
    """Everything of ``FIELDS`` as the database has it."""
    return fold.SessionState(
        phase=session.state,
        t0=epoch_ms(session.opened_at) if session.opened_at else None,
        ended_ms=session.ended_ms,
        end_reason=session.end_reason,
        head_seq=session.head_seq,
        head_ms=session.head_ms,
        head_hash=session.head_hash,
        connections={
            row.connection: fold.Connection(
                str(row.user_id), row.role, row.joined_ms, row.left_ms, row.left_reason
            )
            for row in Presence.objects.filter(session=session)
        },
        consents={
            (str(row.user_id), row.version): fold.Signature(row.seq, row.at_ms, str(row.user_id))
            for row in Consent.objects.filter(session=session)
        },
        admission=session.jadwal.admission if session.opened_at else "on_arrival",
        admitted={
            str(row.user_id): fold.Admitted(row.seq, row.at_ms, row.actor)
            for row in Admission.objects.filter(session=session)
        },
        pauses=[
            Pause(row.start_ms, row.reason, row.note, row.actor, row.end_ms)
            for row in ClockPause.objects.filter(session=session)
        ],
        hands={str(row.user_id): row.since_ms for row in Hand.objects.filter(session=session)},
        agenda={
            row.step: fold.Tick(row.seq, row.at_ms, row.actor, row.done, row.note)
            for row in AgendaTick.objects.filter(session=session)
        },
        chat=[
            fold.Line(row.seq, row.at_ms, row.actor, row.text)
            for row in ChatMessage.objects.filter(session=session)
        ],
        incidents=[
            fold.Line(row.seq, row.at_ms, row.actor, row.text, row.code, row.judul)
            for row in Incident.objects.filter(session=session)
        ],
        marks={mark.seq: mark for mark in marks_of(session)},
        resolutions=resolutions_of(session),
        evidence={str(row.pk): _evidence(row) for row in Evidence.objects.filter(session=session)},
        ak01=_ak01(session),
        recommendations=[
            fold.Recommendation(
                row.seq,
                row.at_ms,
                str(row.author_id),
                row.result,
                row.note,
                row.tindak_lanjut,
                tuple(row.units),
            )
            for row in Recommendation.objects.filter(session=session)
        ],
        forms=[
            {
                "code": row.code,
                "version": row.version,
                "sha256": row.sha256,
                "document": str(row.document),
                "basis": row.basis_seq,
                "seq": row.seq,
            }
            for row in IssuedForm.objects.filter(session=session)
        ],
        cameras={
            str(row.pk): fold.Camera(row.device, row.paired_ms, row.ended_ms, row.reason)
            for row in CameraPairing.objects.filter(session=session)
            if row.paired_ms is not None
        },
        turns={
            row.seq: fold.Turn(
                row.seq,
                row.asked_ms,
                row.actor,
                row.how,
                row.answer_s,
                row.step,
                tuple(row.kuk),
                row.state,
                row.text,
                row.opened_ms,
                row.due_ms,
                row.answered_ms,
                row.answer,
                row.sha256,
                row.from_ms,
                row.to_ms,
                row.late_ms,
            )
            for row in Turn.objects.filter(session=session)
        },
        sweeps={
            row.seq: fold.Sweep(
                row.seq,
                row.asked_ms,
                row.actor,
                row.start_ms,
                row.end_ms,
                row.result,
                row.note,
            )
            for row in Sweep.objects.filter(session=session)
        },
    )


def _evidence(row: Evidence) -> fold.Evidence:
    return fold.Evidence(
        id=str(row.pk),
        seq=row.seq,
        at_ms=row.at_ms,
        owner=str(row.owner_id),
        filename=row.filename,
        filetype=row.filetype,
        bytes=row.bytes,
        sha256=row.sha256,
        kuk=tuple(sorted(row.kuk.values_list("pk", flat=True))),
        taken_ms=row.taken_ms,
        capture=row.capture,
        original=row.original,
        original_of=str(row.original_of_id) if row.original_of_id else None,
        asked_seq=row.asked_seq,
        judgements=tuple(
            fold.Judgement(
                each.seq,
                each.at_ms,
                str(each.author_id),
                tuple(sorted(each.kuk.values_list("pk", flat=True))),
                each.valid,
                each.asli,
                each.terkini,
                each.memadai,
                each.accepted,
                each.note,
            )
            for each in row.judgements.order_by("seq")
        ),
    )


def _ak01(session: Session) -> fold.Ak01 | None:
    row = Ak01.objects.filter(session=session).first()
    if row is None:
        return None
    signed = {}
    asesi = str(session.jadwal.permohonan.asesi_id)
    if row.asesi_signed_seq is not None and row.asesi_signed_ms is not None:
        signed["asesi"] = fold.Signature(row.asesi_signed_seq, row.asesi_signed_ms, asesi)
    if row.asesor_signed_seq is not None and row.asesor_signed_ms is not None:
        asesor = str(row.proposed_by_id)
        signed["asesor"] = fold.Signature(row.asesor_signed_seq, row.asesor_signed_ms, asesor)
    return fold.Ak01(
        row.proposed_seq,
        str(row.proposed_by_id),
        tuple(row.bukti),
        row.hari,
        row.waktu,
        row.tuk,
        signed,
    )
