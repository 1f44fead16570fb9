"""Reading plans and adjusted versions: where a plan can begin from, what FR.AK.07 opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ajj.applications.models import Permohonan
from ajj.assessment.completeness import ISSUED
from ajj.assessment.models import FormAnswers, FormAnswersVersion
from ajj.assessment.papers import isi_of, may_fill
from ajj.assessment.plan import POTENSI
from ajj.assessment.values.scheme import of_scheme
from ajj.documents.editable import wording
from ajj.documents.entries import Entry, Part, editable_tables, parts
from ajj.documents.models import Document
from ajj.documents.registry import labelled
from ajj.documents.schema import Choices, FormTemplate
from ajj.documents.selectors import content

ADJUSTMENT = "penyesuaian"
ADJUSTED = ("FR.MAPA.", "FR.IA.")


def adjustable(permohonan: Permohonan) -> frozenset[str]:
    """The labels of which an adjusted version may be made: none while FR.AK.07 asks for none."""
    forms = [labelled(label) for label in permohonan.forms]
    reason = next((form for form in forms if form.slot == ADJUSTMENT), None)
    if reason is None:
        return frozenset()
    scheme = of_scheme(permohonan.skema)
    if not asks(reason, {**scheme, "isi": isi_of(permohonan).get(reason.label, {})}):
        return frozenset()
    return frozenset(
        form.label
        for form in forms
        if form.code.startswith(ADJUSTED)
        and form.slot not in ISSUED
        and may_fill(form, "asesor")
        and parts(form, scheme)
    )


def asks(form: FormTemplate, tree: Mapping[str, Any]) -> bool:
    """Whether FR.AK.07 says that something is adjusted: a *ya* in part A, a *tidak* in part B
    (the plan does not fit), or words in what was agreed.
    """
    for part in parts(form, tree):
        chosen = [entry for entry in part.entries if entry.value]
        if any(entry.kind == "words" or entry.value == ("ya",) for entry in chosen):
            return True
        cells = (entry for line in part.lines for entry in line.entries)
        if any(entry.kind == "one" and entry.value == ("tidak",) for entry in cells):
            return True
    return False


def earlier_plans(permohonan: Permohonan, form: FormTemplate) -> QuerySet[FormAnswers]:
    """Filled plans of other permohonan of the same skema, the newest first; none for other forms.

    Only forms that exist once per scheme are begun from another asesi's (they hold no person), and
    of an editable table which rows it has: see ``begun_from``.
    """
    rows = FormAnswers.objects.none()
    if form.level == "skema" or editable_tables(form):
        rows = FormAnswers.objects.filter(
            label=form.label, permohonan__skema_id=permohonan.skema_id
        ).exclude(isi={})
    others = rows.exclude(permohonan=permohonan).select_related("permohonan__skema", "saved_by")
    return others.order_by("-saved_at")


def begun_from(form: FormTemplate, isi: Mapping[str, Any]) -> dict[str, Any]:
    """What of another asesi's answers may begin this one's: a plan without the potensi; of any
    other form only the wording of its rows, never a result.
    """
    if form.level == "skema":
        own = potensi_keys(form)
        return {key: value for key, value in isi.items() if key not in own}
    rows = {table.key: wording(table, isi.get(table.key)) for table in editable_tables(form)}
    return {key: row for key, row in rows.items() if row}


def potensi_keys(form: FormTemplate) -> frozenset[str]:
    """The keys under which ``form`` asks for the potensi of the asesi: each asesi's own."""
    return frozenset(
        section.key
        for section in form.section
        if isinstance(section, Choices) and section.options == POTENSI and section.key
    )


def older_versions(permohonan: Permohonan, label: str) -> QuerySet[FormAnswersVersion]:
    """The versions that an adjustment replaced, the first first."""
    rows = FormAnswersVersion.objects.select_related("saved_by", "replaced_by")
    return rows.filter(answers__permohonan=permohonan, answers__label=label)


def older_print(held: FormAnswersVersion) -> bytes | None:
    """The signed print of an older version as it was stored; None where nobody had signed it."""
    signed = Document.objects.filter(pk=held.document).first() if held.document else None
    return content(signed) if signed else None


@dataclass(frozen=True)
class Written:
    """One section of answers to read: what was asked, and what was answered."""

    title: str
    place: str
    rows: tuple[tuple[str, str], ...]


def written(form: FormTemplate, tree: Mapping[str, Any]) -> list[Written]:
    """The answers of ``form`` in words, section by section; sections without any are left out."""
    return written_parts(parts(form, tree))


def written_parts(shown: Iterable[Part]) -> list[Written]:
    """The same of sections that are at hand already."""
    found = [Written(part.title, part.place, tuple(_answers(part))) for part in shown]
    return [each for each in found if each.rows]


def _answers(part: Part) -> list[tuple[str, str]]:
    rows = [(entry.label, _words(entry)) for entry in part.entries if entry.value]
    for line in part.lines:
        cells = [
            f"{entry.label}: {_words(entry)}" if entry.label else _words(entry)
            for entry in line.entries
            if entry.value
        ]
        if cells:
            rows.append((" ".join(line.known), "\n".join(cells)))
    return rows


def _words(entry: Entry) -> str:
    labels = {option.value: option.label for option in entry.options}
    return ", ".join(labels.get(value, value) for value in entry.value)
