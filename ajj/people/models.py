"""People and what they are allowed to be."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField


class Role(models.TextChoices):
    """What a person may be in the LSP; one person can hold several."""

    ASESI = "asesi", _("Asesi")
    ASESOR = "asesor", _("Asesor")
    ADMIN = "admin", _("Admin LSP")
    MANAJER = "manajer", _("Manajer sertifikasi")
    DIREKTUR = "direktur", _("Direktur LSP")
    KOMITE = "komite", _("Komite teknis")
    PENGUSUL = "pengusul", _("Instansi pengusul")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who logs in with ``email``; without a password login is closed."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. ``zone`` is the IANA zone that times are shown in."""

    email = models.EmailField("surel", unique=True)
    name = models.CharField("nama lengkap", max_length=160)
    phone = models.CharField("nomor HP", max_length=24, blank=True)
    zone = models.CharField("zona waktu", max_length=40, default="Asia/Jakarta")
    is_active = models.BooleanField("aktif", default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds any of ``roles`` (read once per instance)."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.role_grants.values_list("role", flat=True))
        return any(role.value in self._roles for role in roles)


class RoleGrant(models.Model):
    """One role held by one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=16, choices=Role)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "role"], name="one_grant_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Gender(models.TextChoices):
    """As FR.APL.01 prints it."""

    MALE = "L", _("Laki-laki")
    FEMALE = "P", _("Perempuan")


class AsesiProfile(models.Model):
    """What FR.APL.01 part 1 asks of a person, kept so that it is typed once.

    The NIK is stored encrypted; ``nik_lookup`` is its HMAC, so that equal numbers can be found
    without being read.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="asesi")
    nik = EncryptedCharField("NIK", max_length=200, null=True, blank=True)
    nik_lookup = models.CharField(max_length=64, blank=True, default="", db_index=True)
    birth_place = models.CharField("tempat lahir", max_length=80, blank=True)
    birth_date = models.DateField("tanggal lahir", null=True, blank=True)
    gender = models.CharField("jenis kelamin", max_length=1, choices=Gender, blank=True)
    nationality = models.CharField("kebangsaan", max_length=40, default="Indonesia")
    address = models.CharField("alamat rumah", max_length=240, blank=True)
    regency = models.CharField("kabupaten/kota", max_length=80, blank=True)
    postal_code = models.CharField("kode pos", max_length=5, blank=True)
    education = models.CharField("pendidikan terakhir", max_length=40, blank=True)
    institution = models.CharField("institusi atau perusahaan", max_length=120, blank=True)
    position = models.CharField("jabatan", max_length=80, blank=True)
    office_address = models.CharField("alamat kantor", max_length=240, blank=True)
    office_postal_code = models.CharField("kode pos kantor", max_length=5, blank=True)
    office_phone = models.CharField("telepon kantor", max_length=24, blank=True)
    office_email = models.EmailField("surel kantor", blank=True)

    def __str__(self) -> str:
        return f"Asesi {self.user}"


class StoredDocument(models.Model):
    """A file a person handed in: where it lies, what it really is, and its SHA-256 (hex)."""

    file = models.CharField(max_length=200)
    filename = models.CharField("nama berkas", max_length=160)
    mime = models.CharField(max_length=60)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.filename


class DocumentKind(models.TextChoices):
    """What kind of personal document a file is."""

    KTP = "ktp", _("KTP atau kartu identitas")
    FOTO = "foto", _("Pas foto")
    IJAZAH = "ijazah", _("Ijazah atau kartu pelajar")
    CV = "cv", _("Curriculum vitae")
    LAIN = "lain", _("Dokumen lain")


class IdentityDocument(StoredDocument):
    """A personal document of ``user``; a newer one of a kind does not erase the older."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField("jenis", max_length=12, choices=DocumentKind)

    class Meta:
        ordering: ClassVar[list[str]] = ["-uploaded_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind", "sha256"], name="one_row_per_document")
        ]


class AsesorProfile(models.Model):
    """An asesor's BNSP registration: ``MET.000.NNNNNN.YYYY``."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="asesor")
    met = models.CharField("nomor MET", max_length=32)
    met_until = models.DateField("MET berlaku sampai", null=True, blank=True)


class KomiteProfile(models.Model):
    """A member of the komite teknis."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="komite")
    met = models.CharField("nomor MET", max_length=32, blank=True)


class ApiToken(models.Model):
    """A bearer token for the HTTP API; only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
