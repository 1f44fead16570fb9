"""The calendar pages."""

import pytest
from django.utils import timezone

from ajj.people.models import Role
from ajj.scheduling.models import Jadwal
from tests.factories import applications, people
from tests.factories import scheduling as factory

pytestmark = pytest.mark.django_db


def typed(case, **changes) -> dict[str, object]:
    day = timezone.localdate().replace(year=timezone.localdate().year + 1)
    return {
        "permohonan": case.permohonan.nomor,
        "kind": "pra_asesmen",
        "day": day.isoformat(),
        "start": "10:00",
        "end": "11:00",
        "zone": "Asia/Makassar",
        "asesor": case.asesor.pk,
        "tuk": "Sewaktu, Asesmen Jarak Jauh",
        **changes,
    }


def test_the_planner_fixes_moves_and_cancels(client):
    case = applications.verified()
    client.force_login(case.admin)
    assert case.asesi.name in client.get("/jadwal/kelola/").content.decode()
    answer = client.post("/jadwal/kelola/baru/", typed(case))
    assert answer.status_code == 302
    jadwal = Jadwal.objects.get()
    assert jadwal.starts_at.hour == 2  # 10.00 WITA
    week = client.get(answer["Location"]).content.decode()
    assert "09.00" in week
    page = f"/jadwal/kelola/{jadwal.pk}/"
    moved = client.post(page, {**typed(case), "start": "13:00", "end": "14:00"})
    assert moved.status_code == 302
    assert client.post(f"{page}batal/", {"reason": ""}).status_code == 400
    assert client.post(f"{page}batal/", {"reason": "Sakit"}).status_code == 302
    jadwal.refresh_from_db()
    assert jadwal.cancelled_reason == "Sakit"


def test_a_session_has_a_waiting_room_unless_the_planner_opens_the_door_and_may_have_an_observer(
    client,
):
    case, witness = applications.verified(), people.person(Role.MANAJER)
    client.force_login(case.admin)
    assert client.post("/jadwal/kelola/baru/", typed(case)).status_code == 302
    assert Jadwal.objects.get().admission == "by_asesor"
    other = applications.verified()
    changes = {"admission": "on_arrival", "pengamat": witness.pk}
    assert client.post("/jadwal/kelola/baru/", typed(other, **changes)).status_code == 302
    jadwal = Jadwal.objects.get(permohonan=other.permohonan)
    assert jadwal.admission == "on_arrival"
    assert jadwal.penugasan.get(role="pengamat").user == witness


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": "09:00"}, "must be after the start"),
        ({"day": ""}, "Choose a date"),
        ({"day": "2020-01-01"}, "That time has passed"),
        ({"start": "pagi"}, "Write the time like"),
        ({"asesor": ""}, "Choose the asesor"),
        ({"permohonan": "2026-9999"}, "Select a valid choice"),
    ],
)
def test_a_wrong_entry_is_named_and_kept(client, changes, words):
    case = applications.verified()
    client.force_login(case.admin)
    answer = client.post(
        "/jadwal/kelola/baru/", typed(case, **changes), headers={"accept-language": "en"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert 'value="Sewaktu, Asesmen Jarak Jauh"' in page
    assert not Jadwal.objects.exists()


def test_an_overlap_is_told_beside_the_start(client):
    first = applications.verified()
    client.force_login(first.admin)
    client.post("/jadwal/kelola/baru/", typed(first))
    second = applications.verified()
    answer = client.post("/jadwal/kelola/baru/", typed(second, asesor=first.asesor.pk))
    assert answer.status_code == 400
    assert "bersamaan" in str(answer.context["form"].errors["start"])


def test_only_planners_plan(client):
    jadwal, case = factory.fixed()
    pages = ["/jadwal/kelola/", "/jadwal/kelola/baru/", f"/jadwal/kelola/{jadwal.pk}/"]
    for user in (case.asesi, case.asesor, people.person(Role.KOMITE)):
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    client.logout()
    assert client.get(pages[0]).status_code == 302


def test_everybody_sees_their_own_sessions(client):
    _, case = factory.fixed(hours=24 * 300)
    for user in (case.asesi, case.asesor):
        client.force_login(user)
        page = client.get("/jadwal/saya/").content.decode()
        assert "Pra-asesmen" in page
        assert "/sesi/" in page or "Ruang dibuka" in page
    client.force_login(people.asesi())
    assert "Belum ada sesi" in client.get("/jadwal/saya/").content.decode()


def test_the_public_calendar_names_nobody(client):
    assert "Belum ada sesi terjadwal" in client.get("/jadwal/").content.decode()
    _, case = factory.fixed(hours=24 * 300)
    page = client.get("/jadwal/").content.decode()
    assert case.skema.judul in page
    assert case.asesi.name not in page
    assert case.asesor.name not in page
