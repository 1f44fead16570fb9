"""A recorder fed packet by packet on a clock of its own, and what it left in the spool."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from realtime.media.recorder import Recorder
from realtime.media.segments import Segmenter
from realtime.media.spool import Spool, StreamState
from realtime.rtp import packet, rtcp
from recordings.webm.repair import Block, blocks

RATES = {"vp8": 90_000, "h264": 90_000, "opus": 48_000}


@dataclass(frozen=True, order=True)
class Sent:
    """A packet that arrives at ``at_s``; ``timestamp`` and ``sequence`` wrap when it is built."""

    at_s: float
    codec: str
    sequence: int
    timestamp: int
    payload: bytes = field(compare=False)
    marker: bool = True
    ssrc: int = 0


def sound(number: int) -> bytes:
    """20 ms of Opus by its table of contents, with a number inside."""
    return b"\xf8" + number.to_bytes(4, "big")


def picture(number: int, *, key: bool, width: int = 320, height: int = 240) -> bytes:
    """One VP8 frame in one packet, whole by its headers, with a number inside."""
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    head = b"\0\0\0\x9d\x01\x2a" + size if key else b"\x01\0\0"
    return b"\x10" + head + number.to_bytes(4, "big")


def voice(
    count: int, *, start_s: float = 1.0, sequence: int = 100, timestamp: int = 5000, ssrc: int = 2
) -> list[Sent]:
    """``count`` packets of 20 ms in time."""
    return [
        Sent(start_s + n * 0.02, "opus", sequence + n, timestamp + n * 960, sound(n), ssrc=ssrc)
        for n in range(count)
    ]


def camera(
    count: int, *, start_s: float = 1.0, gop: int = 20, sequence: int = 500,
    timestamp: int = 9000, ssrc: int = 1,
) -> list[Sent]:  # fmt: skip
    """``count`` frames at 20/s in time, a keyframe every ``gop``."""
    return [
        Sent(start_s + n * 0.05, "vp8", sequence + n, timestamp + n * 4500,
             picture(n, key=n % gop == 0), ssrc=ssrc)
        for n in range(count)
    ]  # fmt: skip


class Tape:
    """Session time is seconds after ``T0``; ticks come ten times a second between packets."""

    T0 = 1000.0

    def __init__(self, root: Path, *, target_ms: int = 10_000, video: bool = True) -> None:
        self.root = root
        self.asked_s: list[float] = []
        self._now = self.T0
        self._ticks = 0
        self._spool = Spool(root, now=lambda: self._now)
        state = StreamState("s", "t", "7", "camera", round(self.T0 * 1000))
        self.segmenter = Segmenter(self._spool, state, target_ms)
        self.segmenter.expects_video = video
        self.recorder = Recorder(
            self.segmenter, target_ms=target_ms, request_keyframe=self._asked
        )  # fmt: skip

    def play(self, sent: Iterable[Sent]) -> None:
        """Let them arrive, in order of ``at_s``."""
        for item in sorted(sent, key=lambda one: one.at_s):
            self.wait(item.at_s)
            built = packet.build(
                item.payload, payload_type=96, sequence=item.sequence, timestamp=item.timestamp,
                ssrc=item.ssrc, marker=item.marker,
            )  # fmt: skip
            parsed = packet.parse(built)
            assert parsed is not None
            self.recorder.packet(parsed, item.codec, self._now)

    def report(self, video: bool, *, ntp_s: float, timestamp: int, ssrc: int) -> None:
        """A sender report that arrives now."""
        given = rtcp.SenderReport(ssrc, int(ntp_s * (1 << 32)), timestamp & 0xFFFFFFFF, 0, 0)
        self.recorder.report(video, given)

    def wait(self, until_s: float) -> None:
        while self._ticks * 0.1 <= until_s:
            self._now = self.T0 + self._ticks * 0.1
            self.recorder.tick(self._now)
            self._ticks += 1
        self._now = self.T0 + until_s

    def stop(self) -> None:
        self.wait(self._now - self.T0 + 1.0)
        self.recorder.stop()
        self._spool.close()

    @property
    def segments(self) -> list[dict[str, Any]]:
        paths = sorted((self.root / "s" / "t").glob("*.json"))
        return [json.loads(path.read_text()) for path in paths]

    @property
    def journal(self) -> list[dict[str, Any]]:
        paths = (self.root / "journal").glob("*.jsonl")
        return [json.loads(line) for path in paths for line in path.read_text().splitlines()]

    def media(self, kind: int) -> list[Block]:
        """Every stored WebM block of a track: 1 video, 2 audio; in order."""
        found = []
        for segment in self.segments:
            path = self.root / "s" / "t" / f"{segment['index']:06d}.webm"
            found += [b for b in blocks(path.read_bytes()) if b.track == kind]
        return found

    def _asked(self, now: float) -> None:
        self.asked_s.append(round(now - self.T0, 3))


def numbers(found: Iterable[Block]) -> list[int]:
    """The numbers that ``sound`` and ``picture`` put inside."""
    return [int.from_bytes(block.data[-4:], "big") for block in found]
