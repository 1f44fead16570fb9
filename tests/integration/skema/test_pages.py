"""The public catalogue."""

import pytest

from tests.factories import skema as factory

pytestmark = pytest.mark.django_db


def test_the_catalogue_finds_filters_and_says_when_nothing_matches(client):
    jwp = factory.real("junior-web-programmer")
    factory.letter(jwp)
    factory.real("akuntansi-keuangan-lembaga-2")
    everything = client.get("/skema/").content.decode()
    assert "Junior Web Programmer" in everything
    assert "Akuntansi" in everything
    found = client.get("/skema/", {"q": "Melakukan Debugging"}).content.decode()
    assert "Junior Web Programmer" in found
    assert "Akuntansi dan Keuangan Lembaga" not in found
    remote = client.get("/skema/", {"ajj": "1"}).content.decode()
    assert "AJJ disetujui" in remote
    assert "Akuntansi dan Keuangan Lembaga" not in remote
    assert "Tidak ada skema yang cocok" in client.get("/skema/", {"q": "zzz"}).content.decode()
    assert client.get("/skema/", {"jenis": "Sulap"}).status_code == 200


def test_the_detail_page_shows_units_requirements_fee_and_letter(client):
    jwp = factory.real("junior-web-programmer")
    factory.letter(jwp)
    page = client.get(f"/skema/{jwp.pk}/").content.decode()
    for text in (
        "J.620100.004.02",
        "Using Data Structures",
        "Konsep data dan struktur data diidentifikasi",
        "Rp 650.000",
        "/BNSP/X/2025",
        "Fotokopi KTP",
        "Ajukan permohonan",
    ):
        assert text in page


def test_a_scheme_without_units_says_so_and_offers_no_application(client):
    empty = factory.real("pelaksana-lapangan-pekerjaan-gedung")
    page = client.get(f"/skema/{empty.pk}/").content.decode()
    assert "Unit belum dimuat" in page
    assert "Ajukan permohonan" not in page


def test_an_unknown_scheme_is_not_found(client):
    assert client.get("/skema/999999/").status_code == 404
