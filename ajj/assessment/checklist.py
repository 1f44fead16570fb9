"""The kelengkapan checklist as a page shows it: each row with its reason and where to act."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ajj.applications.models import Permohonan
from ajj.assessment import pihak
from ajj.assessment.completeness import Completeness, Row, Standing, Why, asked_by
from ajj.assessment.papers import may_fill
from ajj.assessment.plan import MAP, Gap, Hint, Verdict
from ajj.assessment.planning import adjustable
from ajj.assessment.portfolio import SLOTS
from ajj.assessment.values.file import reason_text
from ajj.documents.entries import parts
from ajj.documents.registry import labelled
from ajj.documents.schema import FormTemplate, Reader
from ajj.live.models import Session
from ajj.live.states import SessionKind

TYPED = frozenset({Why.NOT_FILLED, Why.UNANSWERED, Why.FILLED, Why.UNDECIDED})


@dataclass(frozen=True)
class Line:
    """``url`` and ``action``: the screen where this reader can do something about it, or empty."""

    row: Row
    reason: str
    url: str = ""
    action: str = ""

    @property
    def state(self) -> str:
        return self.row.standing.value

    @property
    def state_name(self) -> str:
        return {
            Standing.PRESENT: _("Ada"),
            Standing.MISSING: _("Belum"),
            Standing.NOT_NEEDED: _("Tidak diperlukan"),
        }[self.row.standing]

    @property
    def plan(self) -> str:
        """What the plan says of it, in words; empty where the plan says nothing."""
        return verdict_text(self.row.verdict)


@dataclass(frozen=True)
class HintLine:
    """What the plan lacks, and the screen where it is put right."""

    text: str
    url: str


def lines_of(permohonan: Permohonan, found: Completeness, reader: Reader) -> list[Line]:
    """The rows of ``found`` for ``reader``."""
    rooms = _rooms(permohonan)
    return [_line(row, permohonan, reader, rooms) for row in found.rows]


def _line(row: Row, permohonan: Permohonan, reader: Reader, rooms: dict[str, str]) -> Line:
    reason = reason_text(row)
    if row.why is Why.NOT_ISSUED:
        return Line(row, _waits(row), rooms.get(row.form.slot, ""), _("Buka ruang"))
    if row.missing and reader == "asesor" and row.form.slot in SLOTS:
        url = reverse("assessment:portfolio", args=[permohonan.nomor])
        return Line(row, reason, url, _("Buka portofolio"))
    if row.missing and reader == "asesor" and _asked(row, permohonan):
        url = reverse("assessment:ujian_list", args=[permohonan.nomor])
        return Line(row, reason, url, _("Buka ujian"))
    if row.form.slot == pihak.SLOT and row.why in TYPED and reader in {"asesor", "kantor"}:
        url = reverse("assessment:pihak", args=[permohonan.nomor])
        asked = 0 if row.present else pihak.open_for(permohonan)
        if asked:
            reason = _("%(count)d pihak ketiga diundang, belum menjawab") % {"count": asked}
        return Line(row, reason, url, _("Buka") if row.present or asked else _("Undang"))
    form, action = row.form, _("Lihat isian") if row.present else _("Isi")
    if row.why is Why.UNDECIDED:
        form, action = _chart(permohonan) or form, _("Isi rencana")
    if row.why not in TYPED or not may_fill(form, reader) or not parts(form, {}):
        return Line(row, reason)
    return Line(row, reason, _screen(permohonan, form.label), action)


def _asked(row: Row, permohonan: Permohonan) -> bool:
    """Whether the skema has an instrument whose ujian would fill this form."""
    kinds = asked_by(row.form)
    return bool(kinds) and permohonan.skema.muk.filter(jenis__in=kinds).exists()


def _waits(row: Row) -> str:
    """What has to happen before the product issues this form by itself."""
    return {
        "persetujuan": _("terbit setelah asesi dan asesor menandatangani di ruang sesi"),
        "ceklis_observasi": _("terbit setelah rekomendasi dikirim"),
        "rekaman": _("terbit setelah rekomendasi dikirim"),
        "laporan": _("terbit setelah rekomendasi dikirim dan rekaman sesi disegel"),
    }.get(row.form.slot, _("belum terbit"))


def _rooms(permohonan: Permohonan) -> dict[str, str]:
    """Where each issued form comes from: the room of the pra-asesmen or of the asesmen."""
    rows = Session.objects.filter(jadwal__permohonan=permohonan, jadwal__cancelled_at=None)
    by_kind = {row.kind: reverse("live:room", args=[row.pk]) for row in rows}
    pra = by_kind.get(SessionKind.PRA_ASESMEN.value, "")
    main = by_kind.get(SessionKind.ASESMEN.value, "")
    from_main = dict.fromkeys(("ceklis_observasi", "rekaman", "laporan"), main)
    return {"persetujuan": pra or main, **from_main}


def _screen(permohonan: Permohonan, label: str) -> str:
    return reverse("assessment:form_screen", args=[permohonan.nomor, label])


def _chart(permohonan: Permohonan) -> FormTemplate | None:
    """FR.MAPA.02 in the version of ``permohonan``."""
    forms = (labelled(label) for label in permohonan.forms)
    return next((form for form in forms if form.slot == MAP), None)


def verdict_text(verdict: Verdict) -> str:
    """``Menurut rencana``; empty for a form that the plan does not decide."""
    return {
        Verdict.PLANNED: _("Menurut rencana"),
        Verdict.UNPLANNED: _("Tidak direncanakan"),
        Verdict.UNDECIDED: _("Rencana belum menentukan"),
        Verdict.FREE: "",
    }[verdict]


@dataclass(frozen=True)
class PlanWord:
    """What the plan says of a form in the list; ``verdict`` names the drawing."""

    verdict: str
    text: str


def plan_word(form: FormTemplate, found: Completeness | None) -> PlanWord | None:
    """The plan's word for ``form``; none for what it does not decide, and for the asesi."""
    verdict = found.plan.says_of(form.label) if found else Verdict.FREE
    return None if verdict is Verdict.FREE else PlanWord(verdict.value, verdict_text(verdict))


def hints_of(permohonan: Permohonan, found: Completeness) -> list[HintLine]:
    """What the plan lacks, in words; last what FR.AK.07 asks for and no form shows yet."""
    said = [HintLine(hint_text(hint), _screen(permohonan, hint.label)) for hint in found.plan.hints]
    adjusted = any(row.version > 1 for row in found.rows)
    chart = _chart(permohonan)
    if chart is not None and not adjusted and chart.label in adjustable(permohonan):
        text = _(
            "FR.AK.07 menyatakan penyesuaian: buat versi yang disesuaikan dari FR.MAPA.02"
            " atau formulir lain."
        )
        url = reverse("assessment:form_adjust", args=[permohonan.nomor, chart.label])
        said.append(HintLine(text, url))
    return said


def hint_text(hint: Hint) -> str:
    """One gap of the plan as a sentence that begins with the form."""
    code = hint.label.partition("@")[0]
    words = {
        Gap.NO_POTENSI: _("potensi asesi belum dipilih."),
        Gap.NO_MAP: _("belum diisi, jadi instrumen yang harus ada belum ditentukan."),
        Gap.NOTHING_TICKED: _("tidak ada instrumen yang dicentang untuk potensi %(about)s."),
        Gap.NO_MATRIX: _("metode per unit belum diisi."),
        Gap.METHOD_UNTICKED: _("%(about)s direncanakan, tetapi instrumennya tidak dicentang."),
        Gap.UNIT_WITHOUT_METHOD: _("belum ada metode untuk %(about)s."),
    }[hint.gap]
    return f"{code}: {words % {'about': hint.about}}"
