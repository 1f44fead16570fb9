"""The asesor's network goes, their clock is wrong by minutes, their tab dies: the marks stand."""

import pytest
from playwright.sync_api import expect

from tests.e2e.awayasesor import VALUES, Away
from tests.e2e.faraway import distance
from tests.e2e.wrongclock import how_wrong, set_wrong, wrong_by

pytestmark = pytest.mark.timeout(300)
WITHIN_MS = 1000


def test_marks_made_offline_with_a_wrong_clock_stand_at_their_moment(playwright, tmp_path):
    with distance(playwright, tmp_path, away="asesor", scripts={"asesor": wrong_by(7)}) as far:
        page = far.asesor.page
        criteria = far.asesor.criteria()[:4]
        assert abs(how_wrong(page) - 420) < 1
        page.wait_for_timeout(1500)
        away = Away(far)
        away.go()
        for number, kuk in enumerate(criteria):
            away.mark(kuk, VALUES[number % 3])
            page.wait_for_timeout(1500)
            if number == 1:
                set_wrong(page, -3)
        far.asesor.tab("agenda")
        far.asesor.by("step-identitas").locator("input[type=checkbox]").check()
        far.asesor.tab("ceklis")
        assert abs(how_wrong(page) + 180) < 1, "the clock was set while offline"
        away.back()
        off = away.errors_ms()
        assert max(map(abs, off)) <= WITHIN_MS, off
        far.asesor.tab("agenda")
        expect(far.asesor.by("step-identitas")).to_have_attribute("data-state", "done")
