"""Public verification, and the register of certificates."""

from base64 import b64encode
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.certificates import rules, selectors, services
from ajj.certificates.models import Sertifikat
from ajj.certificates.prints import verify_url
from ajj.certificates.states import CertificateEvent
from ajj.documents.render import qr_svg
from ajj.kernel.errors import Forbidden, Invalid
from ajj.live.auth import caller

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """``/verifikasi/?q=``: by certificate number, registration number or code.

    The home page's form posts ``code``; it is led here, so that an answer can be shared.
    """
    if request.method == "POST":
        query = urlencode({"q": request.POST.get("code", "")[:80]})
        return redirect(f"{reverse('certificates:verify')}?{query}")
    typed = request.GET.get("q", "")[:80]
    if not typed.strip():
        return render(request, "certificates/verify.html", {"typed": ""})
    return _answer(request, selectors.find_public(typed), typed)


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """``/verifikasi/{code}``: where the QR code leads."""
    return _answer(request, selectors.by_code(code), code)


def _answer(request: HttpRequest, found: Sertifikat | None, typed: str) -> HttpResponse:
    today = timezone.localdate()
    verdict = rules.verdict(found, today)
    context = {"typed": typed, "verdict": verdict, "now": timezone.now()}
    if found is not None:
        span = (found.valid_until - found.issued_on).days or 1
        context |= {
            "certificate": found,
            "skema": found.skema,
            "units": selectors.units_of(found),
            "left_days": max(0, (found.valid_until - today).days),
            "elapsed": min(100, max(0, (today - found.issued_on).days * 100 // span)),
            "host": settings.SITE_URL.split("//")[-1],
            "qr": _data_uri(qr_svg(verify_url(settings.SITE_URL, found.code))),
        }
    status = 404 if found is None else 200
    response = render(request, "certificates/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The register for overseers; a holder sees the own ones."""
    user = caller(request)
    search = rules.normal_number(request.GET.get("q", ""))
    rows = selectors.search(user, search)
    today = timezone.localdate()
    context = {
        "rows": [(row, rules.verdict(row, today)) for row in rows[:SHOWN]],
        "search": search,
        "overseer": user.has_role(*rules.OVERSEERS),
        "unissued": selectors.unissued_cases().count(),
    }
    return render(request, "certificates/index.html", context)


@login_required
@require_safe
def detail(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """One certificate: numbers, PDF, and for overseers its state and blanko."""
    user = caller(request)
    found = selectors.certificate_for(certificate_id, user)
    context = {
        "certificate": found,
        "verdict": rules.verdict(found, timezone.localdate()),
        "units": selectors.units_of(found),
        "overseer": user.has_role(*rules.OVERSEERS),
        "verify_url": verify_url(settings.SITE_URL, found.code),
    }
    return render(request, "certificates/detail.html", context)


@login_required
@require_POST
def blanko(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Enter the number of the BNSP form."""
    services.set_blanko(
        certificate_id,
        blanko=request.POST.get("blanko", ""),
        actor=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("Nomor blanko tersimpan; sertifikat dicetak ulang."))
    return redirect("certificates:detail", certificate_id)


@login_required
@require_POST
def change(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Suspend, restore or withdraw."""
    try:
        event = CertificateEvent(request.POST.get("event", ""))
    except ValueError:
        raise Invalid(_("Tindakan tidak dikenal."), code="unknown_event") from None
    if event not in (
        CertificateEvent.SUSPEND,
        CertificateEvent.RESTORE,
        CertificateEvent.WITHDRAW,
    ):
        raise Invalid(_("Tindakan tidak dikenal."), code="unknown_event")
    services.change_state(
        certificate_id,
        event,
        reason=request.POST.get("reason", ""),
        actor=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("Status sertifikat diubah."))
    return redirect("certificates:detail", certificate_id)


@login_required
@require_POST
def issue_missing(request: HttpRequest) -> HttpResponse:
    """Make good what a signed SK still lacks."""
    if not caller(request).has_role(*rules.OVERSEERS):
        raise Forbidden(_("Hanya pengelola LSP yang menerbitkan sertifikat."))
    count = services.issue_missing(now=timezone.now())
    messages.success(request, _("%(count)s sertifikat diterbitkan.") % {"count": count})
    return redirect("certificates:index")
