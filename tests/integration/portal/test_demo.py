"""The demo LSP: complete, the same when asked for twice, and never in production."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from ajj.applications.models import Permohonan
from ajj.committee.models import Tim
from ajj.live.models import Session
from ajj.people.models import User
from ajj.portal.demo.seed import demo_password
from ajj.scheduling.models import Jadwal
from ajj.skema.models import SkemaAJJApproval

ROLES = {
    "asesi", "asesor", "admin", "manajer", "direktur", "komite1", "komite2", "komite3", "pengusul",
}  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (User, Permohonan, Jadwal, Tim, SkemaAJJApproval)
    )


def test_demo_data_is_an_lsp_at_work_and_making_it_twice_changes_nothing():
    call_command("demo_data", stdout=io.StringIO())
    first = counts()
    assert all(first)
    assert not User.objects.filter(is_demo=False).exists()
    states = set(Permohonan.objects.values_list("state", flat=True))
    assert states == {"draft", "submitted", "accepted", "apl02_verified"}
    assert SkemaAJJApproval.objects.count() == 2
    assert Session.objects.count() == Jadwal.objects.count() == 2
    call_command("demo_data", stdout=io.StringIO())
    assert counts() == first
    for role in ROLES:
        client = Client()
        form = {"username": f"{role}@demo.ajj.test", "password": demo_password()}
        answer = client.post("/masuk/", form)
        assert answer.status_code == 302, role
        assert client.get("/beranda/").status_code == 200, role


def test_a_demo_session_is_open_now_with_its_checklist():
    call_command("demo_data", stdout=io.StringIO())
    said = io.StringIO()
    call_command("demo_session", "--minutes", "30", stdout=said)
    answer = json.loads(said.getvalue())
    assert answer["asesi"] == "asesi@demo.ajj.test"
    assert answer["asesor"] == "asesor@demo.ajj.test"
    client = Client()
    client.force_login(User.objects.get(email=answer["asesor"]))
    room = client.get(f"/api/v1/sessions/{answer['session']}").json()
    assert room["kind"] == "asesmen"
    assert room["state"] == "scheduled"
    checklist = client.get(f"/api/v1/sessions/{answer['session']}/checklist")
    assert checklist.status_code == 200, "FR.AK.01 is signed already"
    again = io.StringIO()
    call_command("demo_session", "--kind", "pra_asesmen", stdout=again)
    assert json.loads(again.getvalue())["session"] != answer["session"]


def test_real_accounts_are_never_mixed_with_demo_ones():
    User.objects.create_user("nyata@lsp.example", "x", name="Orang Nyata")
    call_command("demo_data", "--if-empty", stdout=io.StringIO())
    assert not User.objects.filter(is_demo=True).exists()


def test_production_has_no_demo(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo_data", stdout=io.StringIO())
