"""The komite's workbench, its pleno, the SK and what a stranger sees."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsers import Person, until
from tests.e2e.probes import watch

LEAD_MS = 5000


def open_case(member: Person, asesi: str) -> None:
    """From the list of berkas into the workbench."""
    page = member.page
    page.goto("/komite/")
    page.locator("table tbody tr", has_text=asesi).get_by_role("link", name="Tinjau").click()
    page.wait_for_url(re.compile(r"/komite/tinjau/\d+/"))
    expect(page.get_by_test_id("review-tile").first).to_be_visible(timeout=30_000)


def clock_ms(member: Person) -> int:
    clock = member.page.get_by_test_id("review-clock")
    return int(clock.get_attribute("data-ms") or -1)


def click_mark(member: Person, mark: dict[str, Any]) -> None:
    """A click on a mark stands five seconds before it and plays, picture and clock alike."""
    page = member.page
    button = page.get_by_test_id(f"review-mark-{mark['seq']}")
    button.scroll_into_view_if_needed()
    wanted = max(0, mark["at_ms"] - LEAD_MS)
    landed = button.evaluate(
        """async (one) => {
          one.click();
          await new Promise((done) => setTimeout(done, 60));
          return Number(document.querySelector('[data-testid="review-clock"]').dataset.ms);
        }"""
    )
    assert abs(landed - wanted) < 1000, (landed, wanted)
    until(
        lambda: any(one.moves for one in watch(page, '[data-testid="review-tile"] video')),
        20,
        "the recording plays from the mark",
        page=page,
    )
    until(lambda: together(page), 10, "every picture is on the one clock", page=page)


def together(page: Page) -> bool:
    """Whether something plays, and all that plays is at the clock's second."""
    apart = page.evaluate(
        """() => {
          const clock = document.querySelector('[data-testid="review-clock"]');
          const playing = document.querySelectorAll(
            '[data-testid="review-tile"][data-state="playing"] video:not([hidden])');
          return [...playing].map((video) => video.currentTime * 1000 - Number(clock.dataset.ms));
        }"""
    )
    return bool(apart) and all(abs(one) < 500 for one in apart)


def vote(member: Person, value: str, reason: str) -> None:
    page = member.page
    page.get_by_test_id(f"review-vote-{value}").click()
    page.get_by_test_id("review-reason").fill(reason)
    page.get_by_test_id("review-declare").check()
    page.get_by_test_id("review-save").click()
    expect(page.get_by_test_id("review-decide")).to_have_attribute("data-saved", "true")


def close_pleno(ketua: Person) -> str:
    """All three present, the berita acara printed; gives the pleno's address."""
    page = ketua.page
    page.goto("/komite/pleno/")
    for box in page.locator("input[name=hadir]").all():
        box.check()
    page.fill("[name=notes]", "Pleno daring, suara bulat.")
    page.get_by_role("button", name=re.compile("Tutup pleno")).click()
    page.wait_for_url(re.compile(r"/komite/pleno/\d+/$"))
    expect(page.get_by_text("Berita acara pleno")).to_be_visible()
    return page.url


def sign_sk(direktur: Person, pleno: str) -> None:
    page = direktur.page
    page.goto(pleno)
    page.check("#setuju")
    page.get_by_role("button", name="Tanda tangani SK").click()
    expect(page.get_by_text("Ditandatangani", exact=True)).to_be_visible(timeout=30_000)


def certificate_of(person: Person, holder: str) -> tuple[str, bytes]:
    """The public address of the newest certificate of ``holder``, and its PDF."""
    page = person.page
    page.goto("/sertifikat/")
    row = page.locator("table tbody tr", has_text=holder).first
    document = row.get_by_role("link", name=re.compile("PDF")).get_attribute("href")
    assert document
    pdf = person.context.request.get(document).body()
    row.locator("th a").click()
    page.wait_for_url(re.compile(r"/sertifikat/\d+/"))
    address = page.locator('main a[href*="/verifikasi/"]').first.get_attribute("href")
    assert address
    return address, pdf
