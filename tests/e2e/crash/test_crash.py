"""SIGKILL of the media process, the web process, the asesi's whole browser, in mid-session."""

import hashlib
import os
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsers import Person, until
from tests.e2e.device import Device, slices
from tests.e2e.hammer import Hammer
from tests.e2e.media import check_recording, manifest
from tests.e2e.room import Room

pytestmark = pytest.mark.timeout(420)


@pytest.fixture
def rooms(product, chromium):
    """Asesi and asesor in their own browser processes, in one running session."""
    made = product.json("demo_session")
    asesor = Room(Person(chromium(), product, made["asesor"]), made["session"]).enter()
    asesi = Room(Person(chromium(), product, made["asesi"]), made["session"]).enter()
    asesor.sees_other()
    asesi.sees_other()
    return asesi, asesor


def segments(room: Room) -> dict[tuple[str, int], str]:
    """Every stored segment by stream and index, with its hash."""
    listed = manifest(room.person, room.session)
    return {
        (stream["stream"], segment["index"]): segment["sha256"]
        for stream in listed["streams"]
        for segment in stream["segments"]
    }


def resumes(room: Room, head: int) -> None:
    """The page reads on from its cursor up to ``head`` without anybody's help."""
    until(lambda: room.stored_seq() >= head, 40, f"seq {head}", page=room.page)


def test_media_dies_and_the_session_goes_on(product, rooms):
    asesi, asesor = rooms
    until(lambda: len(segments(asesor)) >= 4, 60, "two segments of each camera", page=asesor.page)
    before = segments(asesor)
    dead = product.kill("media")
    assert product.wait_back("media", dead) < 5
    began = asesor.page.evaluate("performance.now()")
    asesor.sees_other(40)
    asesi.sees_other(40)
    took = asesor.page.evaluate("performance.now()") - began

    def recorded_again() -> bool:
        return len(segments(asesor)) >= len(before) + 4

    until(recorded_again, 60, f"recording after {took:.0f} ms", page=asesor.page)
    assert before.items() <= segments(asesor).items(), "what was stored stays as it was"
    listed = manifest(asesor.person, asesor.session)
    cameras = {stream["stream"] for stream in listed["streams"]}
    assert len(cameras) == 2, "both cameras continue their streams"
    for stream in cameras:
        gaps = [gap for gap in listed["gaps"] if gap["stream"] == stream]
        assert gaps, f"the outage of {stream} is named"
        assert all(0 < gap["end_ms"] - gap["start_ms"] < 40_000 for gap in gaps)
    asesor.tab("kejadian")
    expect(asesor.by("happening").filter(has_text="Tidak terekam").first).to_be_visible()
    asesor.end()
    check_recording(asesor.person, asesor.session)


def test_web_dies_and_no_acknowledged_mark_is_lost(product, rooms):
    asesi, asesor = rooms
    criteria = asesor.criteria()
    asesor.mark(criteria[0], "ya")
    with Hammer(product, "asesor@demo.ajj.test", asesor.session, criteria[2:6]) as hammer:
        until(lambda: len(hammer.acked) >= 5, 30, "marks before the crash", page=asesor.page)
        dead = product.kill("web")
        # Marked while nobody answers: the room keeps it and says so.
        asesor.by(f"mark-{criteria[1]}-tidak").click()
        expect(asesor.by(f"kuk-{criteria[1]}")).to_have_attribute("data-state", "pending")
        assert all(video.moves for video in asesor.watch(samples=3)), "media needs no web process"
        product.wait_back("web", dead)
        held = len(hammer.acked)
        until(lambda: len(hammer.acked) >= held + 5, 60, "marks after the crash", page=asesor.page)
    expect(asesor.by(f"kuk-{criteria[1]}")).to_have_attribute(
        "data-state", "stored", timeout=40_000
    )
    log = asesor.log()
    marks = {entry["seq"]: entry for entry in log if entry["kind"] == "mark"}
    assert [entry["seq"] for entry in log] == list(range(1, len(log) + 1))
    assert set(hammer.acked.values()) <= set(marks)
    assert len(set(hammer.acked.values())) == len(hammer.acked), "one entry for each command"
    assert len(marks) == len(hammer.sent) + 2, "and none twice"
    for room in (asesi, asesor):
        resumes(room, len(log))
    assert all(video.moves for video in asesi.watch())
    asesor.end()


@pytest.fixture
def device(playwright, product, tmp_path):
    phone = Device(playwright, product, tmp_path / "profile")
    yield phone
    phone.stop()


def enter(page: Page, session: str) -> None:
    page.goto(f"/sesi/{session}/")
    expect(page.get_by_test_id("join-preview")).to_have_attribute(
        "data-state", "live", timeout=45_000
    )
    expect(page.get_by_test_id("join-enter")).to_be_enabled()
    if page.get_by_test_id("join-consent").count():
        page.get_by_test_id("join-consent").check()
    page.get_by_test_id("join-enter").click()
    expect(page.get_by_test_id("room")).to_be_visible(timeout=45_000)


def log(client: httpx.Client, session: str, kind: str) -> list[dict[str, Any]]:
    items = client.get(f"/api/v1/sessions/{session}/log?limit=500").json()["items"]
    return [entry["data"] for entry in items if entry["kind"] == kind]


LISTEN = """(() => {
  const { setRequestHeader } = XMLHttpRequest.prototype;
  window.offsets = [];
  XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
    if (name === "Upload-Offset") window.offsets.push(Number(value));
    return setRequestHeader.call(this, name, value);
  };
})()"""


def test_evidence_on_its_way_outlives_its_browser_and_arrives_whole(product, device, tmp_path):
    made = product.json("demo_session")
    session = made["session"]
    page = device.start()
    device.login(page, made["asesi"])
    enter(page, session)
    line = page.context.new_cdp_session(page)
    thin = {"offline": False, "latency": 20, "downloadThroughput": 2e6, "uploadThroughput": 2e5}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", thin)
    file = tmp_path / "laporan.pdf"
    file.write_bytes(b"%PDF-1.7\n" + os.urandom(2_000_000))
    page.get_by_test_id("tab-bukti").click()
    page.get_by_test_id("evidence-file").set_input_files(file)
    asesor = product.login(made["asesor"])

    def offset() -> int:
        waiting = asesor.get(f"/api/v1/sessions/{session}/evidence").json()["incoming"]
        return waiting[0]["offset"] if waiting else 0

    until(lambda: offset() > 500_000, 60, "a quarter of the file", page=page)
    device.crash()
    had = offset()
    assert 500_000 < had < 2_000_000, "killed in the middle"

    page = device.start()
    page.add_init_script(LISTEN)
    device.login(page, made["asesi"])
    page.goto("/beranda/")
    until(lambda: log(asesor, session, "evidence.received") != [], 60, "the file", page=page)
    (received,) = log(asesor, session, "evidence.received")
    assert received["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert received["capture"]["source"] == "gallery"
    assert min(page.evaluate("window.offsets")) >= had, "nothing that had arrived is sent again"
    (announced,) = log(asesor, session, "evidence.announced")
    assert announced["evidence"] == received["evidence"]


def test_what_the_device_kept_outlives_its_browser_and_arrives(product, device):
    made = product.json("demo_session")
    session = made["session"]
    page = device.start()
    device.login(page, made["asesi"])
    enter(page, session)
    recorded = page.get_by_test_id("backup-card")
    expect(recorded).to_have_attribute("data-recording", "on", timeout=20_000)

    def in_second_slice() -> bool:
        kept = slices(page)
        return len(kept) >= 2 and kept[0]["closed"] and kept[-1]["bytes"] > 30_000

    until(in_second_slice, 60, "a whole slice and the beginning of the next", page=page)
    before = slices(page)
    device.crash()

    page = device.start()
    device.login(page, made["asesi"])
    until(lambda: all(kept["closed"] for kept in slices(page)), 20, "the torn one", page=page)
    after = slices(page)
    assert [kept["id"] for kept in after] == [kept["id"] for kept in before]
    assert after[0]["sha256"] == before[0]["sha256"]
    assert after[-1]["size"] >= before[-1]["bytes"], "every second that was flushed is there"

    asesor = product.login(made["asesor"])
    span = {"kind": "camera", "start_ms": 1000, "end_ms": 12_000}
    asked = asesor.post(f"/api/v1/sessions/{session}/backup/ask", json=span)
    assert asked.status_code == 201, asked.text
    page.reload()
    until(lambda: len(log(asesor, session, "backup.received")) == 2, 60, "both slices", page=page)
    received = {entry["slice"]: entry for entry in log(asesor, session, "backup.received")}
    assert {name: entry["sha256"] for name, entry in received.items()} == {
        kept["id"]: kept["sha256"] for kept in after
    }
    until(lambda: slices(page) == [], 30, "what arrived is cleared from the device", page=page)
    first = received[after[0]["id"]]
    assert 0 <= first["start_ms"] < 5000, first
    assert 9000 < first["end_ms"] - first["start_ms"] < 12_000, first
