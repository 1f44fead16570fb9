"""The pages as people use them: nothing typed is lost, and each role sees its own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ajj.applications import selectors, services
from ajj.applications.states import State
from tests.factories import applications as factory
from tests.factories import people, skema
from tests.factories.applications import FILLED
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def url(case, tail: str = "") -> str:
    return f"/permohonan/{case.permohonan.nomor}/{tail}"


def test_a_visitor_is_asked_to_sign_in_and_comes_back_to_the_scheme(client):
    chosen = skema.small()
    answer = client.post(f"/permohonan/buka/{chosen.pk}/")
    assert answer["Location"] == f"/masuk/?next=/skema/{chosen.pk}/"


def test_an_asesi_opens_fills_uploads_and_sends_without_scripts(client):
    user, chosen = people.asesi(name=FILLED["name"]), skema.small()
    client.force_login(user)
    opened = client.post(f"/permohonan/buka/{chosen.pk}/")
    permohonan = user.permohonan.get()
    assert opened["Location"] == f"/permohonan/{permohonan.nomor}/apl01/"
    ktp = permohonan.syarat.get(jenis="ktp")
    form = {**FILLED, f"syarat-{ktp.pk}": people.png(), "action": "upload"}
    assert client.post(opened["Location"], form).status_code == 302
    page = client.get(opened["Location"]).content.decode()
    assert "ktp.png" in page
    assert FILLED["address"] in page
    assert "Tersimpan" in page
    signed = {**FILLED, "action": "submit", "signed_name": FILLED["name"], "consent": "1"}
    assert client.post(opened["Location"], signed)["Location"].endswith(f"{permohonan.nomor}/")
    permohonan.refresh_from_db()
    assert permohonan.status is State.SUBMITTED
    assert "Admin LSP memeriksa" in client.get(f"/permohonan/{permohonan.nomor}/").content.decode()


def test_a_refused_submission_marks_the_fields_and_keeps_the_input(client):
    case = factory.draft()
    client.force_login(case.asesi)
    form = {**FILLED, "nik": "99", "action": "submit", "signed_name": "Melati"}
    answer = client.post(url(case, "apl01/"), form)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "NIK terdiri atas 16 angka" in page
    assert "Unggah KTP" in page
    assert 'value="99"' in page
    assert 'value="Melati"' in page
    assert selectors.form_values(case.fresh().apl01)["nik"] == "99"


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("ktp.jpg", b"GIF89a" + b"0" * 50), "bukan JPEG, PNG, atau PDF"),
        (people.png(salt=b"0" * 9_000_000), "batasnya 8 MB"),
        (SimpleUploadedFile("ktp.png", b""), "kosong"),
    ],
)
def test_a_bad_file_is_named_at_its_row_and_the_text_is_kept(client, upload, words):
    case = factory.draft()
    client.force_login(case.asesi)
    ktp = case.permohonan.syarat.get(jenis="ktp")
    form = {"address": "Jalan Mawar", f"syarat-{ktp.pk}": upload, "action": "upload"}
    answer = client.post(url(case, "apl01/"), form)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert "Jalan Mawar" in answer.content.decode()


def test_autosave_answers_with_the_time_and_says_when_it_is_too_late(client):
    case = factory.draft()
    client.force_login(case.asesi)
    answer = client.post(url(case, "apl01/simpan/"), {"name": "Melati"})
    assert answer.json()["zone"] == "Asia/Jakarta"
    assert case.fresh().apl01.data["name"] == "Melati"
    late = factory.submitted()
    client.force_login(late.asesi)
    answer = client.post(url(late, "apl01/simpan/"), {"name": "Lain"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"


def test_apl02_is_answered_and_sent(client):
    case = factory.accepted()
    client.force_login(case.asesi)
    page = client.get(url(case, "apl02/"))
    assert "Dapatkah saya" in page.content.decode()
    form = {f"claim-{pk}": "K" for pk in case.answers()}
    form |= {f"evidence-{pk}": "Proyek sekolah" for pk in case.answers()}
    saved = client.post(url(case, "apl02/simpan/"), form)
    assert saved.status_code == 200
    upload = {**form, "portofolio": people.pdf("proyek.pdf"), "action": "upload"}
    assert client.post(url(case, "apl02/"), upload).status_code == 302
    assert "proyek.pdf" in client.get(url(case, "apl02/")).content.decode()
    signed = {**form, "action": "submit", "signed_name": FILLED["name"], "consent": "1"}
    assert client.post(url(case, "apl02/"), signed).status_code == 302
    assert case.fresh().status is State.APL02_SUBMITTED


def test_an_unfinished_apl02_marks_the_elemen(client):
    case = factory.accepted()
    client.force_login(case.asesi)
    answer = client.post(url(case, "apl02/"), {"action": "submit"})
    assert answer.status_code == 400
    assert "Pilih K atau BK" in answer.content.decode()


def test_the_office_searches_filters_checks_and_accepts(client):
    case, other = factory.submitted(), factory.verified()
    client.force_login(case.admin)
    page = client.get("/permohonan/").content.decode()
    assert case.permohonan.nomor in page
    assert other.permohonan.nomor in page
    only = client.get("/permohonan/", {"status": "submitted"}).content.decode()
    assert other.permohonan.nomor not in only
    assert "Tidak ada yang cocok" in client.get("/permohonan/", {"q": "zzz"}).content.decode()
    panel = client.get(url(case)).content.decode()
    assert FILLED["nik"] in panel
    ktp = case.permohonan.syarat.get(jenis="ktp")
    refused = client.post(url(case, f"periksa/{ktp.pk}/"), {"verdict": "returned", "reason": ""})
    assert refused.status_code == 400
    assert "Tulis alasan" in refused.content.decode()
    early = client.post(url(case, "terima/"), {"asesor": case.asesor.pk})
    assert early.status_code == 400
    assert "belum diterima" in early.content.decode()
    client.post(url(case, f"periksa/{ktp.pk}/"), {"verdict": "accepted"})
    none = client.post(url(case, "terima/"), {"asesor": ""})
    assert "Pilih asesor" in none.content.decode()
    assert client.post(url(case, "terima/"), {"asesor": case.asesor.pk}).status_code == 302
    assert case.fresh().status is State.ACCEPTED


def test_the_office_returns_with_a_note_the_asesi_reads(client):
    case = factory.submitted()
    client.force_login(case.admin)
    assert client.post(url(case, "kembalikan/"), {"note": ""}).status_code == 400
    client.post(url(case, "kembalikan/"), {"note": "KTP terpotong"})
    client.force_login(case.asesi)
    assert "KTP terpotong" in client.get(url(case)).content.decode()
    assert "KTP terpotong" in client.get(url(case, "apl01/")).content.decode()


def test_the_asesor_verifies(client):
    case = factory.apl02_submitted()
    client.force_login(case.asesor)
    assert "Tinjau FR.APL.02" in client.get("/permohonan/").content.decode()
    assert "Proyek" in client.get(url(case)).content.decode()
    refused = client.post(url(case, "tinjau/"), {"action": "stop", "note": ""})
    assert refused.status_code == 400
    client.post(url(case, "tinjau/"), {"action": "continue", "note": "Baik"})
    assert case.fresh().status is State.APL02_VERIFIED


def test_wrong_people_are_refused(client):
    case = factory.submitted()
    ktp = case.permohonan.syarat.get(jenis="ktp")
    for user in (people.asesi(), people.asesor()):
        client.force_login(user)
        for tail in ("", "apl01/", f"berkas/{ktp.pk}/"):
            assert client.get(url(case, tail)).status_code == 404
        for tail in ("terima/", "kembalikan/", "tolak/", f"periksa/{ktp.pk}/"):
            assert client.post(url(case, tail)).status_code == 403
    client.force_login(case.asesi)
    assert client.post(url(case, "terima/")).status_code == 403
    assert client.post(url(case, "tinjau/")).status_code == 403


def test_the_appointed_asesor_and_the_office_open_the_files(client):
    case = factory.accepted()
    services.add_portofolio(case.permohonan, people.pdf(), actor=case.asesi, now=NOW)
    ktp = case.permohonan.syarat.get(jenis="ktp")
    file = case.permohonan.portofolio.get()
    for user in (case.asesi, case.asesor, case.admin):
        client.force_login(user)
        assert client.get(url(case, f"berkas/{ktp.pk}/"))["Content-Type"] == "image/png"
        answer = client.get(url(case, f"portofolio/{file.pk}/"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_everybody_has_a_true_empty_list(client):
    for user in (people.asesi(), people.asesor(), people.admin()):
        client.force_login(user)
        assert client.get("/permohonan/").status_code == 200
