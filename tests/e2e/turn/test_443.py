"""A phone's network where nothing but tcp/443 gets through, and a site with its own authority."""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Playwright

from infra.lan.authority import kept
from tests.e2e.browsers import FLAGS, PHONE, Person, chromium_path, until
from tests.e2e.faraway import product_on_lan
from tests.e2e.room import Room
from tests.e2e.turn.paths import KEEP, moving, paths, recorded
from tests.net.far import Far, counted, far_away
from tests.services.product import PASSWORD, Product
from tests.services.relay import coturn, relay_at

pytestmark = pytest.mark.timeout(300)


def pin(certificate: bytes) -> str:
    """What Chromium calls a certificate whose errors it shall ignore: its key's SHA-256."""
    key = x509.load_pem_x509_certificate(certificate).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


@contextmanager
def served(folder: Path, far: Far) -> Iterator[tuple[Product, list[str]]]:
    """Site and relay, each on port 443 of an address of its own, certified by one authority."""
    now = datetime.now(UTC)
    authority = kept(folder / "data" / "lan", "uji", (), now=now)
    address = far.near_too()
    certificate = authority.issue([address], now=now)
    relay = relay_at(address, far.near, tls_port=443)
    with (
        coturn(folder / "coturn", relay, certificate) as turn,
        product_on_lan(folder / "data", far, **turn.environment) as product,
    ):
        site = (folder / "data" / "lan" / "site.pem").read_bytes()
        yield product, [pin(site), pin(certificate[0])]


def test_a_phone_joins_over_https_and_tls_alone(playwright: Playwright, tmp_path):
    with far_away() as far, served(tmp_path, far) as (product, pins):
        made = product.json("demo_session")
        check_client(far, product, made, tmp_path / "data" / "lan" / "ca.pem")

        door = int(product.environment["LAN_HTTP_PORT"])
        assert probe(far, "tcp", door)["connected"]
        before = far.weather(only=["tcp/443"])
        assert not probe(far, "tcp", door)["connected"]
        assert probe(far, "tcp", 443)["connected"]

        there = far.command(tmp_path / "chromium-there", chromium_path())
        flags = [*FLAGS, f"--ignore-certificate-errors-spki-list={','.join(pins)}"]
        phone = playwright.chromium.launch(executable_path=str(there), args=flags)
        laptop = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        try:
            asesi = Room(Person(phone, product, made["asesi"], screen=PHONE), made["session"])
            asesi.page.add_init_script(KEEP)
            # Who sits at the machine itself needs no certificate.
            product.base_url = f"http://localhost:{product.port}"
            asesor = Room(Person(laptop, product, made["asesor"]), made["session"])
            asesor.enter()
            asesi.enter()
            assert asesi.page.evaluate("isSecureContext")
            until(lambda: moving(asesi, asesor), 45, "both see each other", page=asesi.page)
            assert paths(asesi) == [["relay", "tls"], ["relay", "tls"]]
            recorded(asesor)
        finally:
            phone.close()
            laptop.close()
        after = far.counts()
        assert counted(before, after, "udp") == (0, 0), "no datagram passed"
        assert counted(before, after, "barred udp")[1] > 0, "they were tried, and barred"


def check_client(far: Far, product: Product, made: dict[str, str], authority: Path) -> None:
    """A client that trusts the authority alone has all of the site; one that does not, nothing."""
    door = f"http://{far.near}:{product.environment['LAN_HTTP_PORT']}"
    given = (product.base_url, door, str(authority), made["asesi"], PASSWORD, made["session"])
    met = json.loads(far.run(sys.executable, "-m", "tests.net.visitor", *given).stdout)
    assert met["login"] == 302
    assert met["insecure_cookies"] == []
    assert met["joined"]["ws_url"].startswith(f"wss://{far.near}/")
    assert met["joined"]["whip_url"].startswith(f"https://{far.near}/")
    assert "seq" in met["first_frame"] or "presence" in met["first_frame"]
    assert "CERTIFICATE_VERIFY_FAILED" in met["stranger"]
    assert met["door"] == 200
    assert met["door_without_encryption"] == 404
    assert met["certificate_type"] == "application/x-x509-ca-cert"
    own = x509.load_pem_x509_certificate(authority.read_bytes())
    assert met["certificate"] == own.public_bytes(Encoding.DER).hex()


def probe(far: Far, kind: str, port: int) -> dict[str, object]:
    said = far.run(sys.executable, "-m", "tests.net.probe", kind, far.near, str(port)).stdout
    found: dict[str, object] = json.loads(said)
    return found
