"""Random changes to a stored session and to its capsule: each must be named, by both checkers.

``python -m tests.prove mutations --count 1000``: so many of each, evenly over the kinds. Every
fiftieth capsule is also written as a zip and checked by its own ``verify.py`` in a bare Python.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

COUNT = 1000
SAMPLE_EVERY = 50


def shown(made: Any, folder: Path, *, count: int, seed: int) -> dict[str, Counter[str]]:
    """Make ``count`` changes of each side; what was not named, by kind (empty: all was)."""
    rng = Random(seed)
    return {
        "session_verify": _stored(made, rng, count),
        "verify.py": _capsules(made, folder, rng, count),
    }


def _named(faults: list[str], words: tuple[str, ...]) -> bool:
    return any(word in fault for fault in faults for word in words)


def _stored(made: Any, rng: Random, count: int) -> Counter[str]:
    from django.db import transaction

    from recordings.services import keyring
    from recordings.services.verify import faults_of
    from tests.factories.tampered import DEEDS, Deeds

    deeds = Deeds(made.id, keyring().directory, rng)
    unseen: Counter[str] = Counter()
    names = sorted(DEEDS)
    for number in range(count):
        name = names[number % len(names)]
        with transaction.atomic():
            words = DEEDS[name](deeds)
            faults = faults_of(made.id, keys=keyring())
            transaction.set_rollback(True)
        deeds.undo_files()
        if not _named(faults, words):
            unseen[name] += 1
    left = faults_of(made.id, keys=keyring())
    if left:
        raise AssertionError(f"a change was not undone: {left}")
    return unseen


def _capsules(made: Any, folder: Path, rng: Random, count: int) -> Counter[str]:
    import zipfile

    from django.utils import timezone

    from recordings.capsule.verify import checked_capsule
    from recordings.services import keyring
    from recordings.services.capsule import write_capsule
    from tests.factories.forged import FORGERIES, InMemory

    path = folder / "capsule.zip"
    write_capsule(made.id, path, keys=keyring(), by=None, now=timezone.now())
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (folder / "verify.py").write_bytes(files["verify.py"])
    left = checked_capsule(InMemory(files)).faults
    if left or _by_itself(files, folder) != (0, ""):
        raise AssertionError(f"the capsule does not hold to begin with: {left}")
    unseen: Counter[str] = Counter()
    names = sorted(FORGERIES)
    for number in range(count):
        name = names[number % len(names)]
        forged = dict(files)
        words = FORGERIES[name](forged, rng)
        faults = checked_capsule(InMemory(forged)).faults
        if not _named(faults, words):
            unseen[name] += 1
        if number % SAMPLE_EVERY == 0 and _by_itself(forged, folder) != (1, ""):
            unseen[f"{name}, by itself"] += 1
    return unseen


def _by_itself(files: dict[str, bytes], folder: Path) -> tuple[int, str]:
    import zipfile

    with zipfile.ZipFile(folder / "forged.zip", "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "forged.zip"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.prove mutations")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ajj-mutations-") as name:
        folder = Path(name)
        os.environ |= {
            "DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "LOG_LEVEL": "ERROR",
        }
        import django
        import structlog
        from django.core.management import call_command

        django.setup()
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
        call_command("migrate", verbosity=0)
        from tests.factories.proven import proven

        unseen = shown(proven(folder / "spool"), folder, count=chosen.count, seed=chosen.seed)
    print(f"seed {chosen.seed}; {chosen.count} changes of each side")
    for checker, missed in unseen.items():
        print(f"{checker:>15}: {chosen.count - missed.total()} of {chosen.count} named")
        for kind, times in missed.items():
            print(f"{'':>17}{times} x {kind}")
    if any(missed for missed in unseen.values()):
        raise SystemExit(1)
