"""Every page in a real browser: axe finds nothing, nothing runs out of the screen, and it is light.

Budgets: an asesi's page weighs at most 60 kB on the first visit without fonts, and can be used
before scripts have loaded.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.e2e.axe import violations
from tests.e2e.browsers import DESK, PHONE, Person
from tests.services.product import Product, running

ASESI_BUDGET = 60_000
SCREENS = {
    "320": ViewportSize(width=320, height=640),
    "360": PHONE,
    "1366": DESK,
    "3840": ViewportSize(width=3840, height=2160),
}
PAGES = {
    "": [
        "/",
        "/tentang/",
        "/cara-kerja/",
        "/pengaduan/",
        "/skema/",
        "/jadwal/",
        "/verifikasi/",
        "/kamera/",
        "/masuk/",
        "/daftar/",
        "/tidak-ada/",
    ],
    "asesi": [
        "/beranda/",
        "/permohonan/",
        "/jadwal/saya/",
        "/profil/",
        "/komite/",
        "/permohonan/2026-0004/formulir/",
        "/permohonan/2026-0004/formulir/FR.AK.03@2023/isi/",
    ],
    "asesor": [
        "/beranda/",
        "/permohonan/",
        "/jadwal/saya/",
        "/permohonan/2026-0004/formulir/FR.MAPA.01@2023/isi/",
        "/permohonan/2026-0004/formulir/FR.AK.07@2023/isi/",
        "/permohonan/2026-0004/portofolio/",
        "/skema/1/muk/",
        "/skema/1/muk/peta/",
        "/muk/",
        "/muk/1/",
    ],
    "admin": ["/beranda/", "/permohonan/", "/jadwal/kelola/", "/komite/", "/sertifikat/"],
    "komite1": ["/beranda/", "/komite/"],
    "direktur": ["/beranda/", "/komite/", "/sertifikat/"],
    "manajer": ["/beranda/", "/retensi/"],
    "pengusul": ["/beranda/"],
}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One of its own: the weight of a page is that of a file of ordinary length."""
    with running(tmp_path_factory.mktemp("pages")) as started:
        yield started


def spill(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("who", list(PAGES), ids=lambda who: who or "visitor")
def test_nothing_for_axe_and_nothing_spills(
    product: Product, chromium: Callable[[], Browser], who: str
) -> None:
    person = Person(chromium(), product, f"{who}@demo.ajj.test" if who else "")
    page, wrong = person.page, {}
    for path in PAGES[who]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        for name, screen in SCREENS.items():
            page.set_viewport_size(screen)
            faults = violations(page)
            if spill(page) > 0:
                faults.append(f"spills {spill(page)} px")
            if faults:
                wrong[path, name] = faults
    assert wrong == {}


@pytest.mark.parametrize("path", ["/", "/beranda/", "/permohonan/", "/jadwal/saya/"])
def test_an_asesi_page_is_light_on_the_first_visit(
    product: Product, chromium: Callable[[], Browser], path: str
) -> None:
    person = Person(chromium(), product, "asesi@demo.ajj.test", screen=PHONE)
    wire = person.context.new_cdp_session(person.page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda e: weights.update({e["requestId"]: e["encodedDataLength"]}),
    )
    person.page.goto(path)
    person.page.wait_for_load_state("networkidle")
    heavy = {key: size for key, size in weights.items() if kinds.get(key) != "Font"}
    assert heavy
    assert sum(heavy.values()) <= ASESI_BUDGET


def test_the_site_can_be_used_before_scripts_load(
    product: Product, chromium: Callable[[], Browser]
) -> None:
    context = chromium().new_context(
        base_url=product.base_url, viewport=PHONE, locale="id-ID", java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/")
    page.locator("details.menu > summary").click()
    page.get_by_role("link", name="Cara kerja", exact=True).first.click()
    assert page.url.endswith("/cara-kerja/")
    page.goto("/")
    page.fill("#verify-code", "tidak ada")
    page.get_by_role("button", name="Periksa").click()
    assert "/verifikasi" in page.url


def test_the_keyboard_reaches_the_content_first(
    product: Product, chromium: Callable[[], Browser]
) -> None:
    page = Person(chromium(), product).page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"


def test_an_open_menu_closes_on_escape_and_returns_the_focus(
    product: Product, chromium: Callable[[], Browser]
) -> None:
    page = Person(chromium(), product, "asesi@demo.ajj.test").page
    page.goto("/beranda/")
    summary = page.locator("details.menu > summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
