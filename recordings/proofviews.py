"""Pages of the proof: the receipt of a session, and the public look whether it still holds."""

from base64 import b64encode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ajj.documents.render import qr_svg
from ajj.kernel.errors import NotFound
from ajj.live.auth import caller
from recordings.capsule import verify as checker
from recordings.receipt import (
    MAX_TEXT,
    PAGE,
    Receipt,
    filename_of,
    pdf_of,
    receipt_of,
    verdict_of,
)
from recordings.selectors import viewable_session
from recordings.services import keyring


@login_required
@require_safe
@never_cache
def receipt(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """``/sesi/ID/tanda-terima/``: the sealed head, for everyone with a part in the session."""
    session, role = viewable_session(session_id, caller(request))
    found = receipt_of(session)
    context = {
        "session": session,
        "jadwal": session.jadwal,
        "skema": session.jadwal.permohonan.skema,
        "receipt": found,
        "role": role.value,
        "qr": _data_uri(found) if found else "",
        "host": f"{settings.SITE_URL}{PAGE}".rsplit("//", maxsplit=1)[-1],
    }
    return render(request, "recordings/receipt.html", context)


@login_required
@require_safe
def receipt_pdf(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The receipt on paper; 404 before the first seal."""
    session, _role = viewable_session(session_id, caller(request))
    found = receipt_of(session)
    if found is None:
        raise NotFound(_("Sesi ini belum disegel."), code="not_sealed")
    return HttpResponse(
        pdf_of(found),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{filename_of(found)}"',
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """``/verifikasi/sesi/?s=…``: public; where the QR code of a receipt leads."""
    typed = request.GET.get("s", "")[:MAX_TEXT]
    verdict = verdict_of(typed, keys=keyring()) if typed.strip() else None
    status = 404 if verdict is not None and verdict.key == "tidak_dikenal" else 200
    context = {"typed": typed, "verdict": verdict, "now": timezone.now()}
    response = render(request, "recordings/look.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """``/verifikasi/verify.py``: the capsule's checker from its source."""
    with open(checker.__file__, "rb") as file:
        body = file.read()
    return HttpResponse(
        body,
        content_type="text/x-python; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="verify.py"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _data_uri(found: Receipt) -> str:
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(found.url).encode()).decode()}"
