"""The asesi's network lets no UDP through: the room goes over the relay."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.e2e.browsers import until
from tests.e2e.faraway import Distance, logged_in, product_far
from tests.e2e.turn.paths import KEEP, moving, paths, recorded
from tests.net.far import Far, counted, far_away
from tests.services.relay import coturn, relay_at

pytestmark = pytest.mark.timeout(300)


@contextmanager
def relayed(
    playwright: Playwright, folder: Path, far: Far, **environment: str
) -> Iterator[Distance]:
    """Both at the door of a product that has a relay."""
    with (
        coturn(folder / "coturn", relay_at(far.near)) as turn,
        product_far(folder / "data", far, **turn.environment, **environment) as product,
        logged_in(playwright, folder, far, product) as there,
    ):
        there.asesi.page.add_init_script(KEEP)
        yield there


def test_without_udp_pictures_go_both_ways_over_tcp_and_come_back_with_a_new_credential(
    playwright, tmp_path
):
    with far_away() as far, relayed(playwright, tmp_path, far, TURN_TTL_S="5") as there:
        asesi, asesor = there.asesi, there.asesor
        before = far.weather(only=["tcp"])
        asesor.enter()
        asesi.enter()
        began = time.monotonic()
        asesor.sees_other()
        asesi.sees_other()
        print(f"both see each other {time.monotonic() - began:.1f} s after entering")
        assert paths(asesi) == [["relay", "tcp"], ["relay", "tcp"]]

        # The credential of the first minute is over by now; the next connection needs another.
        recorded(asesor)
        far.weather(up=False)
        asesi.page.wait_for_timeout(5000)
        cut = far.weather(up=True)
        assert counted(before, cut, "cut")[1] > 0
        back = time.monotonic()
        until(lambda: moving(asesi, asesor), 30, "both back", page=asesi.page)
        print(f"back {time.monotonic() - back:.1f} s after the line")
        assert paths(asesi) == [["relay", "tcp"], ["relay", "tcp"]]

        after = far.counts()
        assert counted(before, after, "udp") == (0, 0), "no datagram passed"
        assert counted(before, after, "barred udp")[1] > 0, "they were tried, and barred"
