"""What ``make run`` leaves a newcomer with: a recording to review, a certificate."""

import pytest

from tests.e2e.browsers import Person, until
from tests.e2e.journey import review
from tests.e2e.media import check_recording, manifest
from tests.services.product import running

pytestmark = pytest.mark.timeout(420)
FINISHED = """
from ajj.certificates.models import Sertifikat
from ajj.committee.models import Case
answer = {
    "certificates": [one.holder_name for one in Sertifikat.objects.all()],
    "waiting": [str(one.session_id) for one in Case.objects.filter(state="review")],
}
"""


def test_the_demo_is_acted_through_the_real_media_path_and_holds(tmp_path, chromium):
    with running(tmp_path / "data", DEMO="1") as product:
        until(lambda: "Sesi contoh siap" in product.words(), 240, "the acted sessions")
        done = product.query(FINISHED)
        assert done["certificates"] == ["Agus Setyo Nugroho"]
        (session,) = done["waiting"]
        product.manage("session_verify", session)
        browser = chromium()
        member = Person(browser, product, "komite1@demo.ajj.test")
        played = check_recording(member, session)
        listed = manifest(member, session)
        assert {stream["kind"] for stream in listed["streams"]} == {"camera", "screen"}
        assert len(played) == 3
        assert listed["gaps"], "the line that fell is shown"
        review.open_case(member, "Fajar Hidayatullah")
        log = member.call("GET", f"/api/v1/sessions/{session}/log?after=0&limit=500")["items"]
        marks = [entry for entry in log if entry["kind"] == "mark"]
        assert len(marks) == 9
        review.click_mark(member, marks[-2])
        spots = member.page.get_by_test_id("review-timeline").locator("[role=button]")
        assert spots.filter(has_text="FR.IA.07: pertanyaan").count() == 4
        admin = Person(browser, product, "admin@demo.ajj.test")
        address, pdf = review.certificate_of(admin, "Agus Setyo Nugroho")
        assert pdf.startswith(b"%PDF-")
        stranger = Person(browser, product)
        stranger.page.goto(address)
        assert stranger.page.locator('[data-verdict="berlaku"]').count() == 1
