"""The track of a permohonan: the same for asesi, asesor and office, worded for who looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ajj.applications.models import Permohonan
from ajj.applications.states import State
from ajj.certificates.states import CertificateState
from ajj.committee.models import Case, Result
from ajj.live.states import OVER, SessionState
from ajj.people.models import Role, User
from ajj.portal.rules import Actor, Facts, Meeting, Position, Stage, StepState, positions
from ajj.scheduling.models import Jadwal

NAMES: dict[Stage, Promise] = {
    Stage.APL01: _("APL-01"),
    Stage.CHECK: _("Verifikasi admin"),
    Stage.APL02: _("APL-02"),
    Stage.PRA_ASESMEN: _("Pra-asesmen"),
    Stage.ASESMEN: _("Asesmen"),
    Stage.PLENO: _("Pleno komite"),
    Stage.SK: _("SK keputusan"),
    Stage.CERTIFICATE: _("Sertifikat"),
}
STATE_NAMES: dict[StepState, Promise] = {
    StepState.DONE: _("selesai"),
    StepState.NOW: _("sedang berjalan"),
    StepState.NEXT: _("belum mulai"),
    StepState.STOPPED: _("berhenti"),
}
ACTORS: dict[Actor, Promise] = {
    Actor.ASESI: _("Asesi"),
    Actor.ASESOR: _("Asesor"),
    Actor.MEETING: _("Asesi dan asesor"),
    Actor.ADMIN: _("Admin LSP"),
    Actor.KOMITE: _("Komite teknis"),
    Actor.DIREKTUR: _("Direktur LSP"),
}
OFFICES = {
    Actor.ADMIN: Role.ADMIN,
    Actor.KOMITE: Role.KOMITE,
    Actor.DIREKTUR: Role.DIREKTUR,
}


@dataclass(frozen=True)
class Step:
    """One stage as somebody reads it.

    ``actor`` must act next (``waits_for`` is its key); ``at`` is when the stage was done, ``due``
    until when it should be, and ``fixed`` says that ``due`` is an appointment.
    """

    key: str
    name: str
    state: StepState
    actor: str = ""
    waits_for: str = ""
    mine: bool = False
    note: str = ""
    at: datetime | None = None
    due: datetime | None = None
    fixed: bool = False

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[self.state])


def track(permohonan: Permohonan, viewer: User | None = None) -> list[Step]:
    """Every stage of ``permohonan``, worded for ``viewer`` (None: for anybody)."""
    return tracks([permohonan], viewer)[permohonan.pk]


def tracks(rows: Iterable[Permohonan], viewer: User | None = None) -> dict[int, list[Step]]:
    """The tracks of many permohonan by pk, in a fixed number of queries."""
    permohonan = list(rows)
    known = facts_of(permohonan)
    return {
        row.pk: [_worded(place, row, viewer) for place in positions(known[row.pk])]
        for row in permohonan
    }


def facts_of(rows: list[Permohonan]) -> dict[int, Facts]:
    """What the records say of each permohonan, by pk."""
    pks = [row.pk for row in rows]
    forms = {
        row.pk: row
        for row in Permohonan.objects.filter(pk__in=pks).select_related("apl01", "apl02")
    }
    meetings = _meetings(pks)
    berkas = _berkas(pks)
    return {pk: _facts(row, meetings.get(pk, {}), berkas.get(pk)) for pk, row in forms.items()}


def _facts(row: Permohonan, meetings: dict[str, Meeting], berkas: Case | None) -> Facts:
    apl02 = getattr(row, "apl02", None)
    before_acceptance = row.status in (State.DRAFT, State.SUBMITTED, State.RETURNED)
    refused_at_once = row.status is State.REJECTED and not (apl02 and apl02.signed_at)
    pleno = berkas.pleno if berkas else None
    return Facts(
        state=row.status,
        submitted_at=row.submitted_at,
        accepted_at=None if before_acceptance or refused_at_once else row.decided_at,
        apl02_signed_at=apl02.signed_at if apl02 else None,
        apl02_verified_at=(apl02.asesor_signed_at or row.changed_at) if apl02 else None,
        pra_asesmen=meetings.get(Jadwal.Kind.PRA_ASESMEN),
        asesmen=meetings.get(Jadwal.Kind.ASESMEN),
        recommended_at=berkas.recommended_at if berkas else None,
        decided_at=pleno.closed_at if pleno else None,
        kompeten=berkas.result == Result.K if berkas and berkas.result else None,
        sk_at=pleno.signed_at if pleno else None,
        certificate_at=_issued_at(berkas) if berkas else None,
    )


def _issued_at(berkas: Case) -> datetime | None:
    """Noon of the day of issue: certificates carry a date, not an hour."""
    sertifikat = getattr(berkas, "sertifikat", None)
    if sertifikat is None or sertifikat.state == CertificateState.DRAFT:
        return None
    return datetime.combine(sertifikat.issued_on, time(12), ZoneInfo(settings.LSP.zone))


def _meetings(pks: list[int]) -> dict[int, dict[str, Meeting]]:
    found: dict[int, dict[str, Meeting]] = {}
    rows = Jadwal.objects.filter(permohonan__in=pks, cancelled_at__isnull=True)
    for row in rows.select_related("session"):
        session = getattr(row, "session", None)
        over = session is not None and SessionState(session.state) in OVER
        found.setdefault(row.permohonan_id, {})[row.kind] = Meeting(row.starts_at, over)
    return found


def _berkas(pks: list[int]) -> dict[int, Case]:
    """The newest berkas of each permohonan before the komite."""
    rows = Case.objects.filter(session__jadwal__permohonan__in=pks)
    related = rows.select_related("pleno", "sertifikat", "session__jadwal").order_by("created_at")
    return {row.session.jadwal.permohonan_id: row for row in related}


def _worded(place: Position, row: Permohonan, viewer: User | None) -> Step:
    mine = place.actor is not None and viewer is not None and _is_move_of(viewer, place.actor, row)
    actor = "" if place.actor is None else str(ACTORS[place.actor])
    if mine:
        actor = str(_("Giliran Anda") if place.actor is not Actor.MEETING else _("Sesi Anda"))
    return Step(
        key=place.stage.value,
        name=str(NAMES[place.stage]),
        state=place.state,
        actor=actor,
        waits_for=place.actor.value if place.actor else "",
        mine=mine,
        note=str(_stop_note(place)) if place.state is StepState.STOPPED else "",
        at=place.at,
        due=place.due,
        fixed=place.actor is Actor.MEETING,
    )


def _stop_note(place: Position) -> Promise:
    if place.stage is Stage.CERTIFICATE:
        return _("Belum kompeten")
    return _("Tidak dapat dilanjutkan")


def _is_move_of(viewer: User, actor: Actor, row: Permohonan) -> bool:
    if actor in OFFICES:
        return viewer.has_role(OFFICES[actor])
    people: dict[Actor, set[int | None]] = {
        Actor.ASESI: {row.asesi_id},
        Actor.ASESOR: {row.asesor_id},
        Actor.MEETING: {row.asesi_id, row.asesor_id},
    }
    return viewer.pk in people[actor]
