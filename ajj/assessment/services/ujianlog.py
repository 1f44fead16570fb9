"""What the session's log says of a ujian: when it ran in the room, and its hash once concluded.

The ujian has a log of its own; here it is tied to the recording. A ujian that nobody takes in a
room enters with its conclusion alone, when the first session of its permohonan is there.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from ajj.assessment.models import Ujian
from ajj.assessment.states import UjianState
from ajj.assessment.ujianrecord import record_of
from ajj.kernel.clock import session_ms, wall_time
from ajj.live.acted import Acted, Claim
from ajj.live.models import Session
from ajj.live.services import append, lock
from ajj.live.states import OVER, SessionState


def note(
    ujian: Ujian,
    kind: str,
    data: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    at_ms: int,
    claim: Claim | None = None,
) -> None:
    """Append ``kind`` to the log of the session that runs now; nothing without one.

    ``at_ms`` is the moment by the ujian's clock. The caller's transaction holds the ujian, and
    takes the session after it, never the other way round.
    """
    running = _sessions(ujian).exclude(state__in=[state.value for state in OVER]).last()
    if running is None or ujian.started_at is None:
        return
    session = lock(running.pk)
    if session.opened_at is None or SessionState(session.state) in OVER:
        return
    said = {**_naming(ujian), **data}
    if claim is not None:
        moment = max(0, session_ms(session.opened_at, wall_time(ujian.started_at, at_ms)))
        placed = Claim(moment, claim.error_ms, claim.device, claim.n)
        said["acted"] = Acted(moment, claim.error_ms, placed).data()
    append(session, kind=kind, actor=actor, data=said, now=now)


def log_concluded(now: datetime) -> int:
    """Tie each concluded ujian that no session names yet to one; how many were."""
    waiting = Ujian.objects.filter(
        state=UjianState.CONCLUDED.value,
        logged_seq=None,
        permohonan__jadwal__session__opened_at__isnull=False,
    ).distinct()
    return sum(tie(row, now) for row in waiting)


@transaction.atomic
def tie(ujian: Ujian, now: datetime) -> bool:
    """Name a concluded ujian's record in the log of its permohonan's newest opened session."""
    rows = Ujian.objects.select_for_update(of=("self",)).select_related("muk", "permohonan")
    held = rows.get(pk=ujian.pk)
    newest = _sessions(held).last()
    if held.state != UjianState.CONCLUDED.value or held.logged_seq is not None or newest is None:
        return False
    session = lock(newest.pk)
    record = record_of(held, held.head_seq)
    data = {
        **_naming(held),
        "seq": held.head_seq,
        "head": held.head_hash,
        "bytes": len(record),
        "sha256": hashlib.sha256(record).hexdigest(),
        "tercapai": held.tercapai,
    }
    actor = str(held.concluded_by_id)
    entry = append(session, kind="ujian.concluded", actor=actor, data=data, now=now)
    held.session, held.logged_seq = session, entry.seq
    held.save(update_fields=["session", "logged_seq"])
    return True


def _sessions(ujian: Ujian) -> QuerySet[Session]:
    """Those of its permohonan whose room was opened, the newest last."""
    opened = Session.objects.filter(jadwal__permohonan=ujian.permohonan_id, opened_at__isnull=False)
    return opened.order_by("opened_at")


def _naming(ujian: Ujian) -> dict[str, str]:
    return {"ujian": str(ujian.pk), "jenis": ujian.jenis}
