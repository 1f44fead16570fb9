"""``python -m tests.factories.media.whip URL SECONDS [option=value …]``: FFmpeg's WHIP muxer."""

from __future__ import annotations

import fractions
import sys
import time

import av

from tests.factories.media.encode import RATE, SAMPLES, picture, tone


def main(url: str, seconds: float, options: dict[str, str]) -> None:
    """Publish H.264 and Opus in real time."""
    fps = 20
    with av.open(url, "w", format="whip", options=options) as output:
        video = output.add_stream("libx264", rate=fps)
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        video.options = {
            "profile": "baseline", "preset": "ultrafast", "tune": "zerolatency", "bf": "0",
        }  # fmt: skip
        video.gop_size, video.bit_rate = 2 * fps, 400_000
        audio = output.add_stream("libopus", rate=RATE)
        audio.layout = "stereo"
        started, sent = time.monotonic(), 0
        for index in range(round(seconds * fps)):
            frame = picture(index, 320, 240)
            frame.time_base = fractions.Fraction(1, fps)
            for packet in video.encode(frame):
                output.mux(packet)
            while sent * SAMPLES < (index + 1) * RATE / fps:
                for packet in audio.encode(tone(sent)):
                    output.mux(packet)
                sent += 1
            time.sleep(max(0.0, started + (index + 1) / fps - time.monotonic()))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), dict(a.split("=", 1) for a in sys.argv[3:]))
