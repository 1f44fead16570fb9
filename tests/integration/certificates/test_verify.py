import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ajj.certificates import services
from ajj.certificates.models import Sertifikat
from ajj.certificates.states import CertificateEvent
from tests.factories.certificates import issued
from tests.factories.live import person

pytestmark = pytest.mark.django_db


def page(url: str) -> tuple[int, str]:
    answer = Client().get(url)
    return answer.status_code, answer.content.decode()


def bare(html: str, code: str) -> str:
    """The page without the asked code and the form's tokens, which differ at every request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html.replace(code, ""))


def test_a_stranger_reads_verdict_name_and_validity():
    _people, certificate = issued()
    for url in (
        f"/verifikasi/{certificate.code}",
        f"/verifikasi/{certificate.code}/",
        f"/verifikasi/?q={certificate.number}",
        f"/verifikasi/?q=+{certificate.registration.lower()}+",
    ):
        status, html = page(url)
        assert status == 200, url
        assert 'data-verdict="berlaku"' in html
        assert certificate.holder_name in html
        assert certificate.number in html


@pytest.mark.parametrize(
    ("event", "key"),
    [(CertificateEvent.SUSPEND, "dibekukan"), (CertificateEvent.WITHDRAW, "dicabut")],
)
def test_a_stopped_certificate_says_so_and_why(event, key):
    people, certificate = issued()
    services.change_state(
        certificate.pk, event, reason="Keputusan SK.031", actor=people.admin, now=timezone.now()
    )
    status, html = page(f"/verifikasi/{certificate.code}")
    assert status == 200
    assert f'data-verdict="{key}"' in html
    assert "Keputusan SK.031" in html


def test_a_certificate_past_its_last_day_is_expired_even_before_the_job_ran():
    _people, certificate = issued()
    today = timezone.localdate()
    Sertifikat.objects.filter(pk=certificate.pk).update(
        issued_on=today - timedelta(days=1100), valid_until=today - timedelta(days=1)
    )
    _status, html = page(f"/verifikasi/{certificate.code}")
    assert 'data-verdict="kedaluwarsa"' in html
    body = Client().get(f"/api/v1/certificates/{certificate.code}").json()
    assert (body["state"], body["valid"]) == ("expired", False)


def test_an_unknown_code_and_a_draft_get_the_same_answer():
    _people, certificate = issued()
    Sertifikat.objects.filter(pk=certificate.pk).update(state="draft")
    unknown_status, unknown = page("/verifikasi/tidak-ada-kode-ini")
    draft_status, draft = page(f"/verifikasi/{certificate.code}")
    assert unknown_status == draft_status == 404
    assert certificate.holder_name not in draft
    assert bare(unknown, "tidak-ada-kode-ini") == bare(draft, certificate.code)
    answers = [Client().get(f"/api/v1/certificates/{code}") for code in ("x", certificate.code)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_the_empty_page_asks_for_a_number():
    status, html = page("/verifikasi/")
    assert status == 200
    assert 'name="q"' in html


def test_markup_in_the_question_stays_text():
    _status, html = page("/verifikasi/?q=<script>alert(1)</script>")
    assert "<script>alert(1)" not in html


def test_the_api_tells_state_names_numbers_validity():
    _people, certificate = issued()
    body = Client().get(f"/api/v1/certificates/{certificate.code}").json()
    assert body["valid"] is True
    assert body["state"] == "issued"
    assert body["holder"] == certificate.holder_name
    assert body["number"] == certificate.number
    assert body["valid_until"] == certificate.valid_until.isoformat()
    assert "asesi" not in json.dumps(body)


def test_the_holder_downloads_the_own_pdf_and_a_stranger_does_not():
    _people, certificate = issued()
    assert certificate.document is not None
    url = certificate.document.get_absolute_url()
    for user, status in ((certificate.holder, 200), (person("Orang Lain"), 404)):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code == status
