"""Run in a far place: what the line to ``HOST PORT`` is like, as JSON on stdout.

``python -m tests.net.probe udp HOST PORT COUNT GAP_MS`` sends datagrams to an echo;
``python -m tests.net.probe tcp HOST PORT`` connects and reads until the other side closes, or says
nothing for two seconds.
"""

import json
import socket
import sys
import time
from contextlib import suppress
from typing import Any

_LAST_WAIT_S = 1.0
_PATIENCE_S = 2.0


def udp(host: str, port: int, count: int, gap_ms: float) -> dict[str, Any]:
    """Round trips in milliseconds of what came back."""
    sent: dict[int, float] = {}
    trips: list[float] = []

    def listen(line: socket.socket, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            with suppress(TimeoutError, ConnectionRefusedError):
                number = int.from_bytes(line.recv(2000)[:4])
                trips.append((time.monotonic() - sent[number]) * 1000)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for number in range(count):
            sent[number] = time.monotonic()
            with suppress(OSError):
                line.sendto(number.to_bytes(4).ljust(100, b"\0"), (host, port))
            listen(line, sent[number] + gap_ms / 1000)
        listen(line, time.monotonic() + _LAST_WAIT_S)
    return {"sent": count, "trips_ms": trips}


def tcp(host: str, port: int) -> dict[str, Any]:
    """Whether it connects, how many bytes came, and in how many seconds."""
    try:
        line = socket.create_connection((host, port), timeout=_PATIENCE_S)
    except OSError as error:
        return {"connected": False, "error": type(error).__name__}
    began, size = time.monotonic(), 0
    with line, suppress(TimeoutError):
        while data := line.recv(65536):
            size += len(data)
    return {"connected": True, "bytes": size, "seconds": time.monotonic() - began}


def main(kind: str, host: str, port: str, *more: str) -> None:
    if kind == "udp":
        found = udp(host, int(port), int(more[0]), float(more[1]))
    else:
        found = tcp(host, int(port))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
