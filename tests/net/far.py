"""A place far away: its own namespace, behind a link whose weather a test makes."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[2]


class Far:
    """``near`` is this host's address as the far place sees it."""

    def __init__(self, namespace: str, number: int) -> None:
        self.namespace = namespace
        self.near = f"10.77.{number}.1"
        self._link = subprocess.Popen(
            (sys.executable, "-m", "tests.net.link", namespace, str(number)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._answer()

    def weather(self, **change: Any) -> dict[str, Any]:
        """Change both directions alike; the counts until now."""
        return self.say({"both": change})

    def counts(self) -> dict[str, Any]:
        """Packets passed, lost, cut and overflowed in each direction, and bytes."""
        return self.say({})

    def say(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._link.stdin is not None
        self._link.stdin.write(json.dumps(command) + "\n")
        self._link.stdin.flush()
        return self._answer()

    def command(self, path: Path, program: str) -> Path:
        """A script at ``path`` that starts ``program`` over there."""
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.namespace} {program} "$@"\n')
        path.chmod(0o755)
        return path

    def close(self) -> None:
        assert self._link.stdin is not None
        self._link.stdin.close()
        self._link.wait(10)

    def _answer(self) -> dict[str, Any]:
        assert self._link.stdout is not None
        line = self._link.stdout.readline()
        assert line, "the link ended; it needs root, /dev/net/tun and iproute2"
        return cast("dict[str, Any]", json.loads(line))


@contextmanager
def far_away() -> Iterator[Far]:
    """A new far place, gone afterwards."""
    number = secrets.randbelow(250) + 1
    far = Far(f"far{number}x{secrets.token_hex(2)}", number)
    try:
        yield far
    finally:
        far.close()
