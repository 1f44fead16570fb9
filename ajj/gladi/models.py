"""A gladi: one rehearsal of one person for one session, on the device and line of that moment."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.gladi.verdicts import Verdict
from ajj.live.models import Session


class Gladi(models.Model):
    """What was measured (``measured.Measured`` as JSON) and the verdict that was given on it.

    ``run`` is the page's own id of the rehearsal: sending its report again changes nothing.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="gladi")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gladi"
    )
    run = models.UUIDField()
    role = models.CharField(max_length=24)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Verdict])
    measured = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "user", "-at"], name="gladi_latest")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "user", "run"], name="one_gladi_per_run")
        ]

    def __str__(self) -> str:
        return f"gladi {self.user_id} {self.verdict}"
