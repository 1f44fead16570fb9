"""Janus with a configuration of its own in a temporary folder: the same work as our engine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

from tests.factories.media.process import free_port

_MAIN = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{library}/plugins"
  transports_folder = "{library}/transports"
  events_folder = "{library}/events"
  loggers_folder = "{library}/loggers"
  debug_level = 2
  {loops}
}}
media: {{ ipv6 = false }}
nat: {{ ice_lite = true }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
events: {{ broadcast = false }}
"""
_SOCKETS = """
general: {{ json = "compact", ws = true, ws_port = {port}, ws_ip = "127.0.0.1" }}
admin: {{ admin_ws = false }}
"""


def installed() -> Path | None:
    """Where Debian's package keeps its parts; None when it is not there."""
    found = sorted(Path("/usr/lib").glob("*/janus"))
    return found[0] if found and shutil.which("janus") else None


def start(folder: Path, log: Path, *, event_loops: int) -> tuple[subprocess.Popen[bytes], int]:
    """The process and its WebSocket port. ``event_loops`` 0: a thread for every connection."""
    library = installed()
    assert library is not None, "Debian's package janus is missing: infra/bench-machine.sh"
    folder.mkdir(parents=True, exist_ok=True)
    others = [p.name for p in (library / "plugins").glob("*.so") if "videoroom" not in p.name]
    ways = [p.name for p in (library / "transports").glob("*.so") if "websockets" not in p.name]
    port = free_port()
    loops = f"event_loops = {event_loops}" if event_loops else ""
    (folder / "janus.jcfg").write_text(
        _MAIN.format(
            folder=folder,
            library=library,
            loops=loops,
            plugins=",".join(others),
            transports=",".join(ways),
        )
    )
    (folder / "janus.transport.websockets.jcfg").write_text(_SOCKETS.format(port=port))
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["janus", "-F", str(folder), "-C", str(folder / "janus.jcfg")],
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    await_port(process, port, log)
    return process, port


def await_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the server takes connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    process.terminate()
    raise AssertionError(f"no server on its port: {log.read_text(errors='replace')[-2000:]}")
