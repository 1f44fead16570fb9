"""A disk that is really full: a file system of three megabytes, mounted for the test alone."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.factories.media.look import look


def test_what_a_full_disk_took_is_kept_and_the_rest_is_named(tmp_path: Path) -> None:
    small, kept = tmp_path / "small", tmp_path / "kept"
    small.mkdir()
    # In a mount namespace of its own, which root has at once and others by a user namespace.
    script = (
        'mount -t tmpfs -o size=3m none "$1" && "$0" -m tests.factories.media.full_disk "$1"'
        ' && cp -r "$1" "$2"'
    )
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    command = [*own, "sh", "-ec", script, sys.executable, str(small), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    said = json.loads(done.stdout)
    assert said["refused_ms"], "the disk was never full"
    assert said["torn"] == []

    stored = [json.loads(path.read_text()) for path in sorted((kept / "s" / "t").glob("*.json"))]
    assert len(stored) >= 4
    for sidecar in stored:
        seen = look(kept / "s" / "t" / f"{sidecar['index']:06d}.webm")
        assert seen.sounds > 0
    (journal,) = (kept / "journal").glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1)), "no line is lost"
    gaps = [line for line in lines if line["event"] == "gap"]
    assert {gap["cause"] for gap in gaps} == {"storage"}
    first = said["refused_ms"][0]
    assert first - 1_500 <= gaps[0]["start_ms"] <= first, "at most the open cluster was lost"
    for one, following in itertools.pairwise(stored):
        hole = following["start_ms"] - one["end_ms"]
        named = any(
            abs(gap["start_ms"] - one["end_ms"]) <= 50 and gap["end_ms"] == following["start_ms"]
            for gap in gaps
        )
        assert hole < 500 or named, (one, following)
    assert stored[-1]["end_ms"] >= 39_900, "it went on when there was room again"
