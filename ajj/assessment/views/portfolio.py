"""FR.IA.08 on screen: each piece opened beside its judgement, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ajj.applications.models import Permohonan
from ajj.applications.selectors import visible_permohonan
from ajj.assessment import papers, portfolio, rules, ujian, vatm
from ajj.assessment.services import interview
from ajj.assessment.services import portfolio as services
from ajj.assessment.views.ujian import room_may_frame
from ajj.audit.services import record as audit
from ajj.documents.registry import labelled
from ajj.kernel.errors import NotFound
from ajj.people.access import serve, user_of
from ajj.people.models import IdentityDocument
from ajj.people.services import note_document_read
from ajj.skema.models import UnitKompetensi

RULE_WORDS = {
    "valid": (gettext_lazy("Valid"), gettext_lazy("sesuai dengan unit, elemen dan KUK")),
    "asli": (gettext_lazy("Asli"), gettext_lazy("hasil kerja asesi sendiri")),
    "terkini": (gettext_lazy("Terkini"), gettext_lazy("menunjukkan kemampuan saat ini")),
    "memadai": (gettext_lazy("Memadai"), gettext_lazy("cukup untuk mengambil keputusan")),
}
ADVICE_WORDS = {
    "kompeten": gettext_lazy("Telah memenuhi seluruh KUK: kompeten"),
    "observasi": gettext_lazy("Belum memenuhi: observasi langsung"),
    "terstruktur": gettext_lazy("Belum memenuhi: kegiatan terstruktur"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule of the piece before the asesor's eyes."""

    name: str
    label: str
    hint: str
    said: vatm.Said | None


@dataclass(frozen=True)
class Proposal:
    """A row of the follow-up as it is shown: ``materi`` as confirmed or as proposed."""

    row: vatm.FollowUp
    chosen: bool
    materi: str


@dataclass(frozen=True)
class Draft:
    """A question that is proposed and not put into an interview yet."""

    part: vatm.Part
    bukti: list[int]
    text: str


@room_may_frame
@login_required
@never_cache
@require_safe
def page(request: HttpRequest, nomor: str) -> HttpResponse:
    """``/permohonan/{nomor}/portofolio/``: asesor judges; komite and office read; asesi sees what
    they gave, without judgements. ``?bukti=3`` is the piece that is open.
    """
    user = user_of(request)
    permohonan, reader = papers.permohonan_for(user, nomor)
    found = portfolio.folder(permohonan)
    context: dict[str, Any] = {
        "permohonan": permohonan,
        "in_file": visible_permohonan(user).filter(pk=permohonan.pk).exists(),
        "reader": reader,
        "found": found,
        "piece": (piece := _chosen(request, found)),
        "may_open": not (piece and piece.given.evidence and reader == "kantor"),
        "framed": request.headers.get("Sec-Fetch-Dest") == "iframe",
    }
    if reader != "asesi":
        context |= _judged(found, context["piece"])
        context["may_judge"] = reader == "asesor" and not context["closed"]
    return render(request, "assessment/portfolio.html", context)


def _chosen(request: HttpRequest, found: portfolio.Folder) -> portfolio.Held | None:
    """The piece that was asked for, else the first that is not judged, else the first."""
    no = request.GET.get("bukti", "")
    asked = found.numbered(int(no)) if no.isdecimal() else None
    waiting = (each for each in found.pieces if len(each.answers) < len(vatm.RULES))
    return asked or next(waiting, found.pieces[0] if found.pieces else None)


def _judged(found: portfolio.Folder, piece: portfolio.Held | None) -> dict[str, Any]:
    permohonan = found.permohonan
    interviews = [row for row in ujian.of_permohonan(permohonan) if row.muk is None]
    now = timezone.now()
    held = [ujian.standing(row, now) for row in interviews]
    labels = {labelled(label).slot: label for label in permohonan.forms}
    units = list(
        UnitKompetensi.objects.filter(skema_units__skema=permohonan.skema).order_by(
            "skema_units__order"
        )
    )
    titles = {unit.kode: unit.judul for unit in units}
    advised, extra = found.review.advised, found.review.extra
    return {
        "rules": _rules(piece) if piece else [],
        "after": _after(found, piece) if piece else None,
        "groups": [
            (kode, titles.get(kode, ""), parts) for kode, parts in portfolio.group_of(found.reached)
        ],
        "closed": services.is_closed(permohonan),
        "asked_closed": services.is_closed(permohonan, portfolio.ASKED),
        "proposals": _proposals(found),
        "drafts": _drafts(found, held),
        "interviews": held,
        "open_interview": interview.open_interview(permohonan),
        "units": units,
        "ak01": rules.ak01_signed(permohonan.pk),
        "ia08": labels.get(portfolio.CHECKED, ""),
        "ia09": labels.get(portfolio.ASKED, ""),
        "advised": advised,
        "advice": list(ADVICE_WORDS.items()),
        "where": advised.data if advised else _where(found),
        "extra": extra.value if extra else vatm.lacking_text(found.reached),
        "extra_said": extra,
    }


def _rules(piece: portfolio.Held) -> list[RuleRow]:
    return [
        RuleRow(name, str(label), str(hint), piece.answers.get(name))
        for name, (label, hint) in RULE_WORDS.items()
    ]


def _after(found: portfolio.Folder, piece: portfolio.Held) -> portfolio.Held | None:
    """The next piece that still lacks a judgement, after this one or from the top."""
    rest = [*found.pieces[piece.no :], *found.pieces[: piece.no - 1]]
    return next((each for each in rest if len(each.answers) < len(vatm.RULES)), None)


def _proposals(found: portfolio.Folder) -> list[Proposal]:
    kept = {row["elemen"]: row["materi"] for row in found.confirmed}
    fresh = found.review.followed is None
    return [
        Proposal(row, fresh or row.part.id in kept, kept.get(row.part.id, row.materi))
        for row in vatm.follow_ups(found.reached)
    ]


def _drafts(found: portfolio.Folder, held: list[ujian.Standing]) -> list[Draft]:
    """A question for each confirmed row that no interview asks about yet."""
    asked = [
        set(item.butir.kuk)
        for standing in held
        for item in standing.items
        if isinstance(item.butir, ujian.Question)
    ]
    drafts = []
    for row in found.confirmed:
        part = found.part(row["elemen"])
        if part is None or any(set(row["kuk"]) <= kuk for kuk in asked):
            continue
        drafts.append(Draft(part, row["bukti"], vatm.question(row["bukti"], row["materi"])))
    return drafts


def _where(found: portfolio.Folder) -> dict[str, str]:
    """Where the KUK lie that no evidence meets, as a beginning for the recommendation."""
    if found.unjudged:
        return {}
    units: dict[str, list[vatm.PartReach]] = {}
    for each in found.reached:
        if len(each.of(vatm.Reach.MEETS)) < len(each.kuk):
            units.setdefault(each.part.kode, []).append(each)
    elemen = [f"{kode}: {', '.join(each.part.no for each in rows)}" for kode, rows in units.items()]
    kuk = [f"{kode}: {', '.join(map(_unmet, rows))}" for kode, rows in units.items()]
    return {"unit": ", ".join(units), "elemen": "; ".join(elemen), "kuk": "; ".join(kuk)}


def _unmet(part: vatm.PartReach) -> str:
    return ", ".join(each.kuk.no for each in part.kuk if each.reach is not vatm.Reach.MEETS)


@room_may_frame
@login_required
@require_safe
def file(request: HttpRequest, nomor: str, key: str) -> HttpResponseBase:
    """The file of one piece, to whoever may look at the portfolio; looking is noted."""
    permohonan, _reader = papers.permohonan_for(user_of(request), nomor)
    found = next((each for each in portfolio.given_by(permohonan) if each.key == key), None)
    if found is None or found.text:
        raise NotFound(_("Bukti ini tidak ditemukan."))
    if found.evidence is not None:
        return redirect("assessment:evidence_file", found.evidence.session_id, found.evidence.pk)
    return _served(request, permohonan, found)


def _served(request: HttpRequest, permohonan: Permohonan, found: portfolio.Given) -> FileResponse:
    user, now, document = user_of(request), timezone.now(), found.document
    if document is None:
        raise NotFound(_("Bukti ini tidak ditemukan."))
    if isinstance(document, IdentityDocument):
        note_document_read(user, document, now=now)
    else:
        audit(user, "assessment.portfolio_opened", permohonan, {"bukti": found.key}, now=now)
    return serve(request, document)


Act = Callable[[HttpRequest, Permohonan], str]


def _acting(act: Act) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A button of the page: done, then the page again at the place that ``act`` answers."""

    @room_may_frame
    @login_required
    @require_POST
    def view(request: HttpRequest, nomor: str) -> HttpResponse:
        permohonan, _reader = papers.permohonan_for(user_of(request), nomor)
        place = act(request, permohonan)
        return redirect(reverse("assessment:portfolio", args=[nomor]) + place)

    return view


def _judge(request: HttpRequest, permohonan: Permohonan) -> str:
    """A rule's button, all four at once, the note, or which elemen the piece shows."""
    user, now, post = user_of(request), timezone.now(), request.POST
    key = post.get("bukti", "")
    chosen = {rule: post[rule] for rule in vatm.RULES if rule in post}
    if post.get("semua") == "ya":
        chosen = dict.fromkeys(vatm.RULES, "ya")
    if chosen:
        services.judge(permohonan, key, chosen, actor=user, now=now)
    if "note" in post:
        services.note(permohonan, key, post["note"], actor=user, now=now)
    if "shows" in post:
        elemen = frozenset(int(pk) for pk in post.getlist("elemen") if pk.isdecimal())
        services.shows(permohonan, key, elemen, actor=user, now=now)
    piece = portfolio.folder(permohonan).piece(key)
    return f"?bukti={piece.no}#bukti" if piece else ""


def _follow(request: HttpRequest, permohonan: Permohonan) -> str:
    post = request.POST
    rows = [
        services.Confirmed(int(pk), post.get(f"materi-{pk}", ""))
        for pk in post.getlist("elemen")
        if pk.isdecimal()
    ]
    services.follow_up(permohonan, rows, actor=user_of(request), now=timezone.now())
    messages.success(request, _("Tindak lanjut tersimpan dan tercetak pada FR.IA.08."))
    return "#tindak-lanjut"


def _advise(request: HttpRequest, permohonan: Permohonan) -> str:
    post = request.POST
    services.advise(
        permohonan,
        post.get("value", ""),
        {name: post.get(name, "") for name in services.WHERE},
        post.get("extra", ""),
        actor=user_of(request),
        now=timezone.now(),
    )
    messages.success(request, _("Kesimpulan tersimpan dan tercetak pada FR.IA.08."))
    return "#rekomendasi"


def _ask(request: HttpRequest, permohonan: Permohonan) -> str:
    """The ticked proposals, a question of the asesor's own, and changed words of what stands."""
    post = request.POST
    found = portfolio.folder(permohonan)
    unit_of = {part.id: part.kode for part in found.parts}
    units = dict(UnitKompetensi.objects.filter(kode__in=unit_of.values()).values_list("kode", "pk"))
    added = [
        interview.Asking(
            unit=units[unit_of[row["elemen"]]],
            kuk=tuple(row["kuk"]),
            bukti=tuple(row["bukti"]),
            pertanyaan=post.get(f"tanya-{row['elemen']}", ""),
        )
        for row in found.confirmed
        if str(row["elemen"]) in post.getlist("elemen") and row["elemen"] in unit_of
    ]
    own = post.get("tanya-baru", "")
    if own.strip():
        added.append(interview.Asking(_own_unit(request), (), (), own))
    changed = {
        int(name.removeprefix("butir-")): value
        for name, value in post.items()
        if name.startswith("butir-") and name.removeprefix("butir-").isdecimal()
    }
    interview.put(
        permohonan, added, {no: str(words) for no, words in changed.items()},
        actor=user_of(request), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Pertanyaan wawancara tersimpan."))
    return "#wawancara"


def _own_unit(request: HttpRequest) -> int:
    given = request.POST.get("unit", "")
    return int(given) if given.isdecimal() else 0


judge = _acting(_judge)
follow_up = _acting(_follow)
advise = _acting(_advise)
ask = _acting(_ask)
