"""Ten million packets, most of them wrong somewhere, through everything that records.

``python -m tests.prove fuzz [--packets N] [--seed N]``. Real VP8, H.264, Opus and RTCP streams are
mutated by their structure, mixed with noise, and given to the publisher's path as if they had
been decrypted: parse, count, repair, reorder, depacketise, clock, mux in both containers, spool.
Whatever was stored is read back; mutated and torn copies of it are repaired. An exception, a batch
that takes a minute, or memory that grows ends the run.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

from realtime.media.hooks import Wire
from realtime.media.leg import Leg
from realtime.media.publisher import Publisher
from realtime.media.sdp import Section
from realtime.media.spool import Spool, StreamState
from realtime.media.stream import Stream
from recordings import fmp4, webm
from recordings.fmp4.repair import samples
from recordings.webm.repair import blocks
from tests.prove import _mutations
from tests.prove._mutations import H264, OPUS, VIDEO_RTX, VP8, Material

BATCH = 5_000
HANGS_S = 60.0
GROWTH = 64 << 20
"""Bytes that the process may be larger at the end than after its first batches."""


class Nowhere:
    """The other end of a connection: takes what is sent, gives what is handed to it."""

    identity = 1
    ready = True

    def __init__(self) -> None:
        self.sent = 0
        self.rtp: Callable[[list[bytes]], None]
        self.rtcp: Callable[[bytes], None]

    def tap(self, rtp: Callable[[list[bytes]], None], rtcp: Callable[[bytes], None]) -> None:
        self.rtp, self.rtcp = rtp, rtcp

    def send(self, data: bytes) -> bool:
        self.sent += len(data)
        return True


def sections(direction: str) -> list[Section]:
    """What every answer has: both video codecs with repair, and sound."""
    return [
        Section("audio", "0", {OPUS: "opus"}, ssrc=7, cname="c", abs_send_time=3,
                direction=direction),
        Section("video", "1", {VP8: "vp8", H264: "h264"}, {VIDEO_RTX: VP8}, ssrc=8, rtx_ssrc=9,
                cname="c", abs_send_time=3, nack=True, direction=direction),
    ]  # fmt: skip


def batch(given: Material, folder: Path, seed: int, count: int) -> Counter[str]:
    """One publisher and one watcher from beginning to end, then what it left on disk."""
    rng, clock = random.Random(seed), [1000.0]
    spool = Spool(folder, now=lambda: clock[0])
    state = StreamState("fuzz", f"s{seed}", "1", "camera", t0_ms=990_000)
    stream = Stream(spool, state, 10_000, lambda: clock[0])
    wire = Nowhere()
    both = [(cast(Wire, wire), section) for section in sections("recvonly")]
    publisher = Publisher(both, stream, lambda: clock[0])
    stream.publish(publisher)
    watcher = cast(Wire, Nowhere())
    legs = {section.kind: Leg(watcher, section) for section in sections("sendonly")}
    stream.subscribe("watcher", legs)
    seen: Counter[str] = Counter()
    ticks = 0
    for arrival in _mutations.stream(given, rng, count):
        clock[0] = max(clock[0], 1000.0 + arrival.at_s)
        while ticks * 0.1 < arrival.at_s:
            ticks += 1
            stream.tick(clock[0])
            if ticks % 10 == 0:
                stream.feedback(clock[0])
        if arrival.control:
            wire.rtcp(arrival.data)
        else:
            wire.rtp([arrival.data])
        if arrival.control or rng.random() < 0.01:
            stream.control(legs, arrival.data)
        seen["packets"] += 1
    stream.unpublish(publisher, "ended")
    spool.close()
    read_back(folder, rng, seen)
    shutil.rmtree(folder)
    return seen


def read_back(folder: Path, rng: random.Random, seen: Counter[str]) -> None:
    """Every stored segment is whole; every mutated or torn one is repaired or refused."""
    assert not list(folder.rglob("*.part")), "an open segment was left behind"
    for path in sorted((folder / "fuzz").glob("*/*.json")):
        sidecar = json.loads(path.read_text())
        suffix = "mp4" if sidecar["mime"].startswith("video/mp4") else "webm"
        data = path.with_suffix(f".{suffix}").read_bytes()
        assert len(data) == sidecar["bytes"]
        assert 0 <= sidecar["start_ms"] < sidecar["end_ms"]
        read: Callable[[bytes], object] = samples if suffix == "mp4" else blocks
        repair = fmp4.repair if suffix == "mp4" else webm.repair
        whole = repair(data)
        assert read(data), "a segment without a frame"
        assert whole is not None
        seen[suffix] += 1
        seen["bytes"] += len(data)
        spoilt = bytearray(data[: rng.randrange(len(data))] if rng.random() < 0.5 else data)
        for _ in range(rng.randrange(9)):
            if spoilt:
                # Heads and sizes lie at the front, where a flipped bit does most.
                at = rng.randrange(min(len(spoilt), rng.choice((100, 800, len(spoilt)))))
                spoilt[at] ^= 1 << rng.randrange(8)
        again = repair(bytes(spoilt))
        read(bytes(spoilt))
        seen["repaired" if again is not None else "refused"] += 1


def resident() -> int:
    """Bytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def run(packets: int, seed: int, folder: Path, *, say: bool = True) -> Counter[str]:
    """At least ``packets`` packets; raises where something does not hold."""
    given, total = _mutations.material(), Counter[str]()
    began, number, start = time.monotonic(), 0, 0
    while total["packets"] < packets:
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        try:
            total += batch(given, folder / str(number), seed + number, min(BATCH, packets))
        except BaseException:
            print(f"seed {seed + number} of {BATCH} packets", file=sys.stderr)
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        number += 1
        if number == 20:
            start = resident()
        if say and number % 200 == 0:
            rate = total["packets"] / (time.monotonic() - began)
            print(
                f"{total['packets']:>10} packets, {rate:.0f}/s, {resident() >> 20} MiB", flush=True
            )
    growth = resident() - start if start else 0
    total["growth_kib"] = growth >> 10
    assert growth < GROWTH, f"memory grew by {growth >> 20} MiB"
    return total


def quick_folder() -> str | None:
    """Where fsync costs nothing, if there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> None:
    parser = argparse.ArgumentParser(prog=sys.argv[0])
    parser.add_argument("--packets", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=quick_folder()) as name:
        total = run(options.packets, options.seed, Path(name))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{total['packets']} packets: no exception, no hang; memory grew by "
        f"{total['growth_kib'] / 1024:.1f} MiB, peak {peak} MiB\n"
        f"stored {total['webm']} WebM and {total['mp4']} MP4 segments, "
        f"{total['bytes'] >> 20} MiB, all whole; of as many mutated ones "
        f"{total['repaired']} were repaired and {total['refused']} refused"
    )
