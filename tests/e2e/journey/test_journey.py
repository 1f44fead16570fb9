"""One remote assessment, end to end: everybody in a browser of their own."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browsers import DESK, PHONE, Person, until
from tests.e2e.journey import office, report, review
from tests.e2e.media import Played, check_recording, manifest
from tests.e2e.room import Room

pytestmark = pytest.mark.timeout(600)

ASESI, ASESOR = "Maria Anggraeni Djawa", "Ratna Prameswari"
SKEMA = "Junior Web Programmer"
STEPS = ("bukti_pendukung", "mapa", "keterbatasan", "hak_banding", "tata_tertib", "jadwal")
LIVE_S = 62


@pytest.fixture
def identity(tmp_path: Path, chromium) -> Path:
    """A picture of an identity card, drawn by a browser."""
    path = tmp_path / "ktp-maria.png"
    page = chromium().new_page(viewport={"width": 430, "height": 270})
    page.set_content("<h1>Kartu contoh</h1><p>5311026703990002</p>")
    page.screenshot(path=path)
    return path


def test_from_application_to_a_certificate_that_a_stranger_can_verify(
    new_product, chromium, identity: Path
):
    product = new_product
    asesi = Person(chromium(), product, "asesi@demo.ajj.test", screen=PHONE)
    asesor = Person(chromium(), product, "asesor@demo.ajj.test")
    offices = chromium()
    admin = Person(offices, product, "admin@demo.ajj.test")
    nomor = apply_and_schedule(asesi, asesor, admin, identity)
    found = office.sessions(asesi, SKEMA)
    assert set(found) == {"pra_asesmen", "asesmen"}
    invited(product, asesi, found)
    consult(asesi, asesor, found["pra_asesmen"]["id"])
    session = found["asesmen"]["id"]
    marks = assess(asesi, asesor, admin, session, identity)
    recommend(asesor, session)
    recording_holds(asesor, session)
    report.hand_in(asesor, admin, nomor)
    komite = chromium()
    members = [Person(komite, product, f"komite{n}@demo.ajj.test") for n in (1, 2, 3)]
    for number, member in enumerate(members):
        review.open_case(member, ASESI)
        if number == 0:
            review.click_mark(member, marks[0])
            review.click_mark(member, marks[-1])
        review.vote(member, "K", "Rekaman dan bukti cukup.")
    pleno = review.close_pleno(members[0])
    direktur = Person(chromium(), product, "direktur@demo.ajj.test", screen=DESK)
    review.sign_sk(direktur, pleno)
    address, pdf = review.certificate_of(asesi, ASESI)
    assert pdf.startswith(b"%PDF-")
    stranger = Person(chromium(), product)
    stranger.page.goto(address.replace("localhost", "127.0.0.1"))
    expect(stranger.page.locator('[data-verdict="berlaku"]')).to_contain_text(ASESI)


def apply_and_schedule(asesi: Person, asesor: Person, admin: Person, identity: Path) -> str:
    """FR.APL.01, acceptance, FR.APL.02, verification, two sessions; the permohonan's nomor."""
    nomor = office.apply_for(asesi, SKEMA, ASESI, identity)
    office.accept(admin, nomor, ASESOR)
    office.answer_apl02(asesi, nomor, ASESI)
    office.verify_apl02(asesor, nomor)
    pra, asesmen = office.windows(datetime.now(UTC))
    office.schedule(admin, nomor, "pra_asesmen", pra, ASESOR)
    office.schedule(admin, nomor, "asesmen", asesmen, ASESOR)
    return nomor


def invited(product: Any, asesi: Person, found: dict[str, dict[str, Any]]) -> None:
    """Both sessions are on the dashboard, and letters with a calendar entry went out."""
    asesi.page.goto("/beranda/")
    listed = asesi.page.content()
    assert any(f"/sesi/{one['id']}/" in listed for one in found.values())
    outbox = product.data_dir / "outbox"

    def letters() -> int:
        texts = [path.read_text(errors="replace") for path in outbox.glob("*")]
        return sum(text.count("text/calendar") for text in texts)

    until(lambda: letters() >= 4, 30, "invitations to asesi and asesor", page=asesi.page)


def met(asesor: Person, asesi: Person, session: str) -> tuple[Room, Room]:
    """The asesor lets the asesi in; each sees the other move."""
    mine = Room(asesor, session).enter()
    theirs = Room(asesi, session).come_to_the_door()
    mine.admit()
    expect(theirs.by("room")).to_be_visible(timeout=20_000)
    mine.sees_other()
    theirs.sees_other()
    return mine, theirs


def consult(asesi: Person, asesor: Person, session: str) -> None:
    """The pra-asesmen: every step told, FR.AK.01 signed by both in the room."""
    mine, theirs = met(asesor, asesi, session)
    mine.tab("agenda")
    for step in STEPS:
        mine.tick(step)
    mine.by("ak01-bukti-portofolio").check()
    mine.by("ak01-propose").click()
    theirs.tab("agenda")
    for room in (mine, theirs):
        room.by("ak01-read").check()
        room.by("ak01-sign").click()
    for who in ("asesor", "asesi"):
        for room in (mine, theirs):
            expect(room.by(f"ak01-signed-{who}")).to_have_attribute("data-state", "signed")
    expect(theirs.by("step-jadwal")).to_have_attribute("data-state", "done")
    mine.end()
    expect(theirs.by("ended")).to_be_visible(timeout=20_000)


def assess(
    asesi: Person, asesor: Person, admin: Person, session: str, evidence: Path
) -> list[dict[str, Any]]:
    """The asesmen: a minute of media both ways, marks, evidence, chat; gives the marks."""
    mine, theirs = met(asesor, asesi, session)
    began = time.monotonic()
    support = Room(admin, session).enter(sends=False)
    criteria = mine.criteria()
    mine.mark(criteria[0], "ya")
    expect(support.by("stored-seq").first).to_have_attribute("data-seq", str(mine.stored_seq()))
    assert not support.by("tab-ceklis").count(), "technical support reads no marks"
    assert not support.page.locator("video").count(), "technical support sees no pictures"
    assert not theirs.page.get_by_text("Struktur Data").count(), "the asesi sees no checklist"
    theirs.upload(evidence)
    mine.tab("bukti")
    card = mine.by("evidence").first
    expect(card).to_be_visible(timeout=20_000)
    theirs.tab("obrolan")
    theirs.by("chat-input").fill("Berkas sudah saya kirim, Bu.")
    theirs.by("chat-send").click()
    mine.tab("obrolan")
    expect(mine.by("chat-line").filter(has_text="Berkas sudah")).to_be_visible()
    mine.tab("ceklis")
    for number, kuk in enumerate(criteria[1:4]):
        mine.mark(kuk, ("ya", "lanjut", "ya")[number])
        for room in (mine, theirs):
            assert all(video.moves for video in room.watch()), room.person.email
            light = room.by("recording-light")
            expect(light).to_have_attribute("data-state", "on", timeout=20_000)
    while time.monotonic() - began < LIVE_S:
        for room in (mine, theirs):
            assert all(video.moves for video in room.watch()), room.person.email
        mine.page.wait_for_timeout(2000)
    mine.mark(criteria[1], "ya")
    support.page.goto("/beranda/")
    mine.end()
    return [entry for entry in mine.log() if entry["kind"] == "mark"]


def recommend(asesor: Person, session: str) -> None:
    """FR.AK.02 on the page after the session."""
    page, room = asesor.page, Room(asesor, session)
    expect(room.by("ended-recording")).to_have_attribute("data-sealed", "true", timeout=60_000)
    for box in page.locator('[data-testid^="ak02-"][data-testid$="-observasi"]').all():
        box.check()
    room.by("ak02-result-K").check()
    room.by("ak02-note").fill("Seluruh unit tampak pada sesi.")
    room.by("ak02-send").click()
    expect(room.by("ak02-sent")).to_have_attribute("data-result", "K")


def recording_holds(asesor: Person, session: str) -> None:
    """Every segment decodes, and each camera's media is as long as the log says."""
    played = check_recording(asesor, session)
    log = Room(asesor, session).log()
    started = {e["data"]["stream"]: e["at_ms"] for e in log if e["kind"] == "stream.started"}
    stopped = {e["data"]["stream"]: e["at_ms"] for e in log if e["kind"] == "stream.stopped"}
    listed = {stream["stream"]: stream for stream in manifest(asesor, session)["streams"]}
    assert set(played) == set(started) == set(stopped)
    assert len(played) == 2
    for stream, parts in played.items():
        media_ms = sum(media_length(part) for part in parts)
        span_ms = stopped[stream] - started[stream]
        stored_ms = sum(s["end_ms"] - s["start_ms"] for s in listed[stream]["segments"])
        assert span_ms > LIVE_S * 1000
        assert abs(media_ms - span_ms) <= 500, (media_ms, span_ms)
        assert abs(stored_ms - span_ms) <= 500, (stored_ms, span_ms)
        frames = sum(part.video_frames for part in parts)
        assert frames > span_ms / 1000 * 8, "a picture that moves all the time"


def media_length(part: Played) -> float:
    """Milliseconds of a segment, with the 20 ms that its last Opus packet lasts."""
    return part.last_ms - part.first_ms + 20
