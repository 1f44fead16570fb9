"""Commands about people and their papers."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ajj.audit.services import record
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Invalid
from ajj.people import documents, rules
from ajj.people.events import AkunDibuat
from ajj.people.models import (
    ApiToken,
    AsesiProfile,
    AsesorProfile,
    DocumentKind,
    IdentityDocument,
    KomiteProfile,
    Role,
    RoleGrant,
    User,
)

PROFILE_FIELDS = (
    "birth_place",
    "birth_date",
    "gender",
    "nationality",
    "address",
    "regency",
    "postal_code",
    "education",
    "institution",
    "position",
    "office_address",
    "office_postal_code",
    "office_phone",
    "office_email",
)


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role],
    actor: User | None,
    now: datetime,
    phone: str = "",
    zone: str = "Asia/Jakarta",
    met: str = "",
    met_until: date | None = None,
    is_demo: bool = False,
) -> User:
    """A person with ``roles``; asesor and komite get a profile with ``met``.

    Raises ``Conflict`` (``email_taken``).
    """
    if User.objects.filter(email__iexact=email).exists():
        raise _taken()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=name, phone=phone, zone=zone, is_demo=is_demo
            )
    except IntegrityError as error:
        raise _taken() from error
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
        if role is Role.ASESI:
            AsesiProfile.objects.create(user=user)
        elif role is Role.ASESOR:
            AsesorProfile.objects.create(user=user, met=met, met_until=met_until)
        elif role is Role.KOMITE:
            KomiteProfile.objects.create(user=user, met=met)
    record(actor, "people.create", user, {"roles": sorted(roles)}, now=now)
    return user


def _taken() -> Conflict:
    message = _("Surel ini sudah terdaftar. Masuk, atau pakai surel lain.")
    return Conflict(message, code="email_taken", fields={"email": message})


@transaction.atomic
def register_asesi(
    *, email: str, name: str, password: str, phone: str, zone: str, now: datetime
) -> User:
    """An asesi registers by themselves; a welcome message follows (``AkunDibuat``).

    Raises ``Invalid`` for a weak password and ``Conflict`` for a known e-mail address.
    """
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        message = " ".join(error.messages)
        raise Invalid(message, code="weak_password", fields={"password": message}) from error
    user = create_user(
        email=email,
        name=name,
        password=password,
        roles=[Role.ASESI],
        actor=None,
        now=now,
        phone=rules.normal_phone(phone),
        zone=zone,
    )
    publish(AkunDibuat(user.pk))
    return user


@transaction.atomic
def update_account(user: User, *, name: str, phone: str, zone: str, now: datetime) -> None:
    """Change what the account shows and in which zone it reads times."""
    if zone not in rules.ZONES:
        message = _("Pilih WIB, WITA, atau WIT.")
        raise Invalid(message, fields={"zone": message})
    user.name, user.phone, user.zone = name, rules.normal_phone(phone), zone
    user.save(update_fields=["name", "phone", "zone"])
    record(user, "people.update_account", user, {"zone": zone}, now=now)


@transaction.atomic
def update_profile(
    user: User, values: Mapping[str, Any], *, actor: User, now: datetime
) -> AsesiProfile:
    """Keep the given ``PROFILE_FIELDS`` and ``nik``; other keys are ignored."""
    profile, _created = AsesiProfile.objects.select_for_update().get_or_create(user=user)
    changed = [field for field in PROFILE_FIELDS if field in values]
    for field in changed:
        setattr(profile, field, values[field])
    nik = str(values.get("nik") or "")
    if nik:
        if not rules.is_nik(nik):
            message = _("NIK terdiri atas 16 angka seperti pada KTP.")
            raise Invalid(message, fields={"nik": message})
        profile.nik, profile.nik_lookup = nik, rules.nik_lookup(nik)
        changed.append("nik")
    profile.save()
    record(actor, "people.update_profile", profile, {"fields": changed}, now=now)
    return profile


def add_document(
    user: User, kind: DocumentKind, upload: "UploadedFile[bytes]", *, actor: User, now: datetime
) -> IdentityDocument:
    """Keep a personal document; the same file again is the same row. Raises ``Invalid``."""
    stored = documents.store(upload, f"people/{user.pk}")
    with transaction.atomic():
        document, created = IdentityDocument.objects.get_or_create(
            user=user,
            kind=kind,
            sha256=stored.sha256,
            defaults={
                "file": stored.file,
                "filename": stored.filename,
                "mime": stored.mime,
                "bytes": stored.bytes,
                "uploaded_at": now,
            },
        )
        if created:
            data = {"kind": kind.value, "sha256": stored.sha256, "bytes": stored.bytes}
            record(actor, "people.add_document", document, data, now=now)
    return document


@transaction.atomic
def issue_token(user: User, *, actor: User | None, now: datetime) -> str:
    """A new bearer token; it is shown once and only its SHA-256 is kept."""
    token = secrets.token_urlsafe(32)
    row = ApiToken.objects.create(user=user, sha256=rules.token_hash(token), created_at=now)
    record(actor, "people.issue_token", row, {"user": user.pk}, now=now)
    return token


@transaction.atomic
def note_password_change(user: User, *, now: datetime) -> None:
    """The trail of a changed password (Django's form has set it)."""
    record(user, "people.change_password", user, now=now)


@transaction.atomic
def note_document_read(reader: User, document: IdentityDocument, *, now: datetime) -> None:
    """Every look at somebody else's identity document is on record."""
    if reader.pk != document.user_id:
        record(reader, "people.read_document", document, {"kind": document.kind}, now=now)
