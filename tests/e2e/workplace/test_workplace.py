"""The asesi at the door, let in, recognised, gone and a stranger again: two browsers."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browsers import PHONE, Person
from tests.e2e.room import Room

pytestmark = pytest.mark.timeout(240)


# What a browser says when another app comes before it; headless pages are always in sight.
LEAVE = """() => {
  Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
COME_BACK = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_door_a_face_and_a_stranger_after_every_rejoin(product, chromium):
    session = product.json("demo_session", "--waiting-room")["session"]
    theirs = Room(Person(chromium(), product, "asesi@demo.ajj.test", screen=PHONE), session)
    mine = Room(Person(chromium(), product, "asesor@demo.ajj.test"), session)

    theirs.come_to_the_door()
    lobby = theirs.by("lobby")
    expect(lobby).to_have_attribute("data-told", "false")
    mine.enter()
    expect(lobby).to_have_attribute("data-told", "true", timeout=10_000)
    assert theirs.log() == []
    assert theirs.person.call("GET", f"/api/v1/sessions/{session}")["state"] == "open"

    mine.admit()
    expect(theirs.by("room")).to_be_visible(timeout=15_000)
    mine.sees_other()
    theirs.sees_other()
    kinds = [entry["kind"] for entry in mine.log()]
    asesi = mine.person.call("GET", f"/api/v1/sessions/{session}")["members"][0]["id"]
    first = next(
        entry["seq"]
        for entry in mine.log()
        if entry["kind"] == "stream.started" and entry["data"]["owner"] == asesi
    )
    assert first > kinds.index("admitted") + 1, "no picture before the door opened"

    state = mine.by("identity")
    expect(state).to_have_attribute("data-state", "belum_diperiksa")
    state.click()
    expect(mine.by("identity-card")).to_be_visible()
    mine.by("identity-take").click()
    expect(mine.by("identity-still")).to_have_attribute("data-state", "stored", timeout=10_000)
    mine.by("identity-cocok").click()
    expect(state).to_have_attribute("data-state", "cocok")

    theirs.enter()
    expect(state).to_have_attribute("data-state", "belum_diperiksa", timeout=15_000)
    theirs.sees_other()
    # The camera's new publication is told last; only then is this connection settled.
    mine.sees_other()
    theirs.by("show-card").click()
    expect(state).to_have_attribute("data-state", "ditunjukkan", timeout=10_000)
    expect(theirs.by("card-shown")).to_be_visible()

    theirs.page.evaluate(LEAVE)
    mine.page.wait_for_timeout(3500)
    theirs.page.evaluate(COME_BACK)

    mine.by("ctl-incident").click()
    mine.by("inc-suara_lain").click()
    mine.tab("agenda")
    mine.by("timer-set").first.click()
    mine.by("timer-start").click()
    expect(theirs.by("task-timer")).to_have_attribute("data-state", "running")
    told = {entry["kind"]: entry for entry in mine.log()}
    assert 2500 < told["focus.back"]["data"]["ms"] < 9000
    assert told["incident"]["data"]["judul"] == "Suara orang lain"
    assert told["identity.checked"]["data"]["sha256"]
    assert "incident" not in {entry["kind"] for entry in theirs.log()}
