"""What a screen may claim of a stream, from what the media node has received."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.room.pulse import FROZEN_MS, NO_PICTURE_MS, beat

FLOWS: dict[str, Any] = {
    "last_packet_ms_ago": 10,
    "audio_came_ms_ago": 10,
    "video_came_ms_ago": 30,
    "frame_rate": 24.0,
    "height": 720,
    "speaking": True,
    "without_video": 0,
}


def test_what_flows_is_told_as_it_flows() -> None:
    assert beat(FLOWS, 5_000, None).row() == {"audio": "speaking", "video": "moving", "height": 720}


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"speaking": False}, {"audio": "quiet", "video": "moving", "height": 720}),
        ({"video_came_ms_ago": NO_PICTURE_MS}, {"audio": "speaking", "video": "off"}),
        ({"video_came_ms_ago": None}, {"audio": "speaking", "video": "off"}),
        (
            {"frame_rate": 0.25, "video_came_ms_ago": 3_900, "height": 180},
            {"audio": "speaking", "video": "stills", "height": 180},
        ),
        ({"audio_came_ms_ago": 3_000}, {"audio": "off", "video": "moving", "height": 720}),
        (
            {"without_video": 1},
            {"audio": "speaking", "video": "moving", "height": 720, "thin": True},
        ),
    ],
)
def test_what_is_missing_is_not_claimed(change: dict[str, Any], row: dict[str, Any]) -> None:
    assert beat(FLOWS | change, 5_000, None).row() == row


def test_a_frozen_stream_says_since_when_and_keeps_to_it() -> None:
    frozen = beat(FLOWS | {"last_packet_ms_ago": FROZEN_MS}, 60_000, None)
    assert frozen.row() == {"audio": "off", "video": "off", "frozen_ms": 58_000}
    later = beat(FLOWS | {"last_packet_ms_ago": FROZEN_MS + 1_003}, 61_000, frozen)
    assert later == frozen
    assert beat(FLOWS, 62_000, later).frozen_ms is None


AGO = st.none() | st.integers(0, 100_000)


@given(AGO, AGO, AGO, st.floats(0, 60), st.booleans())
def test_nothing_frozen_is_ever_shown_as_alive(
    last: int | None, audio: int | None, video: int | None, rate: float, speaking: bool
) -> None:
    found = beat(
        {
            "last_packet_ms_ago": last,
            "audio_came_ms_ago": audio,
            "video_came_ms_ago": video,
            "frame_rate": rate,
            "speaking": speaking,
        },
        200_000,
        None,
    )
    if last is None or last >= FROZEN_MS:
        assert (found.audio, found.video) == ("off", "off")
        assert found.frozen_ms is not None
    if audio is None or audio > 2_000:
        assert found.audio == "off"
