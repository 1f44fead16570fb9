"""Files made from recordings: asked for, made in the background, fetched for a while, gone.

A maker writes one file into a folder of its own and reports how far it is. Makers of other kinds
are registered in ``AppConfig.ready()``.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record as audit
from ajj.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from ajj.live.models import Session
from ajj.live.rules import ASSESSING, DECIDING, SessionRole
from ajj.live.services import vault
from ajj.live.states import OVER, SessionState
from ajj.people.models import User
from recordings import selectors
from recordings.exportqueue import make_export
from recordings.exportstates import ExportEvent, ExportState, export_machine
from recordings.models import Export, ExportKind
from recordings.services.composite import make_composite
from recordings.services.remux import make_stream

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=3)
SILENT_FOR = timedelta(minutes=2)
"""A worker that has said nothing for so long is dead."""

ATTEMPTS = 3
MAY_EXPORT: dict[str, frozenset[SessionRole]] = {
    ExportKind.STREAM: DECIDING | ASSESSING,
    ExportKind.COMPOSITE: DECIDING | ASSESSING,
    ExportKind.CAPSULE: DECIDING,
}
WORKING = (ExportState.QUEUED.value, ExportState.RUNNING.value)


class Cancelled(Exception):
    """Nobody wants the file any more, or another worker has taken it over."""


@dataclass(frozen=True)
class Made:
    """A finished file and what it is called when somebody saves it."""

    path: Path
    filename: str
    mime: str


Tell = Callable[[float], None]
"""Takes the share done, 0 to 1; raises ``Cancelled``. To be called at least every 30 s."""

Maker = Callable[[Export, Path, Tell], Made]
_makers: dict[str, Maker] = {}


def register_maker(what: str, maker: Maker) -> None:
    """Let ``maker`` make exports of kind ``what``; it may write into the folder it is given."""
    _makers[what] = maker


def _stream(export: Export, folder: Path, tell: Tell) -> Made:
    return Made(*make_stream(export, folder, tell))


def _composite(export: Export, folder: Path, tell: Tell) -> Made:
    return Made(*make_composite(export, folder, tell))


register_maker(ExportKind.STREAM, _stream)
register_maker(ExportKind.COMPOSITE, _composite)


def kinds_for(session: Session, role: SessionRole) -> list[str]:
    """What somebody in ``role`` may ask for; nothing while the session runs."""
    if SessionState(session.state) not in OVER:
        return []
    return [kind for kind in ExportKind.values if kind in _makers and role in MAY_EXPORT[kind]]


def request(
    session: Session, *, user: User, role: SessionRole, what: str, stream: str = "", now: datetime
) -> Export:
    """Ask for a file; the same wish of the same person while it is being made is the same row.

    Raises ``Invalid`` (``export_kind``), ``Forbidden`` (``not_exporting``), ``Conflict``
    (``not_over``) while the session runs, ``NotFound`` (``stream_not_found``).
    """
    if what not in _makers:
        raise Invalid(_("Jenis ekspor ini tidak ada."), code="export_kind")
    if role not in MAY_EXPORT[what]:
        raise Forbidden(_("Anda tidak berhak menyalin rekaman ini."), code="not_exporting")
    if SessionState(session.state) not in OVER:
        raise Conflict(_("Rekaman dapat diekspor setelah sesi berakhir."), code="not_over")
    chosen = None
    owner = session.jadwal.permohonan.asesi
    if what == ExportKind.STREAM:
        found = [s for s in selectors.visible_streams(session, user, role) if s.pk == stream]
        if not found:
            raise NotFound(_("Sumber rekaman ini tidak ada."), code="stream_not_found")
        chosen, owner = found[0], found[0].owner
    with transaction.atomic():
        same = Export.objects.filter(
            session=session, requested_by=user, what=what, stream=chosen, state__in=WORKING
        ).first()
        if same is not None:
            return same
        export = Export.objects.create(
            session=session,
            requested_by=user,
            what=what,
            stream=chosen,
            owner=owner,
            created_at=now,
            beat_at=now,
        )
        audit(user, "recordings.export", export, {"what": what, "stream": stream}, now=now)
        make_export.enqueue(str(export.pk))
    return export


def run(export_id: UUID, *, clock: Callable[[], datetime]) -> ExportState:
    """Make the file; called by a worker, any number of times, also after one that died.

    What went wrong is in the row: its ``problem`` is a domain error's code, or ``failed``.
    """
    export = _begin(export_id, clock())
    if export is None:
        return ExportState(Export.objects.values_list("state", flat=True).get(pk=export_id))
    folder = _workroom() / str(export.pk)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        made = _makers[export.what](export, folder, _Progress(export, clock))
        _finish(export, made, clock)
    except Cancelled:
        log.info("export given up", export=str(export.pk))
    except DomainError as error:
        _move(export, ExportEvent.FAIL, clock(), problem=error.code)
    except Exception:
        log.exception("export failed", export=str(export.pk))
        _move(export, ExportEvent.FAIL, clock(), problem="failed")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return ExportState(Export.objects.values_list("state", flat=True).get(pk=export_id))


def cancel(export: Export, *, user: User, now: datetime) -> None:
    """Stop making the file, or remove the finished one. Repeating does no harm."""
    with transaction.atomic():
        row = Export.objects.select_for_update().get(pk=export.pk)
        event = ExportEvent.EXPIRE if row.state == ExportState.DONE else ExportEvent.CANCEL
        if not export_machine.allows(ExportState(row.state), event):
            return
        _set(row, event, now)
        audit(user, "recordings.export_removed", row, now=now)
    _forget_file(row)


def upkeep(*, now: datetime) -> None:
    """Begin again what a dead worker left, and let go of what is out of date."""
    for export in Export.objects.filter(state__in=WORKING, beat_at__lt=now - SILENT_FOR):
        _redo(export.pk, now)
    for export in Export.objects.filter(state=ExportState.DONE, expires_at__lte=now):
        if _move(export, ExportEvent.EXPIRE, now):
            _forget_file(export)


@transaction.atomic
def _redo(export_id: UUID, now: datetime) -> None:
    row = Export.objects.select_for_update().get(pk=export_id)
    if row.state not in WORKING or row.beat_at >= now - SILENT_FOR:
        return
    if row.attempts >= ATTEMPTS:
        if row.state == ExportState.RUNNING:
            _set(row, ExportEvent.FAIL, now, problem="worker_lost")
        return
    if row.state == ExportState.RUNNING:
        _set(row, ExportEvent.REDO, now, progress=0)
    else:
        Export.objects.filter(pk=row.pk).update(beat_at=now)
    make_export.enqueue(str(row.pk))


def _workroom() -> Path:
    return Path(settings.DATA_DIR) / "exports"


@transaction.atomic
def _begin(export_id: UUID, now: datetime) -> Export | None:
    export = (
        Export.objects.select_for_update(of=("self",))
        .select_related("session__jadwal__permohonan__asesi", "stream", "owner", "requested_by")
        .filter(pk=export_id, state=ExportState.QUEUED)
        .first()
    )
    if export is not None:
        _set(export, ExportEvent.START, now, attempts=export.attempts + 1, progress=0)
    return export


def _set(export: Export, event: ExportEvent, now: datetime, **fields: object) -> None:
    """The one place that moves an export; the caller holds its row."""
    state = export_machine.after(ExportState(export.state), event)
    changes = {"state": state.value, "beat_at": now, **fields}
    for name, value in changes.items():
        setattr(export, name, value)
    export.save(update_fields=list(changes))


@transaction.atomic
def _move(export: Export, event: ExportEvent, now: datetime, **fields: object) -> bool:
    """``_set`` under the row's lock; False when it has gone on without us."""
    row = Export.objects.select_for_update().get(pk=export.pk)
    if row.attempts != export.attempts or not export_machine.allows(ExportState(row.state), event):
        return False
    _set(row, event, now, **fields)
    return True


def _finish(export: Export, made: Made, clock: Callable[[], datetime]) -> None:
    with made.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    folder = f"exports/{export.session_id}"
    name = vault.object_name(folder, export.what, str(export.pk), str(export.attempts))
    vault.put(
        name, made.path, session_id=export.session_id, owner_id=export.owner_id, sha256=sha256
    )
    now = clock()
    kept = _move(
        export,
        ExportEvent.FINISH,
        now,
        progress=100,
        storage_name=name,
        sha256=sha256,
        bytes=made.path.stat().st_size,
        filename=made.filename,
        mime=made.mime,
        finished_at=now,
        expires_at=now + KEPT_FOR,
    )
    if not kept:
        default_storage.delete(name)


def _forget_file(export: Export) -> None:
    if export.storage_name:
        default_storage.delete(export.storage_name)


class _Progress:
    """Writes how far it is, at most once a second, and notices when nobody wants it any more."""

    def __init__(self, export: Export, clock: Callable[[], datetime]) -> None:
        self._export, self._clock = export, clock
        self._told = clock() - timedelta(minutes=1)

    def __call__(self, share: float) -> None:
        now = self._clock()
        if now - self._told < timedelta(seconds=1):
            return
        self._told = now
        mine = Export.objects.filter(
            pk=self._export.pk, state=ExportState.RUNNING, attempts=self._export.attempts
        )
        if not mine.update(progress=max(0, min(99, int(share * 100))), beat_at=now):
            raise Cancelled
