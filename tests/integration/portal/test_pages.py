"""Every page of the portal answers, keeps to the content policy, and names its reader's work."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from ajj.people.models import Role
from ajj.portal import navigation
from tests.factories import people, skema
from tests.factories.applications import submitted, verified
from tests.factories.scheduling import fixed

pytestmark = pytest.mark.django_db
PUBLIC = ["portal:home", "portal:about", "portal:how", "portal:complaint"]
INLINE = re.compile(r"<[^>]+\s(style|on\w+)=|<style|<script(?![^>]*\ssrc=)")


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    text = answer.content.decode()
    assert not INLINE.search(text), INLINE.search(text)
    return text


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_answer_with_one_heading(client: Client, name: str) -> None:
    text = page(client, reverse(name))
    assert text.count("<h1") == 1
    assert "<main" in text
    assert 'href="#isi"' in text


def test_home_lists_every_scheme_and_posts_to_the_verification(client: Client) -> None:
    titles = [skema.small().judul, skema.small().judul]
    text = page(client, "/")
    for title in titles:
        assert title in text
    assert f'action="{reverse("certificates:verify")}"' in text


def test_complaint_page_offers_the_real_ways_only(client: Client, settings) -> None:
    text = page(client, "/pengaduan/")
    assert f"mailto:{settings.LSP.email}" in text
    assert "<textarea" not in text


def test_missing_page_says_what_now(client: Client) -> None:
    answer = client.get("/tidak-ada/")
    assert answer.status_code == 404
    assert "Ke beranda" in answer.content.decode()


def test_component_sheet_is_for_developers_only(client: Client) -> None:
    assert client.get("/komponen/").status_code == 404


def test_dashboard_asks_a_stranger_to_log_in(client: Client) -> None:
    answer = client.get("/beranda/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:login"))


@pytest.mark.parametrize("role", list(Role))
def test_dashboard_answers_every_role(client: Client, role: Role) -> None:
    client.force_login(people.person(role))
    page(client, "/beranda/")


def test_somebody_without_a_role_is_told_so(client: Client) -> None:
    client.force_login(people.person())
    assert "belum mempunyai tugas" in page(client, "/beranda/")


def test_every_entry_of_the_navigation_leads_somewhere(client: Client) -> None:
    for entry in (*navigation.PUBLIC, *navigation.WORK):
        assert reverse(entry.url_name)


def test_header_shows_only_the_own_work(client: Client) -> None:
    client.force_login(people.asesi())
    text = page(client, "/beranda/")
    assert reverse("certificates:index") not in text
    client.force_login(people.admin())
    assert reverse("certificates:index") in page(client, "/beranda/")


def test_english_is_a_switch_away(client: Client) -> None:
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert answer.status_code == 302
    assert '<html lang="en">' in client.get("/").content.decode()


def test_dashboard_queries_do_not_grow_with_the_files(
    client: Client, django_assert_max_num_queries
) -> None:
    admin = people.admin()
    client.force_login(admin)
    for _ in range(4):
        submitted()
    with django_assert_max_num_queries(30):
        client.get("/beranda/")


def test_times_are_the_reader_s_first_and_the_lsp_s_second(client: Client) -> None:
    case = verified(zone="Asia/Jayapura")
    ahead = (now() - people.NOW) / timedelta(hours=1) + 72
    fixed(case, hours=ahead)
    client.force_login(case.asesi)
    text = page(client, "/beranda/")
    assert text.index("WIT</p>") < text.index("waktu LSP")
    assert "Masuk ruang, dibuka" in text


def test_a_session_can_be_added_to_the_own_calendar_only(client: Client) -> None:
    jadwal, case = fixed()
    client.force_login(case.asesi)
    answer = client.get(reverse("notifications:calendar", args=[jadwal.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    assert str(jadwal.uid).encode() in answer.content
    client.force_login(people.asesi())
    assert client.get(reverse("notifications:calendar", args=[jadwal.pk])).status_code == 404
