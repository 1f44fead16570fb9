"""Three people, a shared screen and a second camera in one room: no drift, no leak.

Every camera is the beacon, so that the asesor's page can tell how old each picture is: a second's
number is first shown in one page and first seen in another, on one machine and one clock.
"""

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.beacon import SCRIPT
from tests.e2e.browsers import PHONE, Person, launch, until
from tests.e2e.judge import camera_of, recorded, verdict
from tests.e2e.room import Room
from tests.prove import _plot
from tests.services.product import Product, running

PARTS = ("media", "web", "jobs")
STREAMS = 5
LEAK_MB_A_MINUTE, DRIFT_MS, OFFSET_MS = 1.0, 150, 80
WARM_UP = 0.3
SHARE_SCREEN = """
navigator.mediaDevices.getDisplayMedia = (wanted) =>
  navigator.mediaDevices.getUserMedia({ video: true, audio: false });
"""
TOLD = """
window.__told = {};
setInterval(() => {
  const number = window.__beacon?.number;
  if (number !== undefined && number !== null) window.__told[number] ??= Date.now();
}, 5);
"""
"""When the sender's page began to show each number, epoch ms."""
SEE = """(selector) => {
  window.__seen = {};
  const video = document.querySelector(selector);
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    video.requestVideoFrameCallback(look);
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (width === 0) return;
    canvas.width = width; canvas.height = 1;
    pen.drawImage(video, 0, Math.floor(height * 0.85), width, 1, 0, 0, width, 1);
    const { data } = pen.getImageData(0, 0, width, 1);
    let number = 0;
    for (let bit = 0; bit < 10; bit++) {
      if (data[4 * Math.floor((bit + 0.5) * width / 10)] > 128) number += 1 << bit;
    }
    window.__seen[number] ??= Date.now();
  };
  look();
}"""


@dataclass
class Minutes:
    """What was read every few seconds: time (s), resident memory (MB) of each part, delay (ms)."""

    at_s: list[float] = field(default_factory=list)
    memory: dict[str, list[float]] = field(default_factory=lambda: {part: [] for part in PARTS})
    delay_ms: list[float] = field(default_factory=list)

    def settled(self, values: list[float]) -> list[float]:
        """Those after the warm-up."""
        return values[int(len(values) * WARM_UP) :]

    def growth(self, part: str) -> float:
        """MB a minute, by the medians of the second and the last quarter."""
        values = self.settled(self.memory[part])
        times = self.settled(self.at_s)
        half = len(values) // 2
        minutes = (median(times[half:]) - median(times[:half])) / 60
        return (median(values[half:]) - median(values[:half])) / minutes

    @property
    def drift_ms(self) -> float:
        values = self.settled(self.delay_ms)
        half = len(values) // 2
        return median(values[half:]) - median(values[:half])


def resident(pid: int) -> float:
    """MB, of a process and all its children."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (FileNotFoundError, ProcessLookupError, ValueError):
            continue
        if str(pid) in {lines["Pid"].strip(), lines["PPid"].strip()} and "VmRSS" in lines:
            found += int(lines["VmRSS"].split()[0])
    return found / 1024


def third(product: Product, session: str) -> str:
    """A second asesor in this session; their e-mail."""
    made: str = product.query(
        "from ajj.live.models import Session\n"
        "from ajj.people.models import User\n"
        "from ajj.scheduling.models import Penugasan\n"
        f"jadwal = Session.objects.get(pk='{session}').jadwal\n"
        "user = User.objects.get(email='komite1@demo.ajj.test')\n"
        "role = Penugasan.Role.ASESOR_PENDAMPING\n"
        "Penugasan.objects.create(jadwal=jadwal, user=user, role=role)\n"
        "answer = user.email"
    )
    return made


def room(browser: Browser, product: Product, email: str, session: str) -> Room:
    person = Person(browser, product, email)
    for script in (SCRIPT, TOLD, SHARE_SCREEN):
        person.context.add_init_script(script)
    return Room(person, session).enter()


def pocket(browser: Browser, product: Product, asesi: Room) -> Page:
    """The asesi's phone, as second camera."""
    asesi.by("ctl-second").click()
    digits = asesi.by("second-digits").inner_text()
    person = Person(browser, product, screen=PHONE)
    person.context.add_init_script(SCRIPT)
    page = person.page
    page.goto("/kamera/")
    page.get_by_test_id("camera-code").fill(digits)
    page.get_by_test_id("camera-join").click()
    page.wait_for_selector('[data-testid="camera-state"][data-state="live"]', timeout=30_000)
    asesi.page.keyboard.press("Escape")
    return page


def delays(sender: Page, viewer: Page) -> list[float]:
    """Ms from being shown to being seen, of every number that both know; then forgotten."""
    take = "(name) => { const all = window[name]; window[name] = {}; return all; }"
    seen: dict[str, float] = viewer.evaluate(take, "__seen")
    told: dict[str, float] = sender.evaluate("window.__told")
    return [
        at - told[number] for number, at in seen.items() if 0 <= at - told.get(number, at) < 9000
    ]


def tile_of(reader: Room, role: str) -> str:
    """The selector of the camera of who is ``role`` on this screen."""
    members = reader.person.call("GET", f"/api/v1/sessions/{reader.session}")["members"]
    owner = next(member["id"] for member in members if member["role"] == role)
    return f'[data-testid="tile"][data-owner="{owner}"][data-kind="camera"] video'


def lived(product: Product, asesi: Room, asesor: Room, seconds: float, every_s: float) -> Minutes:
    found, began = Minutes(), time.monotonic()
    sender, viewer = asesi.page, asesor.page
    viewer.evaluate(SEE, tile_of(asesor, "asesi"))
    while (since := time.monotonic() - began) < seconds:
        viewer.wait_for_timeout(every_s * 1000)
        ages = delays(sender, viewer)
        if not ages:
            continue
        found.at_s.append(since)
        found.delay_ms.append(median(ages))
        for part in PARTS:
            found.memory[part].append(resident(product.pid(part) or 0))
    return found


def live_streams(reader: Room) -> list[dict[str, Any]]:
    answer = reader.person.call("GET", f"/api/v1/sessions/{reader.session}/streams")
    listed: list[dict[str, Any]] = answer.get("items") or answer.get("streams")
    return [one for one in listed if one["live"]]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--every", type=float, default=5)
    options.add_argument("--plot", type=Path, help="an SVG of memory and delay")
    given = options.parse_args()
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as product,
    ):
        made = product.json("demo_session")
        session = made["session"]
        browser = launch(playwright)
        asesor = room(browser, product, made["asesor"], session)
        asesi = room(browser, product, made["asesi"], session)
        room(browser, product, third(product, session), session)
        pocket(browser, product, asesi)
        asesor.by("ctl-share").click()
        until(lambda: len(live_streams(asesor)) == STREAMS, 60, "five streams", page=asesor.page)
        asesor.sees_other()
        first = int(asesi.page.evaluate("window.__beacon.number")) + 2
        found = lived(product, asesi, asesor, given.minutes * 60, given.every)
        assert len(live_streams(asesor)) == STREAMS, "all five to the end"
        last = int(asesi.page.evaluate("window.__beacon.number")) - 2
        asesor.page.wait_for_timeout(2000)
        asesor.end()
        sealed = f"/api/v1/sessions/{session}"
        until(
            lambda: asesor.person.call("GET", sealed)["state"] == "sealed", 180, "sealed",
            page=asesor.page,
        )  # fmt: skip
        judged = verdict(recorded(asesor, camera_of(asesor, "asesi")), first, last, 0)
        browser.close()
    print(judged)
    delay = found.settled(found.delay_ms)
    print(
        f"delay median {median(delay):.0f} ms, most {max(delay):.0f} ms,"
        f" drift {found.drift_ms:+.0f} ms"
    )
    for part in PARTS:
        values = found.memory[part]
        print(
            f"{part}: {values[0]:.0f} to {values[-1]:.0f} MB, {found.growth(part):+.2f} MB a minute"
        )
    if given.plot:
        given.plot.write_text(_plot.svg(found.at_s, found.memory, "MB", found.delay_ms, "ms"))
    print(json.dumps({"at_s": found.at_s, "delay_ms": found.delay_ms}), flush=True)
    assert abs(found.drift_ms) <= DRIFT_MS
    assert all(found.growth(part) <= LEAK_MB_A_MINUTE for part in PARTS)
    assert abs(judged.median_offset_ms) <= OFFSET_MS, judged


if __name__ == "__main__":
    main()
