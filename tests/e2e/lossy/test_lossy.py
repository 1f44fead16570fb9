"""A short stay behind a link that loses one packet in twenty."""

import pytest

from tests.e2e.faraway import distance
from tests.prove.beeps import check, through

pytestmark = pytest.mark.timeout(300)


def test_every_second_is_recorded_through_loss_and_jitter(playwright, tmp_path):
    with distance(playwright, tmp_path) as far:
        check(through(far, 25))
