"""Fixing, moving and cancelling sessions."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.applications.states import READY
from ajj.audit.services import record
from ajj.events.publish import publish
from ajj.kernel.dates import date_text, moment_text
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.people.models import Role, User
from ajj.people.rules import met_valid_on
from ajj.scheduling import admission, rules, selectors
from ajj.scheduling.events import JadwalDibatalkan, JadwalDitetapkan
from ajj.scheduling.models import Jadwal, Penugasan

TUK_AJJ = "Sewaktu, Asesmen Jarak Jauh"


@dataclass(frozen=True)
class Tasks:
    """Who is sent: one leading asesor, perhaps a second one and observers."""

    asesor: User
    asesor_pendamping: User | None = None
    pengamat: tuple[User, ...] = ()

    def rows(self) -> list[tuple[User, Penugasan.Role]]:
        """Person and role, the leading asesor first."""
        rows = [(self.asesor, Penugasan.Role.ASESOR)]
        if self.asesor_pendamping is not None:
            rows.append((self.asesor_pendamping, Penugasan.Role.ASESOR_PENDAMPING))
        return rows + [(user, Penugasan.Role.PENGAMAT) for user in self.pengamat]


@transaction.atomic
def schedule(
    permohonan: Permohonan,
    *,
    kind: Jadwal.Kind | str,
    starts_at: datetime,
    ends_at: datetime,
    asesor: User,
    actor: User | None,
    now: datetime,
    asesor_pendamping: User | None = None,
    pengamat: tuple[User, ...] = (),
    tuk: str = TUK_AJJ,
    admitting: Jadwal.Admission | str = Jadwal.Admission.BY_ASESOR,
    may_overlap: bool = False,
) -> Jadwal:
    """Fix a pra-asesmen or asesmen session and publish ``JadwalDitetapkan``.

    ``actor`` is the planner; ``None`` is the system. ``admitting`` says whether asesi and observers
    wait for the asesor at the door. ``may_overlap`` lifts only the rules against
    parallel sessions of one person and too many rooms at once, for demonstration rooms. Raises
    ``Forbidden`` (wrong role), ``Conflict`` (no AJJ approval, overlap, order, ``no_capacity``) and
    ``Invalid`` (times, people), per field.
    """
    _require_planner(actor)
    current = Permohonan.objects.select_for_update().get(pk=permohonan.pk)
    if current.status is not READY:
        raise Conflict(
            _("Permohonan dijadwalkan setelah asesor memverifikasi FR.APL.02."), code="not_ready"
        )
    kind = Jadwal.Kind(kind)
    tasks = Tasks(asesor, asesor_pendamping, pengamat)
    if selectors.standing().filter(permohonan=current, kind=kind).exists():
        raise Conflict(
            _("%(kind)s untuk permohonan ini sudah terjadwal. Pindahkan jadwal yang ada.")
            % {"kind": kind.label},
            code="already_scheduled",
        )
    _check_times(current, kind, starts_at, ends_at, now)
    _check_people(current, tasks, starts_at)
    if not may_overlap:
        _check_free(current, tasks, starts_at, ends_at)
        _check_room(starts_at, ends_at)
    jadwal = Jadwal.objects.create(
        permohonan=current,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        tuk=tuk,
        admission=Jadwal.Admission(admitting).value,
        created_by=actor,
        created_at=now,
    )
    Penugasan.objects.bulk_create(
        Penugasan(jadwal=jadwal, user=user, role=role) for user, role in tasks.rows()
    )
    data = {"kind": kind.value, "starts_at": starts_at.isoformat(), "asesor": asesor.pk}
    record(actor, "scheduling.schedule", jadwal, data, now=now)
    publish(JadwalDitetapkan(jadwal.pk))
    return jadwal


@transaction.atomic
def reschedule(
    jadwal: Jadwal, *, starts_at: datetime, ends_at: datetime, actor: User | None, now: datetime
) -> Jadwal:
    """Move a session whose room has not opened; invitations follow with a higher sequence."""
    _require_planner(actor)
    current = _changeable(jadwal, now)
    permohonan, kind = current.permohonan, Jadwal.Kind(current.kind)
    _check_times(permohonan, kind, starts_at, ends_at, now)
    tasks = _tasks_of(current)
    _check_people(permohonan, tasks, starts_at)
    _check_free(permohonan, tasks, starts_at, ends_at, without=current.pk)
    _check_room(starts_at, ends_at, without=current.pk)
    data = {"from": current.starts_at.isoformat(), "to": starts_at.isoformat()}
    current.starts_at, current.ends_at = starts_at, ends_at
    current.sequence += 1
    current.save(update_fields=["starts_at", "ends_at", "sequence"])
    record(actor, "scheduling.reschedule", current, data, now=now)
    publish(JadwalDitetapkan(current.pk))
    return current


@transaction.atomic
def cancel(jadwal: Jadwal, *, reason: str, actor: User | None, now: datetime) -> Jadwal:
    """Take a session out of the calendar; everybody is told with the reason."""
    _require_planner(actor)
    if not reason.strip():
        message = _("Tulis alasan pembatalan untuk asesi dan asesor.")
        raise Invalid(message, fields={"reason": message})
    current = _changeable(jadwal, now)
    current.cancelled_at, current.cancelled_reason = now, reason.strip()[:240]
    current.sequence += 1
    current.save(update_fields=["cancelled_at", "cancelled_reason", "sequence"])
    record(actor, "scheduling.cancel", current, {"reason": current.cancelled_reason}, now=now)
    publish(JadwalDibatalkan(current.pk))
    return current


def _require_planner(actor: User | None) -> None:
    if actor is not None and not rules.may_schedule(actor):
        raise Forbidden(_("Hanya admin LSP yang menetapkan jadwal."), code="wrong_role")


def _changeable(jadwal: Jadwal, now: datetime) -> Jadwal:
    current = Jadwal.objects.select_for_update().get(pk=jadwal.pk)
    if current.cancelled_at is not None:
        raise Conflict(_("Jadwal ini sudah dibatalkan."), code="cancelled")
    if now >= current.opens_at:
        raise Conflict(_("Ruang sudah dibuka; jadwal tidak dapat diubah lagi."), code="room_open")
    return current


def _tasks_of(jadwal: Jadwal) -> Tasks:
    rows = list(jadwal.penugasan.select_related("user"))
    by_role = {row.role: row.user for row in rows}
    observers = tuple(row.user for row in rows if row.role == Penugasan.Role.PENGAMAT)
    return Tasks(
        by_role[Penugasan.Role.ASESOR], by_role.get(Penugasan.Role.ASESOR_PENDAMPING), observers
    )


def _check_times(
    permohonan: Permohonan, kind: Jadwal.Kind, starts_at: datetime, ends_at: datetime, now: datetime
) -> None:
    if ends_at <= starts_at:
        raise _wrong("ends_at", _("Waktu selesai harus sesudah waktu mulai."), "ends_before_start")
    if ends_at <= now:
        raise _wrong("starts_at", _("Waktu itu sudah lewat."), "in_the_past")
    if (ends_at - starts_at).total_seconds() > rules.LONGEST_SECONDS:
        raise _wrong("ends_at", _("Satu sesi paling lama 12 jam."), "too_long")
    other = selectors.standing().filter(permohonan=permohonan).exclude(kind=kind).first()
    if other is not None and kind is Jadwal.Kind.ASESMEN and starts_at < other.ends_at:
        raise _wrong("starts_at", _("Asesmen dimulai setelah pra-asesmen selesai."), "before_pra")
    if other is not None and kind is Jadwal.Kind.PRA_ASESMEN and ends_at > other.starts_at:
        raise _wrong("ends_at", _("Pra-asesmen selesai sebelum asesmen dimulai."), "after_asesmen")
    day = starts_at.astimezone(ZoneInfo(settings.LSP.zone)).date()
    if permohonan.skema.ajj_on(day) is None:
        raise Conflict(
            _(
                "Skema “%(skema)s” belum mempunyai persetujuan BNSP untuk asesmen jarak jauh"
                " pada %(day)s."
            )
            % {"skema": permohonan.skema, "day": date_text(day)},
            code="no_ajj_approval",
        )


def _check_people(permohonan: Permohonan, tasks: Tasks, starts_at: datetime) -> None:
    day = starts_at.astimezone(ZoneInfo(settings.LSP.zone)).date()
    people = [user for user, _role in tasks.rows()]
    if permohonan.asesi_id in {user.pk for user in people}:
        raise _wrong(
            "asesor", _("Asesi tidak dapat bertugas dalam asesmennya sendiri."), "own_asesi"
        )
    if len({user.pk for user in people}) != len(people):
        raise _wrong("asesor", _("Satu orang mendapat satu tugas dalam satu sesi."), "twice")
    for user, role in tasks.rows():
        if role is Penugasan.Role.PENGAMAT:
            continue
        profile = getattr(user, "asesor", None)
        if not user.has_role(Role.ASESOR) or profile is None:
            raise _wrong("asesor", _("%(name)s bukan asesor.") % {"name": user.name}, "not_asesor")
        if not met_valid_on(profile.met, profile.met_until, day):
            raise _wrong(
                "asesor",
                _("Nomor MET %(name)s tidak berlaku pada %(day)s.")
                % {"name": user.name, "day": date_text(day)},
                "met_expired",
            )


def _check_free(
    permohonan: Permohonan,
    tasks: Tasks,
    starts_at: datetime,
    ends_at: datetime,
    *,
    without: int | None = None,
) -> None:
    people = [permohonan.asesi, *(user for user, _role in tasks.rows())]
    clashes = selectors.overlapping(people, starts_at, ends_at, without=without)
    if clashes:
        person, other = clashes[0]
        when = moment_text(other.starts_at, settings.LSP.zone)
        message = _("%(name)s sudah punya sesi lain yang bersamaan: %(when)s.") % {
            "name": person.name,
            "when": when,
        }
        raise Conflict(message, code="overlap", fields={"starts_at": message})


def _check_room(starts_at: datetime, ends_at: datetime, *, without: int | None = None) -> None:
    """That one more room can be open then; what limits it is known above."""
    window = rules.room_window(starts_at, ends_at)
    others = selectors.rooms_between(*window, without=without)
    message = admission.refusal(admission.Slot(*window, admission.most_at_once(window, others)))
    if message is not None:
        raise Conflict(message, code="no_capacity", fields={"starts_at": message})


def _wrong(field: str, message: str, code: str) -> Invalid:
    return Invalid(message, code=code, fields={field: message})
