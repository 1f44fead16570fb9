"""A recommended session before the komite."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from ajj.committee import services
from ajj.committee.models import Case, Tim
from ajj.live import services as live
from ajj.live.states import EndReason
from ajj.people.models import KomiteProfile, Role, User
from tests.factories.live import Room, person, room


@dataclass
class Komite:
    """A tim of three and who appointed it."""

    ketua: User
    satu: User
    dua: User
    admin: User
    direktur: User
    tim: Tim

    @property
    def members(self) -> list[User]:
        return [self.ketua, self.satu, self.dua]


def komite_member(name: str) -> User:
    user = person(name, Role.KOMITE)
    KomiteProfile.objects.create(user=user, met=f"MET.000.{user.pk:06d}.2022")
    return user


def komite() -> Komite:
    """A tim with its SK."""
    members = [komite_member(name) for name in ("Laras Pambudi", "Yosef Manggala", "Rini Surya")]
    admin = person("Eka Admin", Role.ADMIN)
    tim = services.appoint(
        ketua=members[0],
        anggota=members[1:],
        actor=admin,
        sk_nomor=f"SK-TT/{uuid.uuid4().hex[:8]}",
        now=timezone.now(),
    )
    ketua, satu, dua = members
    return Komite(ketua, satu, dua, admin, person("Handaru Pranata", Role.DIREKTUR), tim)


def recommended(result: str = "K", *, marks: bool = True) -> Room:
    """An ended session whose asesor recommended ``result``."""
    found = room().go_live()
    asesor = str(found.asesor.pk)
    if marks:
        for seconds, kuk in enumerate(found.kuk, start=10):
            live.record(
                found.id,
                kind="mark",
                actor=asesor,
                data={"kuk": kuk, "value": "ya", "note": ""},
                now=found.at(seconds),
            )
    with transaction.atomic():
        live.end(live.lock(found.id), actor=asesor, reason=EndReason.ASESOR, now=found.at(60))
    live.record(
        found.id,
        kind="ak02.recommended",
        actor=asesor,
        data={"result": result, "note": "Runtut.", "tindak_lanjut": "", "units": []},
        now=found.at(61),
    )
    return found


def case_of(found: Room) -> Case:
    """The berkas of a recommended session."""
    return services.open_case(found.id, now=found.at(62))


def vote(case: Case, user: User, value: str = "K", reason: str = "Terlihat jelas.") -> None:
    services.cast_vote(
        case.pk, user=user, value=value, reason=reason, no_conflict=True, now=timezone.now()
    )


def decided(value: str = "K") -> tuple[Komite, Case, int]:
    """A berkas through the pleno: (komite, berkas, key of the pleno)."""
    people = komite()
    case = case_of(recommended())
    for user in people.members:
        vote(case, user, value)
    pleno = services.close_pleno(
        [case.pk],
        ketua=people.ketua,
        hadir=[user.pk for user in people.members],
        notes="",
        daring=True,
        without_report="Contoh uji; laporan menyusul.",
        now=timezone.now(),
    )
    case.refresh_from_db()
    return people, case, pleno.pk
