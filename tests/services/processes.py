"""Start a real server for the tests, wait for it, end it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path


def free_ports(count: int, *, also: int | None = None) -> list[int]:
    """``count`` different free loopback TCP ports; with ``also``, port + ``also`` is free too."""
    held: list[socket.socket] = []
    ports: list[int] = []
    try:
        while len(ports) < count:
            first = socket.socket()
            first.bind(("127.0.0.1", 0))
            held.append(first)
            port: int = first.getsockname()[1]
            if also is not None:
                second = socket.socket()
                held.append(second)
                try:
                    second.bind(("127.0.0.1", port + also))
                except (OSError, OverflowError):
                    continue
            ports.append(port)
    finally:
        for one in held:
            one.close()
    return ports


def answers(port: int) -> bool:
    """Whether something accepts connections on loopback ``port``."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """One child process with its own group, its words in ``log``."""

    def __init__(
        self, argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                argv,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )

    def wait_for(self, ready: Callable[[], bool], limit_s: float = 60) -> None:
        """Until ``ready``; an early end or ``limit_s`` is an error with the server's own words."""
        deadline = time.monotonic() + limit_s
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                words = self.log.read_text(errors="replace")[-4000:]
                self.stop()
                raise RuntimeError(f"{self.process.args!r} did not come up:\n{words}")
            time.sleep(0.05)

    def stop(self, grace_s: float = 5, *, first: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask, wait, then kill the whole group; returns the exit code."""
        for number, patience in ((first, grace_s), (signal.SIGKILL, 10.0)):
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
                break
        return self.process.returncode
