"""A plan is begun from an earlier one as a copy; FR.AK.07 makes a next version, never a change."""

from datetime import timedelta

import pytest
from django.test import Client

from ajj.assessment import papers, signingchain
from ajj.assessment.models import FormAnswers, FormAnswersVersion, Manuscript
from ajj.assessment.services import signatures
from ajj.assessment.services.versions import adjust_answers, copy_plan
from ajj.assessment.values.file import completeness_of
from ajj.audit.models import AuditEntry
from ajj.documents.registry import labelled
from ajj.documents.selectors import content
from ajj.kernel.errors import Conflict, Forbidden, NotFound
from ajj.people.models import User
from tests.factories import files
from tests.factories.live import room
from tests.factories.people import NOW
from tests.integration.assessment.test_papers import BACKEND, text_of
from tests.integration.assessment.test_signatures import IA07, SECRET, sign

pytestmark = pytest.mark.django_db
MAPA01, MAPA02, AK07 = "FR.MAPA.01@2023", "FR.MAPA.02@2023", "FR.AK.07@2023"


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def base(made) -> str:
    return f"/permohonan/{made.permohonan.nomor}/formulir"


def adjust(made, **changes):
    said = {"reason": "Asesi tidak dapat menulis", "actor": made.asesor, "now": made.at(20)}
    return adjust_answers(made.permohonan, labelled(MAPA02), **said | changes)


def test_an_adjustment_keeps_the_earlier_answers_readable():
    made = room()
    files.plan(made)
    before = FormAnswers.objects.get(label=MAPA02).isi
    with pytest.raises(Conflict) as refused:
        adjust(made)
    assert refused.value.code == "no_adjustment"
    files.written(made, AK07, {"a3": ["ya"], "a3_keterangan": ["3b"]})
    asesor = as_person(made.asesor)
    assert "FR.AK.07 menyatakan penyesuaian" in asesor.get(f"{base(made)}/").content.decode()
    reason = "Diganti pertanyaan lisan: asesi tidak dapat mengetik"
    asesor.post(f"{base(made)}/{MAPA02}/isi/sesuaikan/", {"reason": reason})
    post = {"peta/1/ia08/potensi": ["1"]}
    page = asesor.post(f"{base(made)}/{MAPA02}/isi/", post, follow=True).content.decode()
    assert "Versi 2, disesuaikan menurut FR.AK.07" in page
    assert reason in page
    kept = FormAnswersVersion.objects.get()
    assert (kept.version, kept.isi) == (1, before)
    held = FormAnswers.objects.get(label=MAPA02)
    assert (held.version, held.isi) == (2, {"peta": {"1": {"ia08": {"potensi": ["1"]}}}})
    older = f"{base(made)}/{MAPA02}/isi/versi/1/"
    assert "FR.IA.07. DPL" in asesor.get(older).content.decode()
    assert "FR.IA.08. CVP" not in asesor.get(older).content.decode()
    assert text_of(asesor.get(f"{older}?pdf").content).count("FR.MAPA.02") >= 1
    found = completeness_of(files.fresh(made))
    assert found.plan.planned == {"FR.IA.08@2023"}, "the newest version decides"
    row = found.of(MAPA02)
    assert row is not None
    assert row.version == 2
    told = AuditEntry.objects.get(action="assessment.form_adjusted")
    assert told.data == {"form": MAPA02, "version": 2}
    adjust(made, reason="Kedua kalinya")
    assert [row.version for row in FormAnswersVersion.objects.all()] == [1, 2]
    assert "FR.AK.07 menyatakan penyesuaian" not in asesor.get(f"{base(made)}/").content.decode()


def test_only_the_asesor_adjusts_and_only_what_is_filled():
    made = room()
    files.written(made, AK07, {"bagian_b/potensi/jawaban": ["tidak"]})
    with pytest.raises(Conflict) as refused:
        adjust(made)
    assert refused.value.code == "nothing_to_adjust"
    files.plan(made)
    for person in (made.asesi, made.admin):
        with pytest.raises(Forbidden):
            adjust(made, actor=person)
    page = as_person(made.asesor).get(f"{base(made)}/{AK07}/isi/").content.decode()
    assert "Sesuaikan menurut FR.AK.07" not in page, "the reason itself is not adjusted"


def test_a_plan_is_begun_from_another_of_its_skema_as_a_copy():
    first, made = room(), room()
    made.permohonan.skema = first.skema
    made.permohonan.save()
    files.plan(first)
    asesor = as_person(made.asesor)
    page = asesor.get(f"{base(made)}/{MAPA01}/isi/").content.decode()
    assert f"Mulai dari rencana {first.permohonan.nomor}" in page
    for label in (MAPA01, MAPA02):
        start = {"dari": first.permohonan.nomor}
        asesor.post(f"{base(made)}/{label}/isi/mulai/", start)
    mine = {row.label: row for row in FormAnswers.objects.filter(permohonan=made.permohonan)}
    theirs = {row.label: row for row in FormAnswers.objects.filter(permohonan=first.permohonan)}
    assert mine[MAPA02].isi == theirs[MAPA02].isi
    assert theirs[MAPA01].isi["potensi"] == ["1"]
    assert mine[MAPA01].isi == {k: v for k, v in theirs[MAPA01].isi.items() if k != "potensi"}
    files.plan(first, rows=("ia08",))
    mine[MAPA02].refresh_from_db()
    assert mine[MAPA02].isi != FormAnswers.objects.get(pk=theirs[MAPA02].pk).isi, "a copy"
    with pytest.raises(Conflict) as refused:
        copy_plan(
            made.permohonan,
            labelled(MAPA02),
            source=first.permohonan.nomor,
            actor=made.asesor,
            now=made.at(9),
        )
    assert refused.value.code == "already_filled"


def test_a_plan_of_another_skema_or_of_a_persons_form_is_not_offered():
    first, made = room(), room()
    files.plan(first)
    files.written(first, AK07, {"a3": ["ya"]})
    page = as_person(made.asesor).get(f"{base(made)}/{MAPA01}/isi/").content.decode()
    assert "Mulai dari rencana" not in page
    made.permohonan.skema = first.skema
    made.permohonan.save()
    for label, source in ((AK07, first.permohonan.nomor), (MAPA01, "tidak-ada")):
        with pytest.raises(NotFound):
            copy_plan(
                made.permohonan, labelled(label), source=source, actor=made.asesor, now=made.at(9)
            )


def test_what_was_signed_stays_signed_and_its_adjustment_is_signed_anew():
    made = room()
    made.asesor.set_password(SECRET)
    made.asesor.save()
    posted = {"waktu": ["30 menit"]}
    files.written(made, IA07, files.everything(made, IA07) | posted)
    sign(made, made.asesor, IA07)
    signatures.issue_signed(NOW)
    before = papers.paper(made.permohonan, "asesor", IA07).issued
    assert before is not None
    files.written(made, AK07, {"a3": ["ya"]})
    page = as_person(made.asesor).get(f"{base(made)}/").content.decode()
    assert f'{IA07}/isi/"' not in page, "closed while nothing adjusts it"
    address = f"{base(made)}/{IA07}/isi/sesuaikan/"
    assert address in page
    assert (
        "dibekukan dan tetap dapat dibaca" in as_person(made.asesor).get(address).content.decode()
    )
    as_person(made.asesor).post(address, {"reason": "Pertanyaan dengan gambar"})
    assert papers.paper(made.permohonan, "asesor", IA07).issued is None
    assert not papers.issued_as(made.permohonan, IA07)
    kept = FormAnswersVersion.objects.get()
    assert kept.document == before.pk
    older = as_person(made.asesor).get(f"{base(made)}/{IA07}/isi/versi/1/?pdf")
    assert older.content == content(before), "byte for byte what was signed"
    manuscript = Manuscript.objects.get()
    assert manuscript.state == "superseded"
    assert signingchain.faults(made.permohonan) == []
    checked = Client().get(f"/tanda/{manuscript.code}/").content.decode()
    assert "Bukan lagi yang berlaku" in checked
    sign(made, made.asesor, IA07)
    signatures.issue_signed(NOW + timedelta(days=3650))
    again = papers.paper(made.permohonan, "asesor", IA07).issued
    assert again is not None
    assert again.pk != before.pk
    assert signingchain.faults(made.permohonan) == []
