"""Rooms of two, forwarded and recorded: our engine against Janus and against aiortc's own tools.

``python -m tests.bench.media [SECONDS] [ROOMS] [FULL]``. The same generator sends each engine the
same packets: 720p VP8 at about 1.2 Mbit/s and Opus from both people, encoded beforehand. The
engine has core 0, the generator core 1. Ours and Janus take turns, three runs each, the median
counts; then both with ``FULL`` rooms on that core. aiortc's tools, which decode, encode and
record, come last.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import _media_janus
from tests.bench._media_load import FPS, Order, Result
from tests.factories.media import encode
from tests.factories.media.encode import Encoded
from tests.factories.media.process import TOKEN, free_port

LOOP_S = 6
RUNS = 3
SERVER_CORE, LOAD_CORE = 0, 1
AIM, FLOOR = 0.75, 1.25


@dataclass
class Figures:
    """One run. ``cpu`` in seconds per room-minute, ``core`` the share of one core."""

    engine: str
    rooms: int
    cpu: float
    core: float
    load: Result

    @property
    def lost(self) -> float:
        """Share of the packets that watchers should have got."""
        return self.load.missing / max(1, self.load.missing + self.load.received)


def input_frames() -> tuple[list[Encoded], list[Encoded]]:
    frames = encode.video(
        "vp8", seconds=LOOP_S, fps=FPS, width=1280, height=720, gop=3 * FPS,
        bit_rate=1_200_000, grain=96,
    )  # fmt: skip
    return frames, encode.audio(seconds=LOOP_S)


def cpu_of(pid: int) -> float:
    """Seconds of all threads, in and out of the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pin(pid: int, core: int) -> None:
    """Every thread of a process onto one core, before others where that is allowed."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            os.sched_setaffinity(int(thread.name), {core % (os.cpu_count() or 1)})
            os.setpriority(os.PRIO_PROCESS, int(thread.name), -15)


@contextlib.contextmanager
def started(engine: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of its own with an empty folder."""
    port, log = free_port(), folder / "log"
    if engine.startswith("janus"):
        loops = 1 if "loop" in engine else 0
        process, port = _media_janus.start(folder / "config", log, event_loops=loops)
    else:
        module = ["realtime.media"] if engine == "ours" else ["tests.bench._media_naive"]
        more = [] if engine == "ours" else [str(port), str(folder)]
        environ = {
            **os.environ, "INTERNAL_TOKEN": TOKEN, "SPOOL_DIR": str(folder / "spool"),
            "MEDIA_CONTROL_PORT": str(port),
        }  # fmt: skip
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, *more], env=environ, stdout=output, stderr=output
            )
        _media_janus.await_port(process, port, log)
    try:
        yield process, port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(engine: str, rooms: int, seconds: float, source: Path) -> Figures:
    """Start an engine, fill it with rooms, measure, and take everything away again."""
    with (
        tempfile.TemporaryDirectory(prefix="ajj-bench-") as name,
        started(engine, Path(name)) as (process, port),
    ):
        pin(process.pid, SERVER_CORE)
        order = Order(
            engine=engine.partition(" ")[0], port=port, rooms=rooms, seconds=seconds,
            source=str(source), folder=name, stamp=engine != "aiortc",
        )  # fmt: skip
        command = [sys.executable, "-m", "tests.bench._media_load", json.dumps(asdict(order))]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as load:
            try:
                assert load.stdout is not None
                pin(load.pid, LOAD_CORE)
                assert load.stdout.readline().strip() == b"ready", f"{engine}: not connected"
                pin(process.pid, SERVER_CORE)
                began, before = time.monotonic(), cpu_of(process.pid)
                assert load.stdout.readline().strip() == b"done"
                elapsed, spent = time.monotonic() - began, cpu_of(process.pid) - before
                result = Result(**json.loads(load.stdout.readline()))
            finally:
                load.kill()
        if engine == "ours":
            recorded = sum(p.stat().st_size for p in Path(name).rglob("*.webm*"))
            assert recorded > rooms * seconds * 100_000, "the rooms were not recorded"
    return Figures(engine, rooms, spent / elapsed * 60 / rooms, spent / elapsed, result)


def table(rows: list[Figures], against: float | None) -> str:
    head = f"{'engine':22}{'rooms':>6}{'CPU-s/room-min':>16}{'ratio':>7}{'core':>7}"
    lines = [head + f"{'p50 ms':>8}{'p99 ms':>8}{'lost':>9}{'silent':>8}{'generator':>21}"]
    for row in rows:
        ratio = f"{row.cpu / against:7.2f}" if against else f"{'-':>7}"
        load = row.load
        lines.append(
            f"{row.engine:22}{row.rooms:6}{row.cpu:16.2f}{ratio}{row.core:7.0%}"
            f"{load.p50:8.2f}{load.p99:8.2f}{row.lost:9.3%}{load.silent:8}"
            f"{load.cpu:8.0%}, {load.late_p99:4.0f} ms late"
        )
    return "\n".join(lines)


def median(rows: list[Figures]) -> Figures:
    """The run in the middle by CPU."""
    return sorted(rows, key=lambda row: row.cpu)[len(rows) // 2]


def compare(engines: list[str], rooms: int, seconds: float, source: Path) -> dict[str, Figures]:
    """Runs of each engine in turn, so that a busy minute of the machine meets all alike."""
    found: dict[str, list[Figures]] = {engine: [] for engine in engines}
    for _ in range(RUNS):
        for engine in engines:
            found[engine].append(run(engine, rooms, seconds, source))
            print(".", end="", flush=True)
    print()
    for engine, rows in found.items():
        spread = ", ".join(f"{row.cpu:.2f}" for row in rows)
        print(f"  {engine}: {spread}; median {statistics.median(r.cpu for r in rows):.2f}")
    return {engine: median(rows) for engine, rows in found.items()}


def main(seconds: float = 8.0, rooms: float = 8, full: float = 40) -> None:
    began = time.monotonic()
    engines = ["ours"]
    if _media_janus.installed() is None:
        print("Janus is not installed (infra/bench-machine.sh): nothing to compare with")
    else:
        engines += ["janus", "janus 1 loop"]
    with tempfile.TemporaryDirectory() as name:
        frames, sound = input_frames()
        rate = sum(len(frame.data) for frame in frames) * 8 / LOOP_S / 1e6
        source = Path(name) / "input.pickle"
        source.write_bytes(pickle.dumps((frames, sound)))
        print(f"input: 1280x720, {FPS}/s, VP8 {rate:.2f} Mbit/s + Opus; NACK, RTX, PLI, REMB on")
        print(f"{RUNS} runs of {seconds:.0f} s; load of the machine {os.getloadavg()[0]:.1f}")
        best = compare(engines, int(rooms), seconds, source)
        janus = best["janus"].cpu if "janus" in best else None
        rows = list(best.values())
        rows += [run(engine, int(full), seconds, source) for engine in engines[:2]]
        if time.monotonic() - began < 300:
            rows.append(run("aiortc", 1, seconds, source))
        print(table(rows, janus))
    if janus:
        ratio = best["ours"].cpu / janus
        word = "aim met" if ratio <= AIM else "floor met" if ratio <= FLOOR else "missed"
        print(f"ours / Janus: {ratio:.2f} (aim {AIM}, floor {FLOOR}): {word}")
    at_full = next(row for row in rows if row.engine == "ours" and row.rooms == int(full))
    print(f"rooms per core, by CPU at {int(full)} rooms: {int(full) / at_full.core:.0f}")
    print("silent: watchers that got less than half. A generator late by many ms, or near 100 % of")
    print("its core, is the limit itself, and the delays are its own. aiortc's tools lose frames")
    print("where they cannot keep up: their CPU is a lower bound, and no delay is measured.")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:4]))
