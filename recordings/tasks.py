"""Background tasks: load and delegate."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from recordings.events import BackupReceived
from recordings.services import backup


@task()
def fill_backup(stream_id: str) -> None:
    """Put what a device handed in where the stream has holes."""
    backup.fill(stream_id, now=timezone.now())


def on_backup_received(event: BackupReceived) -> None:
    fill_backup.enqueue(event.stream_id)


def wake(now: datetime) -> int:
    """Look again at what waits, take up what a crash left, drop bytes that are done with."""
    streams = backup.due(now)
    for stream_id in streams:
        fill_backup.enqueue(stream_id)
    return len(streams) + backup.drop_old(now, days=settings.BACKUP_DAYS)
