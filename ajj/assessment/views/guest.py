"""The page of a third party: no account, one private link, FR.IA.10 on a phone."""

from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from ajj.assessment import guestlink, pihak
from ajj.assessment.models import PihakKetiga
from ajj.assessment.planning import written_parts
from ajj.assessment.services import guest
from ajj.assessment.states import PihakState
from ajj.assessment.views.answers import too_long
from ajj.documents.registry import labelled
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import View
from ajj.people.allowance import taken

WINDOW_S = 600
MOST = {"look": 120, "write": 900, "unknown": 120}
"""Requests in ten minutes: of one link (typing saves about once a second), and of one network
address for links that do not work. Guests behind one proxy do not use up each other's.
"""


def _private(view: View[[str]]) -> View[[str]]:
    """The address is the key: it is in no cache, no index and no referrer, and not tried out.

    ``same-origin`` rather than ``no-referrer``: with that browsers send ``Origin: null``, and the
    guard against forged posts would refuse the guest's own.
    """

    @wraps(view)
    @sensitive_variables("token")
    def guarded(request: HttpRequest, token: str) -> HttpResponseBase:
        response = _tired() if _used_up(request, token) else _answer(request, token)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _answer(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            return view(request, token)
        except NotFound:
            return render(request, "assessment/guest_gone.html", status=404)

    return guarded


def _used_up(request: HttpRequest, token: str) -> bool:
    what, who = "unknown", request.META.get("REMOTE_ADDR", "")
    if pihak.by_token(token, timezone.now()) is not None:
        what, who = "write" if request.method == "POST" else "look", guestlink.fingerprint(token)
    return taken(f"tamu:{what}:{who}", 1, window_s=WINDOW_S) > MOST[what]


def _tired() -> HttpResponse:
    text = _("Terlalu sering dibuka. Jawaban yang tersimpan tetap ada; coba lagi 10 menit lagi.")
    return HttpResponse(
        text, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": "600"}
    )


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """``/pihak-ketiga/{token}/``: explanation, form, check and signature, thanks; by state.

    Looking changes nothing: messengers open links to draw a preview.
    """
    now = timezone.now()
    row = _row(token, now)
    if request.method == "POST":
        return _act(request, token, row, now)
    if row.status is PihakState.INVITED:
        return _intro(request, row)
    if row.status in {PihakState.SUBMITTED, PihakState.ACCEPTED}:
        return _show(request, "assessment/guest_done.html", row, {"answer": row.last})
    if "periksa" in request.GET:
        return _check(request, row)
    return _form(request, row)


@_private
@require_POST
def autosave(request: HttpRequest, token: str) -> HttpResponse:
    """Keep what is typed so far; answers when."""
    now = timezone.now()
    try:
        draft = guest.keep_draft(token, _posted(request), now=now)
    except DomainError as error:
        return JsonResponse({"code": error.code, "message": error.message}, status=error.status)
    if draft.wrong:
        return JsonResponse({"code": "too_long", "message": too_long()}, status=422)
    return JsonResponse({"saved_at": now.isoformat(), "zone": settings.LSP.zone})


def _row(token: str, now: datetime) -> PihakKetiga:
    found = pihak.by_token(token, now)
    if found is None:
        raise NotFound(_("Tautan ini tidak berlaku, atau tidak berlaku lagi."), code="dead_link")
    return found


def _posted(request: HttpRequest) -> dict[str, list[str]]:
    return {name: request.POST.getlist(name) for name in request.POST}


def _act(request: HttpRequest, token: str, row: PihakKetiga, now: datetime) -> HttpResponse:
    try:
        if "mulai" in request.POST:
            guest.agree(token, version=request.POST["mulai"], now=now)
        elif "kirim" in request.POST:
            guest.send(
                token,
                name=request.POST.get("name", ""),
                agreed="agreed" in request.POST,
                sha256=request.POST["kirim"],
                now=now,
            )
        else:
            return _keep(request, token, now)
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        return _refused(request, _row(token, now), error)
    return redirect("assessment:guest", token)


def _keep(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    draft = guest.keep_draft(token, _posted(request), now=now)
    if draft.wrong:
        context = {"asking": draft.asking, "wrong": draft.wrong, "too_long": too_long()}
        return _form(request, draft.pihak, context, status=422)
    onward = "?periksa=1" if "periksa" in request.POST else ""
    response = redirect("assessment:guest", token)
    response.headers["Location"] += onward
    return response


def _refused(request: HttpRequest, row: PihakKetiga, error: DomainError) -> HttpResponse:
    """Shown where the guest was, with everything that was typed."""
    if row.status is PihakState.INVITED:
        return _intro(request, row, {"error": error}, status=error.status)
    if row.status in {PihakState.SUBMITTED, PihakState.ACCEPTED}:
        return _show(request, "assessment/guest_done.html", row, {"answer": row.last})
    if error.code == "unanswered":
        return _form(request, row, {"error": error}, status=error.status)
    return _check(request, row, {"error": error}, status=error.status)


def _intro(
    request: HttpRequest,
    row: PihakKetiga,
    extra: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    version = guestlink.CONSENT_VERSION
    context = {"version": version, "consent": guestlink.CONSENTS[version], **(extra or {})}
    return _show(request, "assessment/guest_intro.html", row, context, status)


def _form(
    request: HttpRequest,
    row: PihakKetiga,
    extra: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"asking": guest.asking_of(row), "wrong": {}, "question": _question(row)}
    return _show(request, "assessment/guest_form.html", row, context | (extra or {}), status)


def _check(
    request: HttpRequest,
    row: PihakKetiga,
    extra: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    asking = guest.asking_of(row)
    if asking.unanswered:
        text = _("Masih ada %(count)d pertanyaan Ya/Tidak yang belum dijawab.")
        error = DomainError(text % {"count": len(asking.unanswered)}, code="unanswered")
        return _form(request, row, {"asking": asking, "error": error}, status=422)
    sha256 = guest.draft_digest(row)
    context = {
        "written": written_parts(asking.parts),
        "empty": asking.empty,
        "sha256": sha256,
        "intent": guestlink.intent(labelled(row.label), row.permohonan.asesi.name, sha256),
        "name": request.POST.get("name") or row.draft.get("nama") or row.name,
        "agreed": "agreed" in request.POST,
    }
    return _show(request, "assessment/guest_check.html", row, context | (extra or {}), status)


def _question(row: PihakKetiga) -> str:
    """What the asesor still wants to know; empty at the first time."""
    last = row.last
    return last.question if last is not None else ""


def _show(
    request: HttpRequest,
    template: str,
    row: PihakKetiga,
    context: dict[str, object],
    status: int = 200,
) -> HttpResponse:
    form = labelled(row.label)
    return render(request, template, {"pihak": row, "form": form, **context}, status=status)
