"""A task from being given to its forms: files, what came late, questions on a project."""

import hashlib
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from ajj.assessment import taskwork
from ajj.assessment import ujian as reading
from ajj.assessment.completeness import Row, Why
from ajj.assessment.models import Evidence, Ujian
from ajj.assessment.services import presentation, uploads
from ajj.assessment.services import ujian as services
from ajj.assessment.sheet import MINUTE_MS, Kind
from ajj.assessment.states import UjianState
from ajj.assessment.tus import Metadata
from ajj.assessment.values.file import completeness_of
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.acted import Claim
from ajj.skema.models import Butir, Muk
from tests.factories.live import room
from tests.factories.ujian import concluded, instrument, op
from tests.integration.assessment.test_papers import text_of
from tests.integration.assessment.test_ujian import signed_in, standing

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 hasil kerja"


@pytest.fixture
def made():
    return room().go_live().agree()


def given(made, jenis: str) -> Ujian:
    muk = instrument(made.skema, jenis, items=1)
    return services.give(made.permohonan, muk, actor=made.asesor, now=made.at(60))


@pytest.fixture
def project(made) -> Ujian:
    return given(made, Muk.Jenis.TERSTRUKTUR)


def task_of(ujian: Ujian) -> Butir:
    return Butir.objects.select_related("unit").get(muk=ujian.muk_id)


def file_of(ujian: Ujian, **changes: object) -> dict[str, object]:
    return {
        "butir": task_of(ujian).pk, "evidence": str(uuid4()), "name": "laporan.pdf",
        "type": "application/pdf", "bytes": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest(),
    } | changes  # fmt: skip


def arrived(made, filed: dict[str, object], *, content: bytes = PDF) -> None:
    Evidence.objects.create(
        pk=UUID(str(filed["evidence"])), session=made.session, owner=made.asesi,
        filename="laporan.pdf", filetype="application/pdf", bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(), storage_name=f"uji/{filed['evidence']}",
        at_ms=1, seq=9000 + Evidence.objects.count(),
    )  # fmt: skip


def row_of(made) -> Row:
    """FR.IA.02 on the kelengkapan."""
    found = completeness_of(made.permohonan).of("FR.IA.02@2023")
    assert found is not None
    return found


def handed_in(made, ujian: Ujian, *ops: services.UjianOp) -> Ujian:
    services.start(ujian, actor=made.asesi, now=made.at(100))
    answer = op(Kind.ANSWER, butir=task_of(ujian).pk, value="Saya kerjakan bertahap.")
    done = [answer, *ops, op(Kind.FINISH)]
    services.store(ujian, done, actor=made.asesi, now=made.at(700))
    return reading.tests().get(pk=ujian.pk)


def test_the_brief_is_read_before_the_clock_runs_and_the_guidance_of_the_asesor_never(made):
    practice = given(made, Muk.Jenis.TUGAS_PRAKTIK)
    asesi, url = signed_in(made.asesi), f"/ujian/{practice.pk}/"
    brief = asesi.get(url).content.decode()
    for said in ("Pertanyaan tugas_praktik nomor 1?", "Instruksi 1", "Perlengkapan 1"):
        assert said in brief
    assert "Jawaban yang diharapkan" not in brief
    assert Ujian.objects.get(pk=practice.pk).started_at is None
    paper = asesi.post(url, {"mulai": "1"}, follow=True).content.decode()
    assert 'data-testid="ujian-left"' in paper
    assert "Lampirkan foto, video, atau PDF" in paper
    assert "Jawaban yang diharapkan" not in paper
    assert "Tugas selesai." in asesi.post(url, {"kumpulkan": "1"}, follow=True).content.decode()
    assert signed_in(made.stranger).get(url).status_code == 404


def test_a_file_is_named_in_the_log_at_once_and_counts_when_it_was_chosen(made, project):
    filed = file_of(project)
    url = f"/api/v1/ujian/{project.pk}/ops"
    services.start(project, actor=made.asesi, now=timezone.now())
    asesi = signed_in(made.asesi)

    def send(*ops: dict[str, object]):
        body = json.dumps({"after": 0, "ops": ops})
        return asesi.post(url, body, content_type="application/json").json()

    def sent(kind: str, **data: object) -> dict[str, object]:
        return {"op_id": str(uuid4()), "kind": kind, "data": data}

    answer = send(sent("file", **filed))
    assert [row["arrival"] for row in answer["files"]] == ["awaited"]
    arrived(made, filed)
    (row,) = send()["files"]
    assert (row["arrival"], row["name"], row["counts"]) == ("received", "laporan.pdf", True)
    other = file_of(project)
    arrived(made, other, content=PDF + b" lain")
    assert [row["arrival"] for row in send(sent("file", **other))["files"]] == [
        "received", "differs",
    ]  # fmt: skip
    dropped = send(sent("drop", butir=task_of(project).pk, evidence=other["evidence"]))
    assert len(dropped["files"]) == 1
    bad = send(
        sent("file", **file_of(project, sha256="x")), sent("asked", butir=task_of(project).pk)
    )
    assert [each["code"] for each in bad["acks"]] == ["bad_file", "not_your_part"]


def test_what_comes_late_is_kept_and_counts_only_when_the_asesor_admits_it(made, project):
    start = made.at(100)
    services.start(project, actor=made.asesi, now=start)
    total, butir = 30 * MINUTE_MS, task_of(project).pk

    def claim(at_ms: int, n: int) -> Claim:
        return Claim(at_ms, 40, "ponsel", n)

    in_time, late = file_of(project), file_of(project, name="terlambat.pdf")
    ops = [
        op(Kind.FILE, claim(total - 60_000, 1), **in_time),
        op(Kind.HERE, claim(total + 60_000, 2), ms=total + 60_000),
        op(Kind.FILE, claim(total + 60_000, 3), **late),
        op(Kind.ANSWER, claim(total + 60_000, 4), butir=butir, value="Kesimpulan akhir"),
    ]
    back = start + timedelta(minutes=50)
    answered = services.store(project, ops, actor=made.asesi, now=back)
    assert [each.late for each in answered] == [False, False, True, True]
    held = standing(project, back)
    assert [filed.name for filed in held.sheet.work.counting] == ["laporan.pdf"]
    assert [filed.name for filed in held.sheet.work.attached] == ["laporan.pdf", "terlambat.pdf"]
    with pytest.raises(Forbidden):
        presentation.admit(project, answered[2].seq or 0, "Saya", actor=made.asesi, now=back)
    with pytest.raises(Invalid):
        presentation.admit(project, answered[0].seq or 0, "Keliru", actor=made.asesor, now=back)
    asesor = signed_in(made.asesor)
    page = asesor.get(f"/ujian/{project.pk}/nilai/").content.decode()
    assert "setelah waktu habis, belum dihitung" in page
    for seq in held.late_seqs:
        form = {"seq": str(seq), "reason": "Listrik padam"}
        assert asesor.post(f"/ujian/{project.pk}/terima/", form).status_code == 302
    held = standing(project, back)
    assert len(held.sheet.work.counting) == 2
    assert held.sheet.answers[butir].value == "Kesimpulan akhir"
    assert held.late_seqs == []


def test_a_file_named_in_time_still_comes_in_when_the_session_is_over(made, project):
    filed = file_of(project)
    handed_in(made, project, op(Kind.FILE, **filed))
    made.do(made.asesor, "session.end", seconds=900)
    said = Metadata("laporan.pdf", "application/pdf", (), None, id=UUID(str(filed["evidence"])))
    soon = made.at(1000)
    upload = uploads.begin(made.id, user=made.asesi, length=len(PDF), metadata=said, now=soon)
    assert str(upload.pk) == filed["evidence"]
    nameless = Metadata("lain.pdf", "application/pdf", (), None, id=uuid4())
    with pytest.raises(Forbidden):
        uploads.begin(made.id, user=made.asesi, length=5, metadata=nameless, now=soon)
    held = standing(project, soon)
    assert [row.arrival for row in taskwork.files_of(held)] == [taskwork.Arrival.COMING]
    assert taskwork.intake(made.permohonan, made.asesi).session is None


def test_a_project_is_asked_about_after_it_was_handed_in_and_prints_as_04b(made, project):
    asesor, url = signed_in(made.asesor), f"/ujian/{project.pk}/presentasi/"
    assert asesor.get(url).status_code == 302, "nothing to ask before it was handed in"
    done = handed_in(made, project)
    assert signed_in(made.asesi).get(url).status_code == 404
    kuk = task_of(project).kuk.get()
    page = asesor.get(url).content.decode()
    (token,) = re.findall(r'name="op" value="([-\w]+)"', page)
    form = {"tambah": "1", "op": token, "lingkup": "Tabel", "pertanyaan": "Mengapa tabel ini?"}
    refused = asesor.post(url, form)
    assert refused.status_code == 422
    assert "Pilih KUK dari tugas ini." in refused.content.decode()
    for _twice in range(2):
        assert asesor.post(url, form | {"kuk": [kuk.pk]}).status_code == 302
    assert len(standing(project, made.at(800)).asked) == 1, "the same question sent twice is one"
    now = made.at(800)
    ops = [
        op(Kind.ASKED, butir=-1),
        op(Kind.ANSWER, butir=-1, value="Karena rinci"),
        op(Kind.RESULT, butir=-1, value="ya"),
    ]
    kept = [each.refusal for each in services.store(done, ops, actor=made.asesi, now=now)]
    assert [each.code for each in kept if each] == ["not_your_part"] * 3
    assert all(each.seq for each in services.store(done, ops, actor=made.asesor, now=now))
    held = standing(project, now)
    assert held.asked[0].value == "Karena rinci"
    assert held.asked[0].recorded is not None, "the moment lies in the recording"
    taken_back = presentation.Probe("", "", ())
    with pytest.raises(Conflict, match="sudah ditanyakan"):
        presentation.put(done, taken_back, op=uuid4(), actor=made.asesor, now=now, number=1)
    heard = signed_in(made.asesi).post(
        f"/api/v1/ujian/{project.pk}/ops", '{"after": 0}', content_type="application/json"
    ).json()  # fmt: skip
    assert [each["butir"] for each in heard["answers"]] == [task_of(project).pk]
    judged = f"/ujian/{project.pk}/nilai/"
    results = {f"hasil-{task_of(project).pk}": "ya", "hasil--1": "ya"}
    said = {"capaian": "tercapai", "belum_tercapai": "", "umpan_balik": "Rapi dan runtut"}
    assert asesor.post(judged, results | said).status_code == 302
    assert Ujian.objects.get(pk=project.pk).state == UjianState.CONCLUDED

    def printed(label: str) -> str:
        address = f"/permohonan/{made.permohonan.nomor}/formulir/{label}.pdf"
        return " ".join(text_of(asesor.get(address).content).split())

    brief = printed("FR.IA.04A@2023")
    for words in ("Pertanyaan terstruktur nomor 1?", "Instruksi 1", "30 menit", "Rapi dan runtut"):
        assert words in brief
    table = printed("FR.IA.04B@2023")
    for words in ("Mengapa tabel ini?", "Tanggapan: Karena rinci", f"KUK {kuk.no}"):
        assert words in table
    screen = f"/permohonan/{made.permohonan.nomor}/formulir/FR.IA.04B@2023/isi/"
    typed = asesor.get(screen, headers={"accept": "text/html"}).content.decode()
    assert "rekomendasi" not in re.findall(r'name="([\w/]+)"', typed), "nothing is typed twice"
    unit = task_of(project).unit_id
    assert reading.collected(made.permohonan) == {unit: ["proyek"]}


def test_a_project_whose_time_is_up_may_be_asked_about_without_a_hand_in(made, project):
    start = made.at(100)
    services.start(project, actor=made.asesi, now=start)
    look = [op(Kind.HERE, ms=0)]
    with pytest.raises(Conflict, match="belum dikumpulkan"):
        services.store(project, look, actor=made.asesor, now=start + timedelta(minutes=5))
    over = start + timedelta(hours=2)
    (answered,) = services.store(project, look, actor=made.asesor, now=over)
    assert answered.refusal is None
    assert Ujian.objects.get(pk=project.pk).state == UjianState.DONE


def test_a_practice_is_concluded_by_the_asesor_and_observed_in_ak02(made):
    fresh = given(made, Muk.Jenis.TUGAS_PRAKTIK)
    assert not row_of(made).present
    services.start(fresh, actor=made.asesi, now=made.at(100))
    filed = [op(Kind.FILE, **file_of(fresh)), op(Kind.FINISH)]
    services.store(fresh, filed, actor=made.asesi, now=made.at(700))
    practice = reading.tests().get(pk=fresh.pk)
    assert row_of(made).why is Why.FILLED, "the file knows that FR.IA.02 is there"
    assert reading.standing(practice, made.at(900)).answered == 1, "a file is work without words"
    assert reading.standing(practice, made.at(900)).proposal is None
    unit = task_of(practice).unit_id
    assert reading.collected(made.permohonan) == {unit: ["observasi"]}
    concluded(practice, by=made.asesor, at=made.at(900))
    address = f"/permohonan/{made.permohonan.nomor}/formulir/FR.IA.02@2023.pdf"
    text = text_of(signed_in(made.asesor).get(address).content)
    for words in ("Pertanyaan tugas_praktik nomor 1?", "Perlengkapan 1", "30 menit"):
        assert words in text
