"""A picture limited by people; and a stay behind 64 kbit/s, 300 ms each way and 3 % loss."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.faraway import distance
from tests.prove.thinline import FROZEN_S, Phase, check, ended, frozen, live_with

pytestmark = pytest.mark.timeout(300)


def limit(far, rung: str, *, shown: re.Pattern[str]) -> None:
    """The asesor limits the asesi's picture; the asesi's own page obeys and says so."""
    asesor, chip = far.asesor, far.asesi.by("link-rung")
    asesor.by("link-rung").click()
    asesor.by("link-pin").first.select_option(rung)
    asesor.page.keyboard.press("Escape")
    expect(chip).to_have_attribute("data-rung", shown, timeout=10_000)


def test_a_thin_line_carries_the_voice_and_a_frozen_page_is_called_frozen(playwright, tmp_path):
    with distance(playwright, tmp_path) as far:
        far.asesor.sees_other()
        limit(far, "audio", shown=re.compile("audio"))
        expect(far.asesor.by("tile-no-picture")).to_be_visible(timeout=10_000)
        limit(far, "", shown=re.compile("360p|720p"))
        expect(far.asesor.by("tile-no-picture")).to_have_count(0, timeout=10_000)
        stay = live_with(far, tmp_path, Phase(64, seconds=12, settle_s=10))
        told = frozen(far)
        ended(far, [stay])
        limits = [e["data"]["rung"] for e in far.asesor.log() if e["kind"] == "media.limited"]
    check(stay)
    assert limits == ["audio", ""]
    assert set(told) == {"tile", "light"}, told
    assert max(told.values()) <= FROZEN_S, told
