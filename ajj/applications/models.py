"""A permohonan and its two forms, FR.APL.01 and FR.APL.02."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from ajj.applications.states import State
from ajj.documents.registry import DEFAULT_SET, form_set
from ajj.people.models import IdentityDocument, StoredDocument
from ajj.skema.models import Elemen, Skema


class Tujuan(models.TextChoices):
    """Why the asesi wants to be assessed (FR.APL.01 part 2)."""

    SERTIFIKASI = "sertifikasi", _("Sertifikasi")
    PKT = "pkt", _("Pengakuan Kompetensi Terkini (PKT)")
    RPL = "rpl", _("Rekognisi Pembelajaran Lampau (RPL)")
    LAINNYA = "lainnya", _("Lainnya")


class PermohonanState(models.TextChoices):
    """The states of ``states.State`` as screens name them."""

    DRAFT = State.DRAFT.value, _("Draf")
    SUBMITTED = State.SUBMITTED.value, _("Menunggu verifikasi admin")
    RETURNED = State.RETURNED.value, _("Dikembalikan untuk dilengkapi")
    ACCEPTED = State.ACCEPTED.value, _("Diterima, asesmen mandiri dibuka")
    APL02_SUBMITTED = State.APL02_SUBMITTED.value, _("Menunggu peninjauan asesor")
    APL02_RETURNED = State.APL02_RETURNED.value, _("Asesmen mandiri dikembalikan")
    APL02_VERIFIED = State.APL02_VERIFIED.value, _("Asesmen mandiri terverifikasi")
    REJECTED = State.REJECTED.value, _("Tidak dapat dilanjutkan")


class NomorUrut(models.Model):
    """The last running number given in a year; its row is the lock that keeps numbers unique."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def default_forms() -> list[str]:
    """The forms of the default set, as labels."""
    return form_set(DEFAULT_SET).labels


class Permohonan(models.Model):
    """One asesi asking for one skema. ``nomor`` is ``2026-0457``; a year and a running number.

    ``forms`` are the labels (``FR.AK.01@2023``) of the skema's set on the day it was opened: a new
    edition of the forms changes nothing for who has begun.
    """

    nomor = models.CharField(max_length=16, unique=True)
    asesi = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="permohonan"
    )
    skema = models.ForeignKey(Skema, on_delete=models.PROTECT, related_name="permohonan")
    tujuan = models.CharField(max_length=12, choices=Tujuan, default=Tujuan.SERTIFIKASI)
    tujuan_lain = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=20, choices=PermohonanState, default=PermohonanState.DRAFT, db_index=True
    )
    asesor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="permohonan_ditinjau",
    )
    forms = models.JSONField("formulir yang berlaku", default=default_forms)
    note = models.TextField("catatan terakhir untuk asesi", blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField("diterima atau ditolak", null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in State]),
                name="permohonan_known_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nomor} {self.skema}"

    @property
    def status(self) -> State:
        """The state as the transition table knows it."""
        return State(self.state)


class Apl01(models.Model):
    """FR.APL.01. ``data`` holds the fields of ``apl01.FIELDS``; a draft may be incomplete.

    A signature is a typed name with consent and its time.
    """

    permohonan = models.OneToOneField(Permohonan, on_delete=models.CASCADE, related_name="apl01")
    data = models.JSONField(default=dict)
    nik = EncryptedCharField("NIK", max_length=200, null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=160, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    admin = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    admin_note = models.TextField(blank=True)
    admin_signed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"FR.APL.01 {self.permohonan.nomor}"


class Syarat(models.Model):
    """A row of FR.APL.01 part 3, copied from the skema of that day, with its document."""

    class Bagian(models.TextChoices):
        DASAR = "dasar", _("Bukti persyaratan dasar")
        ADMINISTRATIF = "administratif", _("Bukti administratif")

    class Verdict(models.TextChoices):
        OPEN = "open", _("Belum diperiksa")
        ACCEPTED = "accepted", _("Memenuhi syarat")
        RETURNED = "returned", _("Dikembalikan")

    permohonan = models.ForeignKey(Permohonan, on_delete=models.CASCADE, related_name="syarat")
    bagian = models.CharField(max_length=16, choices=Bagian)
    no = models.PositiveSmallIntegerField()
    teks = models.CharField(max_length=240)
    jenis = models.CharField(max_length=12)
    document = models.ForeignKey(
        IdentityDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="syarat"
    )
    verdict = models.CharField(max_length=12, choices=Verdict, default=Verdict.OPEN)
    reason = models.CharField(max_length=240, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["permohonan", "bagian", "no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["permohonan", "bagian", "no"], name="one_syarat_row"),
            models.CheckConstraint(
                condition=~models.Q(verdict="returned") | ~models.Q(reason=""),
                name="syarat_returned_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.teks


class Portofolio(StoredDocument):
    """A piece of evidence for APL-02; one file may serve many elemen."""

    permohonan = models.ForeignKey(Permohonan, on_delete=models.CASCADE, related_name="portofolio")

    class Meta:
        ordering: ClassVar[list[str]] = ["uploaded_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["permohonan", "sha256"], name="one_portofolio_file")
        ]


class Apl02(models.Model):
    """FR.APL.02, self-assessment. ``dapat_dilanjutkan`` is the asesor's recommendation."""

    permohonan = models.OneToOneField(Permohonan, on_delete=models.CASCADE, related_name="apl02")
    saved_at = models.DateTimeField(null=True, blank=True)
    signed_name = models.CharField(max_length=160, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    asesor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asesor_signed_at = models.DateTimeField(null=True, blank=True)
    dapat_dilanjutkan = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"FR.APL.02 {self.permohonan.nomor}"


class Apl02Row(models.Model):
    """The answer for one elemen: K (I can) or BK (not yet), and what shows it."""

    class Claim(models.TextChoices):
        K = "K", _("Kompeten")
        BK = "BK", _("Belum kompeten")

    apl02 = models.ForeignKey(Apl02, on_delete=models.CASCADE, related_name="rows")
    elemen = models.ForeignKey(Elemen, on_delete=models.PROTECT, related_name="+")
    claim = models.CharField(max_length=2, choices=Claim, blank=True)
    evidence = models.TextField("bukti yang relevan", blank=True)
    portofolio = models.ForeignKey(
        Portofolio, on_delete=models.SET_NULL, null=True, blank=True, related_name="rows"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["apl02", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["apl02", "elemen"], name="one_answer_per_elemen")
        ]

    def __str__(self) -> str:
        return f"{self.elemen}: {self.claim or 'belum dijawab'}"
