"""Which forms of a permohonan are in the file: the kelengkapan checklist, from the records."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ajj.applications.models import Permohonan
from ajj.assessment import pihak
from ajj.assessment.completeness import (
    Completeness,
    Known,
    Row,
    Standing,
    Typed,
    Why,
    judge,
    told,
    typed_on,
)
from ajj.assessment.models import FormAnswers, IssuedForm, Manuscript
from ajj.assessment.plan import decide
from ajj.assessment.portfolio import ASKED, CHECKED, SLOTS, folder
from ajj.assessment.states import ManuscriptState
from ajj.assessment.values.portfolio import of_portfolio
from ajj.assessment.values.scheme import of_scheme
from ajj.assessment.values.ujian import of_ujian
from ajj.assessment.values.words import day
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.schema import FormTemplate

BOXES = {
    Standing.PRESENT: "ada",
    Standing.MISSING: "tidak_ada",
    Standing.NOT_NEEDED: "",
}


def of_file(permohonan: Permohonan, tree: Mapping[str, Any]) -> dict[str, Any]:
    """``berkas`` of the vocabulary, over the forms that BNSP names."""
    found = completeness_of(permohonan, tree)
    return {
        "berkas": {
            "formulir": [
                {
                    "no": str(number),
                    "kode": row.form.code,
                    "judul": row.form.title,
                    "ada": BOXES[row.standing],
                    "keterangan": reason_text(row),
                }
                for number, row in enumerate(found.rows, start=1)
            ]
        }
    }


def completeness_of(permohonan: Permohonan, tree: Mapping[str, Any] | None = None) -> Completeness:
    """The checklist of ``permohonan``; ``tree`` is what its forms read, at least the scheme."""
    scheme = _scheme(permohonan) if tree is None else tree
    forms = [labelled(label) for label in permohonan.forms]
    answers = {row.label: row for row in FormAnswers.objects.filter(permohonan=permohonan)}
    typed = {label: row.isi for label, row in answers.items()}
    known = {
        form.label: _known(form, permohonan, answers.get(form.label), scheme) for form in forms
    }
    known |= _portfolio(permohonan, forms, known)
    for label, document in issued_now(permohonan).items():
        known[label] = replace(known[label], issued_at=document.created_at)
    return judge(forms, decide(forms, scheme, typed), known)


def _scheme(permohonan: Permohonan) -> dict[str, Any]:
    """What the screens of forms read: the scheme, the sheets of ujian in it, and the portfolio."""
    tree = of_scheme(permohonan.skema) | of_portfolio(permohonan)
    return tree | {"ujian": of_ujian(permohonan, tree["skema"]["kelompok"])}


def _known(
    form: FormTemplate,
    permohonan: Permohonan,
    answers: FormAnswers | None,
    tree: Mapping[str, Any],
) -> Known:
    signed = _signed_at(form, permohonan)
    isi = answers.isi if answers else {}
    own = pihak.on_form(permohonan, form, isi)
    filled = isi or told(form, tree) or own.get("lembar")
    typed = typed_on(form, {**tree, **own}) if filled else Typed()
    if answers is None:
        return Known(signed_at=signed, typed_at=pihak.last_accepted(permohonan, form), typed=typed)
    return Known(signed_at=signed, typed_at=answers.saved_at, typed=typed, version=answers.version)


def _portfolio(
    permohonan: Permohonan, forms: Iterable[FormTemplate], known: Mapping[str, Known]
) -> dict[str, Known]:
    """FR.IA.08 and FR.IA.09: when the portfolio was last judged, and whether nothing is to ask."""
    slots = {form.slot: form.label for form in forms if form.slot in SLOTS}
    found = folder(permohonan) if slots else None
    made = {}
    if found and CHECKED in slots and found.started:
        at = datetime.fromtimestamp(found.changed_ms / 1000, tz=UTC)
        made[slots[CHECKED]] = replace(known[slots[CHECKED]], typed_at=at)
    if found and ASKED in slots:
        made[slots[ASKED]] = replace(known[slots[ASKED]], moot=found.nothing_to_ask)
    return made


def _signed_at(form: FormTemplate, permohonan: Permohonan) -> datetime | None:
    names = {"permohonan": "apl01", "asesmen_mandiri": "apl02"}
    held = getattr(permohonan, names[form.slot], None) if form.slot in names else None
    at: datetime | None = held.signed_at if held is not None else None
    return at


def issued_now(permohonan: Permohonan) -> dict[str, Document]:
    """The newest signed or logged print of each form by label.

    None for a form whose answers FR.AK.07 adjusted since: what was signed then is an older version.
    """
    rows = IssuedForm.objects.filter(session__jadwal__permohonan=permohonan)
    found = list(rows.values_list("code", "version", "document"))
    made = Document.objects.in_bulk([pk for *_label, pk in found])
    prints = [(f"{code}@{version}", made[pk]) for code, version, pk in found if pk in made]
    signed = Manuscript.objects.filter(permohonan=permohonan, state=ManuscriptState.ISSUED.value)
    prints += [(row.label, row.printed) for row in signed.select_related("printed") if row.printed]
    again = FormAnswers.objects.filter(permohonan=permohonan, version__gt=1)
    adjusted = {row.label: row.adjusted_at for row in again if row.adjusted_at}
    return {
        label: document
        for label, document in sorted(prints, key=lambda each: each[1].created_at)
        if label not in adjusted or document.created_at > adjusted[label]
    }


def reason_text(row: Row) -> str:
    """Why ``row`` stands as it does, in one line."""
    said = [_reasons(row)]
    if row.why is Why.FILLED and row.empty:
        said.append(
            ngettext("%(count)d isian kosong", "%(count)d isian kosong", row.empty)
            % {"count": row.empty}
        )
    if row.version > 1:
        said.append(_("versi %(number)d menurut FR.AK.07") % {"number": row.version})
    return "; ".join(said)


def _reasons(row: Row) -> str:
    moment = {"day": day(row.at) if row.at else ""}
    if row.why is Why.UNANSWERED:
        return ngettext(
            "%(count)d pertanyaan belum dijawab",
            "%(count)d pertanyaan belum dijawab",
            row.unanswered,
        ) % {"count": row.unanswered}
    return {
        Why.ISSUED: _("terbit %(day)s") % moment,
        Why.SIGNED: _("ditandatangani %(day)s") % moment,
        Why.FILLED: _("diisi %(day)s") % moment if row.at else _("terisi dari ujian"),
        Why.NOT_ISSUED: _("belum terbit"),
        Why.NOT_SIGNED: _("belum ditandatangani asesi"),
        Why.NOT_FILLED: _("belum diisi"),
        Why.UNDECIDED: _("belum ditentukan rencana"),
        Why.UNPLANNED: _("tidak direncanakan"),
        Why.IF_ANY: _("bila ada"),
        Why.MOOT: _("semua bukti portofolio memenuhi VATM"),
    }[row.why]
