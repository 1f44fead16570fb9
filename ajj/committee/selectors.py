"""Reading berkas, pleno and decisions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ajj.assessment.selectors import marks_state
from ajj.committee import rules
from ajj.committee.models import Case, CasePart, Comment, Part, Pleno, Result, Tim, TimAnggota, Vote
from ajj.committee.states import CaseState, PlenoState
from ajj.committee.watched import covers, total_ms
from ajj.documents.models import Document
from ajj.documents.rules import Reader
from ajj.kernel.errors import NotFound
from ajj.live.acted import moment
from ajj.live.irregularities import named_incident
from ajj.live.models import LogEntry, Session
from ajj.people.models import Role, User
from ajj.scheduling.models import Penugasan

OPEN_STATES = (CaseState.WAITING, CaseState.REVIEW, CaseState.CLARIFICATION)


def cases() -> QuerySet[Case]:
    """Berkas with what lists and rules read."""
    return Case.objects.select_related(
        "session__jadwal__permohonan__skema",
        "session__jadwal__permohonan__report",
        "asesi",
        "tim",
        "pleno",
    ).prefetch_related(
        Prefetch("parts", queryset=CasePart.objects.select_related("user__komite", "user__asesor")),
        Prefetch("votes", queryset=Vote.objects.select_related("user")),
    )


def visible_cases(user: User) -> QuerySet[Case]:
    """The berkas ``user`` may open, oldest recommendation first."""
    return cases().filter(rules.visible(user)).distinct().order_by("recommended_at", "pk")


def case_for(case_id: int, user: User) -> Case:
    """One berkas (404 alike for unknown and not for this person)."""
    found = visible_cases(user).filter(pk=case_id).first()
    if found is None:
        raise NotFound(_("Berkas tidak ditemukan, atau bukan untuk akun ini."), code="no_case")
    return found


def involved_in(case: Case) -> dict[int, str]:
    """Everyone with a part in any session of the permohonan: key of the person to ``Part``."""
    permohonan = case.session.jadwal.permohonan
    assigned = Penugasan.objects.filter(jadwal__permohonan=permohonan)
    parts = dict.fromkeys(
        assigned.filter(role=Penugasan.Role.PENGAMAT).values_list("user_id", flat=True),
        Part.PRESENT.value,
    )
    assessing = assigned.exclude(role=Penugasan.Role.PENGAMAT).values_list("user_id", flat=True)
    parts |= dict.fromkeys(assessing, Part.ASESSING.value)
    if permohonan.asesor_id is not None:
        parts[permohonan.asesor_id] = Part.ASESSING.value
    return parts | {permohonan.asesi_id: Part.ASESI.value}


def active_tim() -> QuerySet[Tim]:
    """Tim that may be given berkas, the newest appointment first."""
    return Tim.objects.filter(active=True).prefetch_related(
        Prefetch("anggota", queryset=TimAnggota.objects.select_related("user__komite"))
    )


@dataclass(frozen=True)
class Risk:
    """Something the reviewer should look at: a kind, words, and its second."""

    kind: str
    text: str
    at_ms: int


def risks_of(session_id: UUID) -> list[Risk]:
    """Gaps over five seconds, incidents, and KUK that two people marked differently."""
    entries = LogEntry.objects.filter(session_id=session_id, kind__in=("gap", "incident")).order_by(
        "seq"
    )
    found: list[Risk] = []
    for entry in entries:
        at_ms = moment(entry.at_ms, entry.data)
        if entry.kind == "gap":
            seconds = (int(entry.data["end_ms"]) - int(entry.data["start_ms"])) // 1000
            if seconds >= 5:
                found.append(
                    Risk(
                        "gap",
                        _("Putus %(seconds)s dtk") % {"seconds": seconds},
                        int(entry.data["start_ms"]),
                    )
                )
        else:
            found.append(Risk("incident", named_incident(entry.data) or _("Kejadian"), at_ms))
    return sorted(found + _disagreements(session_id), key=lambda risk: risk.at_ms)


def _disagreements(session_id: UUID) -> list[Risk]:
    """Where two asesor marked differently, settled or not; at the later of the marks."""
    states = marks_state(Session.objects.get(pk=session_id)).values()
    return [
        Risk(
            "differs",
            _("Asesor berbeda, sudah diputuskan") if state.resolved else _("Asesor berbeda"),
            max(mark.at_ms for mark in state.current),
        )
        for state in states
        if state.differs
    ]


@dataclass(frozen=True)
class QueueRow:
    """A berkas in the list of one person."""

    case: Case
    risks: list[Risk]
    voted: int
    mine: str
    watched_percent: int
    asesor: str

    @property
    def level(self) -> str:
        """``tinggi`` from three signs on, ``sedang`` with any, else ``rendah``."""
        return "tinggi" if len(self.risks) > 2 else "sedang" if self.risks else "rendah"

    @property
    def first_risk_seconds(self) -> int:
        """Where to start watching: five seconds before the first sign."""
        return max(0, min(risk.at_ms for risk in self.risks) // 1000 - 5) if self.risks else 0


def queue(
    user: User, *, search: str = "", state: str = "", risk: str = "", mine: str = ""
) -> list[QueueRow]:
    """The berkas of ``user`` as the list shows them, filtered.

    ``search`` looks in names, scheme and permohonan number; ``mine`` is ``belum`` or ``sudah``.
    """
    found = visible_cases(user)
    if search:
        found = found.filter(
            Q(asesi__name__icontains=search)
            | Q(session__jadwal__permohonan__skema__judul__icontains=search)
            | Q(session__jadwal__permohonan__nomor__icontains=search)
        )
    if state in set(CaseState):
        found = found.filter(state=state)
    rows = [_queue_row(case, user) for case in found]
    if risk:
        rows = [row for row in rows if row.level == risk]
    if mine in {"belum", "sudah"}:
        rows = [row for row in rows if bool(row.mine) == (mine == "sudah")]
    return rows


def _queue_row(case: Case, user: User) -> QueueRow:
    seat = rules.part_in(case, user)
    session = case.session
    length = max(session.rescue_ms or session.ended_ms or session.head_ms, 1)
    return QueueRow(
        case=case,
        risks=risks_of(case.session_id),
        voted=len(case.votes.all()),
        mine=next((v.value for v in case.votes.all() if v.user_id == user.pk), ""),
        watched_percent=min(100, total_ms(map(tuple, seat.watched)) * 100 // length) if seat else 0,
        asesor=", ".join(p.user.name for p in case.parts.all() if p.part == Part.ASESSING.value),
    )


def neighbours(case: Case, user: User) -> tuple[int, int, int | None, int | None]:
    """Place of the berkas in the person's open list: (number, of, previous, next)."""
    keys = list(visible_cases(user).values_list("pk", flat=True))
    place = keys.index(case.pk)
    previous = keys[place - 1] if place else None
    following = keys[place + 1] if place + 1 < len(keys) else None
    return place + 1, len(keys), previous, following


def review_state(case: Case, user: User) -> dict[str, Any]:
    """What the workbench needs of the komite: members, votes as far as shown, comments, watched."""
    shown = rules.sees_votes(case, user)
    votes = {vote.user_id: vote for vote in case.votes.all()}
    seat = rules.part_in(case, user)
    spans = [tuple(span) for span in seat.watched] if seat else []
    members = []
    for part in case.parts.all():
        if part.part not in rules.KOMITE_PARTS:
            continue
        vote = votes.get(part.user_id)
        members.append(
            {
                "id": str(part.user_id),
                "name": part.user.name,
                "jabatan": part.part,
                "voted": vote is not None,
                "watched_ms": total_ms(map(tuple, part.watched)),
                "vote": _vote(vote) if vote and (shown or part.user_id == user.pk) else None,
            }
        )
    return {
        "case": case.pk,
        "state": case.state,
        "recommendation": case.recommendation,
        "recommendation_note": case.recommendation_note,
        "seat": seat.part if seat else None,
        "me": str(user.pk),
        "members": members,
        "comments": [_comment(item) for item in case.comments.select_related("user")],
        "watched": spans,
        "risks": [
            {
                "kind": risk.kind,
                "text": risk.text,
                "at_ms": risk.at_ms,
                "watched": covers(spans, risk.at_ms),
            }
            for risk in risks_of(case.session_id)
        ],
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {"value": vote.value, "reason": vote.reason, "cast_at": vote.cast_at.isoformat()}


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "user": str(comment.user_id),
        "name": comment.user.name,
        "at_ms": comment.at_ms,
        "text": comment.text,
    }


def ready_for_pleno(ketua: User) -> QuerySet[Case]:
    """Berkas whose members have all voted, where ``ketua`` leads."""
    return (
        cases()
        .filter(state=CaseState.READY.value, parts__user=ketua, parts__part=Part.KETUA.value)
        .distinct()
        .order_by("recommended_at", "pk")
    )


def pleno_for(pleno_id: int, user: User) -> Pleno:
    """One pleno, for its members and the overseers (404 otherwise)."""
    found = Pleno.objects.select_related("tim", "closed_by", "berita_acara", "sk", "signed_by")
    if not user.has_role(*rules.OVERSEERS):
        found = found.filter(tim__anggota__user=user)
    pleno = found.filter(pk=pleno_id).first()
    if pleno is None:
        raise NotFound(_("Pleno tidak ditemukan, atau bukan untuk akun ini."), code="no_pleno")
    return pleno


def decided_cases(pleno: Pleno) -> QuerySet[Case]:
    """The berkas a pleno decided, by name of the asesi."""
    return cases().filter(pleno=pleno).order_by("asesi__name", "pk")


def members_of(found: QuerySet[Case]) -> QuerySet[User]:
    """The komite members of these berkas, by name."""
    seats = CasePart.objects.filter(case__in=found, part__in=rules.KOMITE_PARTS)
    return User.objects.filter(pk__in=seats.values("user_id"))


def recent_plenos(user: User) -> QuerySet[Pleno]:
    """The last ten pleno of this person's tim; all of them for overseers."""
    found = Pleno.objects.select_related("sk", "berita_acara").annotate(size=Count("cases"))
    if not user.has_role(*rules.OVERSEERS):
        found = found.filter(pk__in=Pleno.objects.filter(tim__anggota__user=user))
    return found.order_by("-closed_at")[:10]


def unsigned_pleno() -> QuerySet[Pleno]:
    """Pleno whose SK waits for the direktur, oldest first."""
    return Pleno.objects.filter(state=PlenoState.CLOSED.value).order_by("closed_at")


def waiting_for(user: User) -> list[dict[str, Any]]:
    """What waits for ``user`` here, for dashboards: ``{text, url_name, args, count, since}``."""
    rows: list[dict[str, Any]] = []
    mine = list(visible_cases(user).filter(state=CaseState.REVIEW.value))
    seated = [case for case in mine if rules.part_in(case, user) is not None]
    unvoted = [case for case in seated if user.pk not in {v.user_id for v in case.votes.all()}]
    if unvoted:
        rows.append(_waiting(_("berkas menunggu putusan Anda"), "committee:index", unvoted))
    ready = list(ready_for_pleno(user))
    if ready:
        rows.append(_waiting(_("berkas siap diplenokan"), "committee:pleno", ready))
    if user.has_role(Role.DIREKTUR):
        plenos = list(unsigned_pleno())
        if plenos:
            rows.append(
                {
                    "text": _("SK keputusan menunggu tanda tangan Anda"),
                    "url_name": "committee:sk",
                    "args": [plenos[0].pk],
                    "count": len(plenos),
                    "since": plenos[0].closed_at,
                }
            )
    if user.has_role(Role.ADMIN, Role.MANAJER):
        waiting = list(cases().filter(state=CaseState.WAITING.value))
        if waiting:
            rows.append(_waiting(_("berkas menunggu tim teknis"), "committee:index", waiting))
    return rows


def _waiting(text: str, url_name: str, found: list[Case]) -> dict[str, Any]:
    return {
        "text": text,
        "url_name": url_name,
        "args": [],
        "count": len(found),
        "since": min(case.recommended_at for case in found),
    }


def decision_of(permohonan_id: int) -> Case | None:
    """The newest berkas of a permohonan, for its progress track."""
    return (
        Case.objects.filter(session__jadwal__permohonan_id=permohonan_id)
        .select_related("pleno")
        .order_by("-created_at")
        .first()
    )


def result_label(value: str) -> str:
    """``Kompeten`` for ``K``."""
    return str(Result(value).label) if value else ""


def may_open_paper(user: Reader, document: Document) -> bool:
    """Berita acara and SK: members of the tim and overseers."""
    if not isinstance(user, User) or not user.is_authenticated:
        return False
    pleno_id = document.subject.partition(":")[2]
    if user.has_role(*rules.OVERSEERS):
        return True
    return Pleno.objects.filter(pk=pleno_id, tim__anggota__user=user).exists()
