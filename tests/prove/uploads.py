"""Evidence over a line that breaks all the time: how much of the line it gets, what is sent twice.

The asesi chooses a file in the room and leaves for another page, which goes on sending it, so that
nothing but the upload is on the line. The line's own counts prove each break and all that passed.
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.e2e.browsers import Person, chromium_path, until
from tests.e2e.faraway import Distance, distance, launch_at, product_far
from tests.e2e.room import Room
from tests.net.far import Far, counted, far_away

MOST_TWICE = 256 * 1024
GOODPUT = 0.9
LISTEN = """(() => {
  const { setRequestHeader, send } = XMLHttpRequest.prototype;
  window.pieces = [];
  XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
    if (name === "Upload-Offset") this.from = Number(value);
    return setRequestHeader.call(this, name, value);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.from !== undefined) window.pieces.push([this.from, body.byteLength]);
    return send.call(this, body);
  };
})()"""


@dataclass(frozen=True)
class Line:
    """What the asesi's line is like; ``delay_ms`` one way."""

    kbps: float
    delay_ms: float
    up_s: float
    down_s: float


@dataclass(frozen=True)
class Carried:
    """What came of it. ``up_s`` is the time in which the line carried anything at all."""

    bytes: int
    up_s: float
    breaks: int
    cut: int
    twice: list[int]
    wire_bytes: int
    kbps: float

    @property
    def goodput(self) -> float:
        """Bytes of the file that arrived, as a share of what the line could carry."""
        return self.bytes * 8 / (self.kbps * 1000 * self.up_s)

    def __str__(self) -> str:
        return (
            f"{self.bytes / 1e6:.1f} MB in {self.up_s:.0f} s of a line of {self.kbps:.0f} kbit/s:"
            f" {self.goodput:.1%} of it, {self.breaks} breaks ({self.cut} packets cut),"
            f" sent twice {sum(self.twice) // 1024} KiB in all,"
            f" {max(self.twice, default=0) // 1024} KiB at most by one break,"
            f" {self.wire_bytes / self.bytes:.2f} bytes on the wire for each of the file"
        )


def resent(pieces: list[list[int]]) -> list[int]:
    """How much of the file each resumption sent again, of ``[from, bytes]`` in order of sending."""
    found, sent = [], 0
    for begin, size in pieces:
        if begin < sent:
            found.append(sent - begin)
            sent = begin
        sent = max(sent, begin + size)
    return found


@contextmanager
def sending(
    playwright: Playwright, folder: Path, line: Line, size: int
) -> Iterator[tuple[Far, Page, Any, str, str]]:
    """The asesi's page that goes on sending; with the asesor's client, session and file's hash."""
    file = folder / "laporan.pdf"
    file.write_bytes(b"%PDF-1.7\n" + os.urandom(size - 9))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with far_away() as far, product_far(folder / "data", far) as product:
        there = far.command(folder / "chromium-there", chromium_path())
        browser = launch_at(playwright, product, there)
        try:
            made = product.json("demo_session")
            asesi = Room(Person(browser, product, made["asesi"]), made["session"]).enter()
            page = asesi.page
            page.add_init_script(LISTEN)
            far.weather(rate_kbps=line.kbps, delay_ms=line.delay_ms)
            asesi.tab("bukti")
            asesi.by("evidence-file").set_input_files(file)
            expect(asesi.by("upload")).to_have_count(1)
            page.goto("/beranda/", wait_until="commit")
            expect(page.get_by_test_id("evidence-visit")).to_be_visible(timeout=40_000)
            yield far, page, product.login(made["asesor"]), made["session"], digest
        finally:
            browser.close()


def carry(playwright: Playwright, folder: Path, line: Line, size: int) -> Carried:
    """Break the line every ``line.up_s`` until all has arrived; raises when it is another file."""
    with sending(playwright, folder, line, size) as (far, page, asesor, session, digest):
        url = f"/api/v1/sessions/{session}/evidence"

        def offset() -> int | None:
            """Bytes that the server has; None when it has all."""
            waiting = asesor.get(url).json()["incoming"]
            return waiting[0]["offset"] if waiting else None

        until(lambda: (offset() or 0) > 0, 60, "the first piece", page=page)
        first = offset()
        assert first is not None
        began = far.counts()
        breaks, cut, up_s = 0, 0, 0.0
        while True:
            since = time.monotonic()
            while time.monotonic() - since < line.up_s and offset() is not None:
                page.wait_for_timeout(200)
            up_s += time.monotonic() - since
            if offset() is None:
                break
            before = far.weather(up=False)
            page.wait_for_timeout(line.down_s * 1000)
            after = far.weather(up=True)
            lost = sum(counted(before, after, "cut"))
            assert lost > 0, "the line was really cut, with something under way"
            breaks, cut = breaks + 1, cut + lost
        _far, wire = counted(began, far.counts(), "bytes")
        (item,) = asesor.get(url).json()["items"]
        assert item["sha256"] == digest, "what arrived is what was chosen"
        twice = resent(page.evaluate("window.pieces"))
        return Carried(size - first, up_s, breaks, cut, twice, wire, line.kbps)


THIN = {"rate_kbps": 64.0, "delay_ms": 150.0}
SETTLE_S = 25
SEEN_S, WHOLE_S = 10.0, 120.0


def seen(far: Distance) -> tuple[float, float]:
    """Seconds until the asesor sees a photo small, and has it whole, beside live sound."""
    asesi, asesor = far.asesi, far.asesor
    asesor.tab("bukti")
    before = far.far.weather(**THIN)
    asesi.page.wait_for_timeout(SETTLE_S * 1000)
    _far, carried = counted(before, far.far.counts(), "bytes")
    assert carried * 8 / SETTLE_S < 70_000, "the line is really thin"
    asesi.by("evidence-take").click()
    asesi.by("take-photo").click()
    expect(asesi.by("take-shot")).to_be_visible(timeout=15_000)
    began = time.monotonic()
    asesi.by("take-send").click()
    coming = asesor.page.locator('[data-testid="evidence-coming"][data-thumb="true"]')
    whole = asesor.by("evidence")
    expect(coming.or_(whole).first).to_be_visible(timeout=60_000)
    seen_s = time.monotonic() - began
    expect(whole).to_be_visible(timeout=300_000)
    whole_s = time.monotonic() - began
    assert asesor.by("evidence-origin").get_attribute("data-doubts") == "", "live, and it fits"
    return seen_s, whole_s


LINES = (
    Line(1000, 50, 20, 3),
    Line(512, 150, 20, 3),
    Line(4000, 30, 20, 5),
)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=2.0)
    minutes = options.parse_args().minutes
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        distance(playwright, Path(folder)) as far,
    ):
        small, whole = seen(far)
    print(
        f"64 kbit/s: a photo is seen small after {small:.1f} s, whole after {whole:.1f} s",
        flush=True,
    )
    assert small <= SEEN_S
    assert whole <= WHOLE_S
    for line in LINES:
        size = min(48 * 2**20, int(line.kbps * 125 * 60 * minutes))
        with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
            carried = carry(playwright, Path(folder), line, size)
        print(f"{line}: {carried}", flush=True)
        assert carried.breaks >= 2
        assert max(carried.twice, default=0) <= MOST_TWICE
        assert carried.goodput >= GOODPUT


if __name__ == "__main__":
    main()
