"""Mutated files of a device's recorder: no exception but the demuxer's own, no hang, no bloat."""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recordings.fmp4 import demux as fmp4_demux
from recordings.webm.demux import DemuxError, demux
from tests.factories.media.device import recorder_file
from tests.factories.media.encode import audio, video
from tests.factories.media.world import safari_file

FILES, MP4_FILES, SEED = 100_000, 3_000, 20261121
SLOW_S, MEMORY_MB, FFMPEG_MEMORY_MB = 5.0, 300, 1500
FIXTURES = Path(__file__).parents[1] / "factories" / "media" / "chromium"


@dataclass
class Told:
    """How the files went; ``slowest_s`` is CPU time of one, ``peak_mb`` of the whole process."""

    files: int = 0
    read: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    peak_mb: float = 0.0


def seeds() -> list[bytes]:
    """Sound files of every kind: our own lay-outs, and what a real Chromium wrote."""
    sound = audio(seconds=2)
    vp8 = video("vp8", seconds=2, width=96, height=64, bit_rate=60_000)
    h264 = video("h264", seconds=2, width=96, height=64, bit_rate=60_000)
    made = [
        recorder_file(vp8, sound, size=(96, 64)),
        recorder_file(vp8, sound, size=(96, 64), known_clusters=True),
        recorder_file(h264, sound, codec="h264", size=(96, 64)),
        recorder_file(vp8, sound, codec="vp9", size=(96, 64)),
        recorder_file([], sound),
    ]
    return made + [path.read_bytes() for path in sorted(FIXTURES.glob("*.webm"))]


def mutated(source: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """One to eight wounds: flips, cuts, copies, swaps, wild sizes, pieces of another file."""
    data = bytearray(source)
    for _wound in range(chance.randint(1, 8)):
        if len(data) < 16:
            break
        # Structure lies at the front: half of the wounds go there.
        reach = min(len(data), 600) if chance.random() < 0.5 else len(data)
        at = chance.randrange(reach)
        length = chance.choice((1, 1, 2, 8, 64, 1000))
        match chance.randrange(8):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at:at] = chance.randbytes(length)
            case 5:
                del data[chance.randrange(len(data)) :]
            case 6:
                data[at : at + 8] = b"\x01" + chance.randbytes(7)
            case _:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                data[at : at + length] = other[start : start + length]
    return bytes(data)


def cases(files: int, seed: int) -> Iterator[bytes]:
    chance, sources = random.Random(seed), seeds()
    for _n in range(files):
        yield mutated(chance.choice(sources), sources, chance)


def cases_mp4(files: int, seed: int) -> Iterator[bytes]:
    """As Safari writes it: fragments, H.264 and AAC."""
    chance, source = random.Random(seed), safari_file(0, 3000)
    for _n in range(files):
        yield mutated(source, [source], chance)


def fuzz(*, files: int, seed: int, mp4: bool = False) -> Told:
    """Read them all; any exception that is not ``DemuxError`` is raised."""
    told = Told()
    read = fmp4_demux.demux if mp4 else demux
    for data in (cases_mp4 if mp4 else cases)(files, seed):
        began = time.process_time()
        try:
            found = read(data)
            assert found.frames
            assert mp4 or sum(len(f.data) for f in found.frames) <= len(data) * 2 + 64
            told.read += 1
        except DemuxError:
            told.refused += 1
        told.files += 1
        told.slowest_s = max(told.slowest_s, time.process_time() - began)
    told.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=FILES)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--mp4", type=int, default=MP4_FILES)
    given = options.parse_args()
    check("WebM", fuzz(files=given.files, seed=given.seed), MEMORY_MB)
    told = fuzz(files=given.mp4, seed=given.seed, mp4=True)
    check("MP4 (read by FFmpeg)", told, FFMPEG_MEMORY_MB)


def check(what: str, told: Told, memory_mb: float) -> None:
    print(
        f"{what}, {told.files} files: {told.read} read, {told.refused} refused, nothing else; "
        f"slowest {told.slowest_s * 1000:.0f} ms, peak {told.peak_mb:.0f} MB"
    )
    assert told.slowest_s < SLOW_S, "a file that takes so long hangs a worker"
    assert told.peak_mb < memory_mb


if __name__ == "__main__":
    main()
