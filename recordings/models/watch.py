"""What is wrong with a recording, since when, and until when it was."""

from typing import ClassVar

from django.db import models

from ajj.live.models import Session


class Alarm(models.Model):
    """One thing that is wrong; ``kind`` and ``about`` are those of ``recordings.reconcile``."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="alarms")
    about = models.CharField(max_length=96, blank=True)
    kind = models.CharField(max_length=24)
    detail = models.CharField(max_length=200, blank=True)
    since_ms = models.BigIntegerField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-raised_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "about", "kind"],
                condition=models.Q(cleared_at__isnull=True),
                name="one_open_alarm_per_thing",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["cleared_at", "session"])]
