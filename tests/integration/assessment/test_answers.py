"""A form filled on its screen: kept for its own people, printed, and closed once it is issued."""

import pytest
from django.test import Client

from ajj.assessment import papers
from ajj.assessment.models import FormAnswers
from ajj.assessment.services.answers import keep_answers
from ajj.audit.models import AuditEntry
from ajj.documents.entries import MOST_CHARS
from ajj.kernel.errors import Forbidden
from ajj.people.models import User
from tests.factories.people import NOW
from tests.integration.assessment.test_papers import BACKEND, assessed, text_of

pytestmark = pytest.mark.django_db
LABEL = "FR.AK.03@2023"
POST = {
    "komponen/k1/jawaban": ["ya"],
    "komponen/k2/jawaban": ["tidak"],
    "komponen/k2/catatan": ["Waktu membaca terlalu singkat"],
    "catatan_lain": ["Terima kasih, asesor sabar."],
}


@pytest.fixture
def made():
    return assessed()


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def base(made) -> str:
    return f"/permohonan/{made.session.jadwal.permohonan.nomor}/formulir"


def test_the_asesi_fills_their_feedback_and_it_is_printed(made):
    asesi = as_person(made.asesi)
    listed = asesi.get(f"{base(made)}/").content.decode()
    assert f"{LABEL}/isi/" in listed
    assert "FR.AK.07@2023/isi/" not in listed, "the asesor's to fill"
    page = asesi.get(f"{base(made)}/{LABEL}/isi/")
    assert "Saya mendapatkan penjelasan yang cukup memadai" in page.content.decode()
    answer = asesi.post(f"{base(made)}/{LABEL}/isi/", POST, follow=True)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "Waktu membaca terlalu singkat" in shown
    assert 'name="komponen/k2/jawaban" value="tidak" checked' in shown
    printed = text_of(asesi.get(f"{base(made)}/{LABEL}.pdf").content)
    assert "Waktu membaca terlalu singkat" in printed
    assert "Terima kasih, asesor sabar." in printed
    entry = AuditEntry.objects.get(action="assessment.form_filled")
    assert entry.data == {"form": LABEL}


def test_autosave_keeps_and_the_same_again_changes_nothing(made):
    asesi = as_person(made.asesi)
    first = asesi.post(f"{base(made)}/{LABEL}/isi/simpan/", POST)
    assert first.json()["zone"] == made.asesi.zone
    asesi.post(f"{base(made)}/{LABEL}/isi/simpan/", POST)
    assert AuditEntry.objects.filter(action="assessment.form_filled").count() == 1
    kept = FormAnswers.objects.get()
    assert kept.isi["komponen"]["k2"] == {
        "jawaban": "tidak",
        "catatan": "Waktu membaca terlalu singkat",
    }


def test_a_second_screen_takes_back_nothing_of_the_first(made):
    asesi = as_person(made.asesi)
    save = f"{base(made)}/{LABEL}/isi/simpan/"
    asesi.post(save, POST)
    # The other screen still shows what stood before, and sends what was changed on it alone.
    stale = {"_sebagian": "1", "_ubah": ["catatan_lain"], "catatan_lain": "Dari ponsel."}
    assert asesi.post(save, {**stale, "komponen/k2/catatan": "lama"}).status_code == 200
    isi = FormAnswers.objects.get().isi
    assert isi["catatan_lain"] == "Dari ponsel."
    assert isi["komponen"]["k2"]["catatan"] == "Waktu membaca terlalu singkat"
    asesi.post(save, {"_sebagian": "1", "_ubah": ["catatan_lain"]})
    assert "catatan_lain" not in FormAnswers.objects.get().isi, "emptied on purpose"


def test_what_is_too_long_loses_nothing(made):
    asesi = as_person(made.asesi)
    asesi.post(f"{base(made)}/{LABEL}/isi/", POST)
    long = {**POST, "catatan_lain": ["panjang " * MOST_CHARS]}
    answer = asesi.post(f"{base(made)}/{LABEL}/isi/", long)
    assert answer.status_code == 422
    assert "panjang panjang" in answer.content.decode()
    assert "Belum tersimpan" in answer.content.decode()
    assert FormAnswers.objects.get().isi["catatan_lain"] == "Terima kasih, asesor sabar."
    refused = asesi.post(f"{base(made)}/{LABEL}/isi/simpan/", long)
    assert (refused.status_code, refused.json()["code"]) == (422, "too_long")


def test_nobody_writes_on_anothers_form(made):
    permohonan = made.session.jadwal.permohonan
    asesor = as_person(made.asesor)
    assert asesor.get(f"{base(made)}/{LABEL}/isi/").status_code == 404
    assert asesor.post(f"{base(made)}/{LABEL}/isi/simpan/", POST).status_code == 403
    paper = papers.paper(permohonan, "asesor", LABEL)
    with pytest.raises(Forbidden) as refused:
        keep_answers(permohonan, paper, POST, actor=made.asesor, now=NOW)
    assert refused.value.code == "not_your_form"
    assert not FormAnswers.objects.exists()


def test_the_asesor_fills_what_only_the_asesor_knows(made):
    asesor = as_person(made.asesor)
    label = "FR.AK.07@2023"
    post = {"a1": ["ya"], "a1_keterangan": ["1a", "1b"], "a1_keterangan/lainnya": ["Juru isyarat"]}
    asesor.post(f"{base(made)}/{label}/isi/", post)
    assert FormAnswers.objects.get().isi["a1_keterangan"] == ["1a", "1b", "Juru isyarat"]
    printed = text_of(asesor.get(f"{base(made)}/{label}.pdf").content)
    assert "Juru isyarat" in printed
    issued = as_person(made.asesor).get(f"{base(made)}/FR.AK.02@2023/isi/")
    assert issued.status_code == 404, "signed and issued: nothing is typed any more"
