"""The room as a person uses it: by the names of frontend/src/room/testids.ts."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.browsers import Person
from tests.e2e.probes import Moving, watch

ENTER_MS = 45_000
TILE_VIDEO = '[data-testid="tile"][data-kind="camera"] video'
SCREEN_VIDEO = '[data-testid="tile"][data-kind="screen"] video'


class Room:
    """One person in one session's room."""

    def __init__(self, person: Person, session: str) -> None:
        self.person, self.page, self.session = person, person.page, session

    def by(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def enter(self, *, sends: bool = True) -> "Room":
        """Through the page before the room into the room."""
        self._through_the_page(sends=sends)
        expect(self.by("room")).to_be_visible(timeout=ENTER_MS)
        return self

    def come_to_the_door(self) -> "Room":
        """Through the page before the room into the waiting room."""
        self._through_the_page(sends=True)
        expect(self.by("lobby")).to_be_visible(timeout=ENTER_MS)
        return self

    def admit(self) -> None:
        """The asesor lets in whoever waits first."""
        self.by("admit").first.click(timeout=ENTER_MS)

    def _through_the_page(self, *, sends: bool) -> None:
        """With camera and consent where they are asked."""
        self.page.goto(f"/sesi/{self.session}/")
        # Who was inside when the page went comes back inside by itself, past a door that is busy.
        door = self.page.locator('[data-testid="join-enter"]:enabled')
        inside = self.by("room").or_(self.by("lobby"))
        expect(door.or_(inside).first).to_be_visible(timeout=ENTER_MS)
        if inside.count():
            return
        if sends:
            preview = self.by("join-preview")
            expect(preview).to_have_attribute("data-state", "live", timeout=ENTER_MS)
        if self.by("join-consent").count():
            self.by("join-consent").check()
        door.click()

    def sees_other(self, limit_s: float = 45) -> None:
        """Until the other person's camera moves on this screen."""
        self.page.wait_for_selector(TILE_VIDEO, state="attached", timeout=limit_s * 1000)
        for _ in range(int(limit_s)):
            if any(video.moves for video in self.watch(samples=3)):
                return
            self.page.wait_for_timeout(400)
        raise AssertionError(f"{self.person.email} sees nothing move: {self.person.complaints}")

    def watch(self, selector: str = TILE_VIDEO, samples: int = 5) -> list[Moving]:
        return watch(self.page, selector, samples=samples)

    def tab(self, name: str) -> None:
        self.by(f"tab-{name}").click()

    def tick(self, step: str) -> None:
        """Tick an agenda step and see it stored."""
        self.by(f"step-{step}").locator("input[type=checkbox]").check()
        expect(self.by(f"step-{step}")).to_have_attribute("data-state", "done")

    def criteria(self) -> list[int]:
        """The KUK of the unit that is shown, in order."""
        rows = self.page.locator('[data-testid^="kuk-"][data-kuk]')
        expect(rows.first).to_be_visible(timeout=20_000)
        return [int(row.get_attribute("data-kuk") or 0) for row in rows.all()]

    def mark(self, kuk: int, value: str) -> None:
        """Mark one KUK and see the server's word for it."""
        self.by(f"mark-{kuk}-{value}").click()
        expect(self.by(f"kuk-{kuk}")).to_have_attribute("data-state", "stored", timeout=15_000)

    def stored_seq(self) -> int:
        """Up to which entry this page has read the log."""
        return int(self.by("stored-seq").first.get_attribute("data-seq") or 0)

    def upload(self, path: Path) -> None:
        """Hand in a piece of evidence and see it received."""
        self.tab("bukti")
        self.by("evidence-file").set_input_files(path)
        expect(self.by("evidence").first).to_be_visible(timeout=30_000)

    def end(self) -> None:
        """The asesor ends the session for everybody."""
        self.by("ctl-end").click()
        self.by("end-confirm").click()
        expect(self.by("ended")).to_be_visible(timeout=20_000)

    def log(self) -> list[dict[str, Any]]:
        """The whole log as this person may read it."""
        entries: list[dict[str, Any]] = []
        after = 0
        while True:
            path = f"/api/v1/sessions/{self.session}/log?after={after}&limit=500"
            found = self.person.call("GET", path)["items"]
            if not found:
                return entries
            entries += found
            after = found[-1]["seq"]


def session_of(url: str) -> str:
    """The session's id in an address of its room."""
    found = re.search(r"/sesi/([0-9a-f-]{36})/", url)
    assert found, url
    return found[1]
