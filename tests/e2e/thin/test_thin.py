"""A short stay behind 64 kbit/s, 300 ms each way and 3 % loss, ending with a page that froze."""

import pytest

from tests.e2e.faraway import distance
from tests.prove.thinline import FROZEN_S, Phase, check, ended, frozen, live_with

pytestmark = pytest.mark.timeout(300)


def test_a_thin_line_carries_the_voice_and_a_frozen_page_is_called_frozen(playwright, tmp_path):
    with distance(playwright, tmp_path) as far:
        far.asesor.sees_other()
        stay = live_with(far, tmp_path, Phase(64, seconds=12, settle_s=10))
        told = frozen(far)
        ended(far, [stay])
    check(stay)
    assert set(told) == {"tile", "light"}, told
    assert max(told.values()) <= FROZEN_S, told
