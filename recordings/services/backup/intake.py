"""Slices of a device's recording on their way in: admitted, received, checked, stored, logged."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from ajj.events.publish import publish
from ajj.kernel.clock import session_ms
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.models import Session
from ajj.live.rules import PUBLISHERS
from ajj.live.selectors import session_for
from ajj.live.services import append, incoming, lock, vault
from ajj.live.services.incoming import HEAD_BYTES, LIFETIME, staged
from ajj.live.tus import MIB, Checksum, TusError
from ajj.people.models import User
from recordings.backupstates import BackupEvent, BackupState, backup_machine
from recordings.events import BackupReceived
from recordings.models import BackupSlice, StreamKind
from recordings.services.backup.describe import (
    MAX_CLOCK_ERROR_MS,
    Described,
    family,
    family_of,
)
from recordings.services.streams import ensure_stream
from recordings.wanted import accepts_until

PATIENCE = timedelta(seconds=60)
BROKEN = "sha256"


def move(row: BackupSlice, event: BackupEvent, reason: str = "") -> None:
    """The only place where a slice changes its state; the caller saves the row."""
    row.state = backup_machine.after(BackupState(row.state), event).value
    row.reason = reason[:48]


@transaction.atomic
def begin(
    session_id: UUID, *, user: User, length: int, described: Described, now: datetime
) -> BackupSlice:
    """Admit a slice of ``length`` bytes; one that is known already is answered as it stands.

    403 for who does not publish, 409 before t0, when it is too late (``backup_closed``) and for
    another file under a known name (``slice_differs``), 410 when this media was destroyed, 413
    beyond the quota, 415 for what no recorder makes.
    """
    session = _admitting(session_id, user, now)
    known = BackupSlice.objects.filter(session=session, owner=user, slice=described.slice).first()
    if known is not None:
        if (known.length, known.sha256) != (length, described.sha256):
            raise Conflict(_("Rekaman cadangan lain sudah memakai nama ini."), code="slice_differs")
        if known.state != BackupState.RECEIVING or known.expires_at > now:
            return known
        forget(known)
    _require_sense(session, described, length, now)
    _require_room(session, user, length)
    lock(session_id)
    stream = ensure_stream(session_id, owner_id=user.pk, kind=described.kind)
    row = BackupSlice.objects.create(
        session=session,
        owner=user,
        stream=stream,
        length=length,
        slice=described.slice,
        run=described.run,
        filetype=described.filetype,
        start_ms=described.start_ms,
        end_ms=described.end_ms,
        clock_error_ms=described.clock_error_ms,
        wall_ms=described.wall_ms,
        sha256=described.sha256,
        changed_at=now,
        expires_at=now + LIFETIME,
    )
    incoming.open_staging(row)
    return row


def _admitting(session_id: UUID, user: User, now: datetime) -> Session:
    session, role = session_for(session_id, user)
    if role not in PUBLISHERS:
        raise Forbidden(_("Peran Anda tidak mengirim rekaman."), code="wrong_role")
    if session.opened_at is None:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    if now >= accepts_until(session):
        raise Conflict(_("Rekaman cadangan sesi ini tidak diterima lagi."), code="backup_closed")
    gone = vault.erased(session_id, user.pk)
    if gone is not None:
        raise TusError(410, "media_erased", _("Rekaman sesi ini telah dimusnahkan."))
    return session


def _require_sense(session: Session, said: Described, length: int, now: datetime) -> None:
    if said.kind not in StreamKind.values:
        raise Invalid(_("Jenis rekaman ini tidak dikenal."), code="unknown_kind")
    if family(said.filetype) is None:
        raise TusError(415, "type_not_allowed", _("Kirim rekaman WebM atau MP4."))
    if length == 0:
        raise Invalid(_("Berkas ini kosong."), code="empty_file")
    until_ms = session.ended_ms
    if until_ms is None:
        until_ms = session_ms(session.opened_at or now, now)
    if said.start_ms - min(said.clock_error_ms, MAX_CLOCK_ERROR_MS) > until_ms:
        raise Invalid(_("Rekaman ini dibuat setelah sesi berakhir."), code="outside_session")


def _require_room(session: Session, user: User, length: int) -> None:
    taken = BackupSlice.objects.filter(session=session, owner=user).exclude(
        state=BackupState.REFUSED.value
    )
    used = taken.aggregate(total=Sum("length"))["total"] or 0
    if used + length > settings.BACKUP_QUOTA_MB * MIB:
        raise TusError(
            413, "quota", _("Rekaman cadangan sesi ini sudah penuh; rekaman utama tetap aman.")
        )


def forget(row: BackupSlice) -> None:
    """Drop an unfinished upload and its bytes."""
    upload_id = row.pk
    row.delete()
    staged(upload_id).unlink(missing_ok=True)


def claim(session_id: UUID, upload_id: UUID, *, user: User, now: datetime) -> BackupSlice:
    """Take the upload over for this request; 404 if it is not ``user``'s, 410 if it is over."""
    return incoming.claim(BackupSlice, session_id, upload_id, user=user, now=now)


def receive(
    upload: BackupSlice, *, offset: int, body: Iterable[bytes], checksum: Checksum, now: datetime
) -> int:
    """Take ``body`` at ``offset``, as ``incoming.receive`` does; 415 if it is no recording."""
    return incoming.receive(
        upload,
        offset=offset,
        body=body,
        checksum=checksum,
        first_look=lambda piece: _require_recording(upload, piece),
        now=now,
    )


def _require_recording(upload: BackupSlice, path: Path) -> None:
    with path.open("rb") as file:
        real = family_of(file.read(HEAD_BYTES))
    if real is None or real != family(upload.filetype):
        _refuse(upload.pk, "type")
        raise TusError(415, "mislabelled", _("Isi berkas bukan rekaman seperti yang disebut."))


@transaction.atomic
def _refuse(upload_id: UUID, reason: str) -> None:
    row = BackupSlice.objects.select_for_update().get(pk=upload_id)
    move(row, BackupEvent.REFUSE, reason)
    row.save(update_fields=["state", "reason"])
    staged(upload_id).unlink(missing_ok=True)


def finish(upload_id: UUID, *, now: datetime) -> bool:
    """Check, store and log a slice whose bytes are all there; True when it is (or was) done.

    460 when the whole is not what was announced: it begins anew; the second time it is refused.
    """
    row = BackupSlice.objects.get(pk=upload_id)
    if row.state != BackupState.RECEIVING:
        return row.state != BackupState.REFUSED
    if row.offset < row.length:
        return False
    path = staged(row.pk)
    _require_recording(row, path)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != row.sha256:
            _begin_anew(row)
    folder = f"recordings/{row.session_id}/{row.stream_id}"
    name = vault.object_name(folder, "backup", row.slice, row.sha256)
    vault.put(name, path, session_id=row.session_id, owner_id=row.owner_id, sha256=row.sha256)
    done = _log(row, name, now)
    path.unlink(missing_ok=True)
    return done


def _begin_anew(row: BackupSlice) -> None:
    if row.reason == BROKEN:
        _refuse(row.pk, BROKEN)
    else:
        BackupSlice.objects.filter(pk=row.pk).update(offset=0, reason=BROKEN)
        staged(row.pk).write_bytes(b"")
    raise TusError(460, "checksum_mismatch", _("Data rusak di jalan. Kirim lagi berkas ini."))


@transaction.atomic
def _log(slice_: BackupSlice, name: str, now: datetime) -> bool:
    session = lock(slice_.session_id)
    row = BackupSlice.objects.select_for_update().get(pk=slice_.pk)
    if row.state != BackupState.RECEIVING:
        return True
    move(row, BackupEvent.STORE)
    row.storage_name, row.changed_at, row.expires_at = name, now, now + PATIENCE
    row.save(update_fields=["state", "reason", "storage_name", "changed_at", "expires_at"])
    append(
        session,
        kind="backup.received",
        actor=str(row.owner_id),
        data={
            "slice": row.slice,
            "stream": row.stream_id,
            "bytes": row.length,
            "sha256": row.sha256,
            "start_ms": row.start_ms,
            "end_ms": row.end_ms,
        },
        now=now,
    )
    publish(BackupReceived(stream_id=row.stream_id))
    return True


@transaction.atomic
def terminate(session_id: UUID, upload_id: UUID, *, user: User) -> None:
    """Termination: forget an unfinished upload. What is logged stays (409 ``finished``)."""
    row = incoming.own(BackupSlice, session_id, upload_id, user)
    if row.state not in {BackupState.RECEIVING.value, BackupState.REFUSED.value}:
        raise Conflict(_("Rekaman cadangan ini sudah tersimpan."), code="finished")
    forget(row)


def tick(now: datetime) -> int:
    """Forget what expired; finish what was received whole but not stored. How many."""
    touched = incoming.forget_expired(BackupSlice, now)
    stranded = BackupSlice.objects.filter(
        state=BackupState.RECEIVING.value, offset=F("length"), changed_at__lt=now - PATIENCE
    )
    for upload_id in list(stranded.values_list("pk", flat=True)):
        try:
            touched += finish(upload_id, now=now)
        except TusError:
            touched += 1
    return touched
