"""Indonesian unless the reader asks for English; forms are Indonesian whoever prints them."""

import re

import pytest
from django.test import Client
from django.utils.translation import override

from ajj.committee import prints
from ajj.committee.models import Result

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en-GB,en;q=0.9,id;q=0.5"}
PAGES = {
    "/": ("Lihat cara kerja", "See how it works"),
    "/skema/": ("Cari skema", "Search schemes"),
    "/masuk/": ("Kata sandi", "Password"),
    "/verifikasi/": ("Verifikasi sertifikat", "Verify a certificate"),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_one_language_and_says_which(client: Client, path: str) -> None:
    indonesian, english = PAGES[path]
    for headers, language, said, silent in (
        ({}, "id", indonesian, english),
        (ENGLISH, "en", english, indonesian),
    ):
        text = client.get(path, headers=headers).content.decode()
        assert re.findall(r'<html lang="(\w+)"', text) == [language]
        assert said in text
        assert silent not in text


@pytest.mark.parametrize(
    ("path", "indonesian", "english"),
    [
        (
            "/api/v1/certificates/none",
            "Tidak ada sertifikat dengan kode ini.",
            "There is no certificate with this code.",
        ),
        (
            "/api/v1/sessions",
            "Masuk dahulu, atau kirim token yang berlaku.",
            "Sign in first, or send a valid token.",
        ),
    ],
)
def test_refusals_of_the_api_are_in_the_language_of_the_caller(
    client: Client, path: str, indonesian: str, english: str
) -> None:
    assert client.get(path).json()["message"] == indonesian
    assert client.get(path, headers=ENGLISH).json()["message"] == english


def test_a_result_is_printed_in_indonesian_whoever_signs() -> None:
    with override("en"):
        assert str(Result.BK.label) == "Not yet competent"
        assert prints._official(Result.BK) == "Belum kompeten"
