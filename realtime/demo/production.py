"""From an empty calendar to a reviewed recording: prepare, act, seal, recommend, decide."""

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import typst
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ajj.assessment import ujian as reading
from ajj.assessment.services import ujian
from ajj.assessment.states import UjianState
from ajj.committee import services as committee
from ajj.committee.models import Case
from ajj.live import services as live
from ajj.live.models import Session
from ajj.live.ops import Ack, Op
from ajj.live.states import SessionState
from ajj.people import services as people
from ajj.people.models import ApiToken, User
from ajj.portal.demo import cast, stages
from ajj.portal.demo.seed import account, office_of
from ajj.scheduling.models import Jadwal
from ajj.skema.models import Muk, Skema
from ajj.skema.selectors import checklist, usable_muk
from realtime.demo.actor import Credentials
from realtime.demo.pictures import Look, sheet_page
from realtime.demo.story import Question, Say, Story, play

SKEMA = "operator-komputer-madya"
READY_LIMIT_S = 120.0
SEAL_LIMIT_S = 120.0
FAJAR_LOOK = Look("Fajar Hidayatullah", "#274b50", "#16292c", "#7a2f2f", "#c98f6b")
AGUS_LOOK = Look("Agus Setyo Nugroho", "#3c4a33", "#1d2618", "#3f4f7d", "#c08560")


def wait_until_ready() -> None:
    """Until the site serves; the supervisor starts it at the same time as this."""
    deadline = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{settings.WEB_INTERNAL_URL}/readyz", timeout=5).status_code == 200:
                httpx.get(f"{settings.MEDIA_CONTROL_URL}/healthz", timeout=5)
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise TimeoutError("the site is not ready to serve")


def record(who: cast.Asesi, look: Look, *, seconds: int, full: bool, say: Say) -> Session:
    """Act a session of ``who`` and return it sealed, with the asesor's recommendation."""
    office, user = office_of(), account(who.email)
    session = _session(who, user, office)
    if session.state in {SessionState.ENDED.value, SessionState.SEALED.value}:
        _wait_for_seal(session)
        _recommend(session, office.asesor)
        return session
    skema = session.jadwal.permohonan.skema
    criteria = [
        int(kuk["id"]) for unit in checklist(skema) for elemen in unit["elemen"]
        for kuk in elemen["kuk"]
    ]  # fmt: skip
    story = Story(
        title=who.name,
        seconds=seconds,
        asesi_look=look,
        kuk=criteria[: 9 if full else 4],
        evidence=evidence_picture(),
        with_screen=full,
        with_gap=full,
        **(_asked_aloud(session, office.asesor) if full else {}),
    )
    with _tokens(user, office.asesor) as (asesi, asesor):
        base, name = settings.WEB_INTERNAL_URL, str(session.pk)
        people_in = Credentials(base, name, asesi), Credentials(base, name, asesor)
        asyncio.run(play(story, *people_in, say))
    say("Menyimpan dan menyegel rekaman")
    _wait_for_seal(session)
    _recommend(session, office.asesor)
    return session


def _asked_aloud(session: Session, asesor: User) -> dict[str, Any]:
    """The questions of FR.IA.07 for this session, begun; the keys are what the asesi answers."""
    permohonan = session.jadwal.permohonan
    muk = usable_muk(permohonan.skema, Muk.Jenis.LISAN)
    if muk is None:
        return {}
    now = timezone.now()
    given = ujian.start(ujian.give(permohonan, muk, actor=asesor, now=now), actor=asesor, now=now)
    questions = [Question(butir.pk, butir.kunci) for butir in muk.butir.all()]
    return {"ujian": str(given.pk), "questions": questions}


def _conclude(session: Session, asesor: User) -> None:
    """The asesor signs what was asked aloud."""
    done = reading.of_permohonan(session.jadwal.permohonan).filter(state=UjianState.DONE.value)
    for held in done:
        results = reading.standing(held, timezone.now()).proposed
        ujian.conclude(
            held, results, tercapai=True, belum_tercapai="", actor=asesor, now=timezone.now()
        )


@transaction.atomic
def _session(who: cast.Asesi, user: User, office: stages.Office) -> Session:
    """The acted session of ``who``: the one from an earlier try, or a new one, open now."""
    acted = Session.objects.filter(jadwal__permohonan__asesi=user, kind=Jadwal.Kind.ASESMEN)
    known = acted.order_by("-jadwal__pk").first()
    now = timezone.now()
    if known is not None:
        over = known.state in {SessionState.ENDED.value, SessionState.SEALED.value}
        if over or known.jadwal.closes_at > now:
            return known
    skema = Skema.objects.get(kunci=SKEMA)
    permohonan = stages.ready(who, user, skema, office, at=now - timedelta(days=7))
    stages.consult(permohonan, office, at=now - timedelta(days=2))
    jadwal = stages.meet(
        permohonan,
        office,
        kind=Jadwal.Kind.ASESMEN,
        admitting=Jadwal.Admission.ON_ARRIVAL,
        starts_at=now,
        minutes=90,
        now=now,
        may_overlap=True,
    )
    return live.create_for(jadwal.pk)


@contextmanager
def _tokens(*users: User) -> Iterator[tuple[str, ...]]:
    """API tokens for ``users`` that are gone afterwards."""
    before = set(ApiToken.objects.values_list("pk", flat=True))
    try:
        yield tuple(people.issue_token(user, actor=None, now=timezone.now()) for user in users)
    finally:
        ApiToken.objects.filter(user__in=users).exclude(pk__in=before).delete()


def evidence_picture() -> bytes:
    """The sheet that the asesi hands in as evidence, as a PNG."""
    drawn = typst.compile(sheet_page().encode(), format="png", ppi=144)
    if not isinstance(drawn, bytes):
        raise TypeError("one page was drawn as several")
    return drawn


def _wait_for_seal(session: Session) -> None:
    deadline = time.monotonic() + SEAL_LIMIT_S
    while time.monotonic() < deadline:
        session.refresh_from_db()
        if session.state == SessionState.SEALED.value:
            return
        time.sleep(0.5)
    raise TimeoutError(f"session {session.pk} was not sealed")


def _recommend(session: Session, asesor: User) -> None:
    _conclude(session, asesor)
    if Case.objects.filter(session=session).exists():
        return
    asked = reading.collected(session.jadwal.permohonan)
    units = [
        {"unit": unit["id"], "bukti": ["observasi", "portofolio", *asked.get(unit["id"], ())]}
        for unit in checklist(session.jadwal.permohonan.skema)
    ]
    op = Op(
        op_id=f"demo-{uuid.uuid4().hex}",
        kind="ak02.recommend",
        data={"result": "K", "note": "Seluruh unit tampak pada sesi dan bukti.", "units": units},
    )
    answer = live.perform(session.pk, user=asesor, op=op, now=timezone.now())
    if isinstance(answer, Ack):
        return
    raise RuntimeError(f"{answer.code}: {answer.message}")


def decide(session: Session, *, now: datetime) -> None:
    """Three findings, a pleno and the direktur's letter: the certificate follows."""
    case = Case.objects.get(session=session)
    if case.state == "signed":
        return
    members = [account(f"komite{number}") for number in (1, 2, 3)]
    reasons = (
        "Rekaman menunjukkan asesi bekerja mandiri.",
        "Bukti sah dan cukup untuk setiap unit.",
        "Sependapat; tidak ada kejanggalan pada rekaman.",
    )
    for member, reason in zip(members, reasons, strict=True):
        committee.cast_vote(
            case.pk, user=member, value="K", reason=reason, no_conflict=True, now=now
        )
    pleno = committee.close_pleno(
        [case.pk],
        ketua=members[0],
        hadir=[member.pk for member in members],
        notes="Pleno daring, suara bulat.",
        daring=True,
        without_report="Data contoh; laporannya tidak dibuat.",
        now=now,
    )
    committee.sign_sk(pleno.pk, direktur=account("direktur"), now=now)
