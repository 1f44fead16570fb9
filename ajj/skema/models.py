"""Certification schemes and the standards they package (domain of SKKNI)."""

from datetime import date, datetime
from itertools import combinations
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from ajj.documents.registry import DEFAULT_SET
from ajj.skema.states import MukState
from ajj.skema.tugas import PRACTICE, PROJECT


class Standar(models.Model):
    """A published work standard: SKKNI, SKKK or an international one."""

    jenis = models.CharField(max_length=8)
    nomor = models.CharField(max_length=24)
    tahun = models.PositiveSmallIntegerField()
    judul = models.CharField(max_length=400)

    class Meta:
        ordering: ClassVar[list[str]] = ["jenis", "tahun", "nomor"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["jenis", "nomor", "tahun"], name="one_standar")
        ]

    def __str__(self) -> str:
        return f"{self.jenis} {self.nomor} Tahun {self.tahun}"


class UnitKompetensi(models.Model):
    """A unit of a standard; ``kode`` is free text up to 40 characters (old styles exist)."""

    standar = models.ForeignKey(Standar, on_delete=models.PROTECT, related_name="units")
    kode = models.CharField(max_length=40, unique=True)
    judul = models.CharField(max_length=240)
    judul_en = models.CharField(max_length=240, blank=True)
    lengkap = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["kode"]

    def __str__(self) -> str:
        return f"{self.kode} {self.judul}"


class Elemen(models.Model):
    """An element of a unit; APL-02 is answered per element."""

    unit = models.ForeignKey(UnitKompetensi, on_delete=models.CASCADE, related_name="elemen")
    no = models.PositiveSmallIntegerField()
    judul = models.CharField(max_length=400)

    class Meta:
        ordering: ClassVar[list[str]] = ["unit", "no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "no"], name="one_elemen_per_no")
        ]

    def __str__(self) -> str:
        return f"{self.no}. {self.judul}"


class Kuk(models.Model):
    """A performance criterion, numbered ``1.1`` within its unit. ``urutan`` orders 1.9 < 1.10."""

    elemen = models.ForeignKey(Elemen, on_delete=models.CASCADE, related_name="kuk")
    no = models.CharField(max_length=8)
    urutan = models.PositiveSmallIntegerField()
    teks = models.TextField()
    contoh = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["elemen", "urutan"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["elemen", "no"], name="one_kuk_per_no")
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.teks}"


class Skema(models.Model):
    """A scheme people apply for.

    ``biaya`` in rupiah; ``masa_berlaku_tahun`` is the life of its certificate. ``contoh`` lists the
    fields that no source confirmed: screens mark them as examples. ``form_set`` names the forms
    that new applications keep (``documents.registry.form_set``). ``kbli``, ``kbji``, ``jenjang``
    and ``kode_bidang`` go into the numbers of its certificates.
    """

    class Jenis(models.TextChoices):
        KKNI = "KKNI", "KKNI"
        OKUPASI = "Okupasi", "Okupasi"
        KLASTER = "Klaster", "Klaster"

    kunci = models.SlugField("kunci berkas data", max_length=80, unique=True)
    nomor = models.CharField(max_length=60, blank=True)
    judul = models.CharField(max_length=200)
    judul_en = models.CharField(max_length=200, blank=True)
    jenis = models.CharField(max_length=12, choices=Jenis)
    jenjang = models.PositiveSmallIntegerField(null=True, blank=True)
    standar = models.ForeignKey(Standar, on_delete=models.PROTECT, related_name="skema")
    masa_berlaku_tahun = models.PositiveSmallIntegerField(default=3)
    biaya = models.PositiveIntegerField(null=True, blank=True)
    bidang = models.CharField(max_length=120, blank=True)
    bidang_en = models.CharField(max_length=120, blank=True)
    kode_bidang = models.CharField(max_length=8, blank=True)
    kbli = models.CharField(max_length=5, blank=True)
    kbji = models.CharField(max_length=4, blank=True)
    lengkap = models.BooleanField(default=True)
    contoh = models.JSONField(default=list, blank=True)
    catatan = models.JSONField(default=list, blank=True)
    sumber = models.JSONField(default=list, blank=True)
    ringkasan = models.TextField(blank=True)
    form_set = models.CharField("perangkat formulir", max_length=24, default=DEFAULT_SET)
    units = models.ManyToManyField(UnitKompetensi, through="SkemaUnit", related_name="skema")

    class Meta:
        ordering: ClassVar[list[str]] = ["judul"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(masa_berlaku_tahun__gte=1), name="skema_validity_positive"
            )
        ]

    def __str__(self) -> str:
        return self.judul

    def ajj_on(self, day: date) -> "SkemaAJJApproval | None":
        """The BNSP letter that allows remote assessment on ``day``, if there is one."""
        letters = [letter for letter in self.approvals.all() if letter.covers(day)]
        return max(letters, key=lambda letter: letter.tanggal) if letters else None


class SkemaUnit(models.Model):
    """A unit's place in a scheme; ``kelompok`` is the kelompok pekerjaan of MUK 2023."""

    skema = models.ForeignKey(Skema, on_delete=models.CASCADE, related_name="skema_units")
    unit = models.ForeignKey(UnitKompetensi, on_delete=models.PROTECT, related_name="skema_units")
    order = models.PositiveSmallIntegerField()
    kelompok = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["skema", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["skema", "unit"], name="unit_once_per_skema"),
            models.UniqueConstraint(fields=["skema", "order"], name="order_once_per_skema"),
        ]

    def __str__(self) -> str:
        return f"{self.skema}: {self.unit}"


class PersyaratanDasar(models.Model):
    """One row of FR.APL.01 part 3.1."""

    skema = models.ForeignKey(Skema, on_delete=models.CASCADE, related_name="persyaratan_dasar")
    no = models.PositiveSmallIntegerField()
    teks = models.CharField(max_length=240)

    class Meta:
        ordering: ClassVar[list[str]] = ["skema", "no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["skema", "no"], name="one_persyaratan_per_no")
        ]

    def __str__(self) -> str:
        return self.teks


class BuktiAdministratif(models.Model):
    """One row of FR.APL.01 part 3.2; ``jenis`` is the kind of personal document that meets it."""

    skema = models.ForeignKey(Skema, on_delete=models.CASCADE, related_name="bukti_administratif")
    no = models.PositiveSmallIntegerField()
    teks = models.CharField(max_length=240)
    jenis = models.CharField(max_length=12)

    class Meta:
        ordering: ClassVar[list[str]] = ["skema", "no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["skema", "no"], name="one_bukti_per_no")
        ]

    def __str__(self) -> str:
        return self.teks


class SkemaAJJApproval(models.Model):
    """BNSP's letter that allows this scheme to be assessed remotely (SE.007/2023)."""

    skema = models.ForeignKey(Skema, on_delete=models.CASCADE, related_name="approvals")
    nomor_surat = models.CharField("nomor surat", max_length=80)
    tanggal = models.DateField()
    berlaku_sampai = models.DateField(null=True, blank=True)
    contoh = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-tanggal"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["skema", "nomor_surat"], name="one_approval_letter")
        ]

    def __str__(self) -> str:
        return self.nomor_surat

    def covers(self, day: date) -> bool:
        """Whether the letter is in force on ``day``."""
        return self.tanggal <= day and (self.berlaku_sampai is None or day <= self.berlaku_sampai)


SIGNERS = ("penyusun", "penyusun2", "validator", "validator2")
"""The lines of footer PV, in its order. Nobody stands on two of them."""
OTHERS = [pair for pair in combinations(SIGNERS, 2) if pair != ("penyusun", "validator")]


def _others(one: str, two: str) -> models.CheckConstraint:
    """Two lines of footer PV are two people: a validator is no penyusun of the same MUK."""
    return models.CheckConstraint(
        name=f"muk_{one}_not_{two}",
        condition=models.Q(**{f"{one}__isnull": True})
        | models.Q(**{f"{two}__isnull": True})
        | ~models.Q(**{one: models.F(two)}),
    )


class Muk(models.Model):
    """One instrument of a skema in one version: an ordered list of items (FR.IA.02 to 07).

    Items change in ``draft`` alone. ``minutes`` is the time of a written test, of tasks the sum of
    theirs, empty for what is asked aloud. ``shuffled``: every asesi gets the items (and choices) in
    an order of their own.
    """

    class Jenis(models.TextChoices):
        TUGAS_PRAKTIK = PRACTICE, "FR.IA.02 Tugas praktik demonstrasi"
        PENDUKUNG_OBSERVASI = "pendukung_observasi", "FR.IA.03 Pertanyaan mendukung observasi"
        TERSTRUKTUR = PROJECT, "FR.IA.04A Daftar instruksi terstruktur"
        PILIHAN_GANDA = "pilihan_ganda", "FR.IA.05 Pilihan ganda"
        ESAI = "esai", "FR.IA.06 Esai"
        LISAN = "lisan", "FR.IA.07 Lisan"

    WRITTEN = (Jenis.PILIHAN_GANDA, Jenis.ESAI)
    TASKS = (Jenis.TUGAS_PRAKTIK, Jenis.TERSTRUKTUR)
    TIMED = (*WRITTEN, *TASKS)

    skema = models.ForeignKey(Skema, on_delete=models.PROTECT, related_name="muk")
    jenis = models.CharField(max_length=24, choices=Jenis)
    version = models.PositiveSmallIntegerField(default=1)
    judul = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    shuffled = models.BooleanField(default=True)
    state = models.CharField(
        max_length=12,
        choices=[(state.value, state.value) for state in MukState],
        default=MukState.DRAFT.value,
    )
    created_at = models.DateTimeField()
    penyusun = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    penyusun_signed_at = models.DateTimeField(null=True)
    validator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    validator_signed_at = models.DateTimeField(null=True)
    penyusun2 = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    penyusun2_signed_at = models.DateTimeField(null=True)
    validator2 = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    validator2_signed_at = models.DateTimeField(null=True)
    catatan = models.TextField(blank=True)
    contoh = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["skema", "jenis", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["skema", "jenis", "version"], name="one_muk_version"),
            models.CheckConstraint(
                name="muk_known_state",
                condition=models.Q(state__in=[state.value for state in MukState]),
            ),
            models.CheckConstraint(
                name="muk_two_signers",
                condition=models.Q(validator__isnull=True)
                | ~models.Q(validator=models.F("penyusun")),
            ),
            *(_others(*pair) for pair in OTHERS),
        ]

    def __str__(self) -> str:
        return f"{self.judul} v{self.version}"

    @property
    def signers(self) -> list[tuple[str, Any, datetime]]:
        """Who signed: ``penyusun`` or ``validator``, the person, and when; as footer PV has it."""
        rows = ((name, getattr(self, name), getattr(self, f"{name}_signed_at")) for name in SIGNERS)
        return [(name.rstrip("2"), user, at) for name, user, at in rows if user is not None]

    @property
    def written(self) -> bool:
        """Taken as a timed test by the asesi."""
        return self.jenis in self.WRITTEN

    @property
    def task(self) -> bool:
        """A task that the asesi does: its brief is read beforehand, results are handed in."""
        return self.jenis in self.TASKS

    @property
    def timed(self) -> bool:
        """The asesi works on it against a clock; the others are asked aloud by the asesor."""
        return self.jenis in self.TIMED


class Butir(models.Model):
    """One item of a MUK, tied to a unit, its KUK and the dimensions of competence.

    ``pilihan`` are the choices in order, ``a`` first; ``kunci`` is the letter of the right one, or
    the answer to expect where nothing is chosen. ``dimensi`` holds keys of ``rules.DIMENSI``.
    ``tugas`` is what a task says beyond its scenario (``ajj.skema.tugas.Tugas``); a task's KUK may
    lie in several units, ``unit`` is the first of them.
    """

    muk = models.ForeignKey(Muk, on_delete=models.CASCADE, related_name="butir")
    no = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(UnitKompetensi, on_delete=models.PROTECT, related_name="+")
    kuk = models.ManyToManyField(Kuk, related_name="butir")
    dimensi = models.JSONField(default=list)
    pertanyaan = models.TextField()
    pilihan = models.JSONField(default=list)
    kunci = models.TextField(blank=True)
    tugas = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["muk", "no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["muk", "no"], name="one_butir_per_no")
        ]

    def __str__(self) -> str:
        return f"{self.no}. {self.pertanyaan[:60]}"

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """The choices with their letters, ``a`` first."""
        return list(zip("abcde", self.pilihan, strict=False))
