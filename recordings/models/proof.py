"""What proves a recording: the signed heads of its log."""

from typing import ClassVar

from django.db import models

from ajj.live.models import Session


class Seal(models.Model):
    """A signed head of a session's log (compact JWS, EdDSA)."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="seals")
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    kid = models.CharField(max_length=64)
    jws = models.TextField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["session", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_seal_per_head")
        ]
