"""Encryption at rest: the box alone, and a segment's way into storage with and without it.

A segment is 1 MB, as ten seconds of a camera are. CPU time, so that neighbours count less.
"""

import hashlib
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from ajj.kernel import sealedbox
from ajj.live.objects import Box

MEGABYTES = 64
SEGMENT = 1_000_000
KEY = bytes(range(32))


def header() -> sealedbox.Header:
    return sealedbox.Header(bytes(16), os.urandom(sealedbox.PREFIX_BYTES))


def rate(work: Callable[[], int]) -> float:
    """MB per CPU second of ``work``, which says how many bytes it did; the best of three."""
    best = 0.0
    for _try in range(3):
        began = time.process_time()
        done = work()
        best = max(best, done / 1e6 / (time.process_time() - began))
    return best


def seal(body: bytes) -> bytes:
    return b"".join(sealedbox.seal(io.BytesIO(body), key=KEY, header=header()))


def opened(box: bytes) -> int:
    done = 0
    with sealedbox.opened(io.BytesIO(box), key_of=lambda _key_id: KEY) as file:
        while block := file.read(256 * 1024):
            done += len(block)
    return done


def store(storage: FileSystemStorage, path: Path, *, sealed: bool) -> int:
    """As ingest does it: hash, write, read back, hash."""
    with path.open("rb") as file:
        promised = hashlib.file_digest(file, "sha256").hexdigest()
    with path.open("rb") as file:
        source = Box(file, key=KEY, header=header()) if sealed else File(file)
        name = storage.save("segment", source)
    with Path(storage.path(name)).open("rb") as kept:
        back = sealedbox.opened(kept, key_of=lambda _key_id: KEY) if sealed else kept
        digest = hashlib.sha256()
        while block := back.read(256 * 1024):
            digest.update(block)
    assert digest.hexdigest() == promised
    storage.delete(name)
    return path.stat().st_size


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    body = os.urandom(MEGABYTES * 1_000_000)
    box = seal(body)
    print(f"seal              {rate(lambda: len(seal(body))):7.0f} MB/s")
    print(f"open              {rate(lambda: opened(box)):7.0f} MB/s")
    print(f"overhead          {100 * (len(box) / len(body) - 1):7.3f} %")
    folder = Path(tempfile.mkdtemp(prefix="vault-"))
    try:
        storage = FileSystemStorage(location=str(folder / "storage"))
        path = folder / "segment"
        path.write_bytes(os.urandom(SEGMENT))

        def many(*, sealed: bool) -> int:
            return sum(store(storage, path, sealed=sealed) for _one in range(40))

        plain, sealed = rate(lambda: many(sealed=False)), rate(lambda: many(sealed=True))
        print(f"store, plain      {plain:7.0f} MB/s")
        print(f"store, sealed     {sealed:7.0f} MB/s   {plain / sealed:.2f} times the CPU of plain")
    finally:
        shutil.rmtree(folder)
