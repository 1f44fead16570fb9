"""The komite teknis: its tim, the berkas it reviews, its pleno and the decision letter."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ajj.committee.states import CaseState, PlenoState
from ajj.documents.models import Document
from ajj.live.models import Session


class Jabatan(models.TextChoices):
    KETUA = "ketua", _("Ketua")
    ANGGOTA = "anggota", _("Anggota")


class Result(models.TextChoices):
    """What a member finds, and what a pleno finds of all of them."""

    K = "K", _("Kompeten")
    BK = "BK", _("Belum kompeten")
    KLARIFIKASI = "KL", _("Perlu klarifikasi")


class Tim(models.Model):
    """An appointed tim teknis: an odd number of members, at least three, one of them ketua."""

    sk_nomor = models.CharField("nomor SK tim teknis", max_length=60, unique=True)
    tanggal = models.DateField()
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-tanggal", "-pk"]

    def __str__(self) -> str:
        return self.sk_nomor


class TimAnggota(models.Model):
    """A seat in a tim."""

    tim = models.ForeignKey(Tim, on_delete=models.CASCADE, related_name="anggota")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tim_teknis"
    )
    jabatan = models.CharField(max_length=8, choices=Jabatan)

    class Meta:
        ordering: ClassVar[list[str]] = ["tim", "-jabatan", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tim", "user"], name="one_seat_per_person"),
            models.UniqueConstraint(
                fields=["tim"], condition=models.Q(jabatan="ketua"), name="one_ketua_per_tim"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_jabatan_display()})"


class Pleno(models.Model):
    """One held sitting with its berita acara; the SK is signed on it.

    ``hadir`` are the keys of the members who were present.
    """

    tim = models.ForeignKey(Tim, on_delete=models.PROTECT, related_name="pleno")
    nomor = models.CharField(max_length=60, unique=True)
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in PlenoState], default=PlenoState.CLOSED
    )
    daring = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    hadir = models.JSONField(default=list)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField()
    berita_acara = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sk_nomor = models.CharField(max_length=60, blank=True)
    sk = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-closed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="signed_pleno_has_sk",
                condition=models.Q(state="closed")
                | (models.Q(signed_at__isnull=False) & ~models.Q(sk_nomor="")),
            ),
            models.UniqueConstraint(
                fields=["sk_nomor"], condition=~models.Q(sk_nomor=""), name="one_sk_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.nomor


class Case(models.Model):
    """A berkas: one recommended assessment before the komite."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="case")
    asesi = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="berkas"
    )
    state = models.CharField(
        max_length=16,
        choices=[(s.value, s.value) for s in CaseState],
        default=CaseState.WAITING,
        db_index=True,
    )
    recommendation = models.CharField(max_length=2, choices=[("K", "K"), ("BK", "BK")])
    recommendation_note = models.TextField(blank=True)
    recommended_at = models.DateTimeField()
    tim = models.ForeignKey(Tim, on_delete=models.PROTECT, null=True, related_name="cases")
    pleno = models.ForeignKey(Pleno, on_delete=models.PROTECT, null=True, related_name="cases")
    result = models.CharField(max_length=2, choices=Result, blank=True)
    unanimous = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["recommended_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="decided_case_has_result",
                condition=~models.Q(state__in=["decided", "signed"])
                | (models.Q(result__in=["K", "BK"]) & models.Q(pleno__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"Berkas {self.pk} {self.asesi}"


class Part(models.TextChoices):
    """What somebody is in a berkas."""

    ASESI = "asesi", _("Asesi")
    ASESSING = "asesor", _("Asesor")
    PRESENT = "pengamat", _("Pengamat")
    KETUA = "ketua", _("Ketua")
    ANGGOTA = "anggota", _("Anggota")


class CasePart(models.Model):
    """A person's one part in a berkas.

    Whoever assessed stands here from the start, so the unique pair of berkas and person keeps an
    asesor out of the komite of the same berkas in the database itself. ``watched`` are spans of
    session ms.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_parts"
    )
    part = models.CharField(max_length=8, choices=Part)
    watched = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["case", "-part", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "user"], name="one_part_per_person"),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(part="ketua"), name="one_ketua_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.part}"


class Vote(models.Model):
    """A member's finding; hidden from the others until they have cast theirs."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="votes"
    )
    value = models.CharField(max_length=2, choices=Result)
    reason = models.TextField()
    no_conflict = models.BooleanField()
    cast_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["case", "cast_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "user"], name="one_vote_per_member"),
            models.CheckConstraint(
                condition=models.Q(no_conflict=True) & ~models.Q(reason=""),
                name="vote_declared_and_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.value}"


class Comment(models.Model):
    """A remark at a second of the recording; only for the komite."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="comments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at_ms = models.PositiveBigIntegerField()
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at_ms", "pk"]

    def __str__(self) -> str:
        return f"{self.at_ms}: {self.text[:40]}"
