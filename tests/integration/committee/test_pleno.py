from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader

from ajj.assessment.models import Report
from ajj.assessment.states import ReportState
from ajj.committee import selectors, services
from ajj.committee.models import Case, Pleno
from ajj.documents.models import Document
from ajj.documents.selectors import content
from ajj.kernel.chain import verify
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.models import LogEntry
from ajj.live.selectors import full_log
from tests.factories.committee import case_of, decided, komite, recommended, vote

pytestmark = pytest.mark.django_db


def text_of(document: Document | None) -> str:
    """The words of a print without any white space (extraction splits kerned pairs)."""
    assert document is not None
    pages = PdfReader(BytesIO(content(document))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def told(words: str, document: Document | None) -> bool:
    return "".join(words.split()) in text_of(document)


def ready(*values: str):
    people = komite()
    case = case_of(recommended())
    for user, value in zip(people.members, values, strict=True):
        vote(case, user, value)
    return people, case


def close(people, case, hadir=None, without_report="Laporan menyusul."):
    present = people.members if hadir is None else hadir
    return services.close_pleno(
        [case.pk],
        ketua=people.ketua,
        hadir=[user.pk for user in present],
        notes="Catatan rapat.",
        daring=True,
        without_report=without_report,
        now=timezone.now(),
    )


def test_the_berita_acara_names_everybody_and_the_result_enters_the_log():
    people, case = ready("K", "K", "BK")
    pleno = close(people, case)
    case.refresh_from_db()
    assert (case.state, case.result, case.unanimous) == ("decided", "K", False)
    for name in [*(user.name for user in people.members), case.asesi.name, pleno.nomor]:
        assert told(name, pleno.berita_acara)
    assert told("Suara terbanyak: Kompeten 2, Belum kompeten 1.", pleno.berita_acara)
    entry = LogEntry.objects.get(session=case.session, kind="decision")
    assert entry.data == {
        "result": "K",
        "pleno": pleno.nomor,
        "sha256": pleno.berita_acara.sha256,
    }
    case.session.refresh_from_db()
    assert verify(full_log(case.session_id), head=case.session.head_hash) == []


def test_everybody_must_be_present():
    people, case = ready("K", "K", "K")
    with pytest.raises(Invalid) as refused:
        close(people, case, hadir=people.members[:2])
    assert refused.value.code == "not_all_present"
    assert not Pleno.objects.exists()


def test_a_report_comes_first_or_the_minutes_say_why_not():
    people, case = ready("K", "K", "K")
    with pytest.raises(Invalid, match=case.asesi.name) as refused:
        close(people, case, without_report=" ")
    assert refused.value.code == "report_missing"
    assert not Pleno.objects.exists()
    report = Report.objects.create(
        permohonan=case.session.jadwal.permohonan,
        nomor="LA/001",
        state=ReportState.SUBMITTED.value,
        changed_at=timezone.now(),
    )
    with pytest.raises(Invalid):
        close(people, case, without_report="")
    Report.objects.filter(pk=report.pk).update(state=ReportState.RECEIVED.value)
    pleno = close(people, case, without_report="")
    assert pleno.notes == "Catatan rapat."


def test_why_a_report_was_not_waited_for_stands_in_the_minutes():
    people, case = ready("K", "K", "K")
    pleno = close(people, case, without_report="Asesor sakit; laporan menyusul 1 Desember.")
    assert told("Diplenokan sebelum laporan asesor diterima LSP", pleno.berita_acara)
    assert told("Asesor sakit; laporan menyusul 1 Desember.", pleno.berita_acara)


def test_only_the_ketua_closes():
    people, case = ready("K", "K", "K")
    with pytest.raises(Forbidden) as refused:
        services.close_pleno(
            [case.pk],
            ketua=people.satu,
            hadir=[user.pk for user in people.members],
            notes="",
            daring=True,
            now=timezone.now(),
        )
    assert refused.value.code == "not_ketua"


def test_a_missing_vote_keeps_the_berkas_out_of_the_pleno():
    people = komite()
    case = case_of(recommended())
    vote(case, people.ketua)
    with pytest.raises(Conflict):
        close(people, case)
    assert not Pleno.objects.exists()
    assert not LogEntry.objects.filter(kind="decision").exists()


def test_without_a_majority_clarification_is_asked_and_review_starts_anew():
    people, case = ready("K", "BK", "KL")
    close(people, case)
    case.refresh_from_db()
    assert (case.state, case.result) == ("clarification", "KL")
    assert not LogEntry.objects.filter(kind="decision").exists()
    services.resume(case.pk, actor=people.ketua, now=timezone.now())
    case.refresh_from_db()
    assert (case.state, case.votes.count()) == ("review", 0)


def test_the_direktur_signs_once_and_nobody_else():
    people, case, pleno_id = decided()
    with pytest.raises(Forbidden):
        services.sign_sk(pleno_id, direktur=people.admin, now=timezone.now())
    pleno = services.sign_sk(pleno_id, direktur=people.direktur, now=timezone.now())
    assert pleno.sk_nomor.startswith("SK/001/LSP-NKD/")
    case.refresh_from_db()
    assert case.state == "signed"
    for words in (case.asesi.name, people.direktur.name, pleno.nomor):
        assert told(words, pleno.sk)
    issued = LogEntry.objects.filter(session=case.session, kind="form.issued")
    assert [entry.data["code"] for entry in issued.order_by("seq")] == ["BA.PLENO", "SK.KEPUTUSAN"]
    with pytest.raises(Conflict):
        services.sign_sk(pleno_id, direktur=people.direktur, now=timezone.now())


def test_a_decided_berkas_cannot_lack_its_result():
    _people, case, _pleno = decided()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(result="")


def test_papers_open_for_the_tim_and_overseers_only():
    people, case, pleno_id = decided()
    pleno = Pleno.objects.get(pk=pleno_id)
    assert pleno.berita_acara is not None
    for user, allowed in (
        (people.satu, True),
        (people.direktur, True),
        (case.asesi, False),
    ):
        assert selectors.may_open_paper(user, pleno.berita_acara) is allowed
