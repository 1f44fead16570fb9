"""The door on the local network: what it shows, what it gives away, and the words around it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.lan.authority import create
from infra.lan.door import Door
from infra.lan.network import Lan
from infra.lan.welcome import qr

AUTHORITY = create("AJJ lokal di meja", (), now=datetime.now(UTC))
LAN = Lan(("192.168.1.7", "meja.local"), 8443, 8080, Path("/srv/a:b/lan"))


@pytest.fixture
def door():
    return Door(LAN.site, AUTHORITY.pem())


def test_the_certificate_comes_as_phones_want_it(door):
    assert door.answer("/ajj-lokal.crt") == ("application/x-x509-ca-cert", AUTHORITY.der())


@pytest.mark.parametrize(
    "path",
    [
        "/ca.key", "/static/manifest.json", "/static/assets/../manifest.json", "/static/assets",
        "/static/assets/../../../infra/run.py", "/sesi/", "/api/v1/sessions", "//etc/passwd",
    ],
)  # fmt: skip
def test_nothing_else_can_be_had_without_encryption(door, path):
    assert door.answer(path) is None


def test_daphne_is_told_of_a_path_with_a_colon():
    assert LAN.endpoint == (
        "ssl:8443:interface=0.0.0.0:certKey=/srv/a\\:b/lan/site.pem"
        ":privateKey=/srv/a\\:b/lan/site.key"
    )


def test_given_names_go_before_ours():
    told = LAN.environment({"ALLOWED_HOSTS": "ajj.test", "SITE_URL": "https://ajj.test"})
    assert told["SITE_URL"] == "https://ajj.test"
    assert told["ALLOWED_HOSTS"].split(",")[:3] == ["ajj.test", "192.168.1.7", "meja.local"]
    assert LAN.environment({})["SITE_URL"] == "https://192.168.1.7:8443"


def test_the_qr_fits_a_narrow_terminal():
    lines = qr("http://192.168.100.100:8080/?ke=/sesi/4f9f3c0e-6f6f-4b7e-9a53-64f3c9a0a1b2/")
    assert len(lines) <= 24
