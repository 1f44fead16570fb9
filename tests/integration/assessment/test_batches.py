"""The forms of many asesi as one zip: whole in spite of dead workers and forms that fail."""

import io
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from ajj.applications.models import Permohonan
from ajj.assessment import papers
from ajj.assessment.models import FormBatch
from ajj.assessment.services import batches
from ajj.assessment.states import BatchState
from ajj.assessment.tasks import catch_up
from ajj.audit.models import AuditEntry
from ajj.kernel.errors import Invalid
from tests.factories import people
from tests.factories.live import room

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOW = people.NOW


class Killed(BaseException):
    """As when a process ends: nothing in the worker may catch it."""


@pytest.fixture
def few_forms(monkeypatch):
    """Every permohonan keeps four forms, so that a test prints few pages."""
    kept = ["FR.APL.01@2023", "FR.AK.01@2023", "FR.IA.01@2023", "FR.AK.02@2023"]

    def shorten() -> None:
        Permohonan.objects.update(forms=kept)

    return shorten


@pytest.fixture
def asked(few_forms):
    made = [room() for _ in range(3)]
    few_forms()
    rows = [each.permohonan for each in made]
    return batches.request_batch(rows, title="Maret", actor=made[0].admin, now=NOW)


def run(batch: FormBatch, at=NOW) -> BatchState:
    return batches.run_batch(batch.pk, clock=lambda: at)


def test_an_office_asks_follows_and_fetches(client, few_forms):
    made = [room(), room()]
    few_forms()
    client.force_login(made[0].admin, backend=BACKEND)
    page = client.post("/formulir/", {"first": "2026-03-01", "last": "2026-03-31", "skema": ""})
    assert page.status_code == 302
    batch = FormBatch.objects.get()
    assert batch.title == "Semua skema, 1 Maret 2026 s.d. 31 Maret 2026"
    assert sorted(batch.permohonan) == sorted(each.permohonan.pk for each in made)
    following = client.get(page["Location"]).content.decode()
    assert "0 dari 2 asesi" in following
    assert "data-follow" in following
    assert (
        client.get(
            f"/formulir/{batch.pk}/formulir.zip", headers={"accept": "text/html"}
        ).status_code
        == 404
    )
    assert run(batch) is BatchState.DONE
    finished = client.get(page["Location"]).content.decode()
    assert "2 dari 2 asesi, 8 formulir" in finished
    assert "data-follow" not in finished
    answer = client.get(f"/formulir/{batch.pk}/formulir.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    folders = Counter(name.partition("/")[0] for name in archive.namelist())
    assert folders == {each.permohonan.nomor: 4 for each in made}
    assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"assessment.forms_batched", "assessment.forms_fetched"} <= actions
    client.force_login(made[0].asesor, backend=BACKEND)
    assert client.get("/formulir/", headers={"accept": "text/html"}).status_code == 403


def test_days_without_an_asesmen_and_too_many_asesi_are_refused(client):
    made = room()
    client.force_login(made.admin, backend=BACKEND)
    days = {"first": "2026-05-02", "last": "2026-05-01"}
    assert "mendahului" in client.post("/formulir/", days).content.decode()
    days = {"first": "2026-05-01", "last": "2026-05-02"}
    assert "Tidak ada asesmen" in client.post("/formulir/", days).content.decode()
    many = [made.permohonan] * (batches.MOST + 1)
    with pytest.raises(Invalid) as refused:
        batches.request_batch(many, title="semua", actor=made.admin, now=NOW)
    assert refused.value.code == "batch_too_large"
    assert not FormBatch.objects.exists()


def test_a_worker_that_dies_is_followed_by_another(asked, monkeypatch):
    real, calls = papers.printed, []

    def dies_at_the_second(permohonan, reader, *, now):
        calls.append(permohonan.pk)
        if len(calls) == 2:
            raise Killed
        return real(permohonan, reader, now=now)

    monkeypatch.setattr(papers, "printed", dies_at_the_second)
    with pytest.raises(Killed):
        run(asked)
    asked.refresh_from_db()
    assert (asked.state, asked.done) == ("running", 1)
    assert catch_up(NOW + timedelta(minutes=1)) == 0
    later = NOW + timedelta(minutes=3)
    assert catch_up(later) == 1
    assert catch_up(later) == 0
    assert run(asked, later) is BatchState.DONE
    asked.refresh_from_db()
    assert (asked.done, asked.forms, asked.attempts) == (3, 12, 2)


def test_a_worker_that_was_given_up_changes_nothing_any_more(asked, monkeypatch):
    real = papers.printed

    def taken_over(permohonan, reader, *, now):
        FormBatch.objects.filter(pk=asked.pk).update(attempts=2)
        return real(permohonan, reader, now=now)

    monkeypatch.setattr(papers, "printed", taken_over)
    assert run(asked) is BatchState.RUNNING
    asked.refresh_from_db()
    assert (asked.done, asked.storage_name) == (0, "")


def test_three_dead_workers_are_enough(asked):
    FormBatch.objects.filter(pk=asked.pk).update(state="running", attempts=batches.ATTEMPTS)
    assert catch_up(NOW + timedelta(minutes=3)) == 0
    asked.refresh_from_db()
    assert asked.state == "failed"


def test_a_form_that_fails_is_named_and_holds_up_nothing(asked, monkeypatch):
    real = papers.drawn_for

    def fails_once(form, tree, now, pictures=None):
        if form.code == "FR.AK.01":
            raise Invalid("FR.AK.01 tidak dapat dicetak", code="unprintable_form")
        return real(form, tree, now, pictures)

    monkeypatch.setattr(papers, "drawn_for", fails_once)
    assert run(asked) is BatchState.DONE
    asked.refresh_from_db()
    assert asked.forms == 9
    assert [row["form"] for row in asked.problems] == ["02_FR.AK.01@2023"] * 3


def test_the_file_goes_after_a_day(asked):
    assert run(asked) is BatchState.DONE
    asked.refresh_from_db()
    assert default_storage.exists(asked.storage_name)
    catch_up(NOW + timedelta(days=1, minutes=1))
    assert FormBatch.objects.get().state == "expired"
    assert not default_storage.exists(asked.storage_name)
