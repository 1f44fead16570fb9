"""The asesi's network is cut for a while: the device's own recording closes the hole."""

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from recordings.manifest import Span, merged
from tests.e2e.beacon import Seen, read
from tests.e2e.browsers import until
from tests.e2e.faraway import Distance, distance
from tests.e2e.judge import camera_of
from tests.e2e.media import fetch

COVERED, JOIN_MS = 0.995, 100
BEFORE_S = 20


def cut(far: Distance, seconds: float) -> dict[str, Any]:
    """Cut the link, mend it, wait until all is filled; the asesi's stream as it is then."""
    counted = far.far.weather(up=False)
    far.asesor.page.wait_for_timeout(seconds * 1000)
    after = far.far.weather(up=True)
    assert after["to_near"]["cut"] > counted["to_near"].get("cut", 0), "the link was really cut"

    def filled() -> dict[str, Any] | None:
        stream = camera_of(far.asesor, "asesi")
        holes = [gap for gap in stream["gaps"] if gap["cause"] == "network"]
        whole = holes and all(gap["filled_by"] for gap in holes) and covered(stream) >= COVERED
        # A row is called filled once 99 % of it are there; the rest is still on its way.
        return stream if whole else None

    limit_s = 120 + 2 * seconds
    try:
        stream: dict[str, Any] = until(
            filled, limit_s, "filled from the device", page=far.asesor.page
        )
    except AssertionError:
        print(pieces(camera_of(far.asesor, "asesi")))
        raise
    return stream


def pieces(stream: dict[str, Any]) -> str:
    """What covers the timeline, and the rows of the gap map."""
    spans = merged(Span(piece["start_ms"], piece["end_ms"]) for piece in stream["segments"])
    return f"{[(span.start_ms, span.end_ms) for span in spans]} {stream['gaps']}"


def covered(stream: dict[str, Any]) -> float:
    """The share of the stream's span that its pieces hold, 0 to 1."""
    spans = merged(Span(piece["start_ms"], piece["end_ms"]) for piece in stream["segments"])
    whole = spans[-1].end_ms - spans[0].start_ms
    return sum(span.end_ms - span.start_ms for span in spans) / whole


def joins(far: Distance, stream: dict[str, Any]) -> tuple[float, float]:
    """How far the device's pictures and sounds lie beside the server's clock, in milliseconds."""
    live, device = (
        read(
            fetch(far.asesor.person, piece["url"])
            for piece in stream["segments"]
            if (piece["index"] >= 100_000) is from_device
        )
        for from_device in (False, True)
    )
    assert len(device.flashes) >= 3, "the device's pieces show the beacon"
    pictures = median(_late(device)) - median(_late(live))
    sounds = median(_late_sounds(device)) - median(_late_sounds(live))
    return pictures, sounds


def _late(seen: Seen) -> list[float]:
    return [at - 1000 * number for number, at in seen.flashes.items()]


def _late_sounds(seen: Seen) -> list[float]:
    beeps = {number: seen.beep_of(number) for number in seen.flashes}
    return [at - 1000 * number for number, at in beeps.items() if at is not None]


def show(far: Distance, seconds: float) -> str:
    """One outage and what came of it; raises when the promise does not hold."""
    far.asesor.sees_other()
    far.asesi.page.wait_for_timeout(BEFORE_S * 1000)
    stream = cut(far, seconds)
    share = covered(stream)
    pictures, sounds = joins(far, stream)
    causes = [(gap["cause"], gap["filled_by"]) for gap in stream["gaps"]]
    assert ("network", "device backup") in causes, causes
    assert share >= COVERED, (share, stream["gaps"])
    assert abs(pictures) <= JOIN_MS, pictures
    assert abs(sounds) <= JOIN_MS, sounds
    return (
        f"{seconds:.0f} s cut: {share:.2%} covered, pictures {pictures:+.0f} ms and sounds"
        f" {sounds:+.0f} ms beside the server's clock, gaps {causes}"
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, nargs="+", default=[60.0, 300.0])
    for seconds in options.parse_args().seconds:
        with (
            sync_playwright() as playwright,
            tempfile.TemporaryDirectory() as folder,
            distance(playwright, Path(folder)) as far,
        ):
            print(show(far, seconds), flush=True)
