"""A two-hour session in the workbench: instant seeks, the filled timeline, who looked, files."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.browsers import Person, until
from tests.services.product import Product

HOUR = 3_600_000


@pytest.fixture(scope="module")
def berkas(product: Product) -> dict[str, Any]:
    made: dict[str, Any] = product.query(
        "from tests.factories.media.berkas import berkas\n"
        "answer = berkas(device=(24_000, 28_000, 32_000))"
    )
    return made


def clock(page: Page) -> int:
    return int(page.get_by_test_id("review-clock").get_attribute("data-ms") or 0)


def states(page: Page) -> list[str | None]:
    return [tile.get_attribute("data-state") for tile in page.get_by_test_id("review-tile").all()]


def drifts(page: Page) -> list[float]:
    found: list[float] = page.evaluate(
        """() => [...document.querySelectorAll("[data-state=playing] video")]
            .filter((video) => !video.hidden)
            .map((video) => video.currentTime * 1000
                - Number(document.querySelector("[data-testid=review-clock]").dataset.ms))"""
    )
    return found


@pytest.mark.timeout(600)
def test_two_hours_play_seek_and_are_filled_without_a_seam(product, chromium, berkas):
    office = Person(chromium(), product, "manajer@demo.ajj.test")
    page = office.page
    fetched: list[int] = []

    def note(request: Any) -> None:
        found = re.search(r"/segments/(\d+)", request.url)
        if found:
            fetched.append(int(found[1]))

    page.on("request", note)
    page.goto(f"/komite/tinjau/{berkas['case']}/?t=3600")
    page.wait_for_selector("[data-ready=true]")
    until(lambda: states(page) == ["playing", "playing"], 30, "a cold seek", page=page)
    assert clock(page) == HOUR
    # The segment at the second itself comes first, and of two hours only what lies around it.
    assert len(fetched) <= 10
    assert page.locator(".watermark").count() == 2
    assert "·" in page.locator(".watermark").first.inner_text()
    page.get_by_test_id("review-play").click()
    page.get_by_test_id("review-rate-3").click()
    until(lambda: clock(page) > HOUR + 12_000, 30, "it plays over a boundary", page=page)
    assert states(page) == ["playing", "playing"]
    assert max(map(abs, drifts(page))) < 500
    # Live, H.264 from the device behind VP8, sound alone, a hole with its cause, live again.
    page.get_by_test_id("review-rate-1").click()
    page.evaluate("location.assign('?t=18')")
    page.wait_for_selector("[data-ready=true]")
    page.get_by_test_id("review-play").click()
    page.get_by_test_id("review-rate-3").click()
    seen: dict[int, tuple[str | None, int]] = {}
    shape = """() => [...document.querySelectorAll("[data-testid=review-tile]")][0]
        .querySelector("video:not([hidden])").videoWidth"""
    while (at := clock(page)) < 43_000:
        seen[at] = (states(page)[0], int(page.evaluate(shape)))
        page.wait_for_timeout(60)

    def within(start: int, end: int) -> set[tuple[str | None, int]]:
        return {found for at, found in seen.items() if start < at < end}

    assert ("absent", 320) in within(20_200, 23_800)
    assert within(24_900, 31_500) == {("playing", 320)}
    assert within(33_000, 35_500) <= {("playing", 0), ("playing", 320)}
    assert ("playing", 320) in within(41_500, 43_000)
    rows = page.get_by_test_id("review-gap")
    assert rows.count() >= 3
    page.locator(".gaplist summary").first.click()
    office.page.screenshot(path=str(product.data_dir / "workbench.png"))
    assert office.complaints == []
    views(office, berkas)
    files(office, berkas)
    office.close()


def views(office: Person, berkas: dict[str, Any]) -> None:
    """The server knows who looked, at which seconds, by the beacon and by the bytes."""
    page = office.page
    page.goto(f"/rekaman/{berkas['session']}/penonton/")
    rows = page.locator("[data-testid=view-row]")
    until(lambda: rows.count() >= 1, 5, "the view is listed", page=page)
    words = rows.first.inner_text()
    assert "Ruang tinjau" in words
    assert re.search(r"00\.00\.\d\d", words)


def files(office: Person, berkas: dict[str, Any]) -> None:
    """A file is asked for, made by the jobs process, and fetched."""
    base = f"/api/v1/sessions/{berkas['session']}/exports"
    row = office.call("POST", base, {"what": "stream", "stream": berkas["asesor"]})

    def done() -> Any:
        found = office.call("GET", f"{base}/{row['id']}")
        assert found["state"] != "failed", found
        return found if found["state"] == "done" else None

    made = until(done, 60, "the file is made")
    answer = office.context.request.get(made["url"], headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.body()) == (206, b"\x1a\x45\xdf\xa3")
