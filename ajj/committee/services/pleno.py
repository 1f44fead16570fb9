"""The pleno, its berita acara, and the decision letter."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ajj.assessment.reports import received
from ajj.audit.services import record as audit
from ajj.committee import prints, rules, selectors
from ajj.committee.events import PlenoClosed, SkSigned
from ajj.committee.models import Case, Part, Pleno, Result
from ajj.committee.services.cases import move_case
from ajj.committee.states import CaseEvent, PlenoEvent, PlenoState, pleno_machine
from ajj.documents import services as documents
from ajj.documents.models import Document
from ajj.documents.registry import PLENO, SK
from ajj.events.publish import publish
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.kernel.numbering import letter_number
from ajj.live.services import record
from ajj.people.models import Role, User

DECIDING = (Result.K.value, Result.BK.value)


@transaction.atomic
def close_pleno(
    case_ids: Collection[int],
    *,
    ketua: User,
    hadir: Collection[int],
    notes: str,
    daring: bool,
    without_report: str = "",
    now: datetime,
) -> Pleno:
    """Hold the pleno on ready berkas of one tim and print its berita acara.

    Each berkas gets what its votes add up to; one that needs clarification goes back and is named
    in the notes. All members must be present (``hadir`` holds their keys). Reports come first
    (SOP step 3.4): a berkas whose report the LSP has not received needs the reason
    ``without_report``, which enters the minutes. Raises ``Forbidden`` (``not_ketua``), ``Invalid``
    (``no_cases``, ``two_tims``, ``not_all_present``, ``report_missing``) or ``Conflict``.
    """
    cases = _ready_cases(case_ids, ketua)
    members = {part.user_id for part in cases[0].parts.all() if part.part in rules.KOMITE_PARTS}
    tim = cases[0].tim
    if tim is None or members - set(hadir):
        raise Invalid(
            _("Pleno hanya sah bila seluruh anggota hadir. Tandai kehadiran ketiganya."),
            code="not_all_present",
        )
    unreported = _unreported(cases, without_report.strip())
    results = {case.pk: rules.outcome([v.value for v in case.votes.all()]) for case in cases}
    decided = [case for case in cases if results[case.pk][0] in DECIDING]
    pleno = Pleno.objects.create(
        tim=tim,
        nomor=_number("BA", now),
        daring=daring,
        notes="\n".join(filter(None, (notes.strip(), unreported))),
        hadir=sorted(members),
        closed_by=ketua,
        closed_at=now,
    )
    for case in cases:
        value, unanimous = results[case.pk]
        event = CaseEvent.DECIDE if value in DECIDING else CaseEvent.ASK
        move_case(case, event, now, pleno=pleno, result=value, unanimous=unanimous)
    pleno.berita_acara = documents.issue(
        PLENO.code,
        PLENO.version,
        prints.berita_acara(pleno, cases, settings.LSP),
        subject=f"pleno:{pleno.pk}",
        now=now,
    )
    pleno.save(update_fields=["berita_acara"])
    for case in decided:
        _log_decision(case, pleno, pleno.berita_acara, ketua, now)
    audit(ketua, "committee.pleno", pleno, {"nomor": pleno.nomor, "cases": len(cases)}, now=now)
    publish(PlenoClosed(pleno_id=pleno.pk))
    return pleno


def _ready_cases(case_ids: Collection[int], ketua: User) -> Sequence[Case]:
    ready = selectors.cases().select_for_update(of=("self",)).filter(pk__in=list(case_ids))
    cases = list(ready.order_by("asesi__name", "pk"))
    if not cases or len(cases) != len(set(case_ids)):
        raise Invalid(_("Pilih paling sedikit satu berkas yang siap diplenokan."), code="no_cases")
    if len({case.tim_id for case in cases}) != 1:
        raise Invalid(_("Satu pleno untuk berkas dari satu tim teknis."), code="two_tims")
    for case in cases:
        seat = rules.part_in(case, ketua)
        if seat is None or seat.part != Part.KETUA.value:
            raise Forbidden(_("Hanya ketua tim yang menutup pleno."), code="not_ketua")
    return cases


def _unreported(cases: Sequence[Case], reason: str) -> str:
    """What the minutes say of berkas without a received report; empty when there are none."""
    rows = [case for case in cases if not received(case.session.jadwal.permohonan)]
    if not rows:
        return ""
    names = ", ".join(case.asesi.name for case in rows)
    if not reason:
        raise Invalid(
            _("Laporan asesor belum diterima LSP untuk: %(names)s. Tulis alasannya.")
            % {"names": names},
            code="report_missing",
        )
    said = _("Diplenokan sebelum laporan asesor diterima LSP: %(names)s. Alasan: %(reason)s")
    return said % {"names": names, "reason": reason}


def _log_decision(case: Case, pleno: Pleno, paper: Document, ketua: User, now: datetime) -> None:
    actor = str(ketua.pk)
    decision = {"result": case.result, "pleno": pleno.nomor, "sha256": paper.sha256}
    record(case.session_id, kind="decision", actor=actor, data=decision, now=now)
    record(case.session_id, kind="form.issued", actor=actor, data=_issued(paper), now=now)


def _issued(paper: Document) -> dict[str, str]:
    return {
        "code": paper.code,
        "version": paper.version,
        "sha256": paper.sha256,
        "document": str(paper.pk),
    }


@transaction.atomic
def sign_sk(pleno_id: int, *, direktur: User, now: datetime) -> Pleno:
    """Sign the decision letter on a pleno; certificates follow from ``SkSigned``.

    Raises ``Forbidden`` (``not_direktur``; also for a direktur who had a part in one of the
    berkas), ``NotFound``, or ``Conflict`` when it is signed already or decided nobody.
    """
    if not direktur.has_role(Role.DIREKTUR):
        raise Forbidden(_("Hanya direktur LSP yang menandatangani SK."), code="not_direktur")
    pleno = Pleno.objects.select_for_update().filter(pk=pleno_id).first()
    if pleno is None:
        raise NotFound(_("Pleno tidak ditemukan."), code="no_pleno")
    pleno.state = pleno_machine.after(PlenoState(pleno.state), PlenoEvent.SIGN).value
    cases = list(
        selectors.decided_cases(pleno).select_for_update(of=("self",)).filter(result__in=DECIDING)
    )
    if not cases:
        raise Conflict(_("Pleno ini tidak memutuskan satu berkas pun."), code="nothing_decided")
    for case in cases:
        rules.check_independence([direktur], selectors.involved_in(case))
    pleno.sk_nomor = _number("SK", now)
    pleno.signed_by, pleno.signed_at = direktur, now
    pleno.sk = documents.issue(
        SK.code,
        SK.version,
        prints.surat_keputusan(pleno, cases, settings.LSP),
        subject=f"pleno:{pleno.pk}",
        now=now,
    )
    pleno.save(update_fields=["state", "sk_nomor", "signed_by", "signed_at", "sk"])
    for case in cases:
        move_case(case, CaseEvent.SIGN, now)
        record(
            case.session_id,
            kind="form.issued",
            actor=str(direktur.pk),
            data=_issued(pleno.sk),
            now=now,
        )
    audit(direktur, "committee.sign_sk", pleno, {"sk": pleno.sk_nomor}, now=now)
    publish(SkSigned(pleno_id=pleno.pk))
    return pleno


def _number(kind: str, now: datetime) -> str:
    day = now.astimezone(ZoneInfo(settings.LSP.zone)).date()
    running = documents.next_number(f"surat:{kind}", day.year)
    return letter_number(kind, running, settings.LSP.short_name, day)
