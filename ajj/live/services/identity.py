"""Stills for the identity check: taken live, sealed like evidence, named in the log by their hash.

The asesor takes them from the picture that arrives, the asesi from the own camera with the card
held up. They belong to the asesi: a destruction of the asesi's media takes them too.
"""

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Syarat
from ajj.audit.services import record as audit
from ajj.kernel.errors import Conflict, DomainError, Forbidden, NotFound
from ajj.live.models import IdentityPicture
from ajj.live.objects import stored
from ajj.live.rules import ASSESSING, NOT_ASESI, SessionRole, require_window
from ajj.live.selectors import session_for
from ajj.live.services import vault
from ajj.live.services.log import append, lock
from ajj.live.states import IN_ROOM, SessionState
from ajj.live.storage import picture_name
from ajj.live.waiting import require_inside
from ajj.people.models import DocumentKind, IdentityDocument, User
from ajj.people.selectors import latest_documents

MAX_BYTES = 512 * 1024
JPEG = "image/jpeg"
JPEG_HEAD = b"\xff\xd8\xff"
TAKERS = ASSESSING | {SessionRole.ASESI}
LOOKERS = NOT_ASESI - {SessionRole.ADMIN, SessionRole.PENGAMAT}
"""Who compares, and who decides later; the asesi may see the own pictures."""


class NotJpeg(DomainError):
    """The body is no JPEG (415)."""

    status = 415
    code = "unsupported_media_type"


class TooLarge(DomainError):
    """The body is longer than ``MAX_BYTES`` (413)."""

    status = 413
    code = "too_large"


def take(session_id: UUID, picture_id: UUID, *, user: User, body: bytes, now: datetime) -> int:
    """Store a still and log it; the seq of ``identity.pictured``. The same again is the same.

    ``picture_id`` is the taker's own, so that a lost answer can be asked for again. Raises 403 for
    role, window and the waiting room, 409 when the room is not open or the id is another's, 413,
    415, and 410 when the asesi's media was destroyed.
    """
    session, role = session_for(session_id, user)
    if role not in TAKERS:
        raise Forbidden(_("Peran Anda tidak memeriksa identitas."), code="wrong_role")
    require_window(session, now)
    require_inside(session, user, role)
    if SessionState(session.state) not in IN_ROOM:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    if len(body) > MAX_BYTES:
        raise TooLarge(_("Foto identitas terlalu besar."))
    if not body.startswith(JPEG_HEAD):
        raise NotJpeg(_("Kirim foto sebagai JPEG."))
    sha256 = hashlib.sha256(body).hexdigest()
    earlier = _earlier(session_id, picture_id, sha256)
    if earlier is not None:
        return earlier
    asesi = session.jadwal.permohonan.asesi_id
    name = picture_name(session_id, str(picture_id))
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        path = Path(file.name)
        vault.put(name, path, session_id=session_id, owner_id=asesi, sha256=sha256)
    entry: dict[str, str | int] = {
        "picture": str(picture_id),
        "person": str(asesi),
        "filetype": JPEG,
        "bytes": len(body),
        "sha256": sha256,
    }
    return _log(session_id, picture_id, entry, user, now)


@transaction.atomic
def _log(
    session_id: UUID, picture_id: UUID, entry: dict[str, str | int], user: User, now: datetime
) -> int:
    session = lock(session_id)
    # Two tries at once store the same bytes under the same name; one of them is logged.
    earlier = _earlier(session_id, picture_id, str(entry["sha256"]))
    if earlier is not None:
        return earlier
    line = append(session, kind="identity.pictured", actor=str(user.pk), data=entry, now=now)
    return line.seq


def _earlier(session_id: UUID, picture_id: UUID, sha256: str) -> int | None:
    row = IdentityPicture.objects.filter(pk=picture_id).first()
    if row is None:
        return None
    if row.session_id != session_id or row.sha256 != sha256:
        raise Conflict(_("Nomor foto ini sudah dipakai."), code="picture_taken")
    return row.seq


def picture_for(session_id: UUID, picture_id: UUID, *, user: User, now: datetime) -> BinaryIO:
    """The plaintext of a still, for one who may look; the look is on record.

    Raises 403, 404, and 410 when it was destroyed.
    """
    session, role = session_for(session_id, user)
    row = IdentityPicture.objects.filter(session=session, pk=picture_id).first()
    own = row is not None and row.owner_id == user.pk
    if role not in LOOKERS and not own:
        raise Forbidden(_("Foto identitas hanya untuk pemeriksa."), code="wrong_role")
    if row is None:
        raise NotFound(_("Foto identitas ini tidak ada di sesi ini."), code="no_picture")
    if not own:
        audit(user, "live.identity_picture_opened", row, {"session": str(session_id)}, now=now)
    return open_picture(row)


def open_picture(row: IdentityPicture) -> BinaryIO:
    """The plaintext of a still; raises what ``vault.fetch`` raises."""
    return vault.fetch(row.storage_name, session_id=row.session_id, owner_id=row.owner_id)


def card_for(session_id: UUID, *, user: User, now: datetime) -> tuple[IdentityDocument, BinaryIO]:
    """The asesi's identity card as handed in, for the asesor of this session; on record each time.

    The card of the permohonan comes before a newer one in the profile. Raises 403 and 404
    (``no_card``).
    """
    session, role = session_for(session_id, user)
    if role not in ASSESSING:
        raise Forbidden(_("Kartu identitas hanya untuk asesor sesi ini."), code="wrong_role")
    permohonan = session.jadwal.permohonan
    card = (
        Syarat.objects.filter(
            permohonan=permohonan, jenis=DocumentKind.KTP.value, document__isnull=False
        )
        .select_related("document")
        .first()
    )
    document = (
        card.document
        if card is not None
        else latest_documents(permohonan.asesi).get(DocumentKind.KTP.value)
    )
    if document is None:
        raise NotFound(_("Asesi belum mengunggah kartu identitas."), code="no_card")
    with transaction.atomic():
        data = {"kind": document.kind, "session": str(session_id)}
        audit(user, "people.read_document", document, data, now=now)
    return document, stored(document.file)
