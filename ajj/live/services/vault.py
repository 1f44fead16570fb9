"""Media at rest: every recording and piece of evidence sealed with its person's key of its session.

``put`` stores, ``fetch`` reads; nobody else opens an object of media. A key that is destroyed takes
everything with it that was sealed under it, wherever a copy of it lies.
"""

import hashlib
import hmac
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from ajj.documents.models import Document
from ajj.kernel import sealedbox
from ajj.kernel.errors import DomainError
from ajj.live.models import MediaKey
from ajj.live.objects import READ_AHEAD, Box, stored
from ajj.live.services import masterkey

ENDING = ".ajj1"
NONCE_BYTES = 12


class Erased(DomainError):
    """The media was destroyed, lawfully and for good."""

    status = 410
    code = "media_erased"


def object_name(folder: str, label: str, *identity: str) -> str:
    """A storage name that tells nothing and is the same at every try.

    A name made of the content's hash would show who holds the same bytes, and what was there after
    it is gone; this one takes the site's secret to compute.
    """
    text = "\0".join((folder, label, *identity)).encode()
    secret = hashlib.sha256(b"AJJ object names\0" + settings.SECRET_KEY.encode()).digest()
    return f"{folder}/{label}-{hmac.digest(secret, text, 'sha256').hex()[:32]}{ENDING}"


def put(name: str, path: Path, *, session_id: UUID, owner_id: int, sha256: str) -> None:
    """Seal the file at ``path`` into storage and read it back; safe to repeat after any crash.

    ``sha256`` is that of the plaintext. Raises ``Erased`` (410) when the person's media of this
    session was destroyed, ``OSError`` (or the storage's own error) when storage fails.
    """
    row = _key_of(session_id, owner_id)
    key = _unwrapped(row)
    if default_storage.exists(name):
        if _holds(name, row, sha256):
            return
        default_storage.delete(name)
    header = sealedbox.Header(row.pk.bytes, os.urandom(sealedbox.PREFIX_BYTES))
    with path.open("rb") as source:
        saved = default_storage.save(name, Box(source, key=key, header=header))
    if saved != name:
        default_storage.delete(saved)
        raise OSError(f"storage kept {saved} in place of {name}")
    if not _holds(name, row, sha256):
        raise OSError(f"storage gives back other bytes for {name}")


def fetch(name: str, *, session_id: UUID, owner_id: int) -> BinaryIO:
    """The plaintext of an object, seekable, to be closed by the caller.

    What was stored before media was sealed is read as it lies. Raises ``Erased`` (410),
    ``FileNotFoundError`` or the storage's own error, ``BoxError`` for a box that was touched.
    """
    row = MediaKey.objects.filter(session_id=session_id, owner_id=owner_id).first()
    if row is not None and row.destroyed_at is not None:
        raise _erased(row)
    file = stored(name)
    try:
        sealed = sealedbox.is_box(file.read(len(sealedbox.MAGIC)))
        file.seek(0)
        if not sealed and not name.endswith(ENDING):
            return file
        return sealedbox.opened(file, key_of=lambda key_id: _right_key(row, key_id))
    except BaseException:
        file.close()
        raise


def sha256_of(name: str, *, session_id: UUID, owner_id: int) -> str:
    """Hex SHA-256 of the plaintext that storage gives back; raises as ``fetch`` does."""
    with fetch(name, session_id=session_id, owner_id=owner_id) as file:
        return _digest(file)


def erased(session_id: UUID, owner_id: int) -> MediaKey | None:
    """The destroyed key of the person's media in this session, if it was destroyed."""
    return MediaKey.objects.filter(
        session_id=session_id, owner_id=owner_id, destroyed_at__isnull=False
    ).first()


def require_kept(session_id: UUID, owner_id: int) -> None:
    """Raises ``Erased`` (410) when the person's media of this session was destroyed."""
    gone = erased(session_id, owner_id)
    if gone is not None:
        raise _erased(gone)


def erased_by(session_id: UUID) -> dict[int, str]:
    """Of everybody whose media of this session was destroyed, the number of the minutes."""
    gone = MediaKey.objects.filter(session_id=session_id, destroyed_at__isnull=False)
    return dict(gone.values_list("owner_id", "minutes"))


def destroy(
    session_id: UUID, owner_id: int, *, document: Document, minutes: str, now: datetime
) -> bool:
    """Destroy the key, inside the caller's transaction; False when it was destroyed before.

    A person whose media was never sealed gets a destroyed row: nothing of them is stored any more.
    """
    row, _made = MediaKey.objects.select_for_update().get_or_create(
        session_id=session_id,
        owner_id=owner_id,
        defaults={
            "created_at": now,
            "destroyed_at": now,
            "destroyed_by": document,
            "minutes": minutes,
        },
    )
    if _made:
        return True
    if row.destroyed_at is not None:
        return False
    row.wrapped, row.master_key_id = None, ""
    row.destroyed_at, row.destroyed_by, row.minutes = now, document, minutes
    row.save()
    return True


def rewrap() -> int:
    """Wrap every media key anew that another master key than the active one holds; how many."""
    master, done = masterkey.active(), 0
    waiting = MediaKey.objects.filter(destroyed_at=None).exclude(master_key_id=master.id)
    for row in waiting.iterator():
        key = _unwrapped(row)
        # Only if nobody destroyed it meanwhile.
        done += MediaKey.objects.filter(pk=row.pk, wrapped=row.wrapped).update(
            wrapped=_wrapped(row, key, master), master_key_id=master.id
        )
    return done


def _key_of(session_id: UUID, owner_id: int) -> MediaKey:
    row = MediaKey.objects.filter(session_id=session_id, owner_id=owner_id).first()
    if row is None:
        master = masterkey.active()
        fresh = MediaKey(session_id=session_id, owner_id=owner_id, created_at=timezone.now())
        fresh.wrapped = _wrapped(fresh, os.urandom(sealedbox.KEY_BYTES), master)
        row, _made = MediaKey.objects.get_or_create(
            session_id=session_id,
            owner_id=owner_id,
            defaults={
                "id": fresh.pk,
                "wrapped": fresh.wrapped,
                "master_key_id": master.id,
                "created_at": fresh.created_at,
            },
        )
    if row.destroyed_at is not None:
        raise _erased(row)
    return row


def _bound_to(row: MediaKey) -> bytes:
    return f"{row.pk}\0{row.session_id}\0{row.owner_id}".encode()


def _wrapped(row: MediaKey, key: bytes, master: masterkey.MasterKey) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master.raw).encrypt(nonce, key, _bound_to(row))


def _unwrapped(row: MediaKey) -> bytes:
    if row.wrapped is None:
        raise _erased(row)
    master, wrapped = masterkey.named(row.master_key_id), bytes(row.wrapped)
    try:
        return AESGCM(master.raw).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound_to(row)
        )
    except InvalidTag:
        raise sealedbox.BoxError(f"media key {row.pk} is not what was wrapped") from None


def _right_key(row: MediaKey | None, key_id: bytes) -> bytes:
    if row is None or row.pk.bytes != key_id:
        raise sealedbox.BoxError("sealed with the key of another session or person")
    return _unwrapped(row)


def _erased(row: MediaKey) -> Erased:
    return Erased(
        _("Media ini telah dimusnahkan menurut BA nomor %(minutes)s.") % {"minutes": row.minutes}
    )


def _holds(name: str, row: MediaKey, sha256: str) -> bool:
    """Whether storage gives back the plaintext of ``sha256`` for ``name``, sealed by ``row``."""
    with stored(name) as file:
        try:
            with sealedbox.opened(file, key_of=lambda key_id: _right_key(row, key_id)) as plain:
                return _digest(plain) == sha256
        except sealedbox.BoxError:
            return False


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(READ_AHEAD):
        digest.update(block)
    return digest.hexdigest()
