"""Keep the parts of the product running: start, restart, one log, one clean stop.

Standard library only, so that it runs before and outside the product's environment.
"""

import asyncio
import ctypes
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 10.0
STEADY_AFTER_S = 20.0
STOP_GRACE_S = 6.0
# A spare is made when what replaced the last one has settled.
SPARE_AFTER_S = 8.0
# How often a part with a port is asked, how long one answer may take, when it counts as hanging.
ASK_EVERY_S, ANSWER_S, SILENT_S = 3.0, 5.0, 20.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Part:
    """One process of the product.

    ``once`` marks work that is finished when it exits with 0; everything else runs for ever.
    Parts with a lower ``stop_rank`` are stopped first and are gone before the next rank is asked.
    A part with a ``port`` is asked each few seconds whether it still answers there; one that is
    silent for ``SILENT_S`` hangs and is killed, so that it is begun anew.
    A part with a ``spare`` runs under ``infra.spare``: a second process stands by with everything
    imported, so that the part is back at once even on a busy machine.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    spare: bool = False
    stop_rank: int = 0
    port: int | None = None


def delay_before(restart: int, jitter: float) -> float:
    """Seconds to wait before the ``restart``-th try (from 0) in a row.

    0.2 s first, doubling to a cap of 10 s; ``jitter`` in [0, 1) adds up to a quarter, so that
    parts that fell together do not rise together.
    """
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(restart, 16)) * (1 + jitter / 4)


class Log:
    """One readable log: every line carries the clock and the part that said it."""

    def __init__(self, out: TextIO, parts: Sequence[str]) -> None:
        self.out = out
        self.width = max((len(name) for name in (*parts, "ajj")), default=3)

    def line(self, part: str, text: str) -> None:
        with suppress(BrokenPipeError, ValueError):
            self.out.write(f"{time.strftime('%H:%M:%S')} {part:<{self.width}} | {text}\n")
            self.out.flush()


class Supervisor:
    """Runs ``parts`` until ``stop`` is called or a signal asks for it.

    With ``run_dir`` the process id of each part is kept in ``run_dir/NAME.pid``.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        out: TextIO | None = None,
        run_dir: Path | None = None,
        jitter: Callable[[], float] = random.random,
        grace_s: float = STOP_GRACE_S,
        spare_after_s: float = SPARE_AFTER_S,
        ask_every_s: float = ASK_EVERY_S,
        silent_s: float = SILENT_S,
    ) -> None:
        self.parts = tuple(parts)
        self.log = Log(out or sys.stdout, [part.name for part in parts])
        self.run_dir = run_dir
        self.jitter = jitter
        self.grace_s = grace_s
        self.spare_after_s = spare_after_s
        self.ask_every_s = ask_every_s
        self.silent_s = silent_s
        self.running: dict[str, asyncio.subprocess.Process] = {}
        self.restarts: dict[str, int] = {part.name: 0 for part in parts}
        self._spares: dict[str, asyncio.subprocess.Process] = {}
        self._chores: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._killing = asyncio.Event()

    def stop(self) -> None:
        """Ask for a clean stop; asking a second time kills what is still there."""
        if self._stopping.is_set():
            self._killing.set()
        self._stopping.set()

    async def run(self) -> None:
        """Start every part and return once all have stopped."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        keepers = [asyncio.create_task(self._keep(part)) for part in self.parts]
        await self._stopping.wait()
        self.log.line("ajj", "stopping")
        for rank in sorted({part.stop_rank for part in self.parts}):
            await asyncio.gather(*(self._end(p) for p in self.parts if p.stop_rank == rank))
        for task in (*keepers, *self._chores):
            task.cancel()
        await asyncio.gather(*keepers, *self._chores, return_exceptions=True)
        for spare in self._spares.values():
            _signal_group(spare, signal.SIGKILL)
            await spare.wait()
        self.log.line("ajj", "stopped")

    async def _keep(self, part: Part) -> None:
        in_a_row = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self._once(part)
            if self._stopping.is_set() or (part.once and code == 0):
                return
            if time.monotonic() - began >= STEADY_AFTER_S:
                in_a_row = 0
            wait_s = delay_before(in_a_row, self.jitter())
            in_a_row += 1
            self.restarts[part.name] += 1
            self.log.line("ajj", f"{part.name} ended ({_how(code)}); again in {wait_s:.1f} s")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait_s)

    async def _once(self, part: Part) -> int:
        try:
            process = await self._start(part)
        except OSError as error:
            self.log.line("ajj", f"{part.name} cannot start: {error}")
            return 127
        self.running[part.name] = process
        self._note_pid(part, process.pid)
        try:
            reader = asyncio.create_task(self._copy(part, process))
            asker = asyncio.create_task(self._ask(part, process))
            code = await process.wait()
            asker.cancel()
            # A grandchild may hold the pipe open for ever; its words are not worth waiting for.
            with suppress(TimeoutError):
                await asyncio.wait_for(reader, 1)
            return code
        finally:
            self.running.pop(part.name, None)
            self._note_pid(part, None)

    async def _start(self, part: Part) -> asyncio.subprocess.Process:
        """A running process of ``part``: the spare, told to go, or a new one."""
        process = self._spares.pop(part.name, None)
        if process is None or process.returncode is not None:
            process = await self._spawn(part)
        if process.stdin is not None:
            with suppress(ConnectionError):
                process.stdin.write(b"go\n")
                await process.stdin.drain()
            chore = asyncio.create_task(self._lay_by(part))
            self._chores.add(chore)
            chore.add_done_callback(self._chores.discard)
        return process

    async def _lay_by(self, part: Part) -> None:
        await asyncio.sleep(self.spare_after_s)
        held = self._spares.get(part.name)
        if held is None or held.returncode is not None:
            with suppress(OSError):
                self._spares[part.name] = await self._spawn(part)

    async def _spawn(self, part: Part) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *part.argv,
            env={**os.environ, **part.env},
            stdin=asyncio.subprocess.PIPE if part.spare else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            limit=1 << 20,
        )

    async def _copy(self, part: Part, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        while stream is not None:
            try:
                line = await stream.readline()
            except ValueError:  # one line longer than the limit: what follows it is read on
                continue
            if not line:
                return
            self.log.line(part.name, line.decode(errors="replace").rstrip())

    async def _ask(self, part: Part, process: asyncio.subprocess.Process) -> None:
        """Kill a process that was up and then answers nobody: hanging, it would hold its place."""
        heard: float | None = None
        while part.port is not None:
            await asyncio.sleep(self.ask_every_s)
            if await _answers(part.port, min(ANSWER_S, self.silent_s)):
                heard = time.monotonic()
            elif heard is not None and time.monotonic() - heard >= self.silent_s:
                self.log.line("ajj", f"{part.name} does not answer: killed")
                _signal_group(process, signal.SIGKILL)
                return

    async def _end(self, part: Part) -> None:
        process = self.running.get(part.name)
        if process is None:
            return
        _signal_group(process, signal.SIGTERM)
        gone = asyncio.create_task(process.wait())
        killed = asyncio.create_task(self._killing.wait())
        done, _ = await asyncio.wait(
            {gone, killed}, timeout=self.grace_s, return_when=asyncio.FIRST_COMPLETED
        )
        killed.cancel()
        if gone not in done:
            self.log.line("ajj", f"{part.name} does not stop: killed")
            _signal_group(process, signal.SIGKILL)
        await gone

    def _note_pid(self, part: Part, pid: int | None) -> None:
        if self.run_dir is None:
            return
        path = self.run_dir / f"{part.name}.pid"
        if pid is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(str(pid))
            new.replace(path)


async def _answers(port: int, within_s: float) -> bool:
    """Whether ``GET /healthz`` on loopback begins to answer in time."""
    writer = None
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return bool(await reader.readline())
    except (OSError, TimeoutError):
        return False
    finally:
        if writer is not None:
            writer.close()


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _end_with_parent() -> None:
    """In the child: die with the supervisor, however it dies (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
