"""What proves a recording: the signed heads of its log, and time stamps on them."""

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


class Anchor(models.Model):
    """An RFC 3161 response that a time-stamping authority gave for a seal.

    ``token`` is the DER response over the SHA-256 of the seal's JWS, ``sha256`` its own; ``entry``
    is the log entry that says so.
    """

    seal = models.OneToOneField(Seal, on_delete=models.PROTECT, related_name="anchor")
    tsa = models.CharField(max_length=200)
    token = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    gen_time = models.CharField(max_length=32)
    entry = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["seal"]
