"""The forms of many asesi as one zip: asked for, made in the background, fetched for a day, gone.

A worker that dies leaves a silent row; it is begun again, a bounded number of times. A form that
cannot be printed is named in the result and holds up nothing.
"""

import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import papers
from ajj.assessment.models import FormBatch
from ajj.assessment.states import BatchEvent, BatchState, batch_machine
from ajj.audit.services import record as audit
from ajj.kernel.errors import DomainError, Invalid
from ajj.people.models import User

log = structlog.get_logger(__name__)
KEPT_FOR = timedelta(days=1)
SILENT_FOR = timedelta(minutes=2)
ATTEMPTS = 3
MOST = 500


@transaction.atomic
def request_batch(
    chosen: Sequence[Permohonan], *, title: str, actor: User, now: datetime
) -> FormBatch:
    """Ask for every form of ``chosen`` that the office may open; at most ``MOST`` asesi.

    Raises ``Invalid`` (``batch_empty``, ``batch_too_large``).
    """
    if not chosen:
        raise Invalid(_("Tidak ada asesmen pada pilihan ini."), code="batch_empty")
    if len(chosen) > MOST:
        raise Invalid(
            _("Paling banyak %(most)d asesi sekaligus. Persempit tanggalnya.") % {"most": MOST},
            code="batch_too_large",
        )
    batch = FormBatch.objects.create(
        requested_by=actor,
        title=title,
        permohonan=[row.pk for row in chosen],
        created_at=now,
        beat_at=now,
    )
    audit(actor, "assessment.forms_batched", batch, {"asesi": len(chosen)}, now=now)
    return batch


def run_batch(batch_id: UUID, *, clock: Callable[[], datetime]) -> BatchState:
    """Make the zip; called by a worker, any number of times, also after one that died."""
    batch = _begin(batch_id, clock())
    if batch is None:
        return BatchState(FormBatch.objects.values_list("state", flat=True).get(pk=batch_id))
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "formulir.zip"
            if _write(batch, path, clock):
                _finish(batch, path, clock())
    except Exception:
        log.exception("forms not printed", batch=str(batch.pk))
        _move(batch, BatchEvent.FAIL, clock())
    return BatchState(FormBatch.objects.values_list("state", flat=True).get(pk=batch_id))


def upkeep(now: datetime) -> list[UUID]:
    """Let go of what is out of date; the batches to be put in the queue again."""
    for batch in FormBatch.objects.filter(state=BatchState.DONE.value, expires_at__lte=now):
        if _move(batch, BatchEvent.EXPIRE, now):
            default_storage.delete(batch.storage_name)
    working = (BatchState.QUEUED.value, BatchState.RUNNING.value)
    silent = FormBatch.objects.filter(state__in=working, beat_at__lt=now - SILENT_FOR)
    return [batch.pk for batch in silent if _redo(batch.pk, now)]


def _write(batch: FormBatch, path: Path, clock: Callable[[], datetime]) -> bool:
    """Print into ``path``; False when another worker has taken the batch over."""
    forms, problems = 0, []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for done, pk in enumerate(batch.permohonan, start=1):
            permohonan = papers.complete().get(pk=pk)
            nomor = permohonan.nomor
            for name, data in papers.printed(permohonan, "kantor", now=clock()):
                if isinstance(data, DomainError):
                    problems.append({"nomor": nomor, "form": name, "message": data.message})
                    continue
                archive.writestr(f"{nomor}/{name}", data)
                forms += 1
            mine = FormBatch.objects.filter(
                pk=batch.pk, state=BatchState.RUNNING.value, attempts=batch.attempts
            )
            told = {"done": done, "forms": forms, "problems": problems, "beat_at": clock()}
            if not mine.update(**told):
                return False
    return True


def _finish(batch: FormBatch, path: Path, now: datetime) -> None:
    with path.open("rb") as file:
        name = default_storage.save(f"form-batches/{batch.pk}-{batch.attempts}.zip", File(file))
    kept = _move(
        batch,
        BatchEvent.FINISH,
        now,
        storage_name=name,
        bytes=path.stat().st_size,
        finished_at=now,
        expires_at=now + KEPT_FOR,
    )
    if not kept:
        default_storage.delete(name)


@transaction.atomic
def _begin(batch_id: UUID, now: datetime) -> FormBatch | None:
    batch = FormBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or batch.state != BatchState.QUEUED.value:
        return None
    _set(batch, BatchEvent.START, now, attempts=batch.attempts + 1, done=0, forms=0, problems=[])
    return batch


@transaction.atomic
def _redo(batch_id: UUID, now: datetime) -> bool:
    """Whether a worker should take the batch up (again)."""
    row = FormBatch.objects.select_for_update().get(pk=batch_id)
    if not row.working or row.beat_at >= now - SILENT_FOR:
        return False
    if row.state == BatchState.RUNNING.value:
        if row.attempts >= ATTEMPTS:
            _set(row, BatchEvent.FAIL, now)
            return False
        _set(row, BatchEvent.REDO, now)
    else:
        FormBatch.objects.filter(pk=row.pk).update(beat_at=now)
    return True


@transaction.atomic
def _move(batch: FormBatch, event: BatchEvent, now: datetime, **fields: object) -> bool:
    """``_set`` under the row's lock; False when it has gone on without us."""
    row = FormBatch.objects.select_for_update().get(pk=batch.pk)
    if row.attempts != batch.attempts or not batch_machine.allows(BatchState(row.state), event):
        return False
    _set(row, event, now, **fields)
    return True


def _set(batch: FormBatch, event: BatchEvent, now: datetime, **fields: object) -> None:
    """The one place that moves a batch; the caller holds its row."""
    state = batch_machine.after(BatchState(batch.state), event)
    changes = {"state": state.value, "beat_at": now, **fields}
    for name, value in changes.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(changes))
