"""Live has failed for good: the asesor asks, the asesi records with no connection to the room."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browsers import PHONE, Person, until
from tests.e2e.room import Room

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_the_session_goes_on_in_turns_and_says_so(product, chromium):
    made = product.json("demo_session", "--kind", "asesmen", "--minutes", "30")
    browser = chromium()
    asesi = Room(Person(browser, product, made["asesi"], screen=PHONE), made["session"]).enter()
    asesor = Room(Person(browser, product, made["asesor"]), made["session"]).enter()
    asesor.by("ctl-end").click()
    asesor.by("rescue-instead").click()
    form = asesor.by("rescue-offer")
    form.get_by_label("Mengapa").fill("Jaringan asesi putus terus")
    form.get_by_test_id("rescue-start").click()
    for room in (asesi, asesor):
        expect(room.by("rescue")).to_be_visible(timeout=20_000)

    asesor.page.get_by_label("Pertanyaan atau tugas").fill("Tunjukkan cara mengurutkan data.")
    asesor.page.get_by_label("Waktu menjawab").select_option("1")
    about = asesor.page.get_by_label("Untuk", exact=True)
    kuk = about.locator('option[value^="kuk:"]').first
    about.select_option(kuk.get_attribute("value"))
    asesor.by("rescue-ask").click()
    turn = asesi.by("rescue-turn")
    expect(turn).to_be_visible(timeout=15_000)
    expect(turn).not_to_contain_text("mengurutkan")
    asesi.by("rescue-open").click()
    expect(asesi.by("rescue-question")).to_have_text("Tunjukkan cara mengurutkan data.")
    asesi.by("rescue-record").click()
    expect(asesi.by("rescue-stop")).to_be_visible(timeout=10_000)
    # The line goes while it is recorded; the page is even closed and opened again.
    asesi.page.context.set_offline(True)
    asesi.page.wait_for_timeout(3000)
    asesi.by("rescue-stop").click()
    expect(asesi.by("rescue-turn")).to_contain_text("tersimpan di perangkat ini", timeout=10_000)
    asesi.page.context.set_offline(False)
    asesi.page.reload()
    expect(asesi.by("rescue-arrived")).to_be_visible(timeout=20_000)

    expect(asesor.by("rescue-turn")).to_contain_text("tepat waktu", timeout=15_000)
    video = asesor.by("rescue-video")
    until(lambda: video.evaluate("v => v.readyState >= 1"), 15, "it plays", page=asesor.page)
    asesor.by("rescue-mark-ya").click()
    expect(asesor.by("rescue-mark-ya")).to_have_attribute("aria-pressed", "true")
    asesor.by("rescue-end").click()
    asesor.by("rescue-end-yes").click()
    expect(asesor.by("ended")).to_be_visible(timeout=20_000)

    log = {entry["kind"]: entry for entry in asesor.log()}
    answered, received = log["rescue.answered"]["data"], log["evidence.received"]["data"]
    assert received["sha256"] == answered["sha256"]
    assert (answered["late_ms"], answered["believed"]) == (0, True)
    assert {log[kind]["data"].get("mode") for kind in ("mark", "evidence.received")} == {"rescue"}
