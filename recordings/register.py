"""The retention register: what is kept of every session that is over, until when, and why.

Reads rows, decides nothing: ``recordings.retention`` does.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from ajj.assessment.models import Evidence
from ajj.certificates.models import Sertifikat
from ajj.certificates.states import CertificateState
from ajj.committee.models import Case
from ajj.committee.states import CaseState
from ajj.documents.models import Document
from ajj.documents.rules import Reader
from ajj.kernel.clock import wall_time
from ajj.kernel.errors import NotFound
from ajj.live import freezes
from ajj.live.freezes import Freeze, FreezeKind
from ajj.live.models import MediaKey, Session
from ajj.live.selectors import sessions
from ajj.live.states import OVER
from ajj.people.models import Role, User
from recordings import retention
from recordings.disposalstates import DisposalState
from recordings.models import Disposal, DisposalItem, DisposalScope, LegalHold, Segment, Stream

OFFICE = (Role.ADMIN, Role.MANAJER, Role.DIREKTUR)
DECIDED = (CaseState.DECIDED.value, CaseState.SIGNED.value)
OPEN = (DisposalState.DIUSULKAN.value, DisposalState.DISETUJUI.value)


class Status(StrEnum):
    """How a session stands in the register."""

    DUE = "jatuh_tempo"
    PROPOSED = "diusulkan"
    HELD = "ditahan"
    FROZEN = "dibekukan"
    KEPT = "disimpan"
    DESTROYED = "dimusnahkan"


@dataclass(frozen=True)
class Row:
    """One session in the register; ``disposal`` is the open or last destruction of all of it."""

    session: Session
    term: retention.Term
    status: Status
    ended: date | None
    disposal: Disposal | None


@dataclass(frozen=True)
class Person:
    """One person's media of one session; ``key`` None: it was never sealed."""

    user: User
    segments: int
    evidence: int
    bytes: int
    key: MediaKey | None

    @property
    def destroyed(self) -> bool:
        return self.key is not None and self.key.destroyed_at is not None


def policy() -> retention.Policy:
    """The days that this LSP chose."""
    return retention.Policy(
        decided=settings.RETENTION_DECIDED_DAYS, undecided=settings.RETENTION_UNDECIDED_DAYS
    )


def local_day(moment: datetime) -> date:
    """The day of ``moment`` where the LSP is."""
    return moment.astimezone(ZoneInfo(settings.LSP.zone)).date()


def kept_sessions() -> QuerySet[Session]:
    """Every session that took place and is over: its media can be kept or destroyed."""
    states = [state.value for state in OVER]
    return sessions().filter(state__in=states, opened_at__isnull=False)


def session_of(session_id: UUID) -> Session:
    """One session of the register (404)."""
    found = kept_sessions().filter(pk=session_id).first()
    if found is None:
        raise NotFound(_("Sesi ini belum selesai atau tidak ada."), code="not_kept")
    return found


def facts_of(found: Collection[Session]) -> dict[UUID, retention.Facts]:
    """What retention has to know of each session, in a handful of queries."""
    permohonan = {session.pk: session.jadwal.permohonan for session in found}
    cases = _cases({each.pk for each in permohonan.values()})
    lasting = _certificates({each.asesi_id for each in permohonan.values()})
    stops = _stops(list(permohonan))
    facts = {}
    for session in found:
        asked = permohonan[session.pk]
        case = cases.get(asked.pk)
        decided = _decided_on(case)
        facts[session.pk] = retention.Facts(
            ended=_ended(session),
            result=case.result if case is not None and decided is not None else "",
            decided=decided,
            certificates=tuple(
                last
                for issued, last in lasting.get((asked.asesi_id, asked.skema_id), [])
                if decided is not None and issued >= decided
            ),
            freezes=(*stops.get(session.pk, ()), *_review(case)),
        )
    return facts


def _ended(session: Session) -> date | None:
    if session.opened_at is None:
        return None
    return local_day(wall_time(session.opened_at, session.ended_ms or session.head_ms))


def _cases(permohonan: set[int]) -> dict[int, Case]:
    """The newest berkas of each permohonan: both of its sessions rest on that decision."""
    rows = (
        Case.objects.filter(session__jadwal__permohonan_id__in=permohonan)
        .select_related("pleno", "session__jadwal")
        .order_by("created_at", "pk")
    )
    return {case.session.jadwal.permohonan_id: case for case in rows}


def _decided_on(case: Case | None) -> date | None:
    if case is None or case.state not in DECIDED or case.pleno is None:
        return None
    return local_day(case.pleno.closed_at)


def _review(case: Case | None) -> list[Freeze]:
    """A berkas that the komite still has must keep what it is decided on."""
    if case is None or case.state in DECIDED:
        return []
    since = local_day(case.recommended_at)
    return [Freeze(FreezeKind.REVIEW, since, _("Berkas masih di komite teknis"))]


def _certificates(holders: set[int]) -> dict[tuple[int, int], list[tuple[date, date]]]:
    """(issued, last valid day) of every certificate by holder and skema.

    A renewal is a later certificate of the same person in the same skema: it keeps what the first
    one rests on.
    """
    found: dict[tuple[int, int], list[tuple[date, date]]] = {}
    rows = Sertifikat.objects.filter(holder_id__in=holders).exclude(
        state=CertificateState.DRAFT.value
    )
    for row in rows:
        spans = found.setdefault((row.holder_id, row.skema_id), [])
        spans.append((row.issued_on, row.valid_until))
    return found


def _stops(session_ids: Collection[UUID]) -> dict[UUID, list[Freeze]]:
    found = freezes.of(session_ids)
    for hold in LegalHold.objects.filter(session_id__in=session_ids, lifted_at=None):
        freeze = Freeze(FreezeKind.HOLD, local_day(hold.placed_at), hold.reason)
        found.setdefault(hold.session_id, []).append(freeze)
    return found


def rows(found: Collection[Session], *, today: date) -> list[Row]:
    """The register's line of each session, in the order given."""
    facts, disposals = facts_of(found), _disposals([session.pk for session in found])
    lines = []
    for session in found:
        term = retention.destruction(facts[session.pk], policy())
        disposal = disposals.get(session.pk)
        status = _status(term, disposal, today)
        lines.append(Row(session, term, status, facts[session.pk].ended, disposal))
    return lines


def _disposals(session_ids: Collection[UUID]) -> dict[UUID, Disposal]:
    items = (
        DisposalItem.objects.filter(
            session_id__in=session_ids, disposal__scope=DisposalScope.SESSION
        )
        .exclude(disposal__state=DisposalState.DITOLAK.value)
        .select_related("disposal")
        .order_by("disposal__proposed_at")
    )
    return {item.session_id: item.disposal for item in items}


def _status(term: retention.Term, disposal: Disposal | None, today: date) -> Status:
    if disposal is not None and disposal.state == DisposalState.DILAKSANAKAN.value:
        return Status.DESTROYED
    if any(freeze.kind is FreezeKind.HOLD for freeze in term.frozen):
        return Status.HELD
    if term.frozen:
        return Status.FROZEN
    if disposal is not None:
        return Status.PROPOSED
    return Status.DUE if term.may_destroy(today) else Status.KEPT


SORTS = ("tempo", "selesai", "nama")


def search(*, today: date, text: str = "", status: str = "", sort: str = "tempo") -> list[Row]:
    """The whole register, filtered and sorted; ``-`` before ``sort`` turns it round.

    ``tempo``: what is due first comes first, what has no date last.
    """
    found = kept_sessions()
    if text:
        found = found.filter(
            Q(jadwal__permohonan__asesi__name__icontains=text)
            | Q(jadwal__permohonan__skema__judul__icontains=text)
            | Q(jadwal__permohonan__nomor__icontains=text)
        )
    lines = [row for row in rows(list(found), today=today) if status in {"", row.status.value}]
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key == "nama":
        lines.sort(key=lambda row: row.session.jadwal.permohonan.asesi.name.casefold())
    elif key == "selesai":
        lines.sort(key=lambda row: row.ended or date.max)
    else:
        lines.sort(key=lambda row: (row.term.due or date.max, row.ended or date.max))
    return lines[::-1] if down else lines


def sizes(session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Bytes of media and evidence of each session, as they were recorded."""
    ids = list(session_ids)
    found = dict.fromkeys(ids, 0)
    media = Segment.objects.filter(stream__session_id__in=ids).values_list("stream__session_id")
    files = Evidence.objects.filter(session_id__in=ids).values_list("session_id")
    for counted in (media, files):
        for session_id, total in counted.annotate(total=Sum("bytes")).order_by():
            found[session_id] += total or 0
    return found


def people_of(session: Session) -> list[Person]:
    """Everybody whose media the session holds or held, by name."""
    keys = {key.owner_id: key for key in MediaKey.objects.filter(session=session)}
    media = {
        owner: (count, total or 0)
        for owner, count, total in Segment.objects.filter(stream__session=session)
        .values_list("stream__owner_id")
        .annotate(count=Count("pk"), total=Sum("bytes"))
        .order_by()
    }
    files = {
        owner: (count, total or 0)
        for owner, count, total in Evidence.objects.filter(session=session)
        .values_list("owner_id")
        .annotate(count=Count("pk"), total=Sum("bytes"))
        .order_by()
    }
    streams = set(Stream.objects.filter(session=session).values_list("owner_id", flat=True))
    owners = User.objects.filter(pk__in={*keys, *media, *files, *streams})
    return [
        Person(
            user=owner,
            segments=media.get(owner.pk, (0, 0))[0],
            evidence=files.get(owner.pk, (0, 0))[0],
            bytes=media.get(owner.pk, (0, 0))[1] + files.get(owner.pk, (0, 0))[1],
            key=keys.get(owner.pk),
        )
        for owner in owners
    ]


def disposal_for(disposal_id: UUID) -> Disposal:
    """One destruction with its people (404)."""
    found = (
        Disposal.objects.select_related("proposed_by", "decided_by", "document")
        .filter(pk=disposal_id)
        .first()
    )
    if found is None:
        raise NotFound(_("Usulan pemusnahan tidak ditemukan."), code="no_disposal")
    return found


def open_item_of(session_id: UUID, owner_id: int | None) -> DisposalItem | None:
    """An item that already has this media in an open or carried-out destruction."""
    taken = DisposalItem.objects.filter(session_id=session_id).exclude(
        disposal__state=DisposalState.DITOLAK.value
    )
    if owner_id is not None:
        taken = taken.filter(Q(owner_id=owner_id) | Q(owner_id=None))
    else:
        taken = taken.filter(Q(owner_id=None) | Q(disposal__state__in=OPEN))
    return taken.first()


def may_open_minutes(user: Reader, document: Document) -> bool:
    """Minutes name other people: they are for the office."""
    return isinstance(user, User) and user.has_role(*OFFICE)
