"""The komite's pages and API, by cookie."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from ajj.certificates.models import Sertifikat
from ajj.committee import services
from ajj.committee.models import Pleno, Vote
from tests.factories.committee import case_of, decided, komite, komite_member, recommended, vote
from tests.factories.live import person

pytestmark = pytest.mark.django_db


def cookie(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, url: str, body: dict[str, object]):
    return client.post(url, json.dumps(body), content_type="application/json")


def test_the_queue_shows_the_own_berkas_and_filters_it():
    people = komite()
    case = case_of(recommended())
    client = cookie(people.ketua)
    name = case.asesi.name
    assert name in client.get("/komite/").content.decode()
    assert name in client.get("/komite/?mine=belum&risk=rendah").content.decode()
    for query in ("?q=tidak-ada", "?mine=sudah", "?risk=tinggi", "?state=signed"):
        assert name not in client.get(f"/komite/{query}").content.decode()
    assert cookie(komite_member("Lain")).get("/komite/").status_code == 200
    assert cookie(person("Asesi Biasa")).get("/komite/").status_code == 403


def test_the_workbench_opens_for_members_and_overseers_only():
    people = komite()
    found = recommended()
    case = case_of(found)
    url = f"/komite/tinjau/{case.pk}/"
    for user, status in (
        (people.satu, 200),
        (people.direktur, 200),
        (komite_member("Lain"), 404),
        (found.asesor, 404),
        (found.asesi, 404),
    ):
        assert cookie(user).get(url).status_code == status, user


def test_a_member_votes_comments_and_watches_over_the_api():
    people = komite()
    case = case_of(recommended())
    vote(case, people.satu, "BK")
    client = cookie(people.ketua)
    base = f"/api/v1/cases/{case.pk}"
    seen = client.get(f"{base}/review").json()
    assert [member["vote"] for member in seen["members"]] == [None, None, None]
    refused = post(client, f"{base}/vote", {"value": "K", "reason": "Jelas."})
    assert (refused.status_code, refused.json()["code"]) == (400, "undeclared")
    body = {"value": "K", "reason": "Jelas.", "no_conflict": True}
    after = post(client, f"{base}/vote", body).json()
    assert sum(member["vote"] is not None for member in after["members"]) == 2
    said = post(client, f"{base}/comments", {"at_ms": 5000, "text": "Lihat."}).json()
    assert said["comments"][0]["text"] == "Lihat."
    kept = post(client, f"{base}/watched", {"spans": [[0, 3000], [2000, 4000]]}).json()
    assert kept == {"watched": [[0, 4000]]}
    assert post(client, f"{base}/watched", {"spans": [[-1, 3]]}).status_code == 422


def test_strangers_get_nothing_from_the_api():
    komite()
    case = case_of(recommended())
    base = f"/api/v1/cases/{case.pk}"
    assert Client().get(f"{base}/review").status_code == 401
    stranger = cookie(komite_member("Lain"))
    assert stranger.get(f"{base}/review").status_code == 404
    body = {"value": "K", "reason": "x", "no_conflict": True}
    assert post(stranger, f"{base}/vote", body).status_code == 404
    assert not Vote.objects.exists()


def test_ketua_and_direktur_walk_the_pages_to_a_certificate(django_capture_on_commit_callbacks):
    people = komite()
    case = case_of(recommended())
    for user in people.members:
        vote(case, user)
    ketua, direktur = cookie(people.ketua), cookie(people.direktur)
    form = {"cases": [case.pk], "hadir": [people.satu.pk], "daring": "ya", "notes": ""}
    assert ketua.post("/komite/pleno/", form).status_code == 422
    form["hadir"] = [user.pk for user in people.members]
    asked = ketua.post("/komite/pleno/", form)
    assert asked.status_code == 422
    shown = asked.content.decode()
    assert "Tulis mengapa pleno tidak menunggu laporan asesor." in shown
    assert shown.count("checked") == 4, "the berkas and who was present stay ticked"
    form["without_report"] = "Laporan menyusul."
    closed = ketua.post("/komite/pleno/", form)
    pleno = Pleno.objects.get()
    assert closed.headers["Location"] == f"/komite/pleno/{pleno.pk}/"
    url = f"/komite/pleno/{pleno.pk}/"
    assert "tandatangan" in direktur.get(url).content.decode()
    assert "tandatangan" not in ketua.get(url).content.decode()
    assert ketua.post(f"{url}tandatangan/", {"setuju": "on"}).status_code == 403
    direktur.post(f"{url}tandatangan/", {})
    assert Pleno.objects.filter(pk=pleno.pk, signed_at__isnull=True).exists()
    with django_capture_on_commit_callbacks(execute=True):
        direktur.post(f"{url}tandatangan/", {"setuju": "on"})
    assert Pleno.objects.filter(pk=pleno.pk, signed_at__isnull=False).exists()
    assert Sertifikat.objects.get(case=case).state == "issued"


def test_admin_appoints_and_assigns():
    people = komite()
    people.tim.active = False
    people.tim.save()
    case = case_of(recommended())
    client = cookie(people.admin)
    form = {
        "ketua": people.ketua.pk,
        "anggota1": people.satu.pk,
        "anggota2": people.satu.pk,
        "sk_nomor": "",
    }
    assert client.post("/komite/tim/", form).status_code == 422
    form["anggota2"] = people.dua.pk
    assert client.post("/komite/tim/", form).status_code == 302
    tim = services.appoint(
        ketua=people.satu,
        anggota=[people.ketua, people.dua],
        actor=people.admin,
        now=timezone.now(),
    )
    assert client.post(f"/komite/tinjau/{case.pk}/tugaskan/", {"tim": tim.pk}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.tim_id) == ("review", tim.pk)


def test_an_asesi_never_opens_the_papers_of_the_pleno():
    _people, case, pleno_id = decided()
    client = cookie(case.asesi)
    assert client.get(f"/komite/pleno/{pleno_id}/").status_code == 404
    paper = Pleno.objects.get(pk=pleno_id).berita_acara
    assert paper is not None
    assert client.get(paper.get_absolute_url()).status_code == 404
