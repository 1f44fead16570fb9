"""Who watched what, and the files that were made from recordings."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.live.models import Session
from recordings.exportstates import ExportState
from recordings.models.media import Stream


class View(models.Model):
    """One sitting of one person before one recording.

    ``ranges`` are the spans of session ms that were played, as the player told; ``fetched`` those
    whose bytes were handed out, as the server saw. Both are lists of [start, end], merged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="views")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="views"
    )
    page = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ranges = models.JSONField(default=list)
    fetched = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "user", "-last_at"], name="view_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.session_id}"


class ExportKind(models.TextChoices):
    STREAM = "stream", "Satu sumber"
    COMPOSITE = "composite", "Berdampingan"
    CAPSULE = "capsule", "Kapsul"


class Export(models.Model):
    """A file made from a recording, on demand and in the background.

    ``progress`` in percent; ``beat_at`` is the worker's last sign of life; ``problem`` is a code.
    The file is named ``storage_name`` in storage until ``expires_at``; ``owner`` is whose key
    encrypts it, so that erasing a person's media takes the copies too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="exports")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    what = models.CharField(max_length=12, choices=ExportKind)
    stream = models.ForeignKey(
        Stream, on_delete=models.PROTECT, null=True, blank=True, related_name="exports"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in ExportState],
        default=ExportState.QUEUED.value,
        db_index=True,
    )
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    filename = models.CharField(max_length=120, blank=True)
    mime = models.CharField(max_length=80, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="stream_export_names_its_stream",
                condition=models.Q(what="stream", stream__isnull=False)
                | (~models.Q(what="stream") & models.Q(stream__isnull=True)),
            ),
            models.CheckConstraint(
                name="done_export_has_its_file",
                condition=~models.Q(state="done")
                | (~models.Q(storage_name="") & ~models.Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
