"""Third parties who were asked to verify (FR.IA.10), and every answer that they signed."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from ajj.assessment import guestlink
from ajj.assessment.states import PihakState


class PihakStatus(models.TextChoices):
    """The states of ``states.PihakState`` as screens name them."""

    INVITED = PihakState.INVITED.value, _("Diundang")
    OPENED = PihakState.OPENED.value, _("Sedang mengisi")
    SUBMITTED = PihakState.SUBMITTED.value, _("Jawaban menunggu asesor")
    RETURNED = PihakState.RETURNED.value, _("Ditanya lagi")
    ACCEPTED = PihakState.ACCEPTED.value, _("Diterima asesor")
    REVOKED = PihakState.REVOKED.value, _("Undangan dicabut")
    EXPIRED = PihakState.EXPIRED.value, _("Tautan lewat waktu")


class PihakKetiga(models.Model):
    """One person who answers by a link. ``label`` is the version of FR.IA.10 that they get.

    ``token_hash`` is all that stays of the link; ``outgoing`` holds its token, encrypted with the
    site's key, only while an e-mail with it waits to be sent. ``link_no`` counts the links.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    permohonan = models.ForeignKey(
        "applications.Permohonan", on_delete=models.PROTECT, related_name="pihak_ketiga"
    )
    label = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    position = models.CharField(max_length=160, blank=True)
    workplace = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=12, choices=PihakStatus)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    link_no = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    outgoing = EncryptedCharField(max_length=300, null=True)
    consent_version = models.CharField(max_length=24, blank=True)
    consent_text = models.TextField(blank=True)
    consent_at = models.DateTimeField(null=True)
    draft = models.JSONField(default=dict)
    draft_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["invited_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "expires_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="pihak_known_state",
                condition=models.Q(state__in=[state.value for state in PihakState]),
            ),
            models.CheckConstraint(
                name="pihak_answers_with_consent",
                condition=~models.Q(
                    state__in=[PihakState.SUBMITTED.value, PihakState.ACCEPTED.value]
                )
                | models.Q(consent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.pk}"

    @property
    def status(self) -> PihakState:
        """The state as the transition table knows it."""
        return PihakState(self.state)

    def works(self, now: datetime) -> bool:
        """Whether its link opens at ``now``."""
        return guestlink.works(self.status, self.expires_at, now)

    @property
    def last(self) -> "PihakAnswer | None":
        """The newest answer that was signed."""
        rows = list(self.answers.all())
        return rows[-1] if rows else None


class PihakAnswer(models.Model):
    """What a third party signed, never changed again; ``isi`` as the print reads it.

    ``sha256`` is over form, permohonan and answers (``guestlink.content_digest``); ``seq`` names
    its entry in the permohonan's chain of signatures. ``question`` is why the asesor returned it.
    """

    class Verdict(models.TextChoices):
        OPEN = "", _("Belum ditinjau")
        ACCEPTED = "accepted", _("Diterima")
        RETURNED = "returned", _("Ditanya lagi")

    pihak = models.ForeignKey(PihakKetiga, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    isi = models.JSONField()
    name = models.CharField(max_length=160)
    intent = models.TextField()
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    seq = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12, blank=True, choices=Verdict, default=Verdict.OPEN)
    question = models.TextField(blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="one_pihak_answer", fields=["pihak", "number"]),
            models.CheckConstraint(
                name="pihak_answer_judged_by_somebody",
                condition=models.Q(verdict="", judged_at__isnull=True)
                | (~models.Q(verdict="") & models.Q(judged_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pihak} {self.number}"
