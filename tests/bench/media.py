"""CPU of one recorded room of two, against aiortc's own tools and against ``-c copy``.

``python -m tests.bench.media [SECONDS]``. Both people send 720p VP8 at about 1.2 Mbit/s and Opus,
encoded beforehand, from a process of their own; both are forwarded and recorded. The floor is
FFmpeg copying the same packets from a file into files, without a network.
"""

from __future__ import annotations

import asyncio
import fractions
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av

from tests.factories.media import encode
from tests.factories.media.encode import Encoded
from tests.factories.media.process import MediaProcess, free_port

LOOP_S = 6
FPS = 30


@dataclass
class Figures:
    """``cpu`` in seconds per room-minute, delays in ms."""

    cpu: float
    p50: float
    p99: float
    sent: int
    received: int


def input_frames() -> tuple[list[Encoded], list[Encoded]]:
    frames = encode.video(
        "vp8", seconds=LOOP_S, fps=FPS, width=1280, height=720, gop=3 * FPS,
        bit_rate=1_200_000, grain=96,
    )  # fmt: skip
    return frames, encode.audio(seconds=LOOP_S)


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def room(pid: int, port: int, seconds: float, source: Path) -> Figures:
    command = ["-m", "tests.bench._media_room", str(port), str(seconds), str(source)]
    generator = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE, limit=1 << 24
    )
    assert generator.stdout is not None
    assert (await asyncio.wait_for(generator.stdout.readline(), 60)).strip() == b"ready"
    started, before = time.monotonic(), cpu_of(pid)
    line = await asyncio.wait_for(generator.stdout.readline(), seconds + 60)
    spent, elapsed = cpu_of(pid) - before, time.monotonic() - started
    if generator.returncode is None:
        generator.kill()
    await generator.wait()
    result = json.loads(line)
    delays = result["delays"] or [float("nan")]
    return Figures(
        cpu=spent / elapsed * 60,
        p50=delays[len(delays) // 2],
        p99=delays[len(delays) * 99 // 100],
        sent=result["sent"],
        received=result["received"],
    )


async def ours(folder: Path, seconds: float, source: Path) -> Figures:
    async with MediaProcess(folder / "spool", target_ms=10_000) as media:
        assert media.process is not None
        figures = await room(media.process.pid, media.port, seconds, source)
    assert len(media.segments("one", "bench")) >= 2
    return figures


async def naive(folder: Path, seconds: float, source: Path) -> Figures:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench._media_naive", str(port), str(folder)]
    process = await asyncio.to_thread(subprocess.Popen, command)
    try:
        await asyncio.sleep(3)
        return await room(process.pid, port, seconds, source)
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 20)
        except subprocess.TimeoutExpired:
            process.kill()


def write_input(path: Path, frames: list[Encoded], sound: list[Encoded]) -> None:
    """One minute of one participant as WebM."""
    with av.open(str(path), "w", format="webm") as output:
        video = output.add_stream("libvpx", rate=FPS)
        video.width, video.height = 1280, 720
        audio = output.add_stream("libopus", rate=encode.RATE)
        loops = 60 // LOOP_S
        for loop in range(loops):
            for item in encode.interleaved(frames, sound):
                packet = av.Packet(item.data)
                packet.stream = video if item.video else audio
                packet.time_base = fractions.Fraction(1, 1000)
                packet.pts = packet.dts = round(item.at_ms) + loop * LOOP_S * 1000
                packet.is_keyframe = item.keyframe
                output.mux(packet)


def copy(source: Path, folder: Path) -> float:
    """CPU seconds of copying a minute of two participants."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    for number in range(2):
        with (
            av.open(str(source)) as given,
            av.open(str(folder / f"copy{number}.webm"), "w", format="webm") as output,
        ):
            streams = {s.index: output.add_stream_from_template(s) for s in given.streams}
            for packet in given.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    output.mux(packet)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(mine: Figures, other: Figures, floor: float) -> str:
    rows = [
        ("ajj: packets passed on", mine.cpu, mine),
        ("aiortc: relay + recorder", other.cpu, other),
        ("FFmpeg: -c copy of files", floor, None),
    ]
    head = ("CPU-s/room-min", "ratio", "p50 ms", "p99 ms", "through")
    lines = [f"{'engine':26} {head[0]:>14} {head[1]:>7} " + " ".join(f"{h:>8}" for h in head[2:])]
    for name, cpu, figures in rows:
        rest = f"{'-':>8} {'-':>8} {'-':>8}"
        if figures is not None:
            share = figures.received / figures.sent if figures.sent else 0.0
            rest = f"{figures.p50:8.2f} {figures.p99:8.2f} {share:8.1%}"
        lines.append(f"{name:26} {cpu:14.2f} {cpu / mine.cpu:7.2f} {rest}")
    return "\n".join(lines)


def main(seconds: float = 15.0) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frames, sound = input_frames()
        rate = sum(len(frame.data) for frame in frames) * 8 / LOOP_S / 1e6
        print(f"input: 1280x720, {FPS}/s, VP8 {rate:.2f} Mbit/s + Opus; {seconds:.0f} s each")
        source = folder / "input.pickle"
        source.write_bytes(pickle.dumps((frames, sound)))
        mine = asyncio.run(ours(folder, seconds, source))
        other = asyncio.run(naive(folder, seconds, source))
        write_input(folder / "input.webm", frames, sound)
        print(table(mine, other, copy(folder / "input.webm", folder)))
        print("through: packets received of packets sent; far below 100 %, an engine could not")
        print("keep up and its CPU is a lower bound (after re-encoding the counts differ anyway).")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
