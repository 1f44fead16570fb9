"""People with an account, a role and what the role needs."""

import itertools
from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from ajj.people.models import Role, User
from ajj.people.services import create_user

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "kapal-layar-7713"
_numbers = itertools.count(1)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PDF = b"%PDF-1.7\n" + b"isi " * 20


def person(
    *roles: Role,
    name: str = "",
    email: str = "",
    met: str = "",
    password: str | None = None,
    **fields,
) -> User:
    """Without ``password`` login is closed, which spares the test the slow hash."""
    number = next(_numbers)
    if Role.ASESOR in roles and not met:
        met = f"MET.000.{number:06d}.2024"
    return create_user(
        email=email or f"orang{number}@contoh.test",
        name=name or f"Orang Ke {number}",
        password=password,
        roles=roles,
        actor=None,
        now=NOW,
        met=met,
        **fields,
    )


def asesi(**fields) -> User:
    return person(Role.ASESI, **fields)


def asesor(**fields) -> User:
    return person(Role.ASESOR, **fields)


def admin(**fields) -> User:
    return person(Role.ADMIN, **fields)


def png(name: str = "ktp.png", *, salt: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG + salt, content_type="image/png")


def pdf(name: str = "ijazah.pdf", *, salt: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + salt, content_type="application/pdf")
