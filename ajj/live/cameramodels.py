"""What a second camera leaves in the database: its pairing, wrong tries, and room sweeps."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ajj.live.states import PairingState, SweepResult, UnpairReason


class CameraPairing(models.Model):
    """A phone's way into one session, offered once and used once.

    Only fingerprints of its two codes are kept (``ajj.live.pairing``). From ``paired_ms`` on it is
    a projection of the log; moments are session ms.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("live.Session", on_delete=models.PROTECT, related_name="pairings")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digits = models.CharField(max_length=64)
    secret = models.CharField(max_length=64, unique=True)
    misses = models.PositiveSmallIntegerField(default=0)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.value) for item in PairingState],
        default=PairingState.OFFERED.value,
    )
    device = models.CharField(max_length=60, blank=True)
    paired_ms = models.BigIntegerField(null=True, blank=True)
    ended_ms = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(
        max_length=12, blank=True, choices=[(item.value, item.value) for item in UnpairReason]
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "digits"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="offered"), name="one_camera_offer"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="paired"), name="one_paired_camera"
            ),
            models.CheckConstraint(
                name="pairing_known_state",
                condition=Q(state__in=[item.value for item in PairingState]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.state}"


class PairingMiss(models.Model):
    """Digits that fitted nothing; ``address`` is a fingerprint of where they came from."""

    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["address", "at"])]


class Sweep(models.Model):
    """A room sweep: asked at ``asked_ms``, shown from ``start_ms`` to ``end_ms``, judged."""

    session = models.ForeignKey("live.Session", on_delete=models.CASCADE, related_name="sweeps")
    seq = models.PositiveIntegerField()
    asked_ms = models.BigIntegerField()
    actor = models.CharField(max_length=40)
    start_ms = models.BigIntegerField(null=True, blank=True)
    end_ms = models.BigIntegerField(null=True, blank=True)
    result = models.CharField(
        max_length=16, blank=True, choices=[(item.value, item.value) for item in SweepResult]
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "seq"], name="one_sweep_per_entry"),
            models.CheckConstraint(
                name="sweep_span_whole",
                condition=Q(start_ms__isnull=True, end_ms__isnull=True)
                | Q(start_ms__isnull=False, end_ms__gte=models.F("start_ms")),
            ),
        ]
