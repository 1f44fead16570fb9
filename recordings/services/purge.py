"""What is left of destroyed media: objects in storage, copies, pieces on their way. All of it goes.

The keys went before, so nothing here is readable any more; deleting it can be done again after any
crash, and is, until nothing is found.
"""

import shutil
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from ajj.assessment.models import Evidence, Upload
from ajj.assessment.services import thumbs
from ajj.live.models import IdentityPicture
from ajj.live.services.incoming import staged
from recordings.exportstates import ExportEvent, ExportState, export_machine
from recordings.models import Export, Stream
from recordings.models.backup import BackupSlice


def purge(session_id: UUID, owner_id: int | None) -> int:
    """Delete everything of one person's media in a session (None: of everybody's); how many.

    Exports go in any case: a picture of the person may be in each of them, and what may still be
    shown can be made again. Raises the storage's own error when storage fails.
    """
    gone = _exports(session_id)
    streams = Stream.objects.filter(session_id=session_id)
    evidence = Evidence.objects.filter(session_id=session_id)
    if owner_id is not None:
        streams, evidence = streams.filter(owner_id=owner_id), evidence.filter(owner_id=owner_id)
        pictures = IdentityPicture.objects.filter(session_id=session_id, owner_id=owner_id)
        for rows in (evidence, pictures):
            for name in rows.values_list("storage_name", flat=True):
                gone += _delete(name)
        uploads = Upload.objects.filter(session_id=session_id, owner_id=owner_id)
        gone += thumbs.forget(session_id, uploads.values_list("pk", flat=True))
    else:
        gone += _delete_tree(f"sessions/{session_id}/evidence")
        gone += _delete_tree(f"sessions/{session_id}/identity")
        gone += _delete_tree(f"recordings/{session_id}")
        shutil.rmtree(_spool(session_id), ignore_errors=True)
    for stream_id in streams.values_list("pk", flat=True):
        gone += _delete_tree(f"recordings/{session_id}/{stream_id}")
        shutil.rmtree(_spool(session_id) / stream_id, ignore_errors=True)
    return gone + _unfinished(session_id, owner_id)


def _spool(session_id: UUID) -> Path:
    return Path(settings.SPOOL_DIR) / str(session_id)


def _exports(session_id: UUID) -> int:
    now, gone = timezone.now(), 0
    for export in Export.objects.filter(session_id=session_id):
        state = ExportState(export.state)
        for event in (ExportEvent.EXPIRE, ExportEvent.CANCEL):
            if export_machine.allows(state, event):
                after = export_machine.after(state, event).value
                Export.objects.filter(pk=export.pk, state=export.state).update(
                    state=after, storage_name="", expires_at=now
                )
        if export.storage_name:
            gone += _delete(export.storage_name)
    return gone + _delete_tree(f"exports/{session_id}")


def _unfinished(session_id: UUID, owner_id: int | None) -> int:
    """Uploads that wait for their last piece, and the names of slices whose bytes are gone."""
    gone = 0
    for model in (Upload, BackupSlice):
        waiting = model.objects.filter(session_id=session_id)
        if owner_id is not None:
            waiting = waiting.filter(owner_id=owner_id)
        for pk in waiting.values_list("pk", flat=True):
            if staged(pk).exists():
                staged(pk).unlink(missing_ok=True)
                gone += 1
    slices = BackupSlice.objects.filter(session_id=session_id)
    if owner_id is not None:
        slices = slices.filter(owner_id=owner_id)
    for name in slices.exclude(storage_name="").values_list("storage_name", flat=True):
        gone += _delete(name)
    slices.update(storage_name="")
    return gone


def _delete(name: str) -> int:
    if not default_storage.exists(name):
        return 0
    default_storage.delete(name)
    return 1


def _delete_tree(folder: str) -> int:
    """Every object under ``folder``; on a file system the folders too."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    gone = sum(_delete(f"{folder}/{name}") for name in files)
    gone += sum(_delete_tree(f"{folder}/{name}") for name in folders if name)
    default_storage.delete(folder)
    return gone
