"""The public state of a certificate."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema

from ajj.certificates import selectors
from ajj.kernel.errors import NotFound

router = Router(tags=["certificates"])


class SkemaOut(Schema):
    judul: str
    nomor: str
    jenis: str


class CertificateOut(Schema):
    """``examples`` names parts of the numbers that are not confirmed."""

    code: str
    state: str
    valid: bool
    verdict: str
    number: str
    registration: str
    blanko: str | None
    holder: str
    skema: SkemaOut
    bidang: str
    issued_on: str
    valid_until: str
    reason: str
    sha256: str | None
    examples: list[str]


class Problem(Schema):
    code: str
    message: str


@router.get("/certificates/{code}", response={200: CertificateOut, 404: Problem}, auth=None)
def certificate(request: HttpRequest, code: str) -> dict[str, Any]:
    """State, names, numbers and validity, for anybody who has the code."""
    found = selectors.by_code(code)
    if found is None:
        raise NotFound(_("Tidak ada sertifikat dengan kode ini."), code="unknown_certificate")
    return selectors.public_facts(found, timezone.localdate())
