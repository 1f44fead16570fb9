"""A finished asesmen of a real scheme, made by the product's own services from end to end.

FR.APL.01 to the received report: planned, agreed, observed, asked, judged, typed, signed by
everybody who has an account, issued and handed in. Nothing is put into the database by hand.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ajj.applications.models import Permohonan
from ajj.applications.services import attach_document
from ajj.assessment import manuscripts, papers
from ajj.assessment.services import (
    issue_due,
    reports,
    signatures,
)
from ajj.assessment.services.answers import keep_answers
from ajj.documents.entries import Entry, parts
from ajj.documents.schema import FormTemplate, Reader
from ajj.kernel.errors import DomainError
from ajj.live import services as live
from ajj.live.agenda import steps_of
from ajj.people.models import Role, User
from ajj.portal.demo import cast, stages
from ajj.scheduling.models import Jadwal
from ajj.skema.butir import Item
from ajj.skema.models import Muk, Skema
from ajj.skema.selectors import units_map
from ajj.skema.services import (
    add_butir,
    choose_forms,
    load_muk,
    start_muk,
    submit_muk,
    validate_muk,
)
from tests.factories import people, skema
from tests.factories.collected import everything
from tests.factories.live import Room, kuk_of

APPLIED = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)
PRA = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MINUTES = 180
READ_BY: tuple[Reader, ...] = ("asesi", "asesor", "kantor")
WORDS = {
    "waktu": "120 menit",
    "fax": "(022) 555-0119",
    "no_unit": "1",
    "no_elemen": "2",
    "unit": "1",
    "elemen": "2",
    "tanda": "",
    "jawaban": "Memeriksa ulang permintaan, memperbaiki, dan mencatat perubahannya.",
    "tempat": "Ruang rapat LSP, tautan daring",
    "jabatan": "Kepala bagian",
    "telepon": "0812 3456 7890",
    "alamat": "Jalan Sukagalih 118, Bandung 40162",
    "tanggal": "24 November 2026",
    "nomor": "014/LSP/XI/2026",
    "nama": "Hendra Wijaya, S.T.",
    "perlengkapan": "Komputer, sambungan internet, perangkat lunak sesuai tugas",
    "skenario": "Anda menerima permintaan kerja dari atasan dan menyelesaikannya sesuai prosedur"
    " di tempat kerja, lalu menjelaskan pilihan Anda.",
    "pertanyaan": "Apa yang Anda lakukan bila hasil kerja tidak sesuai dengan permintaan?",
    "tanggapan": "Memeriksa ulang permintaan, memperbaiki, dan mencatat perubahannya.",
    "saran": "Pertahankan contoh kerja yang nyata pada setiap kelompok pekerjaan.",
}
INK = ("tanda_tangan", "ttd", "paraf")
COLLECTED = ("observasi", "portofolio", "pihak_ketiga", "wawancara", "lisan", "tertulis", "proyek")
PLAIN = "Sesuai dengan tolok ukur skema dan rencana asesmen."


@dataclass
class Finished:
    """What was made: the room of the asesmen, everybody who took part, and what is not signed."""

    room: Room
    reviewer: User
    direktur: User
    signed: dict[str, int] = field(default_factory=dict)

    @property
    def permohonan(self) -> Permohonan:
        return papers.complete().get(pk=self.room.permohonan.pk)

    @property
    def people(self) -> tuple[User, ...]:
        room = self.room
        return (room.asesor, room.asesi, self.reviewer, room.pendamping, self.direktur, room.admin)


def finished(
    key: str, *, form_set: str = "2023", result: str = "K", only: Collection[str] = ()
) -> Finished:
    """One asesmen of the scheme ``key`` with the forms of ``form_set``, recommended ``result``.

    With ``only`` it stops when the forms of these codes are typed: nothing is signed or handed in.
    """
    made = _prepared(key, form_set)
    room = made.room
    _plan(made)
    _pra(made)
    _held(made, result)
    issue_due(room.at(11_000))
    _typed(made, room.at(11_100), only)
    if only:
        return made
    _signed(made, room.at(11_200))
    signatures.issue_signed(room.at(11_300))
    row = reports.submit_report(made.permohonan, actor=room.asesor, now=room.at(11_400))
    reports.receive_report(
        row.report_id, revision=row.number, actor=room.admin, now=room.at(11_500)
    )
    return made


def _prepared(key: str, form_set: str) -> Finished:
    chosen = skema.opened(key)
    skema.letter(chosen)
    choose_forms(chosen, form_set, actor=None, now=APPLIED)
    chosen = Skema.objects.get(pk=chosen.pk)
    asesor = people.asesor(name="Ratna Prameswari, S.Kom.")
    reviewer = people.asesor(name="Dominggus Kalelado, S.T.")
    who = cast.MARIA
    asesi = people.asesi(name=who.name, email=f"{key}-{form_set}@contoh.test")
    office = stages.Office(admin=people.admin(name="Wulan Kartikasari"), asesor=asesor)
    instruments(chosen, penyusun=reviewer, validator=asesor)
    begun = stages.fill(who, asesi, chosen, at=APPLIED)
    for row in begun.syarat.filter(document=None):
        upload = people.png(f"syarat-{row.no}.png", salt=bytes([row.no]))
        attach_document(begun, row.pk, upload, actor=asesi, now=APPLIED)
    permohonan = stages.ready(who, asesi, chosen, office, at=APPLIED)
    jadwal = stages.meet(
        permohonan,
        office,
        kind=Jadwal.Kind.ASESMEN,
        starts_at=HELD,
        minutes=MINUTES,
        now=APPLIED + timedelta(days=2),
        admitting=Jadwal.Admission.ON_ARRIVAL,
        beside=reviewer,
    )
    room = Room(
        session=live.create_for(jadwal.pk),
        skema=chosen,
        permohonan=permohonan,
        asesi=asesi,
        asesor=asesor,
        pendamping=reviewer,
        pengamat=office.admin,
        admin=office.admin,
        komite=office.admin,
        stranger=office.admin,
        kuk=kuk_of(chosen),
    )
    direktur = people.person(Role.DIREKTUR, name="Ir. Handaru Pranata, M.Kom.")
    return Finished(room, reviewer, direktur)


def instruments(chosen: Skema, *, penyusun: User, validator: User) -> None:
    """The scheme's example instruments, and the questions to support the observation."""
    load_muk(chosen, penyusun=penyusun, validator=validator, now=APPLIED)
    if chosen.muk.filter(jenis=Muk.Jenis.PENDUKUNG_OBSERVASI).exists():
        return
    muk = start_muk(
        chosen,
        jenis=Muk.Jenis.PENDUKUNG_OBSERVASI,
        judul="Pertanyaan untuk mendukung observasi",
        minutes=None,
        shuffled=False,
        contoh=True,
        actor=penyusun,
        now=APPLIED,
    )
    for kode, numbers in units_map(chosen, Muk.Jenis.PENDUKUNG_OBSERVASI).items():
        item = Item(
            unit=kode,
            kuk=(numbers[0],),
            dimensi=("cms", "jres"),
            pertanyaan=f"Pada unit {kode}: apa yang Anda lakukan bila hasilnya tidak sesuai SOP?",
            pilihan=(),
            kunci="Menghentikan pekerjaan, memeriksa penyebabnya, dan melapor kepada atasan.",
        )
        add_butir(muk, item, actor=penyusun, now=APPLIED)
    muk = submit_muk(muk, actor=penyusun, now=APPLIED)
    validate_muk(muk, seen=APPLIED.isoformat(), actor=validator, now=APPLIED)


def _plan(made: Finished) -> None:
    """FR.MAPA.01 and .02 before anybody meets: every instrument for potensi 1."""
    room, now = made.room, PRA - timedelta(days=2)
    for paper in papers.papers(made.permohonan, "asesor"):
        if paper.form.code in {"FR.MAPA.01", "FR.MAPA.02"}:
            _fill(made, paper, now)
    assert room.permohonan.pk


def _pra(made: Finished) -> None:
    """The pra-asesmen: every step told, FR.AK.01 agreed and signed by both."""
    room = made.room
    office = stages.Office(admin=room.admin, asesor=room.asesor)
    jadwal = stages.meet(
        room.permohonan,
        office,
        kind=Jadwal.Kind.PRA_ASESMEN,
        starts_at=PRA,
        minutes=45,
        now=APPLIED + timedelta(days=2),
        admitting=Jadwal.Admission.ON_ARRIVAL,
    )
    pra = Room(**{**vars(room), "session": live.create_for(jadwal.pk)})
    pra.go_live()
    for number, step in enumerate(steps_of(pra.session.kind)):
        pra.do(pra.asesor, "agenda.tick", {"step": step.step, "done": True}, seconds=60 * number)
    agreed = {
        "bukti": ["portofolio", "observasi", "terstruktur", "lisan", "tertulis", "wawancara"],
        "hari": HELD.date().isoformat(),
        "waktu": "09.00 WIB s.d. 12.00 WIB",
        "tuk": jadwal.tuk,
    }
    pra.do(pra.asesor, "ak01.propose", agreed, seconds=900)
    pra.do(pra.asesor, "ak01.sign", seconds=960)
    pra.do(pra.asesi, "ak01.sign", seconds=1020)
    pra.do(pra.asesor, "session.end", seconds=1500)
    issue_due(pra.at(1600))


def _held(made: Finished, result: str) -> None:
    """The asesmen itself: marks, a file, the tests, the recommendation, and the seal."""
    room = made.room.go_live()
    for number, kuk in enumerate(room.kuk):
        failed = result == "BK" and number % 7 == 0
        note = "Belum runtut menjelaskan langkahnya" if failed else ""
        mark = {"kuk": kuk, "value": "tidak" if failed else "ya", "note": note}
        room.do(room.asesor, "mark", mark, seconds=60 + 20 * number)
    everything(room, result)
    room.do(
        room.asesor, "incident", {"code": "jaringan", "text": "Terputus sebentar"}, seconds=5000
    )
    live.leave(room.id, connection="asesi-1", reason="left", now=room.at(8000))
    room.do(room.asesor, "session.end", seconds=8010)
    units = [{"unit": unit.pk, "bukti": list(COLLECTED)} for unit in room.skema.units.all()]
    said = {
        "result": result,
        "note": "Asesi bekerja runtut dan menjelaskan pilihannya.",
        "tindak_lanjut": "" if result == "K" else "Berlatih pada tugas yang serupa.",
        "units": units,
    }
    room.do(room.asesor, "ak02.recommend", said, seconds=8100)
    live.seal(room.id, sign=lambda _session, _now: "kid", now=room.at(8200))


def _typed(made: Finished, now: datetime, only: Collection[str]) -> None:
    """Every form (or ``only`` these) that asks for something, by who fills it."""
    for reader in READ_BY:
        for paper in papers.papers(made.permohonan, reader):
            wanted = not only or paper.form.code in only
            if wanted and paper.may_fill and not papers.isi_of(made.permohonan).get(paper.name):
                _fill(made, paper, now, reader)


def _fill(made: Finished, paper: papers.Paper, now: datetime, reader: Reader = "asesor") -> None:
    room = made.room
    actor = {"asesi": room.asesi, "asesor": room.asesor, "kantor": room.admin}
    posted = answers(paper.form, papers.tree_of(made.permohonan, paper.form))
    kept = keep_answers(made.permohonan, paper, posted, actor=actor[reader], now=now)
    assert not kept.wrong, kept.wrong


def answers(form: FormTemplate, tree: dict[str, Any]) -> dict[str, list[str]]:
    """What somebody would write on each empty line of ``form``."""
    return {
        entry.name: _said(entry)
        for part in parts(form, tree)
        for entry in (*part.entries, *(each for line in part.lines for each in line.entries))
    }


def _said(entry: Entry) -> list[str]:
    if entry.options and entry.kind == "many":
        return [entry.options[0].value, entry.options[-1].value]
    if entry.options:
        return [entry.options[0].value]
    if entry.path[1:] == ("nama",) or entry.path[-1] in INK:
        return []
    if abbreviated := re.search(r"\[([A-Z]+)", entry.label):
        return [abbreviated[1]]
    named = " ".join(entry.path[::-1]) + " " + entry.label.lower()
    return [next((words for key, words in WORDS.items() if key in named), PLAIN)]


def _signed(made: Finished, now: datetime) -> None:
    """Whoever the form waits for opens it, reads it and signs, until nobody can any more."""
    permohonan = made.permohonan
    for label in permohonan.forms:
        for person in made.people:
            if _sign(permohonan, label, person, now):
                made.signed[label] = made.signed.get(label, 0) + 1


def _sign(permohonan: Permohonan, label: str, person: User, now: datetime) -> bool:
    try:
        if manuscripts.desk(person, permohonan, label).offered is None:
            return False
        found = signatures.prepare(permohonan, label, actor=person, now=now)
        signatures.note_opened(found, actor=person, now=now)
        signatures.sign(permohonan, label, actor=person, sha256=found.document.sha256, now=now)
    except DomainError:
        return False
    return True
