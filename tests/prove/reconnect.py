"""Outages of 5 s, 60 s and 30 min and a change of address: one session, media back within 3 s."""

import argparse
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from tests.e2e.faraway import distance
from tests.e2e.outages import Outages

BACK_S = 3.0


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, nargs="+", default=[5, 60, 1800])
    options.add_argument("--times", type=int, default=1)
    given = options.parse_args()
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        distance(playwright, Path(folder)) as far,
    ):
        far.asesor.sees_other()
        far.asesi.sees_other()
        outages = Outages(far)
        for seconds in given.seconds * given.times:
            far.far.weather(up=False)
            outages.say()
            outages.cut(seconds)
            far.asesor.page.wait_for_timeout(4000)
            print(f"{seconds:g} s cut: back after {outages.back_s[-1]:.2f} s", flush=True)
        for _ in range(3 * given.times):
            outages.move()
            far.asesor.page.wait_for_timeout(4000)
            print(f"another address: back after {outages.back_s[-1]:.2f} s", flush=True)
        facts = outages.one_session()
        print(f"median {median(outages.back_s):.2f} s; joined {facts['joined']} times, one stream")
        assert median(outages.back_s) <= BACK_S, outages.back_s
