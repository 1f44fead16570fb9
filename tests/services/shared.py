"""The servers of one test run, started when first asked for and shared by its workers."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = "AJJ_TEST_SERVICES"
ROOT = Path(__file__).resolve().parents[2]


def open_home() -> None:
    """Called once by the process that leads the run."""
    home = Path(tempfile.mkdtemp(prefix="ajj-services-", dir="/tmp"))
    home.chmod(0o711)
    os.environ[HOME] = str(home)
    os.environ[f"{HOME}_PID"] = str(os.getpid())


def close_home() -> None:
    """End every server of the run and remove what they left."""
    home = Path(os.environ.pop(HOME))
    for said in home.glob("*.json"):
        said.unlink()
    for keeper in home.glob("*.keeper"):
        _wait_for_end(int(keeper.read_text()))
    shutil.rmtree(home, ignore_errors=True)


def reach(name: str) -> Any:
    """What the server ``name`` is reached by; starts it for the whole run when it is not up."""
    home = Path(os.environ[HOME])
    said = home / f"{name}.json"
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            _start(name, home, said)
    return json.loads(said.read_text())


def once(name: str, make: Callable[[Path], None]) -> Path | None:
    """The folder ``name`` as ``make`` filled it, once for all workers; None outside a run."""
    if HOME not in os.environ:
        return None
    folder = Path(os.environ[HOME]) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def empty_database() -> Path | None:
    """A database file with every migration in it and nothing else; None outside a run."""
    folder = once("migrated", _migrate)
    return folder / "ajj.sqlite3" if folder else None


def _migrate(folder: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
        "DATA_DIR": str(folder),
    }
    command = (sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0")
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _start(name: str, home: Path, said: Path) -> None:
    log = home / f"{name}.log"
    run = os.environ[f"{HOME}_PID"]
    with log.open("w") as out:
        keeper = subprocess.Popen(
            (sys.executable, "-m", "tests.services.keeper", name, str(home), run),
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
    (home / f"{name}.keeper").write_text(str(keeper.pid))
    deadline = time.monotonic() + 90
    while not said.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not come up:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)


def _wait_for_end(pid: int, limit_s: float = 15) -> None:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
