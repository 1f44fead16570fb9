"""The whole product on one machine: database, demo data, then web, media and jobs, supervised.

``python -m infra.run`` inside the product's environment; ``make run`` gets there from a clone.
Standard library only (but for LAN=1): everything of the product happens in its own processes.
"""

import asyncio
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra.supervisor import Part, Supervisor

if TYPE_CHECKING:
    from infra.lan.network import Lan

ROOT = Path(__file__).resolve().parents[1]
DEMO_ROLES = (
    "asesi", "asesor", "admin", "manajer", "direktur", "komite1", "komite2", "komite3", "pengusul",
)  # fmt: skip
LOOPBACK_HOSTS = {"", "localhost", "127.0.0.1", "[::1]"}


@dataclass(frozen=True)
class Installation:
    """Where and how this copy of the product runs, read from the environment."""

    port: int
    host: str
    data_dir: Path
    demo: str
    environment: Mapping[str, str]
    lan: "Lan | None" = None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Installation":
        """``PORT`` (8000), ``DATA_DIR`` (./var), ``HOST``, ``DEMO`` and ``PRODUCTION``.

        ``DEMO`` is 1 (the default outside production), 0, or ``brief``: without the recorded
        session. The site listens on loopback until ``ALLOWED_HOSTS`` names a host beyond it; with
        ``LAN=1`` (``infra.lan``) it also speaks HTTPS on the local network.
        """
        port = int(environ.get("PORT") or 8000)
        data_dir = Path(environ.get("DATA_DIR") or ROOT / "var").resolve()
        allowed = {name.strip() for name in environ.get("ALLOWED_HOSTS", "").split(",")}
        host = environ.get("HOST") or ("0.0.0.0" if allowed - LOOPBACK_HOSTS else "127.0.0.1")
        production = _truth(environ.get("PRODUCTION", ""))
        control = int(environ.get("MEDIA_CONTROL_PORT") or port + 1)
        return cls(
            port=port,
            host=host,
            data_dir=data_dir,
            demo=_demo(environ.get("DEMO", "0" if production else "1")),
            environment={
                "PORT": str(port),
                "DATA_DIR": str(data_dir),
                "SPOOL_DIR": environ.get("SPOOL_DIR") or str(data_dir / "spool"),
                "MEDIA_CONTROL_PORT": str(control),
                "MEDIA_CONTROL_URL": environ.get("MEDIA_CONTROL_URL")
                or f"http://127.0.0.1:{control}",
                "PYTHONUNBUFFERED": "1",
            },
        )

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def secret(self, name: str) -> str:
        """A secret that the product made once and keeps beside its data."""
        return (self.data_dir / name).read_text().strip()


def parts(here: Installation) -> list[Part]:
    """The processes of the product; jobs stop last, so that they take in what is left."""
    token = os.environ.get("INTERNAL_TOKEN") or here.secret("internal_token")
    env = {**here.environment, "INTERNAL_TOKEN": token}
    manage = (sys.executable, "manage.py")
    daphne = [sys.executable, "-m", "daphne", "-v", "0", "-b", here.host, "-p", str(here.port)]
    if here.lan is not None:
        daphne += ["-e", here.lan.endpoint]
    media = (sys.executable, "-m", "infra.spare", "realtime.media.__main__")
    listed = [
        Part("web", (*daphne, "ajj.config.asgi:application"), env),
        Part("media", media, env, spare=True, port=int(env["MEDIA_CONTROL_PORT"])),
        Part("jobs", (*manage, "jobs"), env, stop_rank=1),
    ]
    if here.demo == "full":
        listed.append(Part("demo", (*manage, "demo_recording"), env, once=True))
    if here.lan is not None:
        door = (sys.executable, "-m", "infra.lan.door", *here.lan.door_arguments)
        listed.append(Part("door", door, env))
    return listed


def prepare(here: Installation) -> None:
    """Bring the database up to date and, when it is empty, fill it with demo data."""
    manage(here, "migrate", "--noinput", "--verbosity", "0")
    if here.demo:
        manage(here, "demo_data", "--if-empty")


def manage(here: Installation, *arguments: str) -> None:
    """Run one management command; leave with its words and code when it fails."""
    done = subprocess.run(
        (sys.executable, "manage.py", *arguments),
        env={**os.environ, **here.environment},
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)


def take(here: Installation) -> int:
    """Lock the data directory for this process and look whether the port is free.

    Returns the descriptor that holds the lock. Leaves with a clear word when either is taken.
    """
    (here.data_dir / "static").mkdir(parents=True, exist_ok=True)
    descriptor = os.open(here.data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"{here.data_dir} is in use by another run; set DATA_DIR to another folder.")
    wanted = {"PORT": (here.host, here.port)}
    if here.lan is not None:
        at = here.lan.interface
        wanted |= {"LAN_PORT": (at, here.lan.port), "LAN_HTTP_PORT": (at, here.lan.door_port)}
    for name, address in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                sys.exit(f"Port {address[1]} cannot be used ({error.strerror}); set {name}.")
    return descriptor


def on_the_network(here: Installation) -> Installation:
    """The same installation, to be reached from phones nearby: certificate, names, addresses."""
    from infra.lan.network import prepare as prepare_lan

    lan = prepare_lan(os.environ, port=here.port, data_dir=here.data_dir, now=datetime.now(UTC))
    return replace(here, lan=lan, environment={**here.environment, **lan.environment(os.environ)})


def announce(here: Installation, began: float) -> None:
    """Say where the site is once it is ready to serve."""
    while not _is_ready(here):
        time.sleep(0.25)
    lines = ["", f"  Siap dalam {time.monotonic() - began:.0f} detik: {here.url}"]
    if here.demo:
        with suppress(FileNotFoundError):
            password = os.environ.get("DEMO_PASSWORD") or here.secret("demo_password")
            lines += ["", f"  Akun contoh, kata sandi sama untuk semua: {password}"]
            lines += [f"    {role}@demo.ajj.test" for role in DEMO_ROLES]
    if here.lan is not None:
        from infra.lan.welcome import welcome

        lines += welcome(here.lan, room=open_room(here), laptop=here.url)
    print("\n".join([*lines, "", "  Ctrl-C menghentikan semuanya.", ""]), flush=True)


def open_room(here: Installation) -> str:
    """The path of a session that the demo's asesi and asesor may enter now; empty without demo."""
    if not here.demo:
        return ""
    made = subprocess.run(
        (sys.executable, "manage.py", "demo_session", "--minutes", "240"),
        env={**os.environ, **here.environment},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return f"/sesi/{json.loads(made.stdout)['session']}/" if made.returncode == 0 else ""


def _is_ready(here: Installation) -> bool:
    try:
        address = f"http://127.0.0.1:{here.port}/readyz"
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def serve(here: Installation, began: float) -> None:
    """Run all parts until asked to stop."""
    threading.Thread(target=announce, args=(here, began), daemon=True).start()
    await Supervisor(parts(here), run_dir=here.data_dir / "run").run()


def _demo(text: str) -> str:
    return "brief" if text == "brief" else "full" if _truth(text) else ""


def _truth(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


def main() -> None:
    began = time.monotonic()
    here = Installation.of(os.environ)
    os.chdir(ROOT)
    if _truth(os.environ.get("LAN", "")):
        here = on_the_network(here)
    held = take(here)
    try:
        prepare(here)
        asyncio.run(serve(here, began))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        os.close(held)


if __name__ == "__main__":
    main()
