"""A whole rehearsal on a phone: measured, judged, stored, and read by the asesor."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.e2e.axe import violations
from tests.e2e.browsers import FLAGS, PHONE, Person, chromium_path
from tests.e2e.pages.test_pages import spill
from tests.services.product import Product, running
from tests.services.relay import coturn, relay_at


def own_address() -> str:
    """Where a relay on this machine can be reached by a browser on it; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with a real relay, by UDP and TCP but without a certificate."""
    folder = tmp_path_factory.mktemp("gladi")
    with (
        coturn(folder / "turn", relay_at(own_address())) as turn,
        running(folder / "product", **turn.environment) as started,
    ):
        yield started


def rehearse(page: Page, session: str, *, heard: bool = True) -> str:
    """From the first click to the stored verdict."""
    page.goto(f"/sesi/{session}/gladi/")
    page.get_by_test_id("gladi-start").click()
    page.get_by_test_id("gladi-heard" if heard else "gladi-silent").click()
    verdict = page.get_by_test_id("gladi-verdict")
    verdict.wait_for(timeout=60_000)
    return str(verdict.get_attribute("data-verdict"))


def stored(product: Product, session: str) -> dict[str, Any]:
    """The session's last report as the database has it, and what else was left behind."""
    return dict(
        product.query(
            "from ajj.gladi.models import Gladi\n"
            "from ajj.live.models import LogEntry\n"
            "from recordings.models import Stream\n"
            f"row = Gladi.objects.filter(session='{session}').first()\n"
            "answer = {'verdict': row.verdict, 'role': row.role, 'measured': row.measured,"
            f" 'streams': Stream.objects.filter(session='{session}').count(),"
            f" 'log': LogEntry.objects.filter(session='{session}').count()}}"
        )
    )


def test_a_phone_rehearses_and_the_asesor_reads_the_verdict(
    product: Product, chromium: Callable[[], Browser]
) -> None:
    made = product.json("demo_session", "--minutes", "60")
    asesi = Person(chromium(), product, made["asesi"], screen=PHONE)
    verdict = rehearse(asesi.page, made["session"])
    told = asesi.page.inner_text("#gladi")
    assert verdict == "siap", told
    kept = stored(product, made["session"])
    measured = kept["measured"]
    assert (kept["verdict"], kept["role"]) == ("siap", "asesi")
    assert (kept["streams"], kept["log"]) == (0, 0), "a practice leaves nothing in the session"
    assert measured["connected"] is True, measured
    assert measured["reconnected"] is True, measured
    assert measured["udp"] == "ok", measured
    routes = [measured[f"turn_{way}"] for way in ("udp", "tcp", "tls")]
    assert routes == ["ok", "ok", "absent"]
    assert 0 < measured["media_ms"] < 12_000
    assert 0 < measured["reconnect_ms"] < 12_000
    assert measured["loss"] < 0.03
    assert measured["up_bps"] > 1_000_000
    assert measured["down_bps"] > 1_000_000
    assert abs(measured["clock_offset_ms"]) < 1000
    assert measured["microphone_peak"] > 0.01
    assert (measured["screen_width"], measured["screen_height"]) == (360, 740)
    spool = [str(path) for path in Path(product.data_dir / "spool").rglob("*practice*")]
    assert spool == [], "a practice leaves no file"
    assert asesi.complaints == []
    asesi.page.get_by_text("Semua hasil uji").click()
    asesi.page.set_viewport_size({"width": 320, "height": 640})
    assert (violations(asesi.page), spill(asesi.page)) == ([], 0)

    asesor = Person(chromium(), product, made["asesor"])
    asesor.page.goto(f"/sesi/{made['session']}/gladi/")
    reports = asesor.page.get_by_test_id("gladi-reports").inner_text()
    assert "Siap" in reports, reports
    asesor.page.get_by_test_id("gladi-start").wait_for()
    assert (violations(asesor.page), spill(asesor.page)) == ([], 0)
    asesor.page.goto(f"/sesi/{made['session']}/")
    door = asesor.page.get_by_test_id("join-gladi")
    door.wait_for()
    assert door.get_attribute("data-verdict") == "siap"


def test_without_devices_the_line_is_measured_and_the_verdict_says_what_to_do(
    product: Product, playwright: Playwright
) -> None:
    made = product.json("demo_session", "--minutes", "60")
    bare = [flag for flag in FLAGS if "fake" not in flag]
    with playwright.chromium.launch(executable_path=chromium_path(), args=bare) as browser:
        asesi = Person(browser, product, made["asesi"], screen=PHONE)
        assert rehearse(asesi.page, made["session"], heard=False) == "belum_siap"
        told = asesi.page.inner_text("#gladi")
    measured = stored(product, made["session"])["measured"]
    assert (measured["camera"], measured["microphone"]) == ("missing", "missing")
    assert "microphone_peak" not in measured
    assert measured["connected"] is True, "a tone of its own goes the way of a voice"
    assert "Belum siap: mikrofon tidak ditemukan" in told
    assert "Sambungkan mikrofon atau headset" in told
