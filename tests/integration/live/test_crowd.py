"""Many writers at once, on both databases: no hole, no double, the chain holds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


def crowd(tmp_path: Path, **env: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.live.crowd"],
        env={
            **os.environ,
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "ajj.config.settings",
            "LOG_LEVEL": "ERROR",
            **env,
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def holds(found: dict[str, Any]) -> None:
    assert found["faults"] == 0
    assert found["seqs"] == list(range(1, len(found["seqs"]) + 1))
    assert found["moments"] == sorted(found["moments"])
    assert found["chat"] == 100
    assert len(found["answers"]) == 200
    by_op: dict[str, set[int]] = {}
    for answer in found["answers"]:
        by_op.setdefault(answer["ack"], set()).add(answer["seq"])
    assert len(by_op) == 100
    assert all(len(seqs) == 1 for seqs in by_op.values())


def test_a_crowd_on_sqlite(tmp_path):
    found = crowd(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'crowd.sqlite3'}")
    assert found["vendor"] == "sqlite"
    holds(found)


@pytest.mark.services
def test_a_crowd_on_postgresql(tmp_path, postgres_url):
    found = crowd(tmp_path, DATABASE_URL=postgres_url)
    assert found["vendor"] == "postgresql"
    holds(found)
