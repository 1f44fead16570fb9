"""The LSP's certified signature: a real PAdES on the PDF, checked by others than its maker."""

import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ajj.documents import certified, services
from ajj.documents.certified import SigningUnavailable
from ajj.documents.models import Document
from ajj.documents.pkcs12 import Pkcs12Signer
from ajj.documents.render import render
from ajj.documents.selectors import content
from tests.factories import pkcs12
from tests.factories.documents import forms
from tests.pdfa import problems

NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return pkcs12.make(tmp_path_factory.mktemp("p12"), NOW)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render("FR.AK.01", "2023", forms.ak01(), now=NOW)


@pytest.fixture(scope="module")
def signed(keys: tuple[Path, Path], plain: bytes) -> bytes:
    signer = Pkcs12Signer(keys[0], pkcs12.PASSWORD)
    return signer.sign(plain, reason="Diterbitkan oleh LSP", location="Bandung", now=NOW)


def status_of(pdf: bytes, pem: Path):
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(
        trust_roots=[load_cert_from_pemder(str(pem))], moment=NOW, allow_fetching=False
    )
    return validate_pdf_signature(signature, context)


def test_it_is_one_more_revision_that_is_valid_and_states_its_moment(keys, plain, signed):
    assert signed.startswith(plain)
    status = status_of(signed, keys[1])
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signer_reported_dt == NOW
    assert status.signing_cert.subject.native["common_name"] == "Segel LSP Contoh"


def test_it_stays_what_pdf_a_2b_asks(plain, signed):
    assert problems(plain) == []
    assert problems(signed) == []


def test_openssl_verifies_the_same_bytes(keys, signed, tmp_path):
    """Independent of pyHanko: the bytes of the two ranges, the CMS between them."""
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    start, length, after, rest = (int(number) for number in signature.byte_range)
    assert (start, after + rest) == (0, len(signed))
    (tmp_path / "content").write_bytes(signed[:length] + signed[after : after + rest])
    (tmp_path / "cms").write_bytes(bytes(signature.pkcs7_content))

    def verify() -> int:
        files = ["-in", "cms", "-content", "content", "-CAfile", str(keys[1]), "-out", "/dev/null"]
        how = ["-inform", "DER", "-binary", "-purpose", "any", "-no_check_time"]
        command = ["openssl", "cms", "-verify", *how, *files]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode

    assert verify() == 0
    whole = bytearray((tmp_path / "content").read_bytes())
    whole[1000] ^= 1
    (tmp_path / "content").write_bytes(whole)
    assert verify() != 0


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_one_changed_bit_anywhere_that_was_signed_is_seen(keys, plain, signed, place):
    changed = bytearray(signed)
    # In a stream, so that the file still opens: the fault must be found by the signature.
    start = plain.index(b"stream\n", int(len(plain) * place * 0.9)) + 40
    changed[start] ^= 1
    assert not status_of(bytes(changed), keys[1]).intact


@pytest.mark.parametrize("days", [-2, 366])
def test_a_certificate_outside_its_time_signs_nothing(keys, plain, days):
    with pytest.raises(SigningUnavailable):
        Pkcs12Signer(keys[0], pkcs12.PASSWORD).sign(
            plain, reason="Uji", location="Bandung", now=NOW + timedelta(days=days)
        )


@pytest.mark.django_db
def test_what_is_issued_carries_it_where_it_is_set_up(keys, settings):
    settings.CERTIFIED_SIGNER = "ajj.documents.pkcs12.Pkcs12Signer"
    settings.SIGN_P12_FILE, settings.SIGN_P12_PASSWORD = str(keys[0]), pkcs12.PASSWORD
    certified._made.cache_clear()
    try:
        made = services.issue("FR.AK.01", "2023", forms.ak01(), subject="uji:1", now=NOW)
    finally:
        certified._made.cache_clear()
    assert status_of(content(made), keys[1]).bottom_line


@pytest.mark.django_db
def test_nothing_is_issued_without_the_signature_that_is_wanted(keys, settings):
    settings.CERTIFIED_SIGNER = "ajj.documents.pkcs12.Pkcs12Signer"
    settings.SIGN_P12_FILE, settings.SIGN_P12_PASSWORD = str(keys[0]), "salah"
    certified._made.cache_clear()
    with pytest.raises(SigningUnavailable) as refused:
        services.issue("FR.AK.01", "2023", forms.ak01(), subject="uji:2", now=NOW)
    assert (refused.value.status, refused.value.code) == (503, "signing_unavailable")
    assert Document.objects.count() == 0
