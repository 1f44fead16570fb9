"""Evidence on its way: begun, received in pieces, checked, stored and logged, or refused whole.

How bytes come in is ``ajj.live.services.incoming``'s. Storing and logging happen once all are
there; what dies in between is picked up by ``tick``.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ajj.assessment import rules, selectors
from ajj.assessment.capture import Claim, Source, as_data, doubts
from ajj.assessment.events import EvidenceReceived
from ajj.assessment.filetypes import ALLOWED, normal, sniff
from ajj.assessment.models import Upload
from ajj.assessment.services import originals, thumbs
from ajj.assessment.storage import evidence_name
from ajj.assessment.taskwork import named_in_time
from ajj.assessment.tus import Metadata
from ajj.events.publish import publish
from ajj.kernel.clock import session_ms, wall_time
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.models import Session
from ajj.live.rules import ASSESSING, SessionRole, require_under_way
from ajj.live.selectors import session_for
from ajj.live.services import append, incoming, lock, vault
from ajj.live.services.incoming import HEAD_BYTES, LIFETIME, staged
from ajj.live.states import OVER, UNDER_WAY, SessionState
from ajj.live.tus import Checksum, TusError
from ajj.live.waiting import require_inside
from ajj.people.models import User

STORING_PATIENCE = timedelta(seconds=60)
LATE_MS = 24 * 60 * 60 * 1000
UPLOADERS = ASSESSING | {SessionRole.ASESI}


@transaction.atomic
def begin(
    session_id: UUID, *, user: User, length: int, metadata: Metadata, now: datetime
) -> Upload:
    """Admit a file of ``length`` bytes; the upload's id will be the evidence's.

    One that was begun before under the same ``metadata.id`` is answered as it stands; one that
    says where it comes from is told to everybody at once (``evidence.announced``).

    Raises 403 for role, window and a device that took it for somebody else, 409 before the room
    opens and for an id that is taken, 415 for a type that is no evidence, 400 for an empty file and
    for KUK outside the skema.
    """
    session, role = session_for(session_id, user)
    if role not in UPLOADERS:
        raise Forbidden(_("Peran Anda tidak mengunggah bukti."), code="wrong_role")
    if metadata.owner not in {None, user.pk}:
        raise Forbidden(_("Berkas ini disimpan perangkat untuk akun lain."), code="another_account")
    known = Upload.objects.filter(pk=metadata.id).first() if metadata.id else None
    if known is not None:
        return _as_it_stands(known, session, user, length)
    if SessionState(session.state) in UNDER_WAY:
        require_inside(session, user, role)
    if metadata.original_of is None:
        late = _require_intake(session, metadata, now)
    else:
        originals.require_wanted(session, user, length=length, metadata=metadata, now=now)
        late = False
    if normal(metadata.filetype) not in ALLOWED:
        raise TusError(415, "type_not_allowed", _("Kirim foto, video, atau PDF."))
    if length == 0:
        raise Invalid(_("Berkas ini kosong."), code="empty_file")
    rules.require_kuk(session, metadata.kuk)
    upload = Upload(
        session=session,
        owner=user,
        length=length,
        filename=metadata.filename,
        filetype=normal(metadata.filetype),
        kuk=list(metadata.kuk),
        taken_ms=metadata.taken_ms,
        original=metadata.original.as_data() if metadata.original else {},
        original_of_id=metadata.original_of,
        changed_at=now,
        expires_at=now + LIFETIME,
    )
    if metadata.id is not None:
        upload.pk = metadata.id
    if metadata.claim is not None and metadata.original_of is None:
        _announce(upload, metadata.claim, late=late, now=now)
    upload.save(force_insert=True)
    incoming.open_staging(upload)
    return upload


def _as_it_stands(known: Upload, session: Session, user: User, length: int) -> Upload:
    if (known.session_id, known.owner_id, known.length) != (session.pk, user.pk, length):
        raise Conflict(_("Kiriman lain sudah memakai nama ini."), code="id_taken")
    return known


def _require_intake(session: Session, metadata: Metadata, now: datetime) -> bool:
    """Whether a new file comes late but not too late; raises where none may be begun.

    A picture that was taken live while the line was down still comes in for a day, so that an
    outage at the end costs nothing; the log says that it came late. So does the result of a task
    whose log named it in time, before the session was over.
    """
    if SessionState(session.state) not in OVER:
        require_under_way(session, now)
        if SessionState(session.state) not in UNDER_WAY:
            raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
        return False
    live = metadata.claim is not None and metadata.claim.source is Source.LIVE
    ended_ms, taken_ms = session.ended_ms, metadata.taken_ms
    named_ms = _named_by_task(session, metadata)
    if named_ms is not None:
        live, taken_ms = True, named_ms
    if not live or session.opened_at is None or ended_ms is None or taken_ms is None:
        require_under_way(session, now)
        raise Forbidden(_("Sesi ini sudah berakhir."), code="session_ended")
    over = session_ms(session.opened_at, now) - ended_ms
    if taken_ms > ended_ms or over > LATE_MS:
        raise Forbidden(_("Sesi ini sudah berakhir."), code="session_ended")
    return True


def _named_by_task(session: Session, metadata: Metadata) -> int | None:
    """When a task's log named this file, in session milliseconds."""
    if metadata.id is None or session.opened_at is None:
        return None
    entry = named_in_time(session.jadwal.permohonan, metadata.id)
    if entry is None or entry.ujian.started_at is None:
        return None
    return session_ms(session.opened_at, wall_time(entry.ujian.started_at, entry.at_ms))


def _announce(upload: Upload, said: Claim, *, late: bool, now: datetime) -> None:
    session = lock(upload.session_id)
    known = selectors.known_of(session, upload.owner_id, said, late=late, now=now)
    upload.capture = as_data(said, doubts(said, upload.taken_ms, known))
    entry = append(
        session,
        kind="evidence.announced",
        actor=str(upload.owner_id),
        data={"evidence": str(upload.pk), **_told(upload)},
        now=now,
    )
    upload.announced_seq = entry.seq


def _told(upload: Upload) -> dict[str, Any]:
    """What both entries say of a file, before it is there and when it is."""
    told: dict[str, Any] = {
        "filename": upload.filename,
        "filetype": upload.filetype,
        "bytes": upload.length,
        "kuk": upload.kuk,
        "taken_ms": upload.taken_ms,
    }
    if upload.capture:
        told["capture"] = upload.capture
    if upload.original:
        told["original"] = upload.original
    if upload.original_of_id is not None:
        told["original_of"] = str(upload.original_of_id)
    return told


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
        sha256 = _digest(path)
        _require_original(upload, sha256)
        vault.put(name, path, session_id=upload.session_id, owner_id=upload.owner_id, sha256=sha256)
        _log(upload, mime, sha256, now)
    except vault.Erased as error:
        _drop(upload)
        raise TusError(error.status, error.code, error.message) from error
    except TusError:
        raise
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


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_original(upload: Upload, sha256: str) -> None:
    if upload.original_of is not None and upload.original_of.original.get("sha256") != sha256:
        _drop(upload)
        raise TusError(
            422, "original_differs", _("Ini bukan berkas asli dari bukti yang diterima.")
        )


@transaction.atomic
def _log(upload: Upload, mime: str, sha256: str, now: datetime) -> None:
    session = lock(upload.session_id)
    append(
        session,
        kind="evidence.received",
        actor=str(upload.owner_id),
        data={
            "evidence": str(upload.pk),
            **_told(upload),
            "filetype": mime,
            "sha256": sha256,
            **({"thumb": upload.thumb_sha256} if upload.thumb_sha256 else {}),
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
    thumbs.forget(session_id, [upload_id])
    staged(upload_id).unlink(missing_ok=True)


def tick(now: datetime) -> int:
    """Forget what expired; finish what was received whole but not stored."""
    thumbs.forget_expired(now)
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
