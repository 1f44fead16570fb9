"""Short outages and a change of address: one session, and pictures again within three seconds."""

from statistics import median

import pytest

from tests.e2e.faraway import distance
from tests.e2e.outages import Outages

pytestmark = pytest.mark.timeout(300)
BACK_S = 3.0


def test_after_outages_and_another_address_the_pictures_are_back_and_the_session_is_one(
    playwright, tmp_path
):
    with distance(playwright, tmp_path) as far:
        far.asesor.sees_other()
        far.asesi.sees_other()
        outages = Outages(far)
        for trouble in (lambda: outages.cut(5), outages.move, outages.move):
            trouble()
            far.asesor.page.wait_for_timeout(2500)
        far.far.weather(up=False)
        outages.say()
        outages.say()
        outages.cut(5)
        far.asesor.page.wait_for_timeout(3000)
        print("back after", outages.parts)
        outages.one_session()
        assert median(outages.back_s) <= BACK_S, outages.back_s
