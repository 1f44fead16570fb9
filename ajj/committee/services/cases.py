"""A berkas from the asesor's recommendation to the last vote."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.assessment.events import RecommendationSubmitted
from ajj.audit.services import record as audit
from ajj.committee import rules, selectors
from ajj.committee.events import CaseAssigned
from ajj.committee.models import Case, CasePart, Comment, Jabatan, Part, Result, Tim, Vote
from ajj.committee.states import CaseEvent, CaseState, case_machine
from ajj.committee.watched import merged
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.live.models import LogEntry, Session
from ajj.people.models import User

MAX_TEXT = 2000


def on_recommendation(event: RecommendationSubmitted) -> None:
    """The asesor submitted FR.AK.02: its berkas comes before the komite."""
    open_case(event.session_id, now=datetime.now(UTC))


@transaction.atomic
def open_case(session_id: UUID, *, now: datetime) -> Case:
    """The berkas of a recommended session; made once, given to a tim without conflict if any.

    A newer recommendation replaces the older one as long as nobody has voted. Raises ``NotFound``
    (``no_recommendation``) when the log holds none.
    """
    entry = (
        LogEntry.objects.filter(session_id=session_id, kind="ak02.recommended")
        .order_by("-seq")
        .first()
    )
    if entry is None:
        raise NotFound(_("Sesi ini belum mempunyai rekomendasi."), code="no_recommendation")
    session = Session.objects.select_related("jadwal__permohonan").get(pk=session_id)
    facts = {
        "recommendation": str(entry.data["result"]),
        "recommendation_note": str(entry.data.get("note") or ""),
    }
    case, created = Case.objects.get_or_create(
        session=session,
        defaults={
            **facts,
            "asesi": session.jadwal.permohonan.asesi,
            "recommended_at": now,
            "created_at": now,
            "changed_at": now,
        },
    )
    if not created:
        if not case.votes.exists():
            Case.objects.filter(pk=case.pk).update(**facts, changed_at=now)
        return case
    _note_involved(case)
    _give_to_a_tim(case, now)
    return case


def _note_involved(case: Case) -> None:
    CasePart.objects.bulk_create(
        CasePart(case=case, user_id=user_id, part=part)
        for user_id, part in selectors.involved_in(case).items()
    )


def _give_to_a_tim(case: Case, now: datetime) -> None:
    involved = selectors.involved_in(case)
    for tim in selectors.active_tim():
        members = [seat.user for seat in tim.anggota.all()]
        if members and not rules.conflicted(members, involved):
            assign(case.pk, tim, actor=None, now=now)
            return


@transaction.atomic
def assign(case_id: int, tim: Tim, *, actor: User | None, now: datetime) -> Case:
    """Give a waiting berkas to the members of ``tim``.

    Raises ``Forbidden`` (``conflict_of_interest``) if one of them assessed this asesi, and
    ``Conflict`` once it is assigned. ``actor`` None is the system at the berkas' arrival.
    """
    if actor is not None and not actor.has_role(*rules.OVERSEERS):
        raise Forbidden(_("Hanya admin, manajer, atau direktur yang menugaskan tim teknis."))
    case = _locked(case_id)
    members = [(seat.user, seat.jabatan) for seat in tim.anggota.select_related("user")]
    rules.check_composition(members)
    rules.check_independence([user for user, _jabatan in members], selectors.involved_in(case))
    move_case(case, CaseEvent.ASSIGN, now, tim=tim)
    CasePart.objects.bulk_create(
        CasePart(
            case=case,
            user=user,
            part=(Part.KETUA if jabatan == Jabatan.KETUA.value else Part.ANGGOTA).value,
        )
        for user, jabatan in members
    )
    audit(actor, "committee.assign", case, {"tim": tim.sk_nomor}, now=now)
    publish(CaseAssigned(case_id=case.pk))
    return case


@transaction.atomic
def cast_vote(
    case_id: int, *, user: User, value: str, reason: str, no_conflict: bool, now: datetime
) -> Vote:
    """Record or change the finding of a member; the last open one makes the berkas ready.

    Raises ``Forbidden`` (``not_assigned``), ``Invalid`` (``vote_value``, ``vote_reason``,
    ``undeclared``) or ``Conflict`` (``wrong_state``) once the pleno has it.
    """
    case = _locked(case_id)
    rules.require_seat(case, user)
    if value not in Result.values:
        raise Invalid(_("Pilih Kompeten, Belum kompeten, atau Klarifikasi."), code="vote_value")
    words = reason.strip()
    if not words:
        raise Invalid(
            _("Tuliskan alasan putusan Anda."),
            code="vote_reason",
            fields={"reason": _("Alasan wajib diisi.")},
        )
    if not no_conflict:
        raise Invalid(
            _("Nyatakan dahulu bahwa Anda bukan asesor, pelatih, atau kerabat asesi ini."),
            code="undeclared",
        )
    if case.state not in (CaseState.REVIEW.value, CaseState.READY.value):
        raise Conflict(_("Berkas ini tidak sedang ditinjau."), code="wrong_state")
    vote, _created = Vote.objects.update_or_create(
        case=case,
        user=user,
        defaults={
            "value": value,
            "reason": words[:MAX_TEXT],
            "no_conflict": True,
            "cast_at": now,
        },
    )
    seats = sum(part.part in rules.KOMITE_PARTS for part in case.parts.all())
    if case.state == CaseState.REVIEW.value and Vote.objects.filter(case=case).count() == seats:
        move_case(case, CaseEvent.LAST_VOTE, now)
    audit(user, "committee.vote", case, {"value": value}, now=now)
    return vote


@transaction.atomic
def comment(case_id: int, *, user: User, at_ms: int, text: str, now: datetime) -> Comment:
    """Leave a remark at a second of the recording."""
    case = _locked(case_id)
    rules.require_seat(case, user)
    words = text.strip()
    if not words:
        raise Invalid(_("Komentar kosong."), code="empty_comment")
    length = max(case.session.ended_ms or 0, case.session.head_ms)
    return Comment.objects.create(
        case=case,
        user=user,
        at_ms=min(max(0, at_ms), length),
        text=words[:MAX_TEXT],
        created_at=now,
    )


@transaction.atomic
def note_watched(case_id: int, *, user: User, spans: Iterable[tuple[int, int]]) -> list[Any]:
    """Add what the member has watched; returns all of it, merged."""
    case = _locked(case_id)
    seat = rules.require_seat(case, user)
    row = CasePart.objects.select_for_update().get(pk=seat.pk)
    known = [(int(start), int(end)) for start, end in row.watched]
    limit = max(case.session.ended_ms or 0, case.session.head_ms)
    row.watched = [list(span) for span in merged([*known, *spans], limit_ms=limit)]
    row.save(update_fields=["watched"])
    watched: list[Any] = row.watched
    return watched


@transaction.atomic
def resume(case_id: int, *, actor: User, now: datetime) -> Case:
    """Bring a clarified berkas back to its reviewers; they vote anew."""
    case = _locked(case_id)
    seat = rules.part_in(case, actor)
    if not (actor.has_role(*rules.OVERSEERS) or (seat and seat.part == Part.KETUA.value)):
        raise Forbidden(_("Hanya ketua atau admin yang membuka kembali berkas."))
    move_case(case, CaseEvent.RESUME, now, pleno=None, result="", unanimous=False)
    case.votes.all().delete()
    audit(actor, "committee.resume", case, {}, now=now)
    return case


def _locked(case_id: int) -> Case:
    case = selectors.cases().select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("Berkas tidak ditemukan."), code="no_case")
    return case


def move_case(case: Case, event: CaseEvent, now: datetime, **fields: Any) -> None:
    case.state = case_machine.after(CaseState(case.state), event).value
    case.changed_at = now
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=["state", "changed_at", *fields])
