"""Reading certificates."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ajj.certificates import rules
from ajj.certificates.models import Sertifikat
from ajj.certificates.states import CertificateState
from ajj.committee.models import Case, Result
from ajj.committee.states import CaseState
from ajj.documents.models import Document
from ajj.documents.rules import Reader
from ajj.kernel.errors import NotFound
from ajj.people.models import User
from ajj.skema.models import SkemaUnit


def certificates() -> QuerySet[Sertifikat]:
    """Certificates with what pages print."""
    return Sertifikat.objects.select_related("skema__standar", "holder", "document", "case__pleno")


def visible_certificates(user: User) -> QuerySet[Sertifikat]:
    """The certificates ``user`` may open, the newest first."""
    return certificates().filter(rules.visible(user))


def of_holder(user: User) -> QuerySet[Sertifikat]:
    """The certificates a person holds, drafts left out; for dashboards."""
    return certificates().filter(holder=user).exclude(state=CertificateState.DRAFT.value)


def search(user: User, text: str) -> QuerySet[Sertifikat]:
    """The visible certificates whose numbers, holder or scheme contain ``text``."""
    found = visible_certificates(user)
    if not text:
        return found
    return found.filter(
        Q(number__icontains=text)
        | Q(registration__icontains=text)
        | Q(holder_name__icontains=text)
        | Q(skema__judul__icontains=text)
    )


def find_public(text: str) -> Sertifikat | None:
    """The certificate with this code, or this certificate or registration number."""
    typed = rules.normal_number(text)
    if not typed:
        return None
    return (
        certificates()
        .exclude(state=CertificateState.DRAFT.value)
        .filter(Q(code=typed) | Q(number=typed) | Q(registration__iexact=typed))
        .first()
    )


def by_code(code: str) -> Sertifikat | None:
    """The issued certificate behind a QR code."""
    return certificates().exclude(state=CertificateState.DRAFT.value).filter(code=code).first()


def certificate_for(certificate_id: int, user: User) -> Sertifikat:
    """One certificate (404 alike for unknown and not for this person)."""
    found = visible_certificates(user).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound(_("Sertifikat tidak ditemukan."), code="no_certificate")
    return found


def units_of(certificate: Sertifikat) -> QuerySet[SkemaUnit]:
    """The units on the back, in the scheme's order."""
    return (
        SkemaUnit.objects.filter(skema=certificate.skema).select_related("unit").order_by("order")
    )


def unissued_cases() -> QuerySet[Case]:
    """Competent by a signed SK and still without certificate: what the job makes good."""
    return Case.objects.filter(
        state=CaseState.SIGNED.value, result=Result.K.value, sertifikat__isnull=True
    ).order_by("pk")


def public_facts(certificate: Sertifikat, today: date) -> dict[str, Any]:
    """What anybody may know of a certificate."""
    found = rules.verdict(certificate, today)
    skema = certificate.skema
    return {
        "code": certificate.code,
        "state": certificate.state if found is not rules.KEDALUWARSA else "expired",
        "valid": found.valid,
        "verdict": found.key,
        "number": certificate.number,
        "registration": certificate.registration,
        "blanko": certificate.blanko,
        "holder": certificate.holder_name,
        "skema": {"judul": skema.judul, "nomor": skema.nomor, "jenis": skema.jenis},
        "bidang": skema.bidang or skema.judul,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "reason": certificate.state_reason,
        "sha256": certificate.document.sha256 if certificate.document else None,
        "examples": certificate.contoh,
    }


def may_open_document(user: Reader, document: Document) -> bool:
    """The PDF: its holder and overseers."""
    if not isinstance(user, User) or not user.is_authenticated:
        return False
    return visible_certificates(user).filter(document=document).exists()
