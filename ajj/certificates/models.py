"""Certificates. What is printed is copied here, so that it never changes with its sources."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from ajj.certificates.states import CertificateState
from ajj.committee.models import Case
from ajj.documents.models import Document
from ajj.skema.models import Skema

AWAITING_BLANKO = "Menunggu nomor blanko BNSP"


class Sertifikat(models.Model):
    """One certificate. ``code`` is unguessable: the QR code and the public address carry it.

    ``contoh`` names the parts of the numbers that came from defaults because the scheme lacks them.
    """

    code = models.CharField(max_length=32, unique=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="sertifikat")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sertifikat"
    )
    holder_name = models.CharField(max_length=160)
    skema = models.ForeignKey(Skema, on_delete=models.PROTECT, related_name="sertifikat")
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in CertificateState],
        default=CertificateState.DRAFT,
        db_index=True,
    )
    number = models.CharField("nomor sertifikat", max_length=60, unique=True)
    registration = models.CharField("nomor registrasi", max_length=60, unique=True)
    blanko = models.CharField("nomor blanko", max_length=20, unique=True, null=True, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField()
    contoh = models.JSONField(default=list)
    state_reason = models.CharField(max_length=240, blank=True)
    state_since = models.DateTimeField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_on", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("issued_on")),
                name="certificate_ends_later",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="issued") | models.Q(document__isnull=False),
                name="issued_certificate_has_document",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("suspended", "withdrawn"))
                | ~models.Q(state_reason=""),
                name="stopped_certificate_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def blanko_text(self) -> str:
        """The number of the BNSP form, or that it is awaited."""
        return self.blanko or AWAITING_BLANKO
