"""A session with everything that a proof can speak of: media, evidence, marks, forms, decision."""

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from ajj.assessment.services import ujian as tests
from ajj.assessment.services.issue import issue_due
from ajj.assessment.sheet import Kind
from ajj.assessment.storage import evidence_name
from ajj.committee import services as committee
from ajj.committee.models import Case
from ajj.live import services as live
from ajj.live.services import identity
from ajj.skema.models import Muk
from recordings.services import ensure_stream, keyring, seal_session
from tests.factories.committee import Komite, komite, vote
from tests.factories.ujian import concluded, instrument, op
from tests.integration.recordings.spool import Recorded, recorded


@dataclass
class Proven:
    """``made`` is the recording; the session is decided, signed and sealed twice."""

    made: Recorded
    komite: Komite
    case: Case

    @property
    def id(self) -> uuid.UUID:
        return self.made.room.id


def proven(spool: Path) -> Proven:
    """Two cameras of three segments, a hole, evidence, a still, a ujian, five papers, two seals.

    The seals are signed with different keys: the first one was retired between them.
    """
    made = recorded(spool)
    asesor = ensure_stream(made.room.id, owner_id=made.room.asesor.pk, kind="camera")
    asesi = made.stream
    for stream in (asesi, asesor):
        made.stream = stream
        made.say("stream.started", 2, codecs=["vp8", "opus"])
        for index, (start, end) in enumerate(((2, 8), (9, 14), (14, 19))):
            made.segment(index, start * 1000, end * 1000)
    made.stream = asesi
    made.ingest().step()
    made.room.agree(seconds=12)
    recognised(made)
    evidence(made, 3)
    for number, kuk in enumerate(made.room.kuk):
        made.room.do(
            made.room.asesor, "mark", {"kuk": kuk, "value": "ya", "note": ""}, seconds=16 + number
        )
    asked_aloud(made)
    made.say("stream.stopped", 19, reason="ended")
    made.end(40)
    made.ingest().step()
    live.record(
        made.room.id,
        kind="ak02.recommended",
        actor=str(made.room.asesor.pk),
        data={"result": "K", "note": "Runtut.", "tindak_lanjut": "", "units": []},
        now=made.room.at(61),
    )
    issue_due(made.room.at(70))
    seal_session(made.room.id, keys=keyring(), now=made.room.at(120))
    people, case = decide(made)
    keyring().rotate()
    seal_session(made.room.id, keys=keyring(), now=timezone.now())
    return Proven(made, people, case)


def asked_aloud(made: Recorded) -> None:
    """Two questions asked within the session, the second one answered; the asesor concludes."""
    room = made.room
    muk = instrument(room.skema, Muk.Jenis.LISAN, items=2)
    ujian = tests.give(room.permohonan, muk, actor=room.asesor, now=room.at(12))
    tests.start(ujian, actor=room.asesor, now=room.at(13))
    for second, butir in zip((14, 16), muk.butir.values_list("pk", flat=True), strict=True):
        asked = [op(Kind.ASKED, butir=butir), op(Kind.ANSWER, butir=butir, value="Menjawab.")]
        tests.store(ujian, asked, actor=room.asesor, now=room.at(second))
    tests.store(ujian, [op(Kind.FINISH)], actor=room.asesor, now=room.at(18))
    concluded(ujian, by=room.asesor, at=room.at(18))


def recognised(made: Recorded) -> None:
    """A still of the asesi, and the asesor's decision by it."""
    picture, room = uuid.uuid4(), made.room
    body = b"\xff\xd8\xff\xe0" + b"wajah" * 50
    identity.take(room.id, picture, user=room.asesor, body=body, now=room.at(13))
    decided = {"decision": "cocok", "picture": str(picture)}
    room.do(room.asesor, "identity.check", decided, seconds=13)


def evidence(made: Recorded, count: int) -> None:
    """``count`` photographs that arrived whole."""
    for number in range(count):
        body, key = f"foto {number}".encode() * 50, str(uuid.uuid4())
        default_storage.save(evidence_name(made.room.id, key), ContentFile(body))
        live.record(
            made.room.id,
            kind="evidence.received",
            actor=str(made.room.asesi.pk),
            data={
                "evidence": key,
                "filename": f"foto-{number}.jpg",
                "filetype": "image/jpeg",
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                "kuk": made.room.kuk[number : number + 1],
                "taken_ms": 12_000 + number,
            },
            now=made.room.at(14 + number),
        )


def decide(made: Recorded) -> tuple[Komite, Case]:
    """The komite finds K, holds its pleno; the direktur signs."""
    people = komite()
    case = committee.open_case(made.room.id, now=made.room.at(200))
    for user in people.members:
        vote(case, user, "K")
    pleno = committee.close_pleno(
        [case.pk],
        ketua=people.ketua,
        hadir=[user.pk for user in people.members],
        notes="",
        daring=True,
        without_report="Contoh uji; laporan menyusul.",
        now=timezone.now(),
    )
    committee.sign_sk(pleno.pk, direktur=people.direktur, now=timezone.now())
    case.refresh_from_db()
    return people, case
