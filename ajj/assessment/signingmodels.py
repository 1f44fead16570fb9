"""Forms as they lie for signing, the signatures on them, and the chain that both stand in."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from ajj.assessment.states import PRINTED, STANDING, ManuscriptState
from ajj.documents.models import Document

SIGNED = sorted(state.value for state in PRINTED)


class Manuscript(models.Model):
    """One text of one form of one permohonan, to be signed; another text is another row.

    ``document`` is the PDF that everybody reads and signs; ``text`` the digest of ``drawn``, which
    is what the layout drew; ``printed`` the same with the signatures on it. ``code`` leads to the
    page of the QR. ``session`` and ``logged_seq`` once a session's log names the print.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=16, unique=True)
    permohonan = models.ForeignKey(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="manuscripts"
    )
    label = models.CharField(max_length=60)
    text = models.CharField(max_length=64)
    drawn = models.JSONField()
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")
    printed = models.OneToOneField(Document, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in ManuscriptState],
        default=ManuscriptState.OPEN.value,
    )
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    session = models.ForeignKey(
        "live.Session", null=True, on_delete=models.PROTECT, related_name="+"
    )
    logged_seq = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["prepared_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_standing_manuscript",
                fields=["permohonan", "label"],
                condition=Q(state__in=sorted(state.value for state in STANDING)),
            ),
            models.CheckConstraint(
                name="manuscript_known_state",
                condition=Q(state__in=[state.value for state in ManuscriptState]),
            ),
            models.CheckConstraint(
                name="manuscript_issued_is_printed",
                condition=Q(state__in=SIGNED, printed__isnull=False)
                | (~Q(state__in=SIGNED) & Q(printed__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.permohonan_id} {self.state}"


class Signature(models.Model):
    """One person's signature under one manuscript; never changed.

    ``place`` is the line (``documents.signing.Place.key``), ``sha256`` that of the PDF that was
    read, ``drawn`` strokes or empty, ``seq`` the entry of the permohonan's chain.
    """

    manuscript = models.ForeignKey(Manuscript, on_delete=models.PROTECT, related_name="signatures")
    place = models.CharField(max_length=60)
    role = models.CharField(max_length=80)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    met = models.CharField(max_length=32, blank=True)
    signed_at = models.DateTimeField()
    method = models.CharField(max_length=12)
    intent = models.TextField()
    sha256 = models.CharField(max_length=64)
    drawn = models.TextField(blank=True)
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["manuscript", "place"], name="one_signature_per_line"),
            models.UniqueConstraint(
                fields=["manuscript", "signer"], name="one_signature_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


class SignatureEntry(models.Model):
    """The signatures of one permohonan as a hash chain (``kernel.chain``), from before its first
    session on. ``at_ms`` counts from 1970; ``actor`` is a person's pk or ``system``.
    """

    permohonan = models.ForeignKey(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="signature_entries"
    )
    seq = models.PositiveIntegerField()
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    actor = models.CharField(max_length=24)
    data = models.JSONField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["permohonan", "seq"], name="one_signature_entry_per_seq"
            )
        ]

    def __str__(self) -> str:
        return f"{self.permohonan_id} {self.seq} {self.kind}"
