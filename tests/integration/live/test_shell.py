"""What lets a room open without a network, and what keeps it from the next person."""

import re

import pytest
from django.test import Client

from tests.factories.live import room

pytestmark = pytest.mark.django_db


def test_the_worker_has_one_address_and_names_the_built_file():
    answer = Client().get("/sesi/luring.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert re.fullmatch(r'importScripts\("/static/assets/worker-[\w-]+\.js"\);\s*', answer.text)


def test_each_page_says_whose_it_is():
    made = room().go_live()
    client = Client()
    assert 'data-user=""' in client.get("/masuk/").text
    client.force_login(made.asesor, backend="django.contrib.auth.backends.ModelBackend")
    assert f'data-user="{made.asesor.pk}"' in client.get(f"/sesi/{made.id}/").text
