"""Accounts: making one, logging in, being locked out, the profile, documents, tokens."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import RequestFactory

from ajj.audit.models import AuditEntry
from ajj.kernel.errors import Conflict, Invalid
from ajj.people import rules, services
from ajj.people.auth import authenticate_request, user_of_token
from ajj.people.documents import LIMIT_BYTES
from ajj.people.models import AsesiProfile, DocumentKind, IdentityDocument, Role
from ajj.people.selectors import latest_documents, roles_of
from tests.factories import people
from tests.factories.people import NOW, PASSWORD

pytestmark = pytest.mark.django_db
User = get_user_model()
FORM = {
    "name": "Yohana  Rumbiak",
    "email": "yohana@contoh.test",
    "phone": "0812 3456 7890",
    "zone": "Asia/Jayapura",
    "password": PASSWORD,
    "consent": "on",
}


def test_a_newcomer_registers_and_is_signed_in(client):
    answer = client.post("/daftar/", FORM)
    assert answer.status_code == 302
    assert answer["Location"] == "/skema/"
    user = User.objects.get(email="yohana@contoh.test")
    assert user.name == "Yohana Rumbiak"
    assert user.phone == "081234567890"
    assert roles_of(user) == [Role.ASESI]
    assert client.get("/profil/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "bukan-surel", "email"),
        ("phone", "12", "8 sampai 15 angka"),
        ("password", "12345678", "angka"),
        ("name", "7", "nama lengkap"),
        ("zone", "Mars/Olympus", ""),
        ("consent", "", "persetujuan"),
    ],
)
def test_a_wrong_registration_names_the_field_and_loses_nothing(client, field, value, words):
    answer = client.post("/daftar/", {**FORM, field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert words in page
    if field != "name":
        assert "Yohana" in page
    assert not User.objects.filter(email="yohana@contoh.test").exists()


def test_an_address_is_registered_once_whatever_its_case(client):
    people.asesi(email="yohana@contoh.test")
    answer = client.post("/daftar/", {**FORM, "email": "Yohana@Contoh.test"})
    assert answer.status_code == 400
    assert "sudah terdaftar" in answer.content.decode()
    with pytest.raises(Conflict):
        services.create_user(
            email="YOHANA@contoh.test", name="x", password=None, roles=[], actor=None, now=NOW
        )


def test_login_goes_on_to_the_page_that_was_asked_for(client):
    people.asesi(email="ani@contoh.test", password=PASSWORD)
    answer = client.post(
        "/masuk/", {"username": "ANI@contoh.test", "password": PASSWORD, "next": "/jadwal/saya/"}
    )
    assert answer["Location"] == "/jadwal/saya/"
    client.post("/keluar/")
    elsewhere = client.post(
        "/masuk/",
        {"username": "ani@contoh.test", "password": PASSWORD, "next": "https://jahat.test/"},
    )
    assert elsewhere["Location"] == "/beranda/"


def test_too_many_wrong_passwords_lock_with_a_clear_page(client, settings):
    people.asesi(email="ani@contoh.test", password=PASSWORD)
    settings.AXES_FAILURE_LIMIT = 3
    wrong = {"username": "ani@contoh.test", "password": "salah"}
    first = client.post("/masuk/", wrong)
    assert "tidak cocok" in first.content.decode()
    answers = [client.post("/masuk/", wrong) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "Terlalu banyak percobaan" in answers[-1].content.decode()
    right = client.post("/masuk/", {**wrong, "password": PASSWORD})
    assert right.status_code == 429


def test_the_profile_changes_name_phone_and_zone(client):
    user = people.asesi()
    client.force_login(user)
    form = {"name": "Nama Baru", "phone": "+62 812 000 111", "zone": "Asia/Makassar"}
    assert client.post("/profil/", form).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.phone, user.zone) == ("Nama Baru", "+62812000111", "Asia/Makassar")
    wrong = client.post("/profil/", {**form, "phone": "abc"})
    assert wrong.status_code == 400
    assert "Nama Baru" in wrong.content.decode()


def test_the_password_can_be_changed(client):
    user = people.asesi(password=PASSWORD)
    client.force_login(user)
    new = "perahu-tua-8842"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/profil/sandi/", {**form, "old_password": "x"}).status_code == 400
    assert client.post("/profil/sandi/", form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/profil/").status_code == 200


def test_the_nik_is_stored_encrypted_and_found_by_its_hmac():
    user = people.asesi()
    services.update_profile(user, {"nik": "3273014507000004"}, actor=user, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("select nik, nik_lookup from people_asesiprofile")
        stored, lookup = cursor.fetchone()
    assert "3273014507000004" not in stored
    assert AsesiProfile.objects.get(user=user).nik == "3273014507000004"
    assert lookup == rules.nik_lookup("3273014507000004")
    with pytest.raises(Invalid):
        services.update_profile(user, {"nik": "123"}, actor=user, now=NOW)


def test_a_document_is_kept_once_and_the_newest_of_a_kind_counts():
    user = people.asesi()
    first = services.add_document(user, DocumentKind.KTP, people.png(), actor=user, now=NOW)
    again = services.add_document(user, DocumentKind.KTP, people.png(), actor=user, now=NOW)
    assert first == again
    newer = services.add_document(
        user, DocumentKind.KTP, people.png(salt=b"2"), actor=user, now=NOW.replace(hour=5)
    )
    assert latest_documents(user)["ktp"] == newer
    assert IdentityDocument.objects.count() == 2


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (SimpleUploadedFile("ktp.png", b"MZ" + b"\0" * 90, "image/png"), "bukan JPEG"),
        (SimpleUploadedFile("ktp.pdf", b"<html>x</html>", "application/pdf"), "bukan JPEG"),
        (SimpleUploadedFile("ktp.png", b"", "image/png"), "kosong"),
        (people.png(salt=b"0" * LIMIT_BYTES), "batasnya 8 MB"),
    ],
)
def test_mislabelled_empty_and_oversized_files_are_refused_with_a_reason(client, upload, words):
    user = people.asesi()
    client.force_login(user)
    answer = client.post("/profil/dokumen/", {"kind": "ktp", "file": upload})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not IdentityDocument.objects.exists()


def test_a_document_opens_for_its_owner_and_for_the_office_on_record(client):
    user, stranger, office = people.asesi(), people.asesi(), people.admin()
    row = services.add_document(user, DocumentKind.KTP, people.png(), actor=user, now=NOW)
    address = f"/berkas/{row.pk}/"
    assert client.get(address).status_code == 302
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    client.force_login(office)
    answer = client.get(address)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="people.read_document", actor=office).count() == 1
    client.force_login(user)
    assert b"".join(client.get(address).streaming_content).startswith(b"\x89PNG")
    assert AuditEntry.objects.filter(action="people.read_document").count() == 1


def test_the_api_token_command_prints_a_working_token(capsys):
    user = people.asesor(email="asesor@contoh.test")
    call_command("api_token", "asesor@contoh.test")
    token = capsys.readouterr().out.strip()
    assert user_of_token(token) == user
    assert user_of_token(token + "x") is None
    user.is_active = False
    user.save()
    assert user_of_token(token) is None
    with pytest.raises(CommandError):
        call_command("api_token", "tidak-ada@contoh.test")


def test_a_cookie_alone_changes_nothing_but_a_token_does():
    user = people.asesor()
    token = services.issue_token(user, actor=user, now=NOW)
    factory = RequestFactory()
    for method, expected in (("get", user), ("post", None)):
        request = getattr(factory, method)("/")
        request.user = user
        assert authenticate_request(request) == expected
    request = factory.post("/", HTTP_AUTHORIZATION=f"Bearer {token}")
    request.user = user
    assert authenticate_request(request) == user
    wrong = factory.get("/", HTTP_AUTHORIZATION="Bearer salah")
    wrong.user = user
    assert authenticate_request(wrong) is None
