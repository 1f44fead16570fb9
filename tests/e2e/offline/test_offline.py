"""The asesor's network goes, their clock is wrong by minutes, their tab dies: the marks stand."""

import pytest
from playwright.sync_api import expect

from tests.e2e.awayasesor import VALUES, Away
from tests.e2e.browsers import until
from tests.e2e.faraway import distance
from tests.e2e.wrongclock import how_wrong, set_wrong, wrong_by

pytestmark = pytest.mark.timeout(300)
WITHIN_MS = 1000
# What of the session still lies on the device: its page, its room, unsent ops.
LEFT = """async () => {
  const asked = indexedDB.open("ajj-room");
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const count = (name) => new Promise((done) => {
    const counting = db.transaction(name).objectStore(name).count();
    counting.onsuccess = () => done(counting.result);
  });
  const found = [await count("rooms"), await count("ops")];
  db.close();
  return [(await caches.match(location.pathname)) === undefined ? 0 : 1, ...found];
}"""


def test_marks_made_offline_with_a_wrong_clock_stand_at_their_moment(playwright, tmp_path):
    with distance(playwright, tmp_path, away="asesor", scripts={"asesor": wrong_by(7)}) as far:
        page = far.asesor.page
        *criteria, more = far.asesor.criteria()[:5]
        assert abs(how_wrong(page) - 420) < 1
        page.wait_for_timeout(1500)
        away = Away(far)
        away.shell_kept()
        away.go()
        for number, kuk in enumerate(criteria):
            away.mark(kuk, VALUES[number % 3])
            page.wait_for_timeout(1500)
            if number == 1:
                set_wrong(page, -3)
                assert abs(how_wrong(page) + 180) < 1, "the clock was set while offline"
        away.reopen()
        page = far.asesor.page
        states = [far.asesor.by(f"kuk-{kuk}").get_attribute("data-state") for kuk in criteria]
        assert states == ["pending"] * len(criteria), (
            "what was done is there, and not called stored"
        )
        away.mark(more, "ya")
        far.asesor.tab("agenda")
        far.asesor.by("step-identitas").locator("input[type=checkbox]").check()
        far.asesor.tab("ceklis")
        away.back()
        off = away.errors_ms()
        assert max(map(abs, off)) <= WITHIN_MS, off
        far.asesor.tab("agenda")
        expect(far.asesor.by("step-identitas")).to_have_attribute("data-state", "done")
        far.asesor.end()
        until(lambda: page.evaluate(LEFT) == [0, 0, 0], 10, "nothing stays", page=page)
