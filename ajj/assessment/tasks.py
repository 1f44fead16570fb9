"""Printing many forms: load and delegate."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django_tasks import task

from ajj.assessment.services import batches


@task(queue_name="exports")
def make_forms(batch_id: str) -> None:
    """Print one batch, in the queue of what takes long."""
    batches.run_batch(UUID(batch_id), clock=timezone.now)


def catch_up(now: datetime) -> int:
    """Begin again what a dead worker left; how many. By the jobs process."""
    left = batches.upkeep(now)
    for pk in left:
        make_forms.enqueue(str(pk))
    return len(left)
