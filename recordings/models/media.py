"""What is kept of the media: streams, their segments, and what is missing.

Moments named ``*_ms`` are session milliseconds. Nothing here is written but by the services.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.live.models import Session


class StreamKind(models.TextChoices):
    CAMERA = "camera", "Kamera"
    SCREEN = "screen", "Layar"
    SECOND_CAMERA = "second_camera", "Kamera kedua"


class Stream(models.Model):
    """One source of one person in one session; a new publication continues it.

    ``spooled_ms`` is the end of what the media node's disk is known to hold beyond storage, kept
    only while storing fails.
    """

    id = models.CharField(primary_key=True, max_length=32)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="streams")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="streams"
    )
    kind = models.CharField(max_length=16, choices=StreamKind)
    started_ms = models.BigIntegerField(null=True, blank=True)
    codecs = models.JSONField(default=list)
    live = models.BooleanField(default=False)
    spooled_ms = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["started_ms", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "owner", "kind"], name="one_stream_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Publication(models.Model):
    """One stay of a stream: from a publish to its end."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="publications")
    started_ms = models.BigIntegerField()
    stopped_ms = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["started_ms", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["stream"],
                condition=models.Q(stopped_ms__isnull=True),
                name="one_open_publication_per_stream",
            )
        ]


class SegmentSource(models.TextChoices):
    LIVE = "live", "Direkam server"
    DEVICE = "device", "Cadangan perangkat"


FIRST_DEVICE_INDEX = 100_000
"""Pieces from a device's backup are counted from here; the media node never comes so far."""


class Segment(models.Model):
    """A self-contained piece of a stream in storage; ``seq`` is its log entry."""

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="segments")
    index = models.PositiveIntegerField()
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=80)
    storage_name = models.CharField(max_length=200, unique=True)
    seq = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=SegmentSource, default=SegmentSource.LIVE.value)

    class Meta:
        ordering: ClassVar[list[str]] = ["stream", "index"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stream", "index"], name="one_segment_per_index"),
            models.CheckConstraint(
                name="segment_ends_later", condition=models.Q(end_ms__gte=models.F("start_ms"))
            ),
        ]


class Gap(models.Model):
    """A span over 500 ms that the stream should hold and does not.

    ``noted`` rows are what the media node said about itself; the others were found between
    segments and stand in the log. ``media`` is ``video`` or ``audio`` when only that is missing.
    """

    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="gaps")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    cause = models.CharField(max_length=48)
    filled_by = models.CharField(max_length=64, blank=True)
    noted = models.BooleanField(default=False)
    media = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["start_ms"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["stream", "start_ms", "noted", "media"], name="one_gap_per_moment"
            ),
            models.CheckConstraint(
                name="gap_ends_later", condition=models.Q(end_ms__gt=models.F("start_ms"))
            ),
        ]


class JournalCursor(models.Model):
    """How far the journal of one boot of a media process has been taken in."""

    boot_id = models.CharField(primary_key=True, max_length=80)
    n = models.BigIntegerField(default=-1)
