"""``python -m tests.net.link NAME NUMBER``: two TUN devices and what lies between them.

The near end stays with this host as 10.77.NUMBER.1, the far end is 10.77.NUMBER.2 in the new
network namespace NAME. Commands come as JSON lines on stdin, each answered by one line: {"both" |
"to_far" | "to_near": weather} or {}; every answer carries the counts of both directions. The end
of stdin removes everything. What happens to the far device itself (another address, unplugged) is
done from outside, with ``ip -n NAME``.
"""

import contextlib
import fcntl
import heapq
import itertools
import json
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import replace
from random import Random
from typing import Any

from tests.net.shaper import Shaper

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_MTU = 1400


def ip(*arguments: str) -> None:
    subprocess.run(("ip", *arguments), check=True)


def far_device(namespace: str) -> str:
    """The name of the device over there."""
    return f"{namespace[:13]}f"


def near_device(namespace: str) -> str:
    """The name of the device here."""
    return f"{namespace[:13]}n"


def tun(name: str) -> int:
    """A TUN device of this namespace; it lives as long as the descriptor."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    request = struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI)
    fcntl.ioctl(descriptor, _TUNSETIFF, request)
    return descriptor


class Link:
    """Carries packets both ways, each through its own shaper."""

    def __init__(self, near: int, far: int, seed: int) -> None:
        self._other = {near: far, far: near}
        self.shapers = {near: Shaper(Random(seed)), far: Shaper(Random(seed + 1))}
        self.directions = {"to_far": (near,), "to_near": (far,), "both": (near, far)}
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._order = itertools.count()

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Change the weather; what was counted so far, per direction."""
        for name, weather in command.items():
            for end in self.directions[name]:
                shaper = self.shapers[end]
                shaper.weather = replace(shaper.weather, **weather)
        ends = {name: self.directions[name][0] for name in ("to_far", "to_near")}
        return {name: dict(self.shapers[end].counted) for name, end in ends.items()}

    def take(self, end: int) -> None:
        """Everything that waits at one end."""
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = os.read(end, 65536)
                now = time.monotonic()
                leaves = self.shapers[end].leaves_at(now, packet)
                if leaves is None:
                    continue
                if leaves <= now and not self._waiting:
                    self._put(self._other[end], packet)
                else:
                    heapq.heappush(
                        self._waiting, (leaves, next(self._order), self._other[end], packet)
                    )

    def release(self) -> float | None:
        """Deliver what is due; seconds until the next one."""
        while self._waiting:
            wait = self._waiting[0][0] - time.monotonic()
            if wait > 0:
                return wait
            _, _, end, packet = heapq.heappop(self._waiting)
            self._put(end, packet)
        return None

    @staticmethod
    def _put(end: int, packet: bytes) -> None:
        # A device that is down or full drops, as a wire would.
        with contextlib.suppress(OSError):
            os.write(end, packet)


def run(link: Link) -> None:
    """Until stdin ends."""
    ends = list(link.shapers)
    words = b""
    wait: float | None = None
    while True:
        ready, _, _ = select.select([*ends, 0], [], [], wait)
        for source in ready:
            if source in link.shapers:
                link.take(source)
                continue
            said = os.read(0, 65536)
            if not said:
                return
            *lines, words = (words + said).split(b"\n")
            for line in lines:
                print(json.dumps(link.obey(json.loads(line))), flush=True)
        wait = link.release()


def main(name: str, number: int) -> None:
    near_name, far_name = near_device(name), far_device(name)
    near, far = tun(near_name), tun(far_name)
    ip("netns", "add", name)
    try:
        ip("link", "set", far_name, "netns", name)
        ip("addr", "add", f"10.77.{number}.1/24", "dev", near_name)
        ip("link", "set", near_name, "up", "mtu", str(_MTU))
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "addr", "add", f"10.77.{number}.2/24", "dev", far_name)
        ip("-n", name, "link", "set", far_name, "up", "mtu", str(_MTU))
        ip("-n", name, "route", "add", "default", "via", f"10.77.{number}.1")
        print(json.dumps({}), flush=True)
        run(Link(near, far, seed=number))
    finally:
        ip("netns", "del", name)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
