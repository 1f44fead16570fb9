"""The small picture that goes ahead of a file, so that it is seen while the file is on its way."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from ajj.assessment.filetypes import sniff
from ajj.assessment.models import Upload
from ajj.assessment.storage import thumb_name
from ajj.kernel.errors import Conflict
from ajj.live.services import incoming, vault
from ajj.live.tus import TusError
from ajj.people.models import User

MAX_BYTES = 8 * 1024
PICTURES = frozenset({"image/jpeg", "image/webp"})


def put(session_id: UUID, upload_id: UUID, body: bytes, *, user: User) -> None:
    """Keep the small picture of ``user``'s upload, sealed like the file; the first one counts.

    Raises 404 for another's upload, 409 once the file was refused, 413 beyond 8 KiB, 415 for
    anything but JPEG and WebP, 410 when the media was destroyed.
    """
    upload = Upload.objects.filter(pk=upload_id, session_id=session_id, owner=user).first()
    if upload is None:
        raise incoming.unknown()
    if upload.thumb_sha256:
        return
    if upload.state == Upload.State.REFUSED:
        raise Conflict(_("Berkas ini sudah ditolak. Kirim berkas lain."), code="refused")
    if len(body) > MAX_BYTES:
        raise TusError(413, "too_large", _("Gambar kecil melebihi 8 KB."))
    if sniff(body) not in PICTURES:
        raise TusError(415, "type_not_allowed", _("Gambar kecil harus JPEG atau WebP."))
    digest = hashlib.sha256(body).hexdigest()
    Path(settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=settings.UPLOAD_DIR, suffix=".thumb") as file:
        file.write(body)
        file.flush()
        vault.put(
            thumb_name(session_id, str(upload_id)),
            Path(file.name),
            session_id=session_id,
            owner_id=user.pk,
            sha256=digest,
        )
    Upload.objects.filter(pk=upload_id).update(thumb_sha256=digest)


def fetch(upload: Upload) -> BinaryIO:
    """The small picture, to be closed by the caller; raises as ``vault.fetch`` does."""
    name = thumb_name(upload.session_id, str(upload.pk))
    return vault.fetch(name, session_id=upload.session_id, owner_id=upload.owner_id)


def forget(session_id: UUID, upload_ids: Iterable[UUID]) -> int:
    """Delete the small pictures of uploads that are no more; how many were there."""
    gone = 0
    for upload_id in upload_ids:
        name = thumb_name(session_id, str(upload_id))
        if default_storage.exists(name):
            default_storage.delete(name)
            gone += 1
    return gone


def forget_expired(now: datetime) -> None:
    """Those of uploads that were begun and not gone on with in time."""
    waiting = Upload.objects.filter(state=Upload.State.RECEIVING, expires_at__lte=now)
    for upload in waiting.exclude(thumb_sha256=""):
        forget(upload.session_id, [upload.pk])
