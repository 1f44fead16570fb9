"""Forms are projections of the log, printed once each and logged."""

import io

import pytest
from django.db import transaction
from pypdf import PdfReader

from ajj.assessment import selectors
from ajj.assessment.services import issue_due
from ajj.documents.models import Document
from ajj.documents.rules import may_open
from ajj.documents.selectors import content
from ajj.live.models import LogEntry
from ajj.live.services import append, lock, seal
from tests.factories.live import room

pytestmark = pytest.mark.django_db


def words(document) -> str:
    pages = PdfReader(io.BytesIO(content(document))).pages
    return " ".join("".join(page.extract_text() for page in pages).split())


def test_ak01_is_printed_when_both_have_signed():
    made = room("pra_asesmen").go_live()
    plan = {"bukti": ["observasi"], "hari": "2026-03-05", "waktu": "09.00 WIB", "tuk": "Jarak jauh"}
    made.do(made.asesor, "ak01.propose", plan)
    made.do(made.asesor, "ak01.sign")
    assert issue_due(made.at(9)) == 0
    made.do(made.asesi, "ak01.sign", seconds=10)
    assert issue_due(made.at(11)) == 1
    assert issue_due(made.at(12)) == 0
    entry = LogEntry.objects.get(session_id=made.id, kind="form.issued")
    document = Document.objects.get()
    assert entry.data["document"] == str(document.pk)
    assert entry.data["sha256"] == document.sha256
    assert (entry.data["code"], entry.data["version"]) == ("FR.AK.01", "2023")
    text = words(document)
    assert "Kamis, 5 Maret 2026" in text
    assert made.asesi.name in text
    assert "2026-1" in text
    assert may_open(made.asesi, document)
    assert not may_open(made.stranger, document)


def test_a_recommendation_prints_checklist_and_record():
    made = room().go_live().agree()
    issue_due(made.at(6))
    kuk = made.kuk[0]
    mine = made.do(made.asesor, "mark", {"kuk": kuk, "value": "tidak", "note": "Belum runtut"})
    theirs = made.do(made.pendamping, "mark", {"kuk": kuk, "value": "ya"})
    made.do(made.asesor, "session.end", seconds=60)
    word = {"kuk": kuk, "value": "tidak", "note": "Ditonton ulang", "settles": [mine, theirs]}
    made.do(made.asesor, "mark.resolve", word, seconds=65)
    made.do(
        made.asesor,
        "ak02.recommend",
        {"result": "BK", "note": "Ulangi", "tindak_lanjut": "Latihan", "units": []},
        seconds=70,
    )
    assert issue_due(made.at(71)) == 2
    assert issue_due(made.at(72)) == 0
    codes = [form.code for form in selectors.issued_forms(made.session)]
    assert codes == ["FR.AK.01", "FR.IA.01", "FR.AK.02"]
    ia01, ak02 = Document.objects.filter(code__in=["FR.IA.01", "FR.AK.02"]).order_by("-code")
    assert "Belum runtut" in words(ia01)
    assert "diputuskan: Ditonton ulang" in words(ia01)
    assert "Latihan" in words(ak02)
    assert not may_open(made.asesi, ia01)
    assert may_open(made.asesor, ak02)


def test_the_report_follows_the_seal_and_names_what_was_not_recorded():
    made = room().go_live().agree()
    issue_due(made.at(6))
    made.do(made.asesor, "incident", {"code": "jaringan", "text": "Sambungan asesi terputus"})

    def say(kind, data, seconds):
        with transaction.atomic():
            append(lock(made.id), kind=kind, actor="system", data=data, now=made.at(seconds))

    camera = {"stream": "s1", "kind": "camera", "owner": str(made.asesi.pk), "codecs": ["vp8"]}
    say("stream.started", camera, 7)
    hole = {"stream": "s1", "start_ms": 20_000, "end_ms": 82_000, "cause": "network"}
    say("gap", hole, 85)
    made.do(made.asesor, "session.end", seconds=90)
    made.do(
        made.asesor,
        "ak02.recommend",
        {"result": "BK", "note": "Runtut", "tindak_lanjut": "Latihan", "units": []},
        seconds=95,
    )
    assert issue_due(made.at(96)) == 2
    seal(made.id, sign=lambda _session, _now: "kid", now=made.at(97))
    assert issue_due(made.at(98)) == 1
    assert issue_due(made.at(99)) == 0
    report = Document.objects.get(code="FR.AK.05")
    text = words(report)
    assert "00.00.20 00.01.22 1 mnt 2 dtk jaringan terputus tidak terisi" in text
    assert "Sambungan asesi terputus" in text
    assert not may_open(made.asesi, report)
    filled = {**hole, "start_ms": 20_000, "end_ms": 80_000, "by": "device backup", "segments": []}
    del filled["cause"]
    say("gap.filled", filled, 120)
    assert issue_due(made.at(121)) == 1
    assert issue_due(made.at(122)) == 0
    newest = max(Document.objects.filter(code="FR.AK.05"), key=lambda each: each.created_at)
    text = words(newest)
    assert "1 mnt 0 dtk jaringan terputus cadangan perangkat" in text
    assert "2,0 dtk jaringan terputus tidak terisi" in text
