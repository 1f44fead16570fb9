"""The asesor works without a network: what they did, when, and what the log says of it."""

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from tests.e2e.browsers import until
from tests.e2e.faraway import Distance
from tests.net.far import counted

VALUES = ("ya", "tidak", "lanjut")


@dataclass
class Away:
    """``marked``: KUK, value, and the true moment (epoch seconds) of each mark."""

    far: Distance
    marked: list[tuple[int, str, float]] = field(default_factory=list)
    cut: dict[str, Any] = field(default_factory=dict)

    def go(self) -> None:
        """The line is cut; the room says so."""
        self.cut = self.far.far.weather(up=False)
        expect(self.far.asesor.by("line-down")).to_be_visible(timeout=30_000)

    def mark(self, kuk: int, value: str) -> None:
        """By the asesor's own keys: as fast as a person, and not answered by the server."""
        button = self.far.asesor.by(f"mark-{kuk}-{value}")
        button.scroll_into_view_if_needed()
        before = time.time()
        button.click()
        self.marked.append((kuk, value, (before + time.time()) / 2))
        row = self.far.asesor.by(f"kuk-{kuk}")
        expect(row).to_have_attribute("data-state", "pending")

    def shell_kept(self) -> None:
        """The device has what it takes to open the room again."""
        kept = "async () => (await caches.match(location.pathname)) !== undefined"
        until(lambda: self.far.asesor.page.evaluate(kept), 20, "kept", page=self.far.asesor.page)
        self.far.asesor.page.wait_for_timeout(6000)

    def reopen(self) -> None:
        """The tab is killed and the room opened anew, still without a network."""
        room, person = self.far.asesor, self.far.asesor.person
        page = person.context.new_page()
        room.page.close()
        room.page = person.page = page
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        page.goto(f"/sesi/{room.session}/")
        expect(room.by("room")).to_be_visible(timeout=45_000)

    def proven(self) -> None:
        """The link really dropped packets both ways since ``go``."""
        assert min(counted(self.cut, self.far.far.counts(), "cut")) > 0

    def back(self) -> None:
        """The line is there again; everything is stored by itself."""
        self.proven()
        self.far.far.weather(up=True)

        def stored() -> bool:
            rows = [self.far.asesor.by(f"kuk-{kuk}") for kuk, _value, _at in self.marked]
            return all(row.get_attribute("data-state") == "stored" for row in rows)

        until(stored, 60, "all marks stored", page=self.far.asesor.page)

    def errors_ms(self) -> list[float]:
        """How far each mark's place in the session lies from its true moment; each there once."""
        log = self.far.asesor.log()
        t0 = next(entry["data"]["t0"] for entry in log if entry["kind"] == "session.opened")
        marks = [entry for entry in log if entry["kind"] == "mark"]
        told = {(entry["data"]["kuk"], entry["data"]["value"]): entry for entry in marks}
        assert len(marks) == len(told) == len(self.marked), "none lost, none twice"
        found = []
        for kuk, value, at in self.marked:
            entry = told[kuk, value]
            acted = entry["data"]["acted"]
            assert "corrected" not in acted, acted
            assert entry["at_ms"] - acted["ms"] > 1000 or at > time.time() - 5, "it arrived late"
            found.append(acted["ms"] - (at * 1000 - t0))
        return found
