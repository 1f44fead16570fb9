"""The asesor without a network for ten minutes, with a clock seven minutes wrong: marks stand."""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.awayasesor import VALUES, Away
from tests.e2e.faraway import distance
from tests.e2e.wrongclock import how_wrong, wrong_by

WITHIN_MS = 1000


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--wrong", type=float, default=7.0)
    given = options.parse_args()
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        distance(
            playwright, Path(folder), away="asesor", scripts={"asesor": wrong_by(given.wrong)}
        ) as far,
    ):
        page = far.asesor.page
        criteria = far.asesor.criteria()
        assert abs(how_wrong(page) - given.wrong * 60) < 1
        away = Away(far)
        away.shell_kept()
        away.go()
        pause_ms = given.minutes * 60_000 / len(criteria)
        for number, kuk in enumerate(criteria):
            away.mark(kuk, VALUES[number % 3])
            page.wait_for_timeout(pause_ms)
            if number == len(criteria) // 2:
                away.reopen()
                page = far.asesor.page
        away.back()
        off = away.errors_ms()
        assert max(map(abs, off)) <= WITHIN_MS, off
        print(
            f"{given.minutes:g} min offline, clock {given.wrong:+g} min, tab killed once:"
            f" {len(off)} marks, worst {max(map(abs, off)):.0f} ms from their moment",
            flush=True,
        )
