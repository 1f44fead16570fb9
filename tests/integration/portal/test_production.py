"""A production start with DEBUG, without a chosen key or with demo accounts refuses, saying why."""

import base64
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import shared

ROOT = Path(__file__).resolve().parents[3]
START = "import ajj.config.asgi as it; print('serves', bool(it.application))"
MAKE_DEMO_ACCOUNT = """
import django
django.setup()
from ajj.people.models import User
User.objects.create_user("asesi@demo.ajj.test", "x", name="Asesi", is_demo=True)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Run Python in a production environment whose database is migrated; gives (code, words)."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AJJ_TEST")},
        "DATA_DIR": str(tmp_path_factory.mktemp("site")),
        "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PRODUCTION": "1",
    }

    def run(*arguments: str, **changed: str) -> tuple[int, str]:
        done = subprocess.run(
            (sys.executable, *arguments),
            env={**environment, **changed}, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    database = shared.empty_database()
    assert database is not None
    shutil.copy(database, environment["DATA_DIR"])
    return run


def test_a_sound_production_start_serves(site):
    code, words = site("-c", START)
    assert code == 0, words
    assert "serves True" in words


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"DEBUG": "1"}, "ajj.E001"),
        ({"SECRET_KEY": ""}, "ajj.E002"),
        ({"SECRET_KEY": "short"}, "ajj.E002"),
    ],
)
def test_unsafe_settings_are_refused(site, changed, error):
    code, words = site("-c", START, **changed)
    assert code != 0
    assert error in words
    assert "serves" not in words


def test_a_master_key_beside_the_recordings_is_warned_of_and_a_bad_one_refused(site):
    code, words = site("manage.py", "check")
    assert (code, "ajj.W001" in words) == (0, True)
    good = base64.b64encode(bytes(range(32))).decode()
    code, words = site("manage.py", "check", MASTER_KEY=good)
    assert (code, "ajj.W001" in words) == (0, False)
    code, words = site("-c", START, MASTER_KEY="bukan kunci")
    assert code != 0
    assert "ajj.E005" in words
    assert "bukan kunci" not in words


def test_commands_refuse_unsafe_settings_too(site):
    code, words = site("manage.py", "migrate", "--noinput", DEBUG="1")
    assert code != 0
    assert "ajj.E001" in words


def test_demo_accounts_are_refused_by_the_site(site):
    assert site("-c", MAKE_DEMO_ACCOUNT)[0] == 0
    code, words = site("-c", START)
    assert code != 0
    assert "ajj.E003" in words
    assert site("-c", START, PRODUCTION="0")[0] == 0
