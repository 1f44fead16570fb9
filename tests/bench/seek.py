"""Seeking in a two-hour recording: what the workbench fetches and waits, against plain nginx.

The workbench stands on a two-hour session of two people in a real Chromium. Each seek goes to a
cold second; measured are the bytes that were fetched until the new picture stood there, and the
time it took. Then the same Chromium fetches the same number of bytes from nginx, by Range out of
one file, and from us again: the same bytes without a player.
"""

import contextlib
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.e2e.browsers import Person, launch, until
from tests.services.processes import answers, free_ports
from tests.services.product import running

MINUTES = int(os.environ.get("SEEK_MINUTES", "120"))
SEEKS = 20
SEEK = """async (share) => {
  const overview = document.querySelector("[data-testid=review-overview]");
  const box = overview.getBoundingClientRect();
  const video = document.querySelector("[data-testid=review-tile] video:not([hidden])");
  const whole = Number(document.querySelector("[data-testid=review-timeline]").dataset.whole);
  const wanted = (share * whole) / 1000;
  performance.clearResourceTimings();
  const began = performance.now();
  const shown = new Promise((done) => {
    const look = (_now, frame) => {
      if (Math.abs(frame.mediaTime - wanted) < 12) done(performance.now());
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  });
  const clientX = box.left + share * box.width;
  overview.dispatchEvent(new MouseEvent("click", {clientX, bubbles: true}));
  const at = await shown;
  const pieces = performance.getEntriesByType("resource")
    .filter(({name, responseEnd}) => name.includes("/segments/") && responseEnd <= at);
  return {
    ms: at - began,
    pieces: pieces.map(({name, encodedBodySize}) => [name, encodedBodySize]),
  };
}"""
FETCH = """async (wanted) => {
  const began = performance.now();
  const got = await Promise.all(wanted.map(async ([url, range]) => {
    const headers = range === "" ? {} : {Range: range};
    const answer = await fetch(url, {headers, cache: "no-store"});
    return (await answer.arrayBuffer()).byteLength;
  }));
  return {ms: performance.now() - began, bytes: got.reduce((sum, one) => sum + one, 0)};
}"""


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """Debian's nginx with its defaults for static files, serving ``folder``."""
    binary = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        raise RuntimeError("nginx is missing: apt-get install nginx-light")
    (port,) = free_ports(1)
    conf = folder / "nginx.conf"
    conf.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;\n"
        "events { worker_connections 64; }\n"
        "http { access_log off; sendfile on; tcp_nopush on;\n"
        f" client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f" fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;\n"
        f" scgi_temp_path {folder}/scgi;\n"
        f" server {{ listen 127.0.0.1:{port}; root {folder}/files; }} }}\n"
    )
    process = subprocess.Popen([binary, "-p", str(folder), "-c", str(conf)])
    try:
        until(lambda: answers(port), 10, "nginx listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _seek(page: Page, share: float) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(SEEK, share)
    page.wait_for_timeout(700)  # what it fetches ahead is not part of the next seek
    return found


def _fetch(page: Page, wanted: list[tuple[str, str]]) -> float:
    found = page.evaluate(FETCH, wanted)
    return float(found["ms"])


def _row(name: str, values: list[float], base: list[float] | None, unit: str) -> str:
    middle, worst = statistics.median(values), sorted(values)[int(len(values) * 0.9)]
    ratio = "" if base is None else f"{middle / statistics.median(base):9.2f}"
    return f"{name:<46}{middle:10.0f}{worst:10.0f} {unit:<6}{ratio}"


def main() -> None:
    """Print medians, 9th deciles, and ratios to nginx for the same bytes."""
    chance = random.Random(7)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ajj-seek-")))
        product = stack.enter_context(running(folder / "product"))
        made = product.query(
            "from tests.factories.media.berkas import berkas\n"
            f"answer = berkas(duration_ms={MINUTES} * 60_000, gaps=())"
        )
        (folder / "files").mkdir()
        size = 64 << 20
        (folder / "files" / "whole.bin").write_bytes(chance.randbytes(size))
        site = stack.enter_context(nginx(folder))
        playwright = stack.enter_context(sync_playwright())
        browser = launch(playwright)
        office = Person(browser, product, "manajer@demo.ajj.test")
        page = office.page
        page.goto(f"/komite/tinjau/{made['case']}/")
        page.wait_for_selector("[data-testid=review-tile][data-state=playing]")
        plain = browser.new_page()
        (folder / "files" / "index.html").write_text("<!doctype html><title>bytes</title>")
        plain.goto(f"{site}/index.html")
        # The session may have gone on a little after its last recorded second.
        line = page.get_by_test_id("review-timeline")
        recorded = 0.99 * MINUTES * 60_000 / float(line.get_attribute("data-whole") or 1)
        first, counts, sizes, ours, theirs = [], [], [], [], []
        for number in range(SEEKS):
            share = recorded * (number + 0.2 + 0.6 * chance.random()) / SEEKS
            seek = _seek(page, share)
            pieces = [(re.sub(r"^https?://[^/]+", "", url), int(n)) for url, n in seek["pieces"]]
            first.append(float(seek["ms"]))
            counts.append(float(len(pieces)))
            sizes.append(sum(n for _url, n in pieces) / 1000)
            ours.append(_fetch(page, [(url, "") for url, _n in pieces]))
            starts = [chance.randrange(size - n) for _url, n in pieces]
            ranges = [
                (f"{site}/whole.bin", f"bytes={start}-{start + n - 1}")
                for start, (_url, n) in zip(starts, pieces, strict=True)
            ]
            theirs.append(_fetch(plain, ranges))
        print(f"{MINUTES} min, two people, {SEEKS} cold seeks{'':<12}median    9/10        ratio")
        print(_row("segments fetched until the picture stands", counts, None, ""))
        print(_row("bytes fetched", sizes, None, "kB"))
        print(_row("nginx, Range, the same bytes", theirs, theirs, "ms"))
        print(_row("this site, the same bytes (checked, decrypted)", ours, theirs, "ms"))
        print(_row("time to first frame in the workbench", first, theirs, "ms"))
        office.close()
        browser.close()


if __name__ == "__main__":
    main()
