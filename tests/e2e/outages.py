"""An outage and what comes back: when pictures move again, and that the session is still one."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.e2e.faraway import Distance
from tests.e2e.room import TILE_VIDEO
from tests.net.far import counted

FRAMES = """(selector) => [...document.querySelectorAll(selector)]
  .map((video) => video.getVideoPlaybackQuality().totalVideoFrames).reduce((a, b) => a + b, 0)"""
FRESH = 3
# Pictures that were under way before a change of address still come after it.
UNDER_WAY_S = 0.5


def frames(page: Page) -> int:
    """Pictures that the tiles of other people have shown; it may begin anew with a connection."""
    found: int = page.evaluate(FRAMES, TILE_VIDEO)
    return found


@dataclass
class Outages:
    """``back_s``: seconds from each return of the network until both see each other move again.

    ``parts``: the same for the asesor's and the asesi's screen.
    """

    far: Distance
    back_s: list[float] = field(default_factory=list)
    parts: list[tuple[float, float]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def cut(self, seconds: float) -> None:
        """Nothing passes, and nobody is told."""
        before = self.far.far.weather(up=False)
        self.far.asesor.page.wait_for_timeout(seconds * 1000)
        assert min(counted(before, self.far.far.counts(), "cut")) > 0, "the link was really cut"
        self._return(lambda: self.far.far.weather(up=True))

    def unplug(self, seconds: float) -> None:
        """The device goes down: programs over there are told."""
        before = self.far.far.counts()
        self.far.far.unplug()
        self.far.asesor.page.wait_for_timeout(seconds * 1000)
        assert counted(before, self.far.far.counts(), "passed")[1] < seconds * 10, (
            "it was unplugged"
        )
        self._return(self.far.far.plug)

    def move(self) -> None:
        """Another address, at once."""
        before = self.far.far.counts()
        self._return(self.far.far.move, under_way_s=UNDER_WAY_S)
        sent = counted(before, self.far.far.counts(), f"from {self.far.far.address}")
        assert sent[1] > 0, "packets come from the new address"

    def _return(self, mend: Callable[[], Any], under_way_s: float = 0.0) -> None:
        pages = (self.far.asesor.page, self.far.asesi.page)
        mend()
        began = time.monotonic()
        pages[0].wait_for_timeout(under_way_s * 1000)
        counts = [frames(page) for page in pages]
        shown, took = [0, 0], [0.0, 0.0]
        while min(shown) < FRESH:
            assert time.monotonic() - began < 60, f"no pictures again: {shown}, {self.back_s}"
            for index, page in enumerate(pages):
                count = frames(page)
                # A new connection begins a new count.
                if shown[index] < FRESH and count != counts[index]:
                    shown[index] += max(0, count - counts[index])
                    took[index] = time.monotonic() - began
                counts[index] = count
            pages[0].wait_for_timeout(50)
        self.parts.append((round(took[0], 2), round(took[1], 2)))
        self.back_s.append(max(took))

    def say(self) -> None:
        """Something said by the asesi while the line is down."""
        words = f"luring {len(self.said)}"
        self.far.asesi.tab("obrolan")
        self.far.asesi.by("chat-input").fill(words)
        self.far.asesi.by("chat-input").press("Enter")
        self.said.append(words)

    def one_session(self) -> dict[str, Any]:
        """The same session, person and recording; what was said is there once. The log's facts."""
        log = self.far.asesor.log()
        came = [e for e in log if e["kind"] == "joined" and e["data"]["role"] == "asesi"]
        asesi = came[0]["actor"]
        streams = {
            e["data"]["stream"]
            for e in log
            if e["kind"] == "stream.started" and e["data"]["owner"] == asesi
        }
        assert len(streams) == 1, "one stream however often the line broke"
        assert not [e for e in log if e["kind"] == "session.ended"]
        said = [e["data"]["text"] for e in log if e["kind"] == "chat" and e["actor"] == asesi]
        assert said == self.said, "nothing lost, nothing twice, in its order"
        return {"joined": len(came)}
