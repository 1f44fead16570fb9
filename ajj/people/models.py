"""People and what they are allowed to be."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Role(models.TextChoices):
    """What a person may be in the LSP; one person can hold several."""

    ASESI = "asesi", "Asesi"
    ASESOR = "asesor", "Asesor"
    ADMIN = "admin", "Admin LSP"
    MANAJER = "manajer", "Manajer sertifikasi"
    DIREKTUR = "direktur", "Direktur LSP"
    KOMITE = "komite", "Komite teknis"
    PENGUSUL = "pengusul", "Instansi pengusul"


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


class AsesiProfile(models.Model):
    """What an LSP keeps of an asesi beyond the account."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="asesi")


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
