"""Sealing, verifying and exporting a two-hour session of two people: seconds, and memory.

The recording is written by the product's own segmenter and taken in by its own ingest, so media is
sealed in storage as always; then every step is timed. The log also holds 4,000 marks and lines of
chat. The last step is the capsule's own checker in a bare Python. ``SEAL_MINUTES`` shortens it.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MINUTES = int(os.environ.get("SEAL_MINUTES", "120"))
ENTRIES = 4000


def main() -> None:
    """In a process of its own: the database and the memory are this benchmark's alone."""
    if "--inside" not in sys.argv:
        with tempfile.TemporaryDirectory(prefix="ajj-bench-seal-") as name:
            subprocess.run([sys.executable, "-m", "tests.bench.seal", "--inside", name], check=True)
        return
    _measure(Path(sys.argv[-1]))


def _measure(folder: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["LOG_LEVEL"] = "ERROR"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from recordings.services import keyring, seal_session
    from recordings.services.capsule import write_capsule
    from recordings.services.verify import faults_of

    made = _recorded(folder)
    before = _peak_mb()
    now, out = made.room.at(MINUTES * 60 + 60), folder / "sesi.zip"
    _timed("sealing", lambda: seal_session(made.room.id, keys=keyring(), now=now))
    faults = _timed("session_verify", lambda: faults_of(made.room.id, keys=keyring()))
    if faults:
        raise AssertionError(faults)
    _timed(
        "session_export", lambda: write_capsule(made.room.id, out, keys=keyring(), by=None, now=now)
    )
    print(
        f"{'':>18} {out.stat().st_size / 1e6:.0f} MB; memory grew by {_peak_mb() - before:.0f} MB"
    )
    with zipfile.ZipFile(out) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    bare = [sys.executable, "-I", "-S", "verify.py", "sesi.zip"]
    done = _timed(
        "verify.py", lambda: subprocess.run(bare, cwd=folder, capture_output=True, check=False)
    )
    if done.returncode:
        raise AssertionError(done.stdout.decode())
    print(f"{'':>18} {done.stdout.decode().splitlines()[0]}")


def _recorded(folder: Path) -> Any:
    from django.db import transaction

    from ajj.kernel.clock import epoch_ms
    from ajj.live import services as live
    from recordings.services import ensure_stream
    from tests.factories.media.long_session import Source, write_session
    from tests.integration.recordings.spool import recorded

    made = recorded(folder / "spool", minutes=MINUTES + 30)
    asesor = ensure_stream(made.room.id, owner_id=made.room.asesor.pk, kind="camera")
    people = [
        Source(made.stream.pk, str(made.stream.owner_id)),
        Source(asesor.pk, str(asesor.owner_id)),
    ]
    began = time.monotonic()
    count = write_session(
        made.spool,
        str(made.room.id),
        people,
        t0_ms=epoch_ms(made.room.at(0)),
        duration_ms=MINUTES * 60_000,
    )
    made.seconds = MINUTES * 60
    while made.ingest().step():
        pass
    with transaction.atomic():
        for number in range(ENTRIES):
            live.record(
                made.room.id,
                kind="chat",
                actor=str(made.room.asesor.pk),
                data={"text": f"Baik, lanjut ke bagian {number}."},
                now=made.now,
            )
    made.end(MINUTES * 60 + 1)
    made.ingest().step()
    spent = time.monotonic() - began
    print(f"{MINUTES} minutes, {count} segments, made in {spent:.0f} s", flush=True)
    return made


def _timed(name: str, work: Callable[[], Any]) -> Any:
    began, cpu = time.monotonic(), time.process_time()
    result = work()
    wall, spent = time.monotonic() - began, time.process_time() - cpu
    print(f"{name:>18}: {wall:6.2f} s ({spent:.2f} s of CPU here)", flush=True)
    return result


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
