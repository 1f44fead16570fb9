"""Background tasks: load and delegate."""

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from ajj.notifications import services


@task()
def send(delivery_id: int) -> None:
    """Try to deliver; on failure come back later, a bounded number of times."""
    now = timezone.now()
    delay = services.attempt(delivery_id, now=now)
    if delay is not None:
        send.using(run_after=now + delay).enqueue(delivery_id)


@transaction.atomic
def catch_up() -> int:
    """Enqueue what a crash left out and what time has made due; how many. By the jobs process."""
    now = timezone.now()
    fresh = [
        *services.unsent_schedules(now=now),
        *services.unsent_receipts(now=now),
        *services.due_reminders(now=now),
    ]
    for delivery in fresh:
        send.enqueue(delivery.pk)
    return len(fresh)
