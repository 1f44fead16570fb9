"""When an asesi meets an asesor, and who was assigned."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ajj.applications.models import Permohonan
from ajj.scheduling.windows import closes_at, opens_at


class Jadwal(models.Model):
    """One session in the calendar. ``sequence`` grows with each change (RFC 5545 SEQUENCE)."""

    class Kind(models.TextChoices):
        PRA_ASESMEN = "pra_asesmen", _("Pra-asesmen")
        ASESMEN = "asesmen", _("Asesmen")

    class Admission(models.TextChoices):
        """How the asesi and an observer come in: let in by the asesor, or at once."""

        BY_ASESOR = "by_asesor", _("Ruang tunggu: asesor mempersilakan masuk")
        ON_ARRIVAL = "on_arrival", _("Langsung masuk saat datang")

    permohonan = models.ForeignKey(Permohonan, on_delete=models.PROTECT, related_name="jadwal")
    kind = models.CharField(max_length=12, choices=Kind)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    tuk = models.CharField(max_length=120, default="Sewaktu, Asesmen Jarak Jauh")
    admission = models.CharField(
        max_length=12, choices=Admission, default=Admission.BY_ASESOR.value
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="jadwal_ends_later"
            ),
            models.UniqueConstraint(
                fields=["permohonan", "kind"],
                condition=models.Q(cancelled_at__isnull=True),
                name="one_standing_jadwal_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.permohonan.nomor}"

    @property
    def opens_at(self) -> datetime:
        """When the room can be entered."""
        return opens_at(self.starts_at)

    @property
    def closes_at(self) -> datetime:
        """When the room closes by itself."""
        return closes_at(self.ends_at)


class Penugasan(models.Model):
    """A person's task in one session; the basis of the surat tugas."""

    class Role(models.TextChoices):
        ASESOR = "asesor", _("Asesor")
        ASESOR_PENDAMPING = "asesor_pendamping", _("Asesor pendamping")
        PENGAMAT = "pengamat", _("Pengamat")

    jadwal = models.ForeignKey(Jadwal, on_delete=models.CASCADE, related_name="penugasan")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="penugasan"
    )
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        ordering: ClassVar[list[str]] = ["jadwal", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jadwal", "user"], name="one_task_per_person"),
            models.UniqueConstraint(
                fields=["jadwal"],
                condition=models.Q(role="asesor"),
                name="one_lead_asesor_per_jadwal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
