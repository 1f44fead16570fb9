"""Really encoded pictures whose codec or size changes in mid-stream, as FFmpeg decodes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.overhead import payloads
from tests.factories.media import encode
from tests.factories.media.look import look
from tests.factories.media.tape import Sent, Tape

FPS = 20


def sent(parts: list[tuple[str, int, int]]) -> list[Sent]:
    """Two seconds of each (codec, width, height), one after the other, and sound throughout."""
    out: list[Sent] = []
    sequence = 0
    for number, (codec, width, height) in enumerate(parts):
        frames = encode.video(codec, seconds=2, fps=FPS, width=width, height=height, gop=40)
        for step, group in enumerate(payloads(codec, frames), start=number * 2 * FPS):
            for index, payload in enumerate(group):
                at_s = 1 + step / FPS + index * 0.0001
                out.append(Sent(at_s, codec, sequence, step * 90_000 // FPS, payload,
                                index == len(group) - 1, ssrc=1))  # fmt: skip
                sequence += 1
    for step, heard in enumerate(encode.audio(seconds=2 * len(parts))):
        out.append(Sent(1 + step / 50, "opus", step, step * 960, heard.data, ssrc=2))
    return out


@pytest.mark.parametrize(
    ("parts", "files"),
    [
        ([("vp8", 320, 240), ("h264", 320, 240), ("vp8", 320, 240)], ["webm", "mp4", "webm"]),
        ([("vp8", 320, 240), ("vp8", 640, 360)], ["webm"]),
        ([("h264", 320, 240), ("h264", 640, 368)], ["mp4", "mp4"]),
    ],
)
def test_every_picture_and_sound_is_there(
    tmp_path: Path, parts: list[tuple[str, int, int]], files: list[str]
) -> None:
    tape = Tape(tmp_path)
    tape.play(sent(parts))
    tape.stop()
    found = sorted(p for p in (tmp_path / "s" / "t").iterdir() if p.suffix != ".json")
    assert [path.suffix[1:] for path in found] == files
    seen = [look(path) for path in found]
    assert sum(one.pictures for one in seen) == 2 * FPS * len(parts)
    assert sum(one.sounds for one in seen) == 100 * len(parts)
    assert all(one.first_is_keyframe for one in seen)
    assert [line for line in tape.journal if line["event"] == "gap"] == []
