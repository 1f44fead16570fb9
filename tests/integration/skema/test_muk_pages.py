"""Instruments on the screen, with plain forms: who may open them, and what each page does."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ajj.people.models import Role
from ajj.skema import services
from ajj.skema.models import Muk
from ajj.skema.selectors import butir_of, item_of, units_map
from ajj.skema.sheets import read_xlsx, write_xlsx
from ajj.skema.states import MukState
from ajj.skema.tugas import placed
from tests.factories import muk as made
from tests.factories import people
from tests.factories import skema as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
KEY = "Kunci rahasia lisan"


@pytest.fixture
def asesor(client):
    person = people.asesor()
    client.force_login(person)
    return person


def text(response) -> str:
    return str(response.content.decode())


def add_path(muk: Muk) -> str:
    return f"/muk/{muk.pk}/butir/baru/"


def typed(muk: Muk, **changes) -> dict[str, object]:
    item = made.item(muk)
    values = {
        "unit": item.unit,
        "unit_shown": item.unit,
        "kuk": list(item.kuk),
        "dimensi": ["ts", "cms"],
        "pertanyaan": "Apa yang disiapkan?",
        "kunci": item.kunci,
    }
    values |= dict(item.lettered)
    return values | changes


@pytest.mark.parametrize("role", [None, Role.ASESI, Role.KOMITE, Role.PENGUSUL, Role.DIREKTUR])
def test_items_and_keys_are_for_asesor_and_office_alone(client, role):
    muk = made.draft(factory.small(), jenis="lisan")
    item = made.item(muk, pertanyaan="Pertanyaan rahasia?", kunci=KEY)
    services.add_butir(muk, item, actor=people.asesor(), now=NOW)
    if role:
        client.force_login(people.person(role))
    row = muk.butir.get()
    for path in (
        "/muk/",
        f"/skema/{muk.skema_id}/muk/",
        f"/skema/{muk.skema_id}/muk/peta/",
        f"/muk/{muk.pk}/",
        add_path(muk),
        f"/muk/{muk.pk}/butir/{row.pk}/",
        f"/muk/{muk.pk}/impor/",
        f"/muk/{muk.pk}/butir.xlsx",
        f"/muk/{muk.pk}/templat.xlsx",
    ):
        response = client.get(path)
        assert response.status_code == (403 if role else 302), path
        assert b"rahasia" not in response.content
    for path in (f"/muk/{muk.pk}/langkah/", f"/muk/{muk.pk}/butir/{row.pk}/hapus/"):
        assert client.post(path, {"langkah": "tarik"}).status_code == (403 if role else 302)
    assert muk.butir.count() == 1
    detail = text(client.get(f"/skema/{muk.skema_id}/"))
    assert f"/skema/{muk.skema_id}/muk/" not in detail


@pytest.mark.parametrize("role", [Role.ASESOR, Role.ADMIN, Role.MANAJER])
def test_those_who_write_find_it_from_the_scheme(client, role):
    muk = made.valid(factory.small())
    client.force_login(people.person(role))
    assert f"/skema/{muk.skema_id}/muk/" in text(client.get(f"/skema/{muk.skema_id}/"))
    page = text(client.get(f"/skema/{muk.skema_id}/muk/"))
    assert "Pengetahuan dasar" in page
    assert "Sah, siap dipakai" in page
    assert muk.penyusun
    assert muk.penyusun.name in page
    assert "3 butir" in page


def test_what_waits_for_a_validator_is_found_across_schemes(client, asesor):
    waiting, quiet = made.filled(factory.small(), 1), made.valid(factory.small(), 1)
    services.submit_muk(waiting, actor=people.asesor(), now=NOW)
    everything = text(client.get("/muk/"))
    assert f"/muk/{waiting.pk}/" in everything
    assert f"/muk/{quiet.pk}/" in everything
    found = text(client.get("/muk/?keadaan=submitted"))
    assert f"/muk/{waiting.pk}/" in found
    assert waiting.skema.judul in found
    assert f"/muk/{quiet.pk}/" not in found
    assert "Tidak ada instrumen" in text(client.get("/muk/?keadaan=withdrawn"))
    assert f"/muk/{quiet.pk}/" in text(client.get("/muk/?keadaan=sulap"))


def test_a_draft_is_started_and_its_faults_are_said_in_place(client, asesor):
    skema = factory.small()
    path = f"/skema/{skema.pk}/muk/"
    page = client.post(path, {"jenis": "esai", "judul": "Esai satu", "minutes": ""})
    assert page.status_code == 400
    assert "Isi waktu mengerjakan" in text(page)
    assert 'value="Esai satu"' in text(page)
    page = client.post(path, {"jenis": "esai", "judul": "Esai satu", "minutes": "40"}, follow=True)
    assert "Belum ada butir" in text(page)
    muk = Muk.objects.get()
    assert (muk.minutes, muk.shuffled) == (40, False)
    client.post(f"/muk/{muk.pk}/", {"judul": "Esai dua", "minutes": "45", "shuffled": "on"})
    muk.refresh_from_db()
    assert (muk.judul, muk.minutes, muk.shuffled) == ("Esai dua", 45, True)


def test_a_scheme_without_units_offers_no_instrument(client, asesor):
    empty = factory.real("pelaksana-lapangan-pekerjaan-gedung")
    page = text(client.get(f"/skema/{empty.pk}/muk/"))
    assert "belum dapat disusun" in page
    assert "Buat draf" not in page
    assert "Unit belum dimuat" in text(client.get(f"/skema/{empty.pk}/muk/peta/"))


def test_an_item_is_written_changed_moved_and_deleted_without_scripts(client, asesor):
    muk = made.draft(factory.small())
    page = client.post(add_path(muk), typed(muk), follow=True)
    assert "Apa yang disiapkan?" in text(page)
    assert "TS, CMS" in text(page)
    client.post(add_path(muk), typed(muk, pertanyaan="Lalu?", lagi="1"))
    first, second = muk.butir.order_by("no")
    page = client.get(f"/muk/{muk.pk}/butir/{first.pk}/")
    assert re.search(r'name="kunci" value="a" checked', text(page))
    seen = page.context["seen"]
    client.post(f"/muk/{muk.pk}/butir/{first.pk}/", typed(muk, kunci="c", seen=seen))
    first.refresh_from_db()
    assert first.kunci == "c"
    client.post(f"/muk/{muk.pk}/butir/{second.pk}/geser/", {"arah": "naik"})
    second.refresh_from_db()
    assert second.no == 1
    client.post(f"/muk/{muk.pk}/butir/{second.pk}/hapus/")
    assert [row.no for row in muk.butir.all()] == [1]


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(client, asesor):
    muk = made.draft(factory.small())
    wrong = typed(muk, pertanyaan="Tersimpan di layar?", b="", kunci="b", dimensi=[])
    page = client.post(add_path(muk), wrong)
    assert page.status_code == 400
    assert "Tersimpan di layar?" in text(page)
    assert 'value="Mencetak"' in text(page)
    assert 'id="dimensi_error"' in text(page)
    assert 'aria-describedby="b_error"' in text(page)
    assert re.search(r'name="kuk" value="1.1" checked', text(page))
    assert muk.butir.count() == 0


def test_changing_the_unit_shows_its_kuk_and_keeps_the_words(client, asesor):
    muk = made.draft(factory.small())
    unit = list(muk.skema.units.order_by("kode"))[1]
    page = client.post(add_path(muk), typed(muk, unit=unit.kode, ganti_unit="1"))
    assert page.status_code == 200
    assert "Apa yang disiapkan?" in text(page)
    assert f'value="{unit.kode}" selected' in text(page)
    assert not re.search(r'name="kuk" value="[\d.]+" checked', text(page))
    assert re.search(r'value="cms" checked', text(page))
    assert 'aria-invalid="true"' not in text(page)


def test_the_ticks_of_one_unit_never_become_those_of_another(client, asesor):
    muk = made.draft(factory.small())
    unit = list(muk.skema.units.order_by("kode"))[1]
    page = client.post(add_path(muk), typed(muk, unit=unit.kode))
    assert page.status_code == 400
    assert "Centang KUK dari unit yang baru" in text(page)
    assert not re.search(r'name="kuk" value="[\d.]+" checked', text(page))
    assert muk.butir.count() == 0
    client.post(add_path(muk), typed(muk, unit=unit.kode, unit_shown=unit.kode))
    assert muk.butir.get().kuk.get(no="1.1").elemen.unit == unit


def test_what_somebody_else_wrote_meanwhile_is_shown_before_it_is_replaced(client, asesor):
    muk = made.filled(factory.small(), 1)
    row = muk.butir.get()
    path = f"/muk/{muk.pk}/butir/{row.pk}/"
    seen = client.get(path).context["seen"]
    client.post(path, typed(muk, pertanyaan="Tulisan rekan?", seen=seen))
    page = client.post(path, typed(muk, pertanyaan="", seen=seen))
    assert page.context["seen"] == seen
    page = client.post(path, typed(muk, pertanyaan="Tulisan saya?", seen=seen))
    assert page.status_code == 400
    assert "Orang lain mengubah butir ini" in text(page)
    assert "Tulisan rekan?" in text(page)
    assert "Tulisan saya?" in text(page)
    row.refresh_from_db()
    assert row.pertanyaan == "Tulisan rekan?"
    client.post(path, typed(muk, pertanyaan="Tulisan saya?", seen=page.context["seen"]))
    row.refresh_from_db()
    assert row.pertanyaan == "Tulisan saya?"


def test_an_item_of_another_muk_and_a_signed_muk_are_out_of_reach(client, asesor):
    other, muk = made.filled(factory.small(), 1), made.valid(factory.small(), 1)
    assert client.get(f"/muk/{muk.pk}/butir/{muk.butir.get().pk}/").status_code == 409
    assert client.post(add_path(muk), typed(muk)).status_code == 409
    mine = made.draft(factory.small())
    assert client.get(f"/muk/{mine.pk}/butir/{other.butir.get().pk}/").status_code == 404
    assert client.post(f"/muk/{mine.pk}/butir/{other.butir.get().pk}/hapus/").status_code == 404
    assert client.get("/muk/999999/").status_code == 404


def test_two_people_sign_on_the_screen(client, asesor):
    muk = made.filled(factory.small(), 2)
    path = f"/muk/{muk.pk}/langkah/"
    page = client.post(path, {"langkah": "ajukan"}, follow=True)
    assert "Menunggu validasi" in text(page)
    assert "Penyusun tidak memvalidasi karyanya sendiri" in text(page)
    refused = client.post(path, {"langkah": "sahkan"})
    assert refused.status_code == 403
    assert "Anda menyusun instrumen ini" in text(refused)

    client.force_login(people.asesor())
    page = client.post(path, {"langkah": "kembalikan", "note": ""})
    assert page.status_code == 400
    assert "Tulis apa yang perlu diperbaiki" in text(page)
    seen = re.search(r'name="seen" value="([^"]+)"', text(client.get(f"/muk/{muk.pk}/")))
    assert seen
    page = client.post(path, {"langkah": "sahkan", "seen": seen[1]}, follow=True)
    assert "Sah, siap dipakai" in text(page)
    assert "Tarik instrumen" not in text(page)
    page = client.post(path, {"langkah": "salin"}, follow=True)
    assert "versi 2" in text(page)
    assert client.post(path, {"langkah": "sulap"}).status_code == 404
    client.force_login(people.admin())
    client.post(path, {"langkah": "tarik"})
    muk.refresh_from_db()
    assert muk.state == MukState.WITHDRAWN


def sheet(muk: Muk, *rows: list[str]) -> SimpleUploadedFile:
    head = ["Kunci", "UNIT", "kuk", "Dimensi", "Pertanyaan", "a", "b", "c", "d"]
    return SimpleUploadedFile("butir.xlsx", write_xlsx([head, *rows], widths=[10] * 9))


def line(muk: Muk, question: str, **changes) -> list[str]:
    item = made.item(muk)
    cells = {"kunci": "B", "unit": item.unit, "kuk": "1.1, 1.2", "dimensi": "TS, JRES"}
    cells |= {"pertanyaan": question, "a": "satu", "b": "dua", "c": "tiga", "d": "empat"}
    return list((cells | changes).values())


def test_a_sheet_is_looked_at_and_then_taken_in_as_shown(client, asesor):
    muk = made.draft(factory.small())
    path = f"/muk/{muk.pk}/impor/"
    page = client.post(path, {"file": sheet(muk, line(muk, "Satu?"), line(muk, "Dua?"))})
    assert page.status_code == 200
    assert "2 butir siap dimasukkan" in text(page)
    assert muk.butir.count() == 0
    shown = page.context["form"]["table"].value()
    page = client.post(path, {"table": shown, "masukkan": "1"}, follow=True)
    assert "2 butir dimasukkan" in text(page)
    row = muk.butir.get(no=1)
    assert (row.pilihan, row.kunci) == (["satu", "dua", "tiga", "empat"], "b")
    assert [kuk.no for kuk in row.kuk.all()] == ["1.1", "1.2"]
    again = client.post(path, {"table": shown, "masukkan": "1"})
    assert again.status_code == 400
    assert "sudah ada dalam instrumen" in text(again)
    assert muk.butir.count() == 2


def test_faults_are_reported_by_row_and_the_table_can_be_mended_in_place(client, asesor):
    muk = made.filled(factory.small(), 1)
    path = f"/muk/{muk.pk}/impor/"
    rows = [line(muk, "Satu?"), line(muk, "Dua?", kuk="9.9"), line(muk, "Tiga?", kunci="E")]
    page = client.post(path, {"file": sheet(muk, *rows), "masukkan": "1"})
    assert page.status_code == 400
    assert "2 baris perlu diperbaiki" in text(page)
    assert "Baris 3" in text(page)
    assert "KUK 9.9 tidak ada pada unit" in text(page)
    assert "Baris 4" in text(page)
    assert muk.butir.count() == 1
    mended = page.context["form"]["table"].value().replace("9.9", "1.2").replace("E\t", "A\t")
    page = client.post(path, {"table": mended, "replace": "on"})
    assert "Semua butir yang ada sekarang diganti" in text(page)
    client.post(path, {"table": mended, "replace": "on", "masukkan": "1"})
    assert [row.pertanyaan for row in muk.butir.all()] == ["Satu?", "Dua?", "Tiga?"]


def test_what_is_no_sheet_is_refused_in_words(client, asesor):
    path = f"/muk/{made.draft(factory.small()).pk}/impor/"
    page = client.post(path, {"file": SimpleUploadedFile("butir.xlsx", b"bukan zip")})
    assert page.status_code == 400
    assert "tidak terbaca sebagai XLSX" in text(page)
    assert "tempel tabelnya" in text(client.post(path, {"table": "  "}))
    wide = "\t".join(["x"] * 30)
    assert client.post(path, {"table": wide}).status_code == 400


def test_the_template_and_the_export_are_sheets_that_can_be_taken_in(client, asesor):
    muk = made.filled(factory.small(), 2)
    (head,) = read_xlsx(client.get(f"/muk/{muk.pk}/templat.xlsx").content)
    assert head == ("Unit", "KUK", "Dimensi", "Pertanyaan", *"ABCDE", "Kunci")
    response = client.get(f"/muk/{muk.pk}/butir.xlsx")
    assert "attachment" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"
    copy = made.draft(muk.skema)
    upload = SimpleUploadedFile("x.xlsx", response.content)
    page = client.post(f"/muk/{copy.pk}/impor/", {"file": upload})
    assert "2 butir siap dimasukkan" in text(page)


def test_the_map_shows_what_no_question_reaches(client, asesor):
    skema = factory.small(units=2, elemen=1, kuk=2)
    muk = made.filled(skema, 2)
    page = text(client.get(f"/skema/{skema.pk}/muk/peta/"))
    assert "1 dari 4 KUK dijangkau pertanyaan" in page
    assert "FR.IA.01 mengamati setiap KUK" in page
    assert f"/muk/{muk.pk}/#butir-2" in page
    assert page.count("belum terjangkau pertanyaan") == 3
    left = text(client.get(f"/skema/{skema.pk}/muk/peta/?belum=1"))
    assert "1 KUK belum terjangkau" in left
    assert "2 KUK belum terjangkau" in left
    assert "#butir-" not in left


def test_a_task_is_written_for_a_kelompok_and_its_time_is_the_time_of_its_muk(client, asesor):
    skema = factory.small()
    muk = made.draft(skema, jenis=Muk.Jenis.TERSTRUKTUR)
    assert muk.minutes is None
    page = text(client.get(add_path(muk)))
    assert "Kelompok pekerjaan" in page
    assert "pemecahan masalah dan analisis" in page
    place, kuk = next(iter(units_map(skema, muk.jenis).items()))
    form = {
        "unit": place, "unit_shown": place, "kuk": [kuk[0], kuk[-1]], "dimensi": ["ts"],
        "pertanyaan": "Susun rencana.", "rincian": "Data: terlampir.", "minutes": "90",
        "hasil": "Rencana", "hasil_minutes": "",
    }  # fmt: skip
    refused = client.post(add_path(muk), form)
    assert refused.status_code == 400
    assert "Waktu 1 sampai 300 menit." in text(refused)
    assert 'value="90"' in text(refused), "nothing typed is lost"
    assert client.post(add_path(muk), form | {"hasil_minutes": "15"}).status_code == 302
    row = butir_of(muk).get()
    assert {kuk.elemen.unit.kode for kuk in row.kuk.all()} == {
        placed(kuk[0])[0],
        placed(kuk[-1])[0],
    }
    assert item_of(row).kuk == (kuk[0], kuk[-1])
    assert Muk.objects.get(pk=muk.pk).minutes == 90
    page = text(client.get(f"/muk/{muk.pk}/"))
    assert "Data: terlampir." in page
    assert "Impor tabel" not in page
    assert client.get(f"/muk/{muk.pk}/impor/").status_code == 404
    change = f"/muk/{muk.pk}/butir/{row.pk}/"
    (seen,) = re.findall(r'name="seen" value="(\w+)"', text(client.get(change)))
    changed = form | {"hasil_minutes": "15", "minutes": "60", "seen": seen}
    assert client.post(change, changed).status_code == 302
    copy = services.copy_muk(submitted(muk), actor=people.asesor(), now=NOW)
    assert copy.minutes == 60
    assert item_of(butir_of(copy).get()) == item_of(butir_of(muk).get())


def submitted(muk: Muk) -> Muk:
    return services.submit_muk(muk, actor=people.asesor(), now=NOW)
