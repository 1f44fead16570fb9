"""A place far away: its own namespace, behind a link whose weather a test makes."""

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tests.net.link import far_device, ip, near_device

ROOT = Path(__file__).resolve().parents[2]


class Far:
    """``near`` is this host's address as the far place sees it, ``address`` the far place's own."""

    def __init__(self, namespace: str, number: int) -> None:
        self.namespace = namespace
        self._net = f"10.77.{number}"
        self._host, self._also = 2, 200
        self.near = f"{self._net}.1"
        self._link = subprocess.Popen(
            (sys.executable, "-m", "tests.net.link", namespace, str(number)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._answer()

    @property
    def address(self) -> str:
        """The far place's address of now."""
        return f"{self._net}.{self._host}"

    def weather(self, **change: Any) -> dict[str, Any]:
        """Change fields of ``tests.net.shaper.Weather`` in both directions; the counts until now.

        A delay is per direction: ``delay_ms=150`` makes a round trip of 300.
        """
        return self.say({"both": change})

    def counts(self) -> dict[str, Any]:
        """What ``tests.net.shaper.Shaper`` counted, under ``to_far`` and ``to_near``."""
        return self.say({})

    def say(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._link.stdin is not None
        self._link.stdin.write(json.dumps(command) + "\n")
        self._link.stdin.flush()
        return self._answer()

    def move(self) -> str:
        """Another address, as from Wi-Fi to a mobile network; the new one. The old one is gone."""
        device, old = far_device(self.namespace), self.address
        self._host += 1
        self._ip("addr", "del", f"{old}/24", "dev", device)
        self._ip("addr", "add", f"{self.address}/24", "dev", device)
        self._route()
        return self.address

    def near_too(self) -> str:
        """One more address of this host on the link."""
        self._also += 1
        address = f"{self._net}.{self._also}"
        ip("addr", "add", f"{address}/24", "dev", near_device(self.namespace))
        return address

    def unplug(self) -> None:
        """The device is down: programs over there are told, unlike by weather with ``up=False``."""
        self._ip("link", "set", far_device(self.namespace), "down")

    def plug(self) -> None:
        self._ip("link", "set", far_device(self.namespace), "up")
        self._route()

    def run(self, *argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """A program over there, until it ends; its words."""
        command = ("ip", "netns", "exec", self.namespace, *argv)
        done = subprocess.run(
            command, text=True, capture_output=True, check=False, cwd=ROOT, **options
        )
        assert done.returncode == 0, f"{argv}: {done.stderr}"
        return done

    def command(self, path: Path, program: str) -> Path:
        """A script at ``path`` that starts ``program`` over there."""
        path.write_text(f'#!/bin/sh\nexec ip netns exec {self.namespace} {program} "$@"\n')
        path.chmod(0o755)
        return path

    def close(self) -> None:
        assert self._link.stdin is not None
        self._link.stdin.close()
        self._link.wait(10)

    def _route(self) -> None:
        self._ip("route", "replace", "default", "via", self.near)

    def _ip(self, *arguments: str) -> None:
        ip("-n", self.namespace, *arguments)

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


def counted(before: dict[str, Any], after: dict[str, Any], what: str) -> tuple[int, int]:
    """How much more of ``what`` was counted since ``before``: to the far place, to this host."""
    far, near = (
        after[way].get(what, 0) - before[way].get(what, 0) for way in ("to_far", "to_near")
    )
    return far, near
