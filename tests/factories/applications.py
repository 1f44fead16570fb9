"""Permohonan at any stage, brought there by the services that people use."""

from dataclasses import dataclass

from ajj.applications import services
from ajj.applications.models import Permohonan
from ajj.people.models import User
from ajj.skema.models import Skema
from ajj.skema.selectors import elemen_of
from tests.factories import people, skema
from tests.factories.people import NOW

FILLED = {
    "name": "Melati Ayu Prameswari",
    "nik": "3273014507000004",
    "birth_place": "Makassar",
    "birth_date": "2000-07-05",
    "gender": "P",
    "nationality": "Indonesia",
    "address": "Jalan Kenanga 4",
    "regency": "Kota Makassar",
    "postal_code": "90111",
    "phone": "081234567890",
    "email": "melati@contoh.test",
    "education": "S1",
}


@dataclass
class Case:
    """A permohonan and the people around it."""

    permohonan: Permohonan
    asesi: User
    asesor: User
    admin: User
    skema: Skema

    def fresh(self) -> Permohonan:
        self.permohonan = Permohonan.objects.get(pk=self.permohonan.pk)
        return self.permohonan

    def answers(self) -> dict[int, dict[str, object]]:
        return {row.pk: {"claim": "K", "evidence": "Proyek"} for row in elemen_of(self.skema)}


def draft(*, chosen: Skema | None = None, asesi: User | None = None, **fields) -> Case:
    asesi = asesi or people.asesi(name=FILLED["name"], **fields)
    chosen = chosen or skema.small()
    permohonan = services.open_permohonan(asesi, chosen, now=NOW)
    return Case(permohonan, asesi, people.asesor(), people.admin(), chosen)


def filled(**fields) -> Case:
    case = draft(**fields)
    services.save_apl01(case.permohonan, FILLED, actor=case.asesi, now=NOW)
    ktp = case.permohonan.syarat.get(jenis="ktp")
    services.attach_document(case.permohonan, ktp.pk, people.png(), actor=case.asesi, now=NOW)
    case.fresh()
    return case


def submitted(**fields) -> Case:
    case = filled(**fields)
    services.submit(
        case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
    )
    case.fresh()
    return case


def accepted(**fields) -> Case:
    case = submitted(**fields)
    for row in case.permohonan.syarat.filter(document__isnull=False):
        services.judge_syarat(case.permohonan, row.pk, accepted=True, actor=case.admin, now=NOW)
    services.accept(case.permohonan, asesor=case.asesor, actor=case.admin, now=NOW)
    case.fresh()
    return case


def apl02_submitted(**fields) -> Case:
    case = accepted(**fields)
    services.save_apl02(case.permohonan, case.answers(), actor=case.asesi, now=NOW)
    services.submit_apl02(
        case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
    )
    case.fresh()
    return case


def verified(**fields) -> Case:
    case = apl02_submitted(**fields)
    services.verify_apl02(case.permohonan, can_continue=True, actor=case.asesor, now=NOW)
    case.fresh()
    return case
