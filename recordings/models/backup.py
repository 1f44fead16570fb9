"""What a device recorded of itself and handed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.live.incoming import Incoming
from ajj.live.models import Session
from recordings.backupstates import BackupState
from recordings.models.media import Stream


class BackupSlice(Incoming):
    """One self-contained file of a device's recorder, about ten seconds long.

    ``slice`` and ``run`` are the device's names of the file and of the life of the page that made
    it. ``start_ms`` and ``end_ms`` are the device's own estimate on the session clock, right within
    ``clock_error_ms``; ``wall_ms`` is its wall clock at the start (epoch ms). ``shift_ms`` is what
    has to be added to the estimate, ``aligned_by`` who says so: the sound or the clock. ``reason``
    says why it is useless or refused. ``storage_name`` is empty once the bytes are gone. Once all
    bytes are there, ``changed_at`` is when they came and ``expires_at`` when to look at it again.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="backup_slices")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="backup_slices")
    slice = models.CharField(max_length=64)
    run = models.CharField(max_length=64, blank=True)
    filetype = models.CharField(max_length=80)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    clock_error_ms = models.PositiveIntegerField()
    wall_ms = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.value) for item in BackupState],
        default=BackupState.RECEIVING.value,
    )
    reason = models.CharField(max_length=48, blank=True)
    shift_ms = models.IntegerField(null=True)
    aligned_by = models.CharField(max_length=8, blank=True)
    storage_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["start_ms", "slice"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "expires_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "owner", "slice"], name="one_backup_per_slice"
            ),
            models.CheckConstraint(
                name="backup_offset_within", condition=models.Q(offset__lte=models.F("length"))
            ),
            models.CheckConstraint(
                name="backup_ends_later", condition=models.Q(end_ms__gt=models.F("start_ms"))
            ),
            models.CheckConstraint(
                name="backup_known_state",
                condition=models.Q(state__in=[item.value for item in BackupState]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slice} {self.state}"
