"""Where the QR code of a signed print leads: what was signed, by whom, and is this file it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ajj.assessment import manuscripts, signingchain
from ajj.documents.registry import labelled
from ajj.kernel.errors import NotFound

MOST_BYTES = 20 * 1024 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """``/tanda/{code}/``, public for who holds the print: no more than stands on it.

    The browser compares a PDF by itself; a browser without scripts sends it, and it is not kept.
    """
    found = manuscripts.issued_by_code(code.upper())
    if found is None or found.printed is None:
        raise NotFound(_("Kode ini tidak dikenal. Periksa ejaannya pada cetakan."))
    file = request.FILES.get("file") if request.method == "POST" else None
    context: dict[str, Any] = {
        "manuscript": found,
        "form": labelled(found.label),
        "printed": found.printed,
        "signatures": found.signatures.all(),
        "faults": signingchain.faults(found.permohonan, only=found),
        "now": timezone.now(),
        "verdict": "",
    }
    if file is not None:
        known = {found.printed.sha256: "printed", found.document.sha256: "manuscript"}
        context["verdict"] = _verdict(file, known)
    response = render(request, "assessment/signed.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _verdict(file: "UploadedFile[bytes]", known: Mapping[str, str]) -> str:
    if file.size is None or file.size > MOST_BYTES:
        return "large"
    whole = hashlib.sha256()
    for chunk in file.chunks():
        whole.update(chunk)
    return known.get(whole.hexdigest(), "other")
