"""Forms are projections of the log, printed once each and logged."""

import io

import pytest
from pypdf import PdfReader

from ajj.assessment import selectors
from ajj.assessment.services import issue_due
from ajj.documents.models import Document
from ajj.documents.rules import may_open
from ajj.documents.selectors import content
from ajj.live.models import LogEntry
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
    made.do(made.asesor, "mark", {"kuk": made.kuk[0], "value": "tidak", "note": "Belum runtut"})
    made.do(made.pendamping, "mark", {"kuk": made.kuk[0], "value": "ya"})
    made.do(made.asesor, "session.end", seconds=60)
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
    assert "Latihan" in words(ak02)
    assert not may_open(made.asesi, ia01)
    assert may_open(made.asesor, ak02)
