"""An exported capsule in a real Chromium: opened from its folder, without any network."""

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from recordings.models import FIRST_DEVICE_INDEX, Stream
from recordings.services import ensure_stream, keyring
from recordings.services.capsule import write_capsule
from tests.e2e.browsers import DESK, launch, until
from tests.factories.media import recorded as media
from tests.integration.recordings.spool import recorded

pytestmark = pytest.mark.django_db
HOUR = 3_600_000
# The asesi: two pieces, four seconds missing, four that the device kept, and live again.
PIECES = (
    (0, HOUR),
    (1, HOUR + 4_000),
    (2, HOUR + 16_000),
    (FIRST_DEVICE_INDEX, HOUR + 12_000),
)


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    """A capsule of an hour's session, as the zip gives it."""
    settings.DATA_DIR = tmp_path / "data"
    made = recorded(tmp_path / "spool")
    room = made.room
    asesor = ensure_stream(room.id, owner_id=room.asesor.pk, kind="camera")
    made.say("stream.started", 3600, codecs=["vp8", "opus"])
    made.seconds = 3600
    made.ingest().step()
    Stream.objects.filter(pk=asesor.pk).update(started_ms=HOUR)
    room.agree(seconds=60)
    room.do(room.asesor, "mark", {"kuk": room.kuk[0], "value": "ya", "note": ""}, seconds=3606)
    for index, start in PIECES:
        media.keep(made.stream, index, start, media.webm(start), tmp_path, now=room.at(3620))
    for index in range(4):
        start = HOUR + 4_000 * index
        media.keep(asesor, index, start, media.fmp4(start), tmp_path, now=room.at(3620))
    made.say("stream.stopped", 3620, reason="ended")
    made.end(3630)
    made.ingest().step()
    zipped = tmp_path / "kapsul.zip"
    write_capsule(
        room.id, zipped, keys=keyring(), by=room.admin, now=room.at(4000) + timedelta(days=1)
    )
    unpacked = tmp_path / "kapsul"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(unpacked)
    return unpacked


def clock(page: Page) -> int:
    return int(page.get_attribute("[data-testid=review-clock]", "data-ms") or 0)


def drifts(page: Page) -> list[float]:
    """How far each picture that shows stands from the clock, in ms."""
    found: list[float] = page.evaluate(
        """() => [...document.querySelectorAll("[data-state=playing] video")]
            .filter((video) => !video.hidden)
            .map((video) => video.currentTime * 1000
                - Number(document.querySelector("[data-testid=review-clock]").dataset.ms))"""
    )
    return found


def states(page: Page) -> list[str | None]:
    return [tile.get_attribute("data-state") for tile in page.locator(".stage__tile").all()]


def test_the_capsule_plays_and_seeks_from_its_folder_without_network(folder: Path) -> None:
    assert (folder / "viewer" / "app.js").exists(), "make assets builds the viewer"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport=DESK, offline=True)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((folder / "index.html").as_uri())
        page.wait_for_selector("[data-ready=true]")
        assert page.inner_text("#judul") == "Ayu Lestari"
        # A click on the mark stands five seconds before it, and plays over the seam of two files.
        page.click("[data-testid^=review-mark-]")
        assert HOUR + 900 < clock(page) < HOUR + 2_500
        page.click("[data-testid='review-rate-1.5']")
        until(lambda: clock(page) > HOUR + 4_800, 30, "it plays", page=page)
        assert states(page) == ["playing", "playing"]
        assert max(map(abs, drifts(page))) < 300
        page.click("[data-testid='review-rate-3']")
        # Where nothing was recorded the picture says so, and the other goes on.
        until(lambda: clock(page) > HOUR + 8_600, 30, "it plays on", page=page)
        assert states(page) == ["absent", "playing"]
        assert "tidak terekam" in page.inner_text(".stage__tile >> nth=0")
        # What the device kept plays like the rest, three times as fast too.
        until(lambda: clock(page) > HOUR + 13_500, 30, "it plays faster", page=page)
        assert states(page)[0] == "playing"
        page.click("[data-testid=review-play]")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        until(lambda: states(page) == ["playing", "playing"], 20, "it seeks back", page=page)
        assert max(map(abs, drifts(page))) < 120
        rows = page.locator("[data-testid=review-gap]")
        filled = [row.get_attribute("data-filled") for row in rows.all()]
        assert {"true", "false"} == set(filled)
        assert said == []
        browser.close()
