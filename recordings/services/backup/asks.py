"""An asesor asks the asesi's device for a span, whether or not the server has it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.models import LogEntry
from ajj.live.rules import ASSESSING, SessionRole
from ajj.live.selectors import session_for
from ajj.live.services import append, lock
from ajj.people.models import User
from recordings import manifest, selectors
from recordings.manifest import Span
from recordings.models import StreamKind
from recordings.services.streams import ensure_stream
from recordings.wanted import ASKED, accepts_until, asked

ASKERS = ASSESSING | {SessionRole.ADMIN}
MAX_ASK_MS = 600_000


@transaction.atomic
def ask(
    session_id: UUID, *, user: User, kind: str, start_ms: int, end_ms: int, now: datetime
) -> LogEntry:
    """Log the wish; everybody in the session sees it.

    403 for other roles, 400 for a span that is empty, longer than ten minutes or yet to come, 409
    when it was asked for already (``already_asked``) or can no longer come (``backup_closed``).
    """
    session, role = session_for(session_id, user)
    if role not in ASKERS:
        raise Forbidden(_("Peran Anda tidak meminta rekaman cadangan."), code="wrong_role")
    if session.opened_at is None:
        raise Conflict(_("Ruang sesi belum dibuka."), code="not_open")
    if now >= accepts_until(session):
        raise Conflict(_("Rekaman cadangan sesi ini tidak diterima lagi."), code="backup_closed")
    if kind not in StreamKind.values:
        raise Invalid(_("Jenis rekaman ini tidak dikenal."), code="unknown_kind")
    if not 0 <= start_ms < end_ms <= selectors.elapsed_ms(session, now):
        raise Invalid(_("Rentang waktu ini tidak ada pada sesi."), code="bad_span")
    if end_ms - start_ms > MAX_ASK_MS:
        raise Invalid(_("Mintalah paling banyak 10 menit sekaligus."), code="span_too_long")
    locked = lock(session_id)
    asesi = session.jadwal.permohonan.asesi_id
    stream = ensure_stream(session_id, owner_id=asesi, kind=kind)
    if not manifest.uncovered(Span(start_ms, end_ms), asked(stream)):
        raise Conflict(_("Rentang ini sudah diminta."), code="already_asked")
    return append(
        locked,
        kind=ASKED,
        actor=str(user.pk),
        data={"stream": stream.pk, "kind": kind, "start_ms": start_ms, "end_ms": end_ms},
        now=now,
    )
