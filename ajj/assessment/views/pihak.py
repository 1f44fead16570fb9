"""Third parties of one permohonan: asked by asesor or office, answers read and judged."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import guestlink, papers, pihak
from ajj.assessment.models import PihakAnswer, PihakKetiga
from ajj.assessment.planning import Written, written_parts
from ajj.assessment.rules import ak01_signed
from ajj.assessment.services import pihak as commands
from ajj.assessment.services.pihak import Details, Link
from ajj.assessment.states import PihakEvent, pihak_machine
from ajj.assessment.views.papers import answer_file
from ajj.audit.services import record as audit
from ajj.documents.registry import labelled
from ajj.documents.schema import Reader
from ajj.kernel.dates import moment_text
from ajj.kernel.errors import DomainError, NotFound
from ajj.people.access import user_of
from ajj.people.models import User

FIELDS = ("name", "position", "workplace", "relation", "email", "phone")


@dataclass(frozen=True)
class Shown:
    """One third party before one reader."""

    pihak: PihakKetiga
    answers: tuple[tuple[PihakAnswer, list[Written]], ...]
    may_judge: bool
    may_renew: bool
    may_revoke: bool

    @property
    def last(self) -> PihakAnswer | None:
        return self.answers[-1][0] if self.answers else None

    @property
    def prints(self) -> bool:
        """Whether there is a FR.IA.10 of theirs to print."""
        return bool(self.answers)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_permohonan(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/pihak-ketiga/``: who was asked, what they said; asks one more.

    A new link is in the answer to the very request that made it and nowhere else.
    """
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    if request.method != "POST":
        return _page(request, permohonan, reader)
    details = Details(**{name: request.POST.get(name, "") for name in FIELDS})
    key = _uuid(request.POST.get("key", ""))
    try:
        made = commands.invite(permohonan, details, key=key, actor=user, now=timezone.now())
    except DomainError as error:
        context = {"error": error, "details": request.POST, "key": key}
        return _page(request, permohonan, reader, context, status=error.status)
    return _page(request, permohonan, reader, _given(made), status=201)


@login_required
@require_POST
def renew(request: HttpRequest, nomor: str, pk: UUID) -> HttpResponse:
    """A new link, for who lost the old one or let it lapse."""
    link_no = _number(request, "link")
    return _with_link(
        request,
        nomor,
        lambda user: commands.renew(pk, link_no=link_no, actor=user, now=timezone.now()),
        pk,
    )


@login_required
@require_POST
def ask_again(request: HttpRequest, nomor: str, pk: UUID) -> HttpResponse:
    """Return the answer with a question, by a new link."""
    question, number = request.POST.get("question", ""), _number(request, "number")
    return _with_link(
        request,
        nomor,
        lambda user: commands.ask_again(
            pk, number=number, question=question, actor=user, now=timezone.now()
        ),
        pk,
    )


@login_required
@require_POST
def accept(request: HttpRequest, nomor: str, pk: UUID) -> HttpResponse:
    """The answer stands."""
    number = _number(request, "number")
    return _done(
        request,
        nomor,
        lambda user: commands.accept(pk, number=number, actor=user, now=timezone.now()),
        _("Diterima: tercetak pada FR.IA.10 dan diusulkan sebagai bukti pada FR.AK.02."),
        pk,
    )


@login_required
@require_POST
def revoke(request: HttpRequest, nomor: str, pk: UUID) -> HttpResponse:
    """The link stops working."""
    return _done(
        request,
        nomor,
        lambda user: commands.revoke(pk, actor=user, now=timezone.now()),
        _("Undangan dicabut: tautannya tidak terbuka lagi."),
        pk,
    )


@login_required
@require_safe
def sheet(request: HttpRequest, nomor: str, pk: UUID) -> HttpResponse:
    """``…/pihak-ketiga/{id}.pdf``: FR.IA.10 of one third party as last signed; stable.

    The asesi may see a copy (the guest was told so) once the asesor has accepted it.
    """
    user, now = user_of(request), timezone.now()
    permohonan, reader = papers.permohonan_for(user, nomor)
    row = pihak.one(permohonan, pk)
    answer = _readable(row, reader)
    if answer is None:
        raise NotFound(_("Belum ada jawaban pihak ketiga yang dapat dibuka."), code="no_pihak")
    said = {"form": row.label, "pihak": str(row.pk), "number": answer.number}
    audit(user, "assessment.form_opened", permohonan, said, now=now)
    data = papers.older_pdf(permohonan, labelled(row.label), pihak.sheet(answer), now=now)
    return answer_file(data, f"{nomor}_{row.label}_{row.pk.hex[:8]}")


def _readable(row: PihakKetiga, reader: Reader) -> PihakAnswer | None:
    answer = row.last
    if answer is not None and reader in {"asesi", "komite"}:
        return answer if answer.verdict == PihakAnswer.Verdict.ACCEPTED else None
    return answer


def _done(
    request: HttpRequest, nomor: str, act: Callable[[User], object], said: str, pk: UUID
) -> HttpResponse:
    user = user_of(request)
    permohonan, _reader = papers.permohonan_for(user, nomor)
    pihak.one(permohonan, pk)
    try:
        act(user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("assessment:pihak", nomor)


def _with_link(
    request: HttpRequest, nomor: str, act: Callable[[User], Link], pk: UUID
) -> HttpResponse:
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    pihak.one(permohonan, pk)
    try:
        made = act(user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("assessment:pihak", nomor)
    return _page(request, permohonan, reader, _given(made), status=201)


def _page(
    request: HttpRequest,
    permohonan: Permohonan,
    reader: Reader,
    extra: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    form = pihak.form_of(permohonan)
    closed = papers.issued_as(permohonan, form.label)
    rows = [
        _shown(row, permohonan, reader, closed=closed)
        for row in pihak.of_permohonan(permohonan)
        if reader in {"asesor", "kantor"} or _readable(row, reader) is not None
    ]
    may_invite = commands.may_invite(user, permohonan) and not closed
    context = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "form": form,
        "reader": reader,
        "rows": rows,
        "closed": closed,
        "may_invite": may_invite,
        "ak01": not may_invite or ak01_signed(permohonan.pk),
        "days": settings.GUEST_LINK_DAYS,
        "key": uuid4(),
        "details": pihak.suggested(permohonan) if may_invite else {},
    }
    response = render(request, "assessment/pihak.html", context | (extra or {}), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _shown(row: PihakKetiga, permohonan: Permohonan, reader: Reader, *, closed: bool) -> Shown:
    form = labelled(row.label)
    inviter = reader in {"asesor", "kantor"} and not closed
    rows = list(row.answers.all())
    if reader not in {"asesor", "kantor"}:
        rows = rows[-1:]
    answers = [(answer, _written(permohonan, form.label, answer)) for answer in rows]
    return Shown(
        row,
        tuple(answers),
        may_judge=reader == "asesor"
        and not closed
        and pihak_machine.allows(row.status, PihakEvent.ACCEPT),
        may_renew=inviter and pihak_machine.allows(row.status, PihakEvent.RENEW),
        may_revoke=inviter and pihak_machine.allows(row.status, PihakEvent.REVOKE),
    )


def _written(permohonan: Permohonan, label: str, answer: PihakAnswer) -> list[Written]:
    form = labelled(label)
    tree = papers.tree_of(permohonan, form, answer.isi)
    return written_parts(guestlink.asking(form, tree).parts)


def _given(made: Link) -> dict[str, object]:
    """The new link, and the text to send it with: always Indonesian, whoever sends it."""
    row = made.pihak
    with override("id"):
        text = _(
            "Yth. %(name)s, %(lsp)s meminta keterangan Anda tentang pekerjaan %(asesi)s untuk"
            " sertifikasi %(skema)s. Mohon isi lewat tautan pribadi ini, sekitar 5 menit, tanpa"
            " akun: %(url)s (berlaku sampai %(until)s). Terima kasih."
        ) % {
            "name": row.name,
            "lsp": settings.LSP.name,
            "asesi": row.permohonan.asesi.name,
            "skema": row.permohonan.skema.judul,
            "url": made.url,
            "until": moment_text(row.expires_at, settings.LSP.zone),
        }
    whatsapp = f"https://wa.me/{guestlink.phone_digits(row.phone)}?text={quote(text)}"
    return {"made": made, "share_text": text, "whatsapp": whatsapp}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdigit() else 0
