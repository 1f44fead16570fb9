"""A phone without an account becomes the second camera: seen, recorded, swept around, done."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsers import PHONE, Person, until
from tests.e2e.probes import watch
from tests.e2e.room import Room

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
SECOND_TILE = '[data-testid="tile"][data-kind="second_camera"]'


def streams(person: Person, session: str) -> list[dict[str, Any]]:
    found = person.call("GET", f"/api/v1/sessions/{session}/recording")["streams"]
    return [stream for stream in found if stream["kind"] == "second_camera"]


def kinds(room: Room) -> list[str]:
    return [entry["kind"] for entry in room.log()]


def test_a_phone_joins_by_six_digits_is_recorded_and_shows_the_room(product, chromium):
    made = product.json("demo_session", "--kind", "asesmen", "--minutes", "30")
    desk, pocket = chromium(), chromium()
    asesi = Room(Person(desk, product, made["asesi"]), made["session"]).enter()
    asesor = Room(Person(desk, product, made["asesor"]), made["session"]).enter()

    asesi.by("ctl-second").click()
    digits = asesi.by("second-digits").inner_text()
    stranger = Person(pocket, product, screen=PHONE)
    phone: Page = stranger.page
    phone.goto("/kamera/")
    phone.get_by_test_id("camera-code").fill("000000" if "000" not in digits else "111111")
    phone.get_by_test_id("camera-join").click()
    expect(phone.get_by_test_id("camera-problem")).to_contain_text("tidak cocok")
    phone.get_by_test_id("camera-code").fill(digits)
    phone.get_by_test_id("camera-join").click()
    state = phone.get_by_test_id("camera-state")
    expect(state).to_have_attribute("data-state", "live", timeout=20_000)
    expect(asesi.by("second-phone")).to_contain_text("Chrome", timeout=10_000)
    expect(asesi.by("second-phone")).to_have_attribute("data-state", "live", timeout=10_000)
    asesi.page.keyboard.press("Escape")

    asesor.page.wait_for_selector(f"{SECOND_TILE} video", state="attached", timeout=15_000)
    until(
        lambda: any(video.moves for video in watch(asesor.page, f"{SECOND_TILE} video", samples=3)),
        15,
        "the second camera moves on the asesor's screen",
        page=asesor.page,
    )

    asesor.by("ctl-second").click()
    asesor.by("sweep-ask").click()
    expect(asesi.by("sweep-bar")).to_contain_text("Putar kamera perlahan")
    expect(phone.get_by_test_id("camera-sweep")).to_be_visible(timeout=8_000)
    # A reload in the middle of it: the same phone goes on, with no new code.
    phone.reload()
    expect(state).to_have_attribute("data-state", "live", timeout=20_000)
    phone.get_by_test_id("camera-sweep-done").click()
    asesor.by("sweep-bar").get_by_test_id("sweep-aman").click()
    expect(asesor.by("sweep-bar")).to_have_count(0)

    # The phone keeps a copy too, also from before its reload, and hands it in on request.
    paired = next(entry["at_ms"] for entry in asesi.log() if entry["kind"] == "camera.paired")
    span = {"kind": "second_camera", "start_ms": paired + 3000, "end_ms": paired + 6000}
    asesor.person.call("POST", f"/api/v1/sessions/{made['session']}/backup/ask", span)
    stored = phone.get_by_test_id("camera-stored")
    until(lambda: stored.get_attribute("data-ms"), 25, "a stored segment", page=phone)
    (stream,) = streams(asesor.person, made["session"])
    assert stream["owner"] == next(e["actor"] for e in asesi.log() if e["kind"] == "camera.paired")
    # A browser that stalls while it starts cuts its first segment short: the others count too.
    assert sum(segment["bytes"] for segment in stream["segments"]) > 10_000

    phone.get_by_test_id("camera-finish").click()
    phone.get_by_test_id("camera-finish-yes").click()
    expect(phone.get_by_test_id("camera-done")).to_be_visible(timeout=10_000)
    until(lambda: "stream.stopped" in kinds(asesor), 10, "the stream ended", page=phone)
    until(lambda: "backup.received" in kinds(asesor), 25, "the phone's copy arrived", page=phone)
    log = asesor.log()
    done = next(entry for entry in log if entry["kind"] == "sweep.done")["data"]
    judged = next(entry for entry in log if entry["kind"] == "sweep.judged")["data"]
    assert judged == {"sweep": done["sweep"], "result": "aman"}
    assert 0 < done["start_ms"] < done["end_ms"]
    seen = [entry["kind"] for entry in asesi.log()]
    assert {"camera.paired", "sweep.asked", "sweep.done", "camera.unpaired"} <= set(seen)
    assert "sweep.judged" not in seen
