"""The report package: handed in complete and frozen, returned, corrected, received."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from ajj.assessment import papers
from ajj.assessment.completeness import Standing
from ajj.assessment.models import FormAnswers, Report, ReportRevision
from ajj.assessment.reports import reports_for
from ajj.assessment.services import reports
from ajj.assessment.values import for_permohonan
from ajj.assessment.values.file import completeness_of
from ajj.audit.models import AuditEntry
from ajj.documents.models import Document
from ajj.documents.selectors import content
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.notifications.letters import letter_for
from ajj.notifications.models import Delivery
from ajj.people.models import User
from tests.factories import files
from tests.factories.live import START, room
from tests.integration.assessment.test_papers import BACKEND, assessed, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return files.complete(assessed())


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def base(made) -> str:
    return f"/permohonan/{made.permohonan.nomor}/laporan"


def submitted(made, seconds: float = 100) -> ReportRevision:
    return reports.submit_report(files.fresh(made), actor=made.asesor, now=made.at(seconds))


def test_an_unfinished_file_is_told_what_it_lacks_and_where():
    made = assessed()
    found = completeness_of(files.fresh(made))
    page = as_person(made.asesor).get(f"{base(made)}/").content.decode()
    for row in found.held_up:
        assert f"{row.form.code} {row.form.title}" in page
    assert "FR.MAPA.02: belum diisi" in page
    assert "FR.MAPA.02@2023/isi/" in page
    assert "Ajukan laporan" not in page
    with pytest.raises(Conflict) as refused:
        submitted(made)
    assert refused.value.code == "report_incomplete"
    assert "FR.MAPA.01" in refused.value.message
    assert not Report.objects.exists()
    assert not Document.objects.filter(subject__startswith="laporan:").exists()


def test_the_plan_decides_what_must_exist(made):
    rows = {row.form.label: row for row in completeness_of(files.fresh(made)).rows}
    assert rows["FR.IA.07@2023"].standing is Standing.PRESENT
    assert rows["FR.IA.08@2023"].standing is Standing.NOT_NEEDED
    assert rows["FR.AK.07@2023"].standing is Standing.NOT_NEEDED
    listed = as_person(made.asesor).get(f"/permohonan/{made.permohonan.nomor}/formulir/")
    assert "Menurut rencana" in listed.content.decode()
    assert "Tidak direncanakan" in listed.content.decode()
    own = as_person(made.asesi).get(f"/permohonan/{made.permohonan.nomor}/formulir/")
    assert "Menurut rencana" not in own.content.decode()
    said = {row["kode"]: row for row in for_permohonan(files.fresh(made))["berkas"]["formulir"]}
    assert said["FR.IA.08"] | {"no": ""} == {
        "no": "",
        "kode": "FR.IA.08",
        "judul": rows["FR.IA.08@2023"].form.title,
        "ada": "",
        "keterangan": "tidak direncanakan",
    }
    assert said["FR.AK.02"]["keterangan"].startswith("terbit ")
    assert said["FR.AK.03"]["ada"] == "tidak_ada"


def test_what_is_handed_in_stays_as_it_was_printed(made):
    row = submitted(made)
    assert row.report.nomor.startswith("LA/001/")
    labels = [each["label"] for each in row.manifest]
    assert {"FR.APL.01@2023", "FR.AK.05@2023", "FR.MAPA.02@2023"} <= set(labels)
    assert labels[-1] == "KELENGKAPAN.MUK@1"
    assert "FR.IA.08@2023" not in labels
    assert row.lacking == [{"label": "FR.AK.03@2023", "title": "Umpan Balik dan Catatan Asesmen"}]
    stored = {str(document.pk): document for document in Document.objects.all()}
    for each in row.manifest:
        data = content(stored[each["document"]])
        assert hashlib.sha256(data).hexdigest() == each["sha256"]
        assert len(data) == each["bytes"]
    ak02 = next(each for each in row.manifest if each["label"] == "FR.AK.02@2023")
    issued = papers.paper(files.fresh(made), "asesor", "FR.AK.02@2023").issued
    assert issued is not None
    assert ak02["signed"]
    assert ak02["document"] == str(issued.pk), "what was signed is named, not printed again"
    ia07 = next(each for each in row.manifest if each["label"] == "FR.IA.07@2023")
    files.written(made, "FR.IA.07@2023", {})
    assert "Ditulis asesor" in text_of(content(stored[ia07["document"]]))
    kept = next(each for each in row.manifest if each["label"] == "KELENGKAPAN.MUK@1")
    assert "tidak direncanakan" in text_of(content(stored[kept["document"]]))


def test_the_lsp_returns_the_asesor_corrects_and_the_lsp_receives(
    made, django_capture_on_commit_callbacks
):
    asesor, admin = as_person(made.asesor), as_person(made.admin)
    with django_capture_on_commit_callbacks(execute=True):
        asesor.post(f"{base(made)}/ajukan/", {"remark": "Jaringan asesi sempat putus."})
    report = Report.objects.get()
    assert Delivery.objects.filter(event=f"laporan:{report.pk}:1", user=made.admin).exists()
    queue = admin.get("/laporan/?status=submitted").content.decode()
    assert report.nomor in queue
    assert report.nomor not in admin.get("/laporan/?status=received").content.decode()
    page = admin.get(f"{base(made)}/").content.decode()
    assert "Jaringan asesi sempat putus." in page
    back = {"revision": "1", "note": "", "note/FR.IA.07@2023": "Tulis jawaban asesi nomor 2."}
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(f"{base(made)}/kembalikan/", back)
    assert Delivery.objects.filter(event=f"laporan-jawab:{report.pk}:1", user=made.asesor).exists()
    page = asesor.get(f"{base(made)}/").content.decode()
    assert "Tulis jawaban asesi nomor 2." in page
    assert "Ajukan lagi ke LSP" in page
    asesor.post(f"{base(made)}/ajukan/")
    assert admin.get(f"{base(made)}/2/tanda-terima/").status_code == 302
    admin.post(f"{base(made)}/terima/", {"revision": "1"})
    report.refresh_from_db()
    assert report.state == "submitted", "the revision that was read is not the newest"
    admin.post(f"{base(made)}/terima/", {"revision": "2"})
    report.refresh_from_db()
    assert (report.state, report.revision) == ("received", 2)
    receipt = asesor.get(f"{base(made)}/2/tanda-terima/").content.decode()
    assert made.admin.name in receipt
    first, second = ReportRevision.objects.all()
    assert (first.answer, second.answer) == ("returned", "received")
    assert first.notes == {"FR.IA.07@2023": "Tulis jawaban asesi nomor 2."}
    assert asesor.get(f"{base(made)}/1/").status_code == 200
    with pytest.raises(Conflict):
        submitted(made, 200)
    actions = AuditEntry.objects.filter(action__startswith="assessment.report_")
    assert sorted(actions.values_list("action", flat=True)) == [
        "assessment.report_answered",
        "assessment.report_answered",
        "assessment.report_submitted",
        "assessment.report_submitted",
    ]


def test_who_may_do_what(made):
    for person in (made.pendamping, made.admin):
        with pytest.raises(Forbidden):
            reports.submit_report(files.fresh(made), actor=person, now=made.at(100))
    row = submitted(made)
    with pytest.raises(Forbidden):
        reports.receive_report(row.report_id, revision=1, actor=made.asesor, now=made.at(101))
    with pytest.raises(Invalid):
        reports.return_report(
            row.report_id, revision=1, note=" ", notes={}, actor=made.admin, now=made.at(101)
        )
    looks = {made.asesor: 200, made.admin: 200, made.komite: 200, made.asesi: 404}
    for person, status in {**looks, made.stranger: 404}.items():
        answer = as_person(person).get(f"{base(made)}/", headers={"accept": "text/html"})
        assert answer.status_code == status, person.name
    document = next(e["document"] for e in row.manifest if e["label"] == "FR.IA.07@2023")
    assert as_person(made.admin).get(f"/dokumen/{document}/").status_code == 200
    refused = as_person(made.asesi).get(f"/dokumen/{document}/", headers={"accept": "text/html"})
    assert refused.status_code == 404


def test_the_zip_has_what_its_reader_may_open_and_a_manifest_of_all(made):
    files.plan(made, (*files.PLANNED, "ia05"))
    for row in completeness_of(files.fresh(made)).held_up:
        label = row.form.label
        posted = {"soal/+1/soal": ["Apa itu aset?"], "kunci/+1/kunci": ["A"]}
        files.written(made, label, files.everything(made, label) | posted)
    handed_in = submitted(made)
    opened = {}
    for person in (made.asesor, made.admin):
        answer = as_person(person).get(f"{base(made)}/1/laporan.zip")
        opened[person] = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(opened[made.admin].read("manifest.json"))
    assert [each["label"] for each in told["files"]] == [
        each["label"] for each in handed_in.manifest
    ]
    keys = next(each for each in told["files"] if each["label"] == "FR.IA.05B@2023")
    assert keys["file"] is None
    assert not any("FR.IA.05B" in name for name in opened[made.admin].namelist())
    assert any("FR.IA.05B" in name for name in opened[made.asesor].namelist())
    for each in told["files"]:
        if each["file"]:
            data = opened[made.admin].read(each["file"])
            assert hashlib.sha256(data).hexdigest() == each["sha256"]


def test_a_file_that_changes_while_it_is_printed_is_not_handed_in(made, monkeypatch):
    real = reports._drawn

    def slow(*args):
        drawn = real(*args)
        FormAnswers.objects.filter(label="FR.IA.07@2023").update(saved_at=made.at(99))
        return drawn

    monkeypatch.setattr(reports, "_drawn", slow)
    with pytest.raises(Conflict) as refused:
        submitted(made)
    assert refused.value.code == "file_changed"
    assert not Report.objects.exists()


def test_one_ak05_reports_the_asesi_of_one_asesor_skema_and_day(made):
    other, later = room(), room(starts_at=START + timedelta(days=1))
    for each, name in ((other, "Bagas Wirawan"), (later, "Citra Dewi")):
        each.permohonan.skema = made.skema
        each.permohonan.save()
        User.objects.filter(pk=each.asesi.pk).update(name=name)
        each.session.jadwal.penugasan.filter(role="asesor").update(user=made.asesor)
        each.asesor = made.asesor
        each.session.refresh_from_db()
        each.go_live().agree()
        each.do(each.asesor, "session.end", seconds=60)
        units = [{"unit": row.pk, "bukti": ["observasi"]} for row in made.skema.units.all()]
        said = {"result": "K", "note": "Runtut", "tindak_lanjut": "", "units": units}
        each.do(each.asesor, "ak02.recommend", said, seconds=70)
    asesor = as_person(made.asesor)
    assert "FR.AK.05 kelompok, 2 asesi" in asesor.get(f"{base(made)}/").content.decode()
    text = text_of(asesor.get(f"{base(made)}/kelompok.pdf").content)
    assert made.asesi.name in text
    assert "Bagas Wirawan" in text
    assert "Citra Dewi" not in text, "another day is another report"
    unit = made.skema.units.order_by("kode")[0]
    assert f"{unit.kode} {unit.judul}" in text
    assert f"{made.asesi.name}: Ulangi" in text
    assert "Ditandatangani" not in text, "each recommendation was signed, this page was not"
    assert as_person(made.asesi).get(f"{base(made)}/kelompok.pdf").status_code == 404


def test_the_letters_say_what_to_do_and_a_passed_one_says_nothing(made):
    row = submitted(made)
    key = row.report_id
    coming = letter_for(f"laporan:{key}:1", made.admin, now=made.at(101))
    assert coming is not None
    assert row.report.nomor in coming.subject
    assert coming.url.endswith(f"{base(made)}/")
    assert letter_for(f"laporan-jawab:{key}:1", made.asesor, now=made.at(101)) is None
    notes = {"FR.IA.07@2023": "Tulis jawaban nomor 2."}
    reports.return_report(key, revision=1, note="", notes=notes, actor=made.admin, now=made.at(102))
    answer = letter_for(f"laporan-jawab:{key}:1", made.asesor, now=made.at(103))
    assert answer is not None
    assert ("FR.IA.07", "Tulis jawaban nomor 2.") in answer.facts
    assert "ajukan lagi" in answer.lines[0]
    assert letter_for(f"laporan:{key}:1", made.admin, now=made.at(103)) is None, "answered already"


def test_the_longest_waiting_report_is_on_top(made):
    other = files.complete(assessed())
    late = reports.submit_report(files.fresh(made), actor=made.asesor, now=made.at(500))
    first = reports.submit_report(files.fresh(other), actor=other.asesor, now=other.at(400))
    rows = [row.pk for row in reports_for(made.admin)]
    assert rows == [first.report_id, late.report_id]
    reports.receive_report(first.report_id, revision=1, actor=made.admin, now=made.at(600))
    assert [row.pk for row in reports_for(made.admin)] == [late.report_id, first.report_id]
    assert [row.pk for row in reports_for(other.asesor)] == [first.report_id], "each their own"
