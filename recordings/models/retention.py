"""What must not be destroyed yet, and what was destroyed: holds, and destructions by two people."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ajj.documents.models import Document
from ajj.live.models import Session
from recordings.disposalstates import DisposalState


class LegalHold(models.Model):
    """A hold on everything of a session, from ``placed_at`` until somebody lifts it."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="legal_holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-placed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="lifted_hold_says_by_whom_and_why",
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (
                    models.Q(lifted_at__isnull=False, lifted_by__isnull=False)
                    & ~models.Q(lift_reason="")
                ),
            )
        ]


class DisposalScope(models.TextChoices):
    """What a destruction takes: all media of sessions, or one person's of one session."""

    SESSION = "session", _("Seluruh sesi")
    PERSON = "person", _("Satu orang")


class Disposal(models.Model):
    """One destruction, from its proposal to its minutes (``number``, ``document``).

    ``early``: asked for by a person before the term ended. ``purged_at``: when the last object was
    gone from storage, after the keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in DisposalState],
        default=DisposalState.DIUSULKAN.value,
        db_index=True,
    )
    scope = models.CharField(max_length=8, choices=DisposalScope)
    reason = models.TextField()
    early = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.TextField(blank=True)
    number = models.CharField("nomor BA", max_length=60, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    carried_out_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="two_people_destroy",
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="decided_disposal_says_by_whom",
                condition=models.Q(state="diusulkan")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="carried_out_disposal_has_minutes",
                condition=~models.Q(state="dilaksanakan")
                | (
                    models.Q(document__isnull=False, carried_out_at__isnull=False)
                    & ~models.Q(number="")
                ),
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="one_disposal_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.state} {self.pk}"


class DisposalItem(models.Model):
    """One session in a destruction; ``owner`` when only that person's media goes.

    ``streams``, ``segments``, ``evidence`` count and ``bytes`` measure what was there (plaintext
    bytes), for the minutes.
    """

    disposal = models.ForeignKey(Disposal, on_delete=models.CASCADE, related_name="items")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="disposal_items")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=24, blank=True)
    segments = models.PositiveIntegerField(default=0)
    evidence = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["disposal", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["disposal", "session", "owner"], name="one_item_per_session_and_person"
            ),
            models.UniqueConstraint(
                fields=["disposal", "session"],
                condition=models.Q(owner__isnull=True),
                name="one_item_per_whole_session",
            ),
        ]
