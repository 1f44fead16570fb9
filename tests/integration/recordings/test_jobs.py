"""``manage.py jobs`` as a process: it takes in what is spooled, works the queue, stops cleanly."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services import shared

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def installation(tmp_path) -> dict[str, str]:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
        "DATA_DIR": str(tmp_path / "var"),
        "PORT": "9390",
    }
    database = shared.empty_database()
    assert database is not None
    Path(env["DATA_DIR"]).mkdir()
    shutil.copy(database, env["DATA_DIR"])
    return env


def manage(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        (sys.executable, "manage.py", *words),
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_tick_happens_and_a_term_signal_ends_it_cleanly(installation, tmp_path):
    database = sqlite3.connect(Path(installation["DATA_DIR"]) / "ajj.sqlite3", timeout=20)
    journal = Path(installation["DATA_DIR"]) / "spool" / "journal"
    journal.mkdir(parents=True)
    (journal / "1-a.jsonl").write_text('{"n": 1, "at_epoch_ms": 1, "event": "media.started"}\n')
    log = tmp_path / "jobs.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            (sys.executable, "manage.py", "jobs"),
            cwd=ROOT,
            env=installation,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        query = "select n from recordings_journalcursor"
        while database.execute(query).fetchone() != (1,):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        database.close()
    assert "Traceback" not in log.read_text()
