"""Alarms as rows: raised once, cleared once, noted in the audit trail, told to the room."""

from collections.abc import Collection
from datetime import datetime

import structlog
from django.db import transaction

from ajj.audit.services import record
from ajj.events.publish import publish
from recordings.events import RecordingChanged
from recordings.models import Alarm
from recordings.reconcile import Raised

log = structlog.get_logger(__name__)

KEPT_SHORT = {"about": 96, "detail": 200}


def settle(found: Collection[Raised], *, kinds: Collection[str], now: datetime) -> int:
    """Make the open alarms of ``kinds`` be exactly ``found``; returns how many changed."""
    wanted = {(r.session, r.about[: KEPT_SHORT["about"]], r.kind.value): r for r in found}
    standing = {
        (str(row.session_id), row.about, row.kind): row
        for row in Alarm.objects.filter(cleared_at=None, kind__in=list(kinds))
    }
    raised = [alarm for key, alarm in wanted.items() if key not in standing]
    cleared = [row for key, row in standing.items() if key not in wanted]
    for alarm in raised:
        _raise(alarm, now)
    for row in cleared:
        _clear(row, now)
    return len(raised) + len(cleared)


@transaction.atomic
def _raise(alarm: Raised, now: datetime) -> None:
    row, made = Alarm.objects.get_or_create(
        session_id=alarm.session,
        about=alarm.about[: KEPT_SHORT["about"]],
        kind=alarm.kind.value,
        cleared_at=None,
        defaults={
            "detail": alarm.detail[: KEPT_SHORT["detail"]],
            "since_ms": alarm.since_ms,
            "raised_at": now,
        },
    )
    if not made:
        return
    data = {"kind": row.kind, "about": row.about, "detail": row.detail}
    log.error("recording alarm", session=alarm.session, **data)
    record(None, "recordings.alarm", row.session, data, now=now)
    publish(RecordingChanged(row.session_id))


@transaction.atomic
def _clear(row: Alarm, now: datetime) -> None:
    if not Alarm.objects.filter(pk=row.pk, cleared_at=None).update(cleared_at=now):
        return
    data = {"kind": row.kind, "about": row.about}
    log.info("recording alarm over", session=str(row.session_id), **data)
    record(None, "recordings.alarm_over", row.session, data, now=now)
    publish(RecordingChanged(row.session_id))
