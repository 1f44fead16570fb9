"""What was sent to whom about which event: the guard against sending twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Delivery(models.Model):
    """One message owed to one person about one event over one channel.

    ``event`` names the fact and its version (``jadwal:12:0``); the unique constraints make a
    repeated event harmless. ``attempts`` is bounded by ``services.MAX_ATTEMPTS``. Somebody without
    an account (a third party) has ``guest_name`` and ``guest_email`` in place of ``user``.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "Surel"

    class State(models.TextChoices):
        PENDING = "pending", "Menunggu"
        SENT = "sent", "Terkirim"
        FAILED = "failed", "Gagal"

    event = models.CharField(max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries", null=True
    )
    guest_name = models.CharField(max_length=160, blank=True)
    guest_email = models.EmailField(blank=True)
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.EMAIL)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["event", "user", "channel"], name="one_delivery_per_event_and_person"
            ),
            models.UniqueConstraint(
                fields=["event", "guest_email", "channel"],
                condition=models.Q(user__isnull=True),
                name="one_delivery_per_event_and_guest",
            ),
            models.CheckConstraint(
                name="delivery_to_user_or_guest",
                condition=models.Q(user__isnull=False, guest_email="")
                | (models.Q(user__isnull=True) & ~models.Q(guest_email="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} -> {self.user or 'guest'} ({self.state})"
