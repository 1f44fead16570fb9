"""Evidence on its way: begun, received in pieces, checked, stored and logged, or refused whole.

How bytes come in is ``ajj.live.services.incoming``'s. Storing and logging happen once all are
there; what dies in between is picked up by ``tick``.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ajj.assessment import rules
from ajj.assessment.events import EvidenceReceived
from ajj.assessment.filetypes import ALLOWED, normal, sniff
from ajj.assessment.models import Upload
from ajj.assessment.storage import evidence_name
from ajj.assessment.tus import Metadata
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.rules import ASSESSING, SessionRole, require_window
from ajj.live.selectors import session_for
from ajj.live.services import append, incoming, lock, vault
from ajj.live.services.incoming import HEAD_BYTES, LIFETIME, staged
from ajj.live.states import IN_ROOM, SessionState
from ajj.live.tus import Checksum, TusError
from ajj.live.waiting import require_inside
from ajj.people.models import User

STORING_PATIENCE = timedelta(seconds=60)
UPLOADERS = ASSESSING | {SessionRole.ASESI}


def begin(
    session_id: UUID, *, user: User, length: int, metadata: Metadata, now: datetime
) -> Upload:
    """Admit a file of ``length`` bytes; the upload's id will be the evidence's.

    Raises 403 for role and window, 409 before the room opens, 415 for a type that is no evidence,
    400 for an empty file and for KUK outside the skema.
    """
    session, role = session_for(session_id, user)
    if role not in UPLOADERS:
        raise Forbidden(_("Peran Anda tidak mengunggah bukti."), code="wrong_role")
    require_window(session, now)
    require_inside(session, user, role)
    if SessionState(session.state) not in IN_ROOM:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    if normal(metadata.filetype) not in ALLOWED:
        raise TusError(415, "type_not_allowed", _("Kirim foto, video, atau PDF."))
    if length == 0:
        raise Invalid(_("Berkas ini kosong."), code="empty_file")
    rules.require_kuk(session, metadata.kuk)
    upload = Upload.objects.create(
        session=session,
        owner=user,
        length=length,
        filename=metadata.filename,
        filetype=normal(metadata.filetype),
        kuk=list(metadata.kuk),
        taken_ms=metadata.taken_ms,
        changed_at=now,
        expires_at=now + LIFETIME,
    )
    incoming.open_staging(upload)
    return upload


def claim(session_id: UUID, upload_id: UUID, *, user: User, now: datetime) -> Upload:
    """Take the upload over for this request; 404 if it is not ``user``'s, 410 if it is over."""
    return incoming.claim(Upload, session_id, upload_id, user=user, now=now)


def receive(
    upload: Upload, *, offset: int, body: Iterable[bytes], checksum: Checksum, now: datetime
) -> int:
    """Take ``body`` at ``offset`` of a claimed upload, as ``incoming.receive`` does.

    415 for a first piece that is not what the label says.
    """
    return incoming.receive(
        upload,
        offset=offset,
        body=body,
        checksum=checksum,
        first_look=lambda piece: _require_label(upload, piece),
        now=now,
    )


def _require_label(upload: Upload, path: Path) -> str:
    """The real type of the file at ``path``; refuses the upload if its label says another."""
    with path.open("rb") as file:
        real = sniff(file.read(HEAD_BYTES))
    if real is None or real != upload.filetype:
        _drop(upload)
        raise TusError(
            415, "mislabelled", _("Isi berkas tidak sesuai jenisnya. Kirim foto, video, atau PDF.")
        )
    return real


def _drop(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.REFUSED)
    staged(upload.pk).unlink(missing_ok=True)


def finish(upload_id: UUID, *, now: datetime) -> bool:
    """Check, store and log an upload whose bytes are all there; True when it is (or was) done.

    The log entry, the evidence and the end of the upload are one transaction. Raises ``TusError``
    (415) for a file that is not what it says: it is refused and its bytes are gone.
    """
    upload = _claim_storing(upload_id, now)
    if upload is None:
        return Upload.objects.filter(pk=upload_id, state=Upload.State.DONE).exists()
    path = staged(upload.pk)
    mime = _require_label(upload, path)
    name = evidence_name(upload.session_id, str(upload.pk))
    try:
        sha256 = _store(upload, path, name)
        _log(upload, mime, sha256, now)
    except vault.Erased as error:
        _drop(upload)
        raise TusError(error.status, error.code, error.message) from error
    except BaseException:
        default_storage.delete(name)
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.RECEIVING)
        raise
    path.unlink(missing_ok=True)
    return True


@transaction.atomic
def _claim_storing(upload_id: UUID, now: datetime) -> Upload | None:
    upload = Upload.objects.select_for_update().filter(pk=upload_id).first()
    if upload is None or upload.offset < upload.length:
        return None
    abandoned = upload.changed_at < now - STORING_PATIENCE
    waiting = upload.state == Upload.State.RECEIVING
    if not waiting and not (upload.state == Upload.State.STORING and abandoned):
        return None
    upload.state, upload.changed_at = Upload.State.STORING, now
    upload.save(update_fields=["state", "changed_at"])
    return upload


def _store(upload: Upload, path: Path, name: str) -> str:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    session_id, owner_id = upload.session_id, upload.owner_id
    vault.put(name, path, session_id=session_id, owner_id=owner_id, sha256=sha256)
    return sha256


@transaction.atomic
def _log(upload: Upload, mime: str, sha256: str, now: datetime) -> None:
    session = lock(upload.session_id)
    append(
        session,
        kind="evidence.received",
        actor=str(upload.owner_id),
        data={
            "evidence": str(upload.pk),
            "filename": upload.filename,
            "filetype": mime,
            "bytes": upload.length,
            "sha256": sha256,
            "kuk": upload.kuk,
            "taken_ms": upload.taken_ms,
        },
        now=now,
    )
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.DONE)
    publish(EvidenceReceived(session_id=session.pk, evidence_id=upload.pk))


@transaction.atomic
def terminate(session_id: UUID, upload_id: UUID, *, user: User) -> None:
    """Termination: forget an unfinished upload. What is logged stays (409 ``finished``)."""
    upload = incoming.own(Upload, session_id, upload_id, user)
    if upload.state in {Upload.State.DONE, Upload.State.STORING}:
        raise Conflict(_("Bukti ini sudah tersimpan."), code="finished")
    upload.delete()
    staged(upload_id).unlink(missing_ok=True)


def tick(now: datetime) -> int:
    """Forget what expired; finish what was received whole but not stored."""
    touched = incoming.forget_expired(Upload, now)
    stranded = Upload.objects.filter(
        state__in=[Upload.State.RECEIVING, Upload.State.STORING],
        offset=F("length"),
        changed_at__lt=now - STORING_PATIENCE,
    )
    for upload_id in list(stranded.values_list("pk", flat=True)):
        try:
            touched += finish(upload_id, now=now)
        except TusError:
            touched += 1
    return touched
