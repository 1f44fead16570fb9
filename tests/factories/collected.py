"""Evidence of every kind in a room, through the services: a file, tests, tasks, portfolio, a third
party by its link."""

import base64
import hashlib
from uuid import uuid4

from ajj.assessment import guestlink, ujian
from ajj.assessment.models import Evidence
from ajj.assessment.services import begin, claim, finish, guest, pihak, receive
from ajj.assessment.services import ujian as tests
from ajj.assessment.sheet import Kind
from ajj.assessment.tus import Metadata
from ajj.live.tus import Checksum
from ajj.skema.models import Muk
from tests.factories.live import Room
from tests.factories.portfolio import everything_followed
from tests.factories.ujian import asked_about, op

PDF = b"%PDF-1.7\n" + b"portofolio " * 40
ASKED = (
    Muk.Jenis.PENDUKUNG_OBSERVASI,
    Muk.Jenis.PILIHAN_GANDA,
    Muk.Jenis.ESAI,
    Muk.Jenis.LISAN,
    *Muk.TASKS,
)


def everything(room: Room, result: str) -> None:
    """What a whole asesmen collects; with ``BK`` the last item of each instrument is not met."""
    a_file(room)
    for jenis in ASKED:
        instrument(room, jenis, result)
    everything_followed(room.permohonan, by=room.asesor, at=room.at(6100))
    third_party(room)


def a_file(room: Room) -> None:
    """A piece of evidence that the asesi sent, judged by the rules of evidence."""
    told = Metadata("laporan-kerja.pdf", "application/pdf", tuple(room.kuk[:2]), None)
    now = room.at(3000)
    upload = begin(room.id, user=room.asesi, length=len(PDF), metadata=told, now=now)
    held = claim(room.id, upload.pk, user=room.asesi, now=now)
    promised = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    receive(held, offset=0, body=[PDF], checksum=Checksum(f"sha256 {promised}"), now=now)
    finish(upload.pk, now=now)
    kept = Evidence.objects.get(session=room.session)
    rules = dict.fromkeys(("valid", "asli", "terkini", "memadai"), True)
    judged = {"evidence": str(kept.pk), "kuk": room.kuk[:2], "accepted": True, **rules}
    room.do(room.asesor, "evidence.judge", judged, seconds=3100)


def instrument(room: Room, jenis: str, result: str) -> None:
    """One instrument given, taken (or asked) and concluded."""
    muk = Muk.objects.get(skema=room.skema, jenis=jenis)
    given = tests.give(room.permohonan, muk, actor=room.asesor, now=room.at(5000))
    by = room.asesi if jenis in Muk.TIMED else room.asesor
    tests.start(given, actor=by, now=room.at(5010))
    items = list(muk.butir.all())
    missed = items[-1].pk if result == "BK" and jenis not in Muk.TASKS else None
    ops = [op(Kind.ANSWER, butir=row.pk, value=row.kunci) for row in items if row.pk != missed]
    tests.store(given, [*ops, op(Kind.FINISH)], actor=by, now=room.at(5600))
    done = ujian.tests().get(pk=given.pk)
    if jenis == Muk.Jenis.TERSTRUKTUR:
        asked_about(done, by=room.asesor, at=room.at(5700))
    asked = ujian.questions(done, ujian.sheet_of(done))
    tests.conclude(
        ujian.tests().get(pk=given.pk),
        {row.pk: "tidak" if row.pk == missed else "ya" for row in asked},
        tercapai=missed is None,
        belum_tercapai="" if missed is None else f"Unit {items[-1].unit.kode}",
        umpan_balik="Rapi dan runtut." if jenis in Muk.TASKS else "",
        actor=room.asesor,
        now=room.at(6000),
    )


def third_party(room: Room) -> None:
    """The asesi's superior answers FR.IA.10 by the link, and the asesor accepts it."""
    details = pihak.Details(
        "Sri Rahayu", "Kepala Produksi", "CV Tenun Digital", "Atasan langsung", "", "0812 3456 7890"
    )
    link = pihak.invite(room.permohonan, details, key=uuid4(), actor=room.asesor, now=room.at(6200))
    guest.agree(link.token, version=guestlink.CONSENT_VERSION, now=room.at(6210))
    entries = list(guest.asking_of(link.pihak).entries)
    posted = {
        entry.name: ["ya"] if entry.options else ["Ya, konsisten selama tiga tahun."]
        for entry in entries
        if not entry.value
    }
    posted |= {entry.name: list(entry.value) for entry in entries if entry.value}
    guest.keep_draft(link.token, posted, now=room.at(6220))
    link.pihak.refresh_from_db()
    answer = guest.send(
        link.token,
        name="Sri Rahayu",
        agreed=True,
        sha256=guest.draft_digest(link.pihak),
        now=room.at(6230),
    )
    pihak.accept(link.pihak.pk, number=answer.number, actor=room.asesor, now=room.at(6240))
