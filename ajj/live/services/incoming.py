"""Files on their way into a session by tus: begun, taken over, received in pieces.

Bytes are staged in ``settings.UPLOAD_DIR``; ``Incoming.offset`` alone says how many of them count.
What a whole file then becomes is its package's business.
"""

import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ajj.kernel.errors import NotFound
from ajj.live.incoming import Incoming
from ajj.live.tus import Checksum, TusError
from ajj.people.models import User

LIFETIME = timedelta(hours=24)
HEAD_BYTES = 4096
BLOCK = 64 * 1024
M = TypeVar("M", bound=Incoming)


def _rows(model: type[M]) -> QuerySet[M]:
    found: QuerySet[M] = QuerySet(model)
    return found


def staged(upload_id: UUID) -> Path:
    """Where the bytes of an upload wait."""
    return Path(settings.UPLOAD_DIR) / f"{upload_id}.bin"


def open_staging(upload: Incoming) -> None:
    """Make room on disk for an upload that was just admitted."""
    Path(settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True)
    staged(upload.pk).touch()


@transaction.atomic
def claim(model: type[M], session_id: UUID, upload_id: UUID, *, user: User, now: datetime) -> M:
    """Take the upload over for this request; whoever held it before can no longer write.

    404 for one that is not ``user``'s, 410 for one that expired or was refused.
    """
    upload = own(model, session_id, upload_id, user)
    if upload.state == Incoming.REFUSED:
        raise TusError(410, "refused", _("Berkas ini sudah ditolak. Kirim berkas lain."))
    if upload.state == Incoming.RECEIVING and upload.expires_at <= now:
        raise TusError(410, "expired", _("Kiriman ini kedaluwarsa. Mulai lagi."))
    upload.generation += 1
    upload.save(update_fields=["generation"])
    return upload


def own(model: type[M], session_id: UUID, upload_id: UUID, user: User) -> M:
    """The locked row of ``user``'s upload; 404 for any other."""
    found = (
        _rows(model)
        .select_for_update()
        .filter(pk=upload_id, session_id=session_id, owner=user)
        .first()
    )
    if found is None:
        raise unknown()
    return found


def unknown() -> NotFound:
    """There is no such upload, or it is somebody else's."""
    return NotFound(_("Kiriman tidak ditemukan."), code="upload_not_found")


def receive(
    upload: Incoming,
    *,
    offset: int,
    body: Iterable[bytes],
    checksum: Checksum,
    first_look: Callable[[Path], object],
    now: datetime,
) -> int:
    """Take ``body`` at ``offset`` of a claimed upload; the new offset. All of it counts or none.

    ``first_look`` is shown a first piece that is long enough to tell a file's type, and may raise.
    409 for another offset and for a claim that a newer request took, 413 for more than was
    announced, 460 for a broken checksum.
    """
    if offset != upload.offset:
        raise TusError(409, "wrong_offset", _("Bagian ini tidak menyambung."))
    piece = staged(upload.pk).with_suffix(f".{upload.generation}.part")
    try:
        size = _spool(piece, body, upload.length - offset, checksum)
        if offset == 0 and size >= min(upload.length, HEAD_BYTES):
            first_look(piece)
        return _commit(upload, piece, size, now)
    finally:
        piece.unlink(missing_ok=True)


def _spool(piece: Path, body: Iterable[bytes], room: int, checksum: Checksum) -> int:
    size = 0
    with piece.open("wb") as file:
        for block in body:
            size += len(block)
            if size > room:
                raise TusError(413, "too_large", _("Kiriman melebihi ukuran yang disebut."))
            checksum.feed(block)
            file.write(block)
    checksum.check()
    return size


@transaction.atomic
def _commit(upload: M, piece: Path, size: int, now: datetime) -> int:
    row = _rows(type(upload)).select_for_update().get(pk=upload.pk)
    if row.generation != upload.generation or row.state != Incoming.RECEIVING:
        raise TusError(409, "preempted", _("Kiriman dilanjutkan oleh permintaan lain."))
    with staged(row.pk).open("r+b") as whole, piece.open("rb") as part:
        whole.seek(row.offset)
        while block := part.read(BLOCK):
            whole.write(block)
        whole.flush()
        os.fsync(whole.fileno())
    row.offset += size
    row.changed_at, row.expires_at = now, now + LIFETIME
    row.save(update_fields=["offset", "changed_at", "expires_at"])
    return row.offset


def forget_expired(model: type[M], now: datetime) -> int:
    """Drop what was begun and not gone on with in time; how many."""
    touched = 0
    for upload in _rows(model).filter(state=Incoming.RECEIVING, expires_at__lte=now):
        staged(upload.pk).unlink(missing_ok=True)
        touched += upload.delete()[0]
    return touched
