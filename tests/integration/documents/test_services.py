import hashlib
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import transaction
from pypdf import PdfReader

from ajj.documents import rules, services
from ajj.documents.models import NumberSequence
from ajj.documents.selectors import content, documents_of
from ajj.people.models import User
from tests.factories.documents import forms

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)


class Undo(Exception):
    pass


def take_and_undo() -> None:
    with transaction.atomic():
        services.next_number("surat:SK", 2026)
        raise Undo


def form() -> dict[str, object]:
    return {key: value for key, value in forms.ak01().items() if key != "lsp"}


def test_an_issued_form_is_stored_with_its_hash_and_letterhead(settings):
    document = services.issue("FR.AK.01", "2023", form(), subject="session:1", now=NOW)
    stored = content(document)
    assert hashlib.sha256(stored).hexdigest() == document.sha256
    assert len(stored) == document.bytes
    assert list(documents_of("session:1")) == [document]
    text = PdfReader(BytesIO(stored)).pages[0].extract_text()
    assert settings.LSP.name in text


def test_numbers_run_from_one_without_holes_and_apart_by_key_and_year():
    assert [services.next_number("surat:SK", 2026) for _ in range(3)] == [1, 2, 3]
    assert services.next_number("surat:SK", 2027) == 1
    assert services.next_number("surat:BA", 2026) == 1


def test_a_rolled_back_number_is_given_again():
    with pytest.raises(Undo):
        take_and_undo()
    assert services.next_number("surat:SK", 2026) == 1
    assert NumberSequence.objects.count() == 1


def test_only_whom_the_owner_lets_may_download(client):
    reader = User.objects.create_user("pembaca@demo.ajj.test", "rahasia-uji-9", name="Pembaca")
    document = services.issue("FR.AK.01", "2023", form(), subject="ujidokumen:1", now=NOW)
    url = f"/dokumen/{document.pk}/"
    assert client.get(url).status_code == 302
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url, headers={"accept": "text/html"}).status_code == 404
    rules.register_access("ujidokumen", lambda user, _document: user == reader)
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == content(document)
    assert client.get(f"/dokumen/{uuid4()}/").status_code == 404
