"""The master key, which wraps every media key: from ``MASTER_KEY``, or a file made on first use.

Without it no recording opens. It never lies in the database, so a stolen database opens nothing.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
FILE = "master.key"
OLD = "master-{id}.old"


class MasterKeyMissing(OSError):
    """A media key is wrapped by a master key that this machine was not given."""


@dataclass(frozen=True)
class MasterKey:
    """32 bytes; ``id`` is the start of their SHA-256, in hex."""

    raw: bytes

    @property
    def id(self) -> str:
        return hashlib.sha256(b"AJJ master key\0" + self.raw).hexdigest()[:16]


def directory() -> Path:
    """Where the keys of this machine lie."""
    return Path(settings.DATA_DIR) / "keys"


def active() -> MasterKey:
    """The key that wraps from now on; the file is made once, even when two processes ask."""
    if settings.MASTER_KEY:
        return _decoded("MASTER_KEY", settings.MASTER_KEY)
    path = directory() / FILE
    if not path.exists():
        directory().mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = _written(os.urandom(KEY_BYTES))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return _decoded(str(path), path.read_text())


def named(key_id: str) -> MasterKey:
    """The key of that id among the active, the previous and the kept ones.

    Raises ``MasterKeyMissing``.
    """
    for key in _all():
        if key.id == key_id:
            return key
    raise MasterKeyMissing(f"master key {key_id} is neither in MASTER_KEY nor in {directory()}")


def _all() -> list[MasterKey]:
    keys = [active()]
    keys += [_decoded("MASTER_KEY_PREVIOUS", text) for text in settings.MASTER_KEY_PREVIOUS]
    files = [directory() / FILE, *sorted(directory().glob(OLD.format(id="*")))]
    return keys + [_decoded(str(path), path.read_text()) for path in files if path.exists()]


def replace_file() -> MasterKey:
    """Put a new key file in place of the old one, which stays under another name until dropped."""
    if settings.MASTER_KEY:
        raise ImproperlyConfigured(
            "MASTER_KEY is set: put the new key there, the old one into "
            "MASTER_KEY_PREVIOUS, and run this without --new"
        )
    old = active()
    kept = directory() / OLD.format(id=old.id)
    if not kept.exists():
        os.link(directory() / FILE, kept)
    _written(os.urandom(KEY_BYTES)).replace(directory() / FILE)
    return active()


def drop_old_files() -> int:
    """Delete kept key files; what they wrapped elsewhere (old backups) never opens again."""
    files = list(directory().glob(OLD.format(id="*")))
    if settings.MASTER_KEY:
        files.append(directory() / FILE)
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _written(raw: bytes) -> Path:
    path = directory() / f"new-{os.getpid()}-{os.urandom(4).hex()}.key"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(raw) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def _decoded(where: str, text: str) -> MasterKey:
    try:
        raw = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(f"{where} must be {KEY_BYTES} bytes in base64")
    return MasterKey(raw)
