"""Reports of rehearsals over HTTP: who may send, who reads, and what the server makes of them."""

import json
import uuid
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ajj.gladi.models import Gladi
from ajj.live.models import LogEntry
from tests.factories.live import Room, person, room
from tests.unit.gladi.test_verdicts import GOOD

pytestmark = pytest.mark.django_db
FINE = {name: value for name, value in asdict(GOOD).items() if name != "elsewhere"}


@pytest.fixture(autouse=True)
def _fresh_allowance():
    cache.clear()


@pytest.fixture
def coming() -> Room:
    """A session of tomorrow: nobody may enter its room yet."""
    return room(starts_at=timezone.now() + timedelta(days=1))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(made: Room, user, measured=None, *, run=None, client=None):
    body = {"run": str(run or uuid.uuid4()), "measured": FINE if measured is None else measured}
    return (client or client_of(user)).post(
        f"/api/v1/sessions/{made.id}/gladi", json.dumps(body), content_type="application/json"
    )


def test_the_server_decides_stores_and_says_it_in_the_readers_words(coming):
    answer = send(coming, coming.asesi)
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["verdict"], said["title"], said["todo"]) == ("siap", "Siap", [])
    figures = {line["key"]: line["figure"] for line in said["lines"]}
    assert figures["up"] == "2,0 Mbit/s"
    assert figures["battery"] == "90%, sedang diisi"
    row = Gladi.objects.get()
    assert (row.session_id, row.user_id, row.role, row.verdict) == (
        coming.id, coming.asesi.pk, "asesi", "siap",
    )  # fmt: skip
    assert LogEntry.objects.filter(session=coming.id).count() == 0


def test_what_lacks_is_named_with_what_to_do(coming):
    said = send(coming, coming.asesi, {**FINE, "microphone": "denied"}).json()
    assert said["verdict"] == "belum_siap"
    assert said["title"] == "Belum siap: mikrofon tidak diizinkan"
    assert said["todo"] == [
        "Izinkan mikrofon lewat gambar gembok di samping alamat, lalu ulangi gladi."
    ]
    voice = send(coming, coming.asesi, {**FINE, "camera": "missing"}).json()
    assert (voice["verdict"], voice["title"]) == ("suara_saja", "Siap dengan suara saja")


def test_the_same_run_again_gives_the_same_report(coming):
    run = uuid.uuid4()
    first = send(coming, coming.asesi, run=run).json()
    again = send(coming, coming.asesi, {**FINE, "connected": False}, run=run).json()
    assert again == first
    assert Gladi.objects.count() == 1


def test_only_the_latest_twenty_of_a_person_are_kept(coming):
    client = client_of(coming.asesi)
    runs = [send(coming, coming.asesi, client=client).json()["id"] for _ in range(22)]
    assert list(Gladi.objects.values_list("pk", flat=True)) == runs[:1:-1]


@pytest.mark.parametrize(
    "measured",
    [
        {"loss": 1.5},
        {"up_bps": -1},
        {"camera": "perhaps"},
        {"battery": "full"},
        {"codecs": ["vp8"] * 9},
        {"browser": "x" * 81},
        {"clock_offset_ms": "NaN"},
    ],
)
def test_figures_that_cannot_be_are_refused(coming, measured):
    assert send(coming, coming.asesi, measured).status_code == 422
    assert Gladi.objects.count() == 0


def test_nobody_can_say_that_the_path_need_not_be_tried(coming):
    said = send(coming, coming.asesi, {**FINE, "connected": None, "elsewhere": True}).json()
    assert said["verdict"] == "belum_siap"


@pytest.mark.parametrize("part", ["asesi", "asesor", "pendamping"])
def test_who_sends_media_rehearses(coming, part):
    assert send(coming, getattr(coming, part)).status_code == 201


@pytest.mark.parametrize("part", ["pengamat", "admin", "komite", "stranger"])
def test_others_do_not(coming, part):
    assert send(coming, getattr(coming, part)).status_code == 403
    assert Gladi.objects.count() == 0


def test_a_session_that_is_over_or_cancelled_is_not_rehearsed_for(coming):
    late = room(starts_at=timezone.now() - timedelta(days=1))
    assert send(late, late.asesi).json()["code"] == "session_over"
    coming.session.jadwal.cancelled_at = timezone.now()
    coming.session.jadwal.save()
    assert send(coming, coming.asesi).json()["code"] == "session_over"


def test_everybody_reads_as_far_as_they_prepare(coming):
    other = room(starts_at=timezone.now() + timedelta(days=1))
    for made in (coming, other):
        send(made, made.asesi)
    send(coming, coming.asesor)

    def readers_of(user) -> list[str] | int:
        answer = client_of(user).get(f"/api/v1/sessions/{coming.id}/gladi")
        if answer.status_code != 200:
            return answer.status_code
        return [item["role"] for item in answer.json()["items"]]

    assert readers_of(coming.asesi) == ["asesi"]
    assert readers_of(coming.asesor) == ["asesor", "asesi"]
    assert readers_of(coming.pendamping) == ["asesor", "asesi"]
    assert readers_of(coming.admin) == ["asesor", "asesi"]
    # A manajer prepares sessions, so one who watches this one reads as manajer.
    assert readers_of(coming.pengamat) == ["asesor", "asesi"]
    assert readers_of(coming.stranger) == 403
    assert readers_of(other.asesor) == 403


def test_a_watcher_from_outside_reads_nothing(coming):
    guest = person("Tamu BNSP")
    coming.session.jadwal.penugasan.create(user=guest, role="pengamat")
    send(coming, coming.asesi)
    client = client_of(guest)
    assert client.get(f"/api/v1/sessions/{coming.id}/gladi").json()["items"] == []
    assert client.get(f"/sesi/{coming.id}/gladi/").status_code == 403
    assert client.get(f"/api/v1/sessions/{coming.id}").json()["gladi"] is None


def test_the_page_offers_the_test_or_the_reports(coming):
    send(coming, coming.asesi, {**FINE, "camera": "missing"})
    page = f"/sesi/{coming.id}/gladi/"
    own = client_of(coming.asesi).get(page).content.decode()
    assert 'id="gladi"' in own
    assert "Siap dengan suara saja" in own
    assert "Laporan gladi sesi ini" not in own
    theirs = client_of(coming.asesor).get(page).content.decode()
    assert 'id="gladi"' in theirs
    assert f"{coming.asesi.name}: Siap dengan suara saja" in theirs
    office = client_of(coming.admin).get(page).content.decode()
    assert 'id="gladi"' not in office
    assert f"{coming.asesi.name}: Siap dengan suara saja" in office
    assert client_of(coming.stranger).get(page).status_code == 403


def test_the_last_verdict_stands_wherever_the_session_is_shown(coming):
    home, own = "/beranda/", "/jadwal/saya/"
    assert "Belum gladi" in client_of(coming.asesi).get(own).content.decode()
    send(coming, coming.asesi)
    way = f"/sesi/{coming.id}/gladi/"
    for user, page in (
        (coming.asesi, own),
        (coming.asesor, home),
        (coming.asesor, own),
        (coming.admin, home),
        (coming.admin, f"/jadwal/kelola/{coming.session.jadwal_id}/"),
    ):
        shown = client_of(user).get(page).content.decode()
        assert way in shown, (user, page)
        assert "Gladi: Siap" in shown, (user, page)
    facts = client_of(coming.asesor).get(f"/api/v1/sessions/{coming.id}").json()
    assert (facts["gladi"]["verdict"], facts["gladi"]["title"]) == ("siap", "Siap")


def test_transfers_are_bounded_counted_and_not_compressed(coming):
    client, way = client_of(coming.asesi), f"/api/v1/sessions/{coming.id}/gladi/bytes"
    got = client.get(f"{way}?count=65536")
    assert (len(got.content), got.headers["Cache-Control"]) == (65536, "no-store")
    assert client.get(f"{way}?count=262145").status_code == 422
    up = client.post(way, b"x" * 4096, content_type="application/octet-stream")
    assert up.json() == {"bytes": 4096}
    big = client.post(way, b"x" * 262_145, content_type="application/octet-stream")
    assert big.status_code == 413
    answers = [client.get(f"{way}?count=262144").status_code for _ in range(33)]
    assert answers[:30] == [200] * 30
    assert answers[-1] == 429
    assert client_of(coming.stranger).get(f"{way}?count=1").status_code == 403


def test_the_servers_clock_is_told_to_who_rehearses(coming):
    said = client_of(coming.asesi).get(f"/api/v1/sessions/{coming.id}/gladi/clock").json()
    assert abs(said["now"] - timezone.now().timestamp() * 1000) < 5000
    assert Client().get(f"/api/v1/sessions/{coming.id}/gladi/clock").status_code == 401
