"""Issued prints and the running numbers they carry."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.urls import reverse


class Document(models.Model):
    """One print that was issued: never changed, only superseded by another.

    ``subject`` is ``owner:key``; the owner's access rule decides who may open it. ``sha256`` is
    taken over the stored bytes and enters the log of the owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(max_length=24)
    version = models.CharField(max_length=12)
    subject = models.CharField(max_length=120, db_index=True)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    storage_name = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]

    def __str__(self) -> str:
        return f"{self.code}@{self.version} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("documents:download", args=[self.pk])


class NumberSequence(models.Model):
    """The last number given under ``key`` in ``year``; only ``services.next_number`` writes it."""

    key = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "year"], name="one_sequence_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}: {self.last}"
