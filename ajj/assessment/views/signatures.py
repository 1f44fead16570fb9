"""Signing a form: its lines, the PDF as it lies, and one's own signature under it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import manuscripts, papers
from ajj.assessment.manuscripts import Desk
from ajj.assessment.models import Manuscript
from ajj.assessment.services import signatures
from ajj.documents.selectors import content
from ajj.kernel.chain import short_head
from ajj.kernel.errors import DomainError, Invalid, NotFound
from ajj.people.access import user_of
from ajj.people.auth import confirm_password
from ajj.people.models import User


@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """``/permohonan/{nomor}/formulir/FR.AK.07@2023/tanda/``: who signs, and one's own turn."""
    user = user_of(request)
    permohonan = _permohonan(user, nomor)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _signed(request, user, permohonan, code)
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
    made = manuscripts.desk(user, permohonan, code)
    context = {**_shown(made, permohonan, user), "error": error}
    return render(request, "assessment/sign.html", context, status=error.status if error else 200)


def _signed(request: HttpRequest, user: User, permohonan: Permohonan, code: str) -> HttpResponse:
    if "agreed" not in request.POST:
        unsaid = _("Centang pernyataannya dahulu. Anda belum menandatangani.")
        raise Invalid(unsaid, code="not_agreed", fields={"agreed": unsaid})
    confirm_password(request, request.POST.get("password", ""))
    made = signatures.sign(
        permohonan,
        code,
        actor=user,
        sha256=request.POST.get("sha256", ""),
        drawn=request.POST.get("drawn", ""),
        now=timezone.now(),
    )
    messages.success(request, _("Tanda tangan Anda tercatat."))
    _issue(request, made.manuscript)
    return redirect("assessment:form_sign", permohonan.nomor, code)


def _issue(request: HttpRequest, manuscript: Manuscript) -> None:
    """Print at once what is complete; where that fails, the jobs process goes on trying."""
    try:
        if signatures.issue_signed(timezone.now(), only=manuscript):
            messages.success(request, _("Semua sudah menandatangani; formulir terbit."))
    except DomainError as error:
        messages.warning(request, error.message)


@login_required
@require_POST
def prepare(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """Lay out what the form says now as the PDF that is read and signed."""
    user = user_of(request)
    permohonan = _permohonan(user, nomor)
    signatures.prepare(permohonan, code, actor=user, now=timezone.now())
    return redirect("assessment:form_sign", nomor, code)


@login_required
@require_safe
def manuscript(request: HttpRequest, nomor: str, code: str) -> HttpResponse:
    """The PDF that lies for signing, byte for byte; our own page may frame it."""
    user = user_of(request)
    permohonan = _permohonan(user, nomor)
    found = manuscripts.desk(user, permohonan, code).manuscript
    if found is None:
        raise NotFound(_("Naskah formulir ini belum disiapkan."))
    if request.method == "GET":
        signatures.note_opened(found, actor=user, now=timezone.now())
    return HttpResponse(
        content(found.document),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{nomor}_{code}_naskah.pdf"',
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "frame-ancestors 'self'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


def _permohonan(user: User, nomor: str) -> Permohonan:
    return papers.permohonan_for(user, nomor)[0]


def _shown(made: Desk, permohonan: Permohonan, user: User) -> dict[str, object]:
    rows = manuscripts.shelf_of(permohonan).signatures.get(made.form.label, [])
    valid = {given.place for given in made.standing.valid}
    kept = made.manuscript if not made.changed else None
    by_place = {row.place: row for row in rows if kept and row.manuscript_id == kept.pk}
    sha256 = kept.document.sha256 if kept else ""
    reader = papers.reader_of(user, permohonan)
    return {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "desk": made,
        "lines": [
            (place, by_place.get(place.key) if place.key in valid else None)
            for place in made.standing.places
        ],
        "void": [row for row in rows if row not in by_place.values()],
        "sha256": sha256,
        "short": short_head(sha256) if sha256 else "",
        "intent": (
            manuscripts.intent(made.form, permohonan.nomor, made.offered.role, sha256)
            if made.offered and sha256
            else ""
        ),
        "may_read_form": reader in made.form.readers,
        "may_prepare": made.offered is not None,
        "lack": manuscripts.lack_of(permohonan, made.form) if not sha256 else "",
        "may_fill": reader is not None and papers.may_fill(made.form, reader),
    }
