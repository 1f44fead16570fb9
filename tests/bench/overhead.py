"""Bytes stored against bytes received: what the containers add to the raw RTP payload.

``python -m tests.bench overhead``. One minute of 720p30 at about 1.2 Mbit/s and Opus, as VP8 in
WebM and as H.264 in fragmented MP4, packetised as browsers do and recorded by the product's own
recorder in segments of ten seconds. RTP payload is what is left of a packet without its header.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder

from realtime.media.recorder import Recorder
from realtime.media.segments import Segmenter
from realtime.media.spool import Spool, StreamState
from realtime.rtp import packet
from tests.factories.media import encode
from tests.factories.media.encode import Encoded

MOST = 0.02
SECONDS = 60
LOOP_S, FPS = 10, 30


def payloads(codec: str, frames: list[Encoded]) -> list[list[bytes]]:
    """The packets of each frame."""
    if codec == "vp8":
        encoder = Vp8Encoder()
        return [encoder._packetize(frame.data, number) for number, frame in enumerate(frames)]
    return [list(H264Encoder._packetize(H264Encoder._split_bitstream(f.data))) for f in frames]


def stored_and_received(codec: str, folder: Path, seconds: int = SECONDS) -> tuple[int, int]:
    """Bytes of the segments' files, and of the RTP payloads they were made of."""
    video = payloads(codec, encode.video(
        codec, seconds=LOOP_S, fps=FPS, width=1280, height=720, gop=LOOP_S * FPS,
        bit_rate=1_200_000, grain=96,
    ))  # fmt: skip
    sound = [[frame.data] for frame in encode.audio(seconds=LOOP_S)]
    spool = Spool(folder, now=lambda: 1000.0)
    segmenter = Segmenter(spool, StreamState("s", codec, "1", "camera", 0), LOOP_S * 1000)
    segmenter.expects_video = True
    asked: list[float] = []
    recorder = Recorder(segmenter, target_ms=LOOP_S * 1000, request_keyframe=asked.append)
    received = 0
    numbers = {True: 0, False: 0}
    for tick in range(seconds * 10):
        at_s = tick / 10
        for kind, groups, per_s, rate in ((True, video, FPS, 90_000), (False, sound, 50, 48_000)):
            for step in range(round(at_s * per_s), round((at_s + 0.1) * per_s)):
                group = groups[step % len(groups)]
                for index, payload in enumerate(group):
                    item = packet.parse(packet.build(
                        payload, payload_type=96, sequence=numbers[kind],
                        timestamp=step * rate // per_s, ssrc=1 + kind,
                        marker=index == len(group) - 1,
                    ))  # fmt: skip
                    assert item is not None
                    numbers[kind] += 1
                    received += len(payload)
                    recorder.packet(item, codec if kind else "opus", 1 + step / per_s)
        recorder.tick(1 + at_s)
    recorder.stop()
    spool.close()
    files = [path for path in (folder / "s" / codec).iterdir() if path.suffix in (".webm", ".mp4")]
    assert len(files) >= seconds // LOOP_S
    return sum(path.stat().st_size for path in files), received


def main() -> None:
    print(f"{'container':16} {'received':>12} {'stored':>12} {'overhead':>9}")
    for codec, name in (("vp8", "VP8 in WebM"), ("h264", "H.264 in MP4")):
        with tempfile.TemporaryDirectory() as folder:
            stored, received = stored_and_received(codec, Path(folder))
        overhead = stored / received - 1
        print(f"{name:16} {received:12} {stored:12} {overhead:9.2%}   (at most {MOST:.0%})")
        assert overhead < MOST
