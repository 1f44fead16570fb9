"""Bring a permohonan to a stage, by the services that people's clicks would call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ajj.applications import services
from ajj.applications.models import Permohonan
from ajj.live import services as live
from ajj.live.agenda import steps_of
from ajj.live.models import Session
from ajj.live.ops import Ack, Op, Reject
from ajj.live.selectors import consent_text
from ajj.people.models import User
from ajj.portal.demo.cast import Asesi
from ajj.portal.demo.papers import paper
from ajj.scheduling.models import Jadwal
from ajj.scheduling.services import schedule
from ajj.skema.models import Skema
from ajj.skema.selectors import elemen_of

HOUR = timedelta(hours=1)
EVIDENCE = (
    "Hasil kerja harian di kantor, tersimpan di folder bersama.",
    "Tugas praktik pelatihan dengan nilai instruktur.",
    "Surat keterangan atasan tentang pekerjaan ini.",
    "Portofolio pribadi beserta berkas sumbernya.",
)


@dataclass(frozen=True)
class Office:
    """The people of the LSP who act on an application."""

    admin: User
    asesor: User


def fill(who: Asesi, user: User, skema: Skema, *, at: datetime) -> Permohonan:
    """FR.APL.01 filled with every document, not yet handed in."""
    permohonan = services.open_permohonan(user, skema, now=at)
    services.save_apl01(permohonan, who.apl01(), actor=user, now=at)
    for row in permohonan.syarat.filter(bagian="administratif"):
        if row.document_id is None:
            upload = paper(row.jenis, who)
            services.attach_document(permohonan, row.pk, upload, actor=user, now=at)
    return permohonan


def hand_in(who: Asesi, user: User, skema: Skema, *, at: datetime) -> Permohonan:
    """FR.APL.01 signed and sent."""
    permohonan = fill(who, user, skema, at=at)
    return services.submit(permohonan, signed_name=who.name, consent=True, actor=user, now=at)


def take_in(who: Asesi, user: User, skema: Skema, office: Office, *, at: datetime) -> Permohonan:
    """Every document accepted, an asesor appointed."""
    permohonan = hand_in(who, user, skema, at=at)
    later = at + 5 * HOUR
    for row in permohonan.syarat.exclude(document=None):
        services.judge_syarat(permohonan, row.pk, accepted=True, actor=office.admin, now=later)
    return services.accept(permohonan, asesor=office.asesor, actor=office.admin, now=later)


def ready(who: Asesi, user: User, skema: Skema, office: Office, *, at: datetime) -> Permohonan:
    """FR.APL.02 answered, sent and verified: the session can be scheduled."""
    permohonan = take_in(who, user, skema, office, at=at)
    answers = {
        elemen.pk: {"claim": "K", "evidence": EVIDENCE[number % len(EVIDENCE)]}
        for number, elemen in enumerate(elemen_of(skema))
    }
    answered, verified = at + 22 * HOUR, at + 30 * HOUR
    services.save_apl02(permohonan, answers, actor=user, now=answered)
    services.submit_apl02(permohonan, signed_name=who.name, consent=True, actor=user, now=answered)
    return services.verify_apl02(
        permohonan,
        can_continue=True,
        note="Bukti memadai; lanjut ke asesmen.",
        actor=office.asesor,
        now=verified,
    )


def meet(
    permohonan: Permohonan,
    office: Office,
    *,
    kind: Jadwal.Kind,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    may_overlap: bool = False,
    admitting: Jadwal.Admission = Jadwal.Admission.BY_ASESOR,
    beside: User | None = None,
) -> Jadwal:
    """A session in the calendar, with the asesor of the permohonan, and ``beside`` them another."""
    return schedule(
        permohonan,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        asesor=office.asesor,
        asesor_pendamping=beside,
        actor=office.admin,
        now=now,
        may_overlap=may_overlap,
        admitting=admitting,
    )


@transaction.atomic
def consult(permohonan: Permohonan, office: Office, *, at: datetime) -> Session:
    """A pra-asesmen that was held at ``at``: every step told, FR.AK.01 signed by both.

    One transaction, for a running site would close a room whose window is past in between.
    """
    jadwal = meet(
        permohonan,
        office,
        kind=Jadwal.Kind.PRA_ASESMEN,
        starts_at=at,
        minutes=45,
        now=at - 20 * HOUR,
        may_overlap=True,
        admitting=Jadwal.Admission.ON_ARRIVAL,
    )
    session = live.create_for(jadwal.pk)
    asesi, asesor = permohonan.asesi, office.asesor
    text = consent_text()
    for person in (asesor, asesi):
        version = text.version if text else None
        live.admit(session.pk, user=person, consent_version=version, now=at)
        live.join(session.pk, user=person, connection=f"demo-{person.pk}", now=at)
    said: list[tuple[User, str, dict[str, Any]]] = [
        (asesor, "agenda.tick", {"step": step.step, "done": True})
        for step in steps_of(session.kind)
    ]
    proposal = {
        "bukti": ["observasi", "portofolio", "lisan"],
        "hari": "Sesuai jadwal asesmen",
        "waktu": "Sesuai jadwal asesmen",
        "tuk": jadwal.tuk,
    }
    said.append((asesor, "ak01.propose", proposal))
    said += [(asesor, "ak01.sign", {}), (asesi, "ak01.sign", {}), (asesor, "session.end", {})]
    for number, (person, kind, data) in enumerate(said):
        moment = at + (number + 1) * timedelta(minutes=4)
        op = Op(op_id=f"demo-{session.pk}-{number}", kind=kind, data=data)
        answer = live.perform(session.pk, user=person, op=op, now=moment)
        _accepted(answer)
    session.refresh_from_db()
    return session


def _accepted(answer: Ack | Reject) -> None:
    if isinstance(answer, Ack):
        return
    raise RuntimeError(f"{answer.op_id}: {answer.code} {answer.message}")
