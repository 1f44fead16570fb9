"""Kelengkapan: for each form of the file whether it is there, lacking or not needed, and why. Pure.

A form is there when it was issued or signed, or when it was filled on its screen: every question
with one answer to choose is answered, and something is written on it. What else was left empty is
counted and told, it holds nothing up: BNSP's forms are full of "bila ada".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ajj.assessment.plan import Plan, Verdict
from ajj.documents.entries import parts
from ajj.documents.schema import FormTemplate
from ajj.documents.soundness import named
from ajj.documents.sources import SOURCES

IF_ANY = frozenset({"penyesuaian", "banding", "validasi"})
"""FR.AK.07, FR.AK.04, FR.VA: only where there was reason for them."""
HANDED_IN = frozenset({"permohonan", "asesmen_mandiri"})
"""Signed by the asesi on their own screens."""
ISSUED = frozenset({"persetujuan", "ceklis_observasi", "rekaman", "laporan"})
"""Printed from the log once what they show is complete."""

UJIAN = SOURCES["ujian"]
UJIAN_KINDS = frozenset(UJIAN) if isinstance(UJIAN, dict) else frozenset()


class Standing(StrEnum):
    PRESENT = "ada"
    MISSING = "belum"
    NOT_NEEDED = "tidak_diperlukan"


class Why(StrEnum):
    """The reason behind a standing."""

    ISSUED = "issued"
    SIGNED = "signed"
    FILLED = "filled"
    NOT_ISSUED = "not_issued"
    NOT_SIGNED = "not_signed"
    NOT_FILLED = "not_filled"
    UNANSWERED = "unanswered"
    UNDECIDED = "undecided"
    UNPLANNED = "unplanned"
    IF_ANY = "if_any"
    MOOT = "moot"


@dataclass(frozen=True)
class Typed:
    """What fills a form: ``anything`` typed or told by a ujian, questions with one answer still
    ``unanswered``, words ``empty``. A box among many that is not ticked is an answer.
    """

    anything: bool = False
    unanswered: int = 0
    empty: int = 0


@dataclass(frozen=True)
class Known:
    """What the records hold of one form. ``version`` counts adjusted versions from 1.

    ``moot``: planned, but what was found leaves nothing to do on it.
    """

    issued_at: datetime | None = None
    signed_at: datetime | None = None
    typed_at: datetime | None = None
    typed: Typed = Typed()
    version: int = 1
    moot: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the checklist. ``at``: when it was issued, signed or last typed on."""

    form: FormTemplate
    standing: Standing
    why: Why
    verdict: Verdict
    at: datetime | None = None
    unanswered: int = 0
    empty: int = 0
    version: int = 1

    @property
    def present(self) -> bool:
        return self.standing is Standing.PRESENT

    @property
    def missing(self) -> bool:
        return self.standing is Standing.MISSING

    @property
    def waits_for_asesi(self) -> bool:
        """Lacking, and nobody but the asesi can fill it."""
        return self.missing and set(self.form.filled_by) == {"asesi"}

    @property
    def holds_up(self) -> bool:
        """Lacking, so that the report cannot be handed in."""
        return self.missing and not self.waits_for_asesi


@dataclass(frozen=True)
class Completeness:
    """The whole file: its rows in the order of the set, and the plan they were judged by."""

    plan: Plan
    rows: tuple[Row, ...]

    @property
    def held_up(self) -> list[Row]:
        return [row for row in self.rows if row.holds_up]

    @property
    def waiting(self) -> list[Row]:
        """What only the asesi can add; the report may go without it and says so."""
        return [row for row in self.rows if row.waits_for_asesi]

    @property
    def present(self) -> list[Row]:
        return [row for row in self.rows if row.present]

    @property
    def needed(self) -> int:
        """How many forms this file needs."""
        return sum(row.standing is not Standing.NOT_NEEDED for row in self.rows)

    def of(self, label: str) -> Row | None:
        return next((row for row in self.rows if row.form.label == label), None)


def judge(forms: Iterable[FormTemplate], plan: Plan, known: Mapping[str, Known]) -> Completeness:
    """Each of ``forms`` that BNSP names (``FR.…``), judged by what is ``known`` by label."""
    rows = (
        _row(form, plan.says_of(form.label), known.get(form.label, Known()))
        for form in forms
        if form.code.startswith("FR.")
    )
    return Completeness(plan, tuple(rows))


def _row(form: FormTemplate, verdict: Verdict, known: Known) -> Row:
    standing, why, at = _standing(form, verdict, known)
    typed = known.typed
    return Row(form, standing, why, verdict, at, typed.unanswered, typed.empty, known.version)


def _standing(
    form: FormTemplate, verdict: Verdict, known: Known
) -> tuple[Standing, Why, datetime | None]:
    if known.issued_at:
        return Standing.PRESENT, Why.ISSUED, known.issued_at
    if known.signed_at:
        return Standing.PRESENT, Why.SIGNED, known.signed_at
    typed = known.typed
    if form.slot not in HANDED_IN | ISSUED and typed.anything and not typed.unanswered:
        return Standing.PRESENT, Why.FILLED, known.typed_at
    if verdict is Verdict.UNPLANNED:
        return Standing.NOT_NEEDED, Why.UNPLANNED, None
    needless = Why.MOOT if known.moot else Why.IF_ANY if form.slot in IF_ANY else None
    if needless and not typed.anything:
        return Standing.NOT_NEEDED, needless, None
    return Standing.MISSING, _lack(form, verdict, typed), known.typed_at


def _lack(form: FormTemplate, verdict: Verdict, typed: Typed) -> Why:
    if form.slot in HANDED_IN:
        return Why.NOT_SIGNED
    if verdict is Verdict.UNDECIDED:
        return Why.UNDECIDED
    if form.slot in ISSUED:
        return Why.NOT_ISSUED
    return Why.UNANSWERED if typed.anything else Why.NOT_FILLED


def typed_on(form: FormTemplate, tree: Mapping[str, Any]) -> Typed:
    """What ``tree["isi"]``, the ujian and the portfolio in ``tree`` fill of ``form``; each of its
    ``lembar`` where it has several. Spare rows of its own tables do not count.
    """
    if sheets := tree.get("lembar"):
        rest = {name: value for name, value in tree.items() if name != "lembar"}
        found = [typed_on(form, {**rest, "isi": isi}) for isi in sheets]
        return Typed(
            any(each.anything for each in found),
            sum(each.unanswered for each in found),
            sum(each.empty for each in found),
        )
    entries = [
        entry
        for part in parts(form, tree)
        for entry in (*part.entries, *(each for line in part.lines for each in line.entries))
        if not _spare(entry.path) or entry.value
    ]
    empty = [entry for entry in entries if not entry.value]
    lacking = int(_verified(form, tree).get("belum") or 0)
    unanswered = sum(entry.kind == "one" for entry in empty) + lacking
    blank = sum(entry.kind == "words" for entry in empty)
    return Typed(len(empty) < len(entries) or told(form, tree), unanswered, blank)


def told(form: FormTemplate, tree: Mapping[str, Any]) -> bool:
    """Whether a ujian or the verification of the portfolio in ``tree`` fills ``form``."""
    return bool(asked_by(form) & set(tree.get("ujian", ()))) or bool(_verified(form, tree))


def _verified(form: FormTemplate, tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the asesor concluded from the portfolio, where ``form`` prints it (FR.IA.08)."""
    prints = any(path.startswith("portofolio.") for path in named(form))
    return tree.get("portofolio") or {} if prints else {}


def asked_by(form: FormTemplate) -> frozenset[str]:
    """The kinds of ujian whose sheets fill ``form`` (``pilihan_ganda``, ``lisan`` …)."""
    said = {name for path in named(form) for name in path.split(".")}
    return frozenset(kind for kind in UJIAN_KINDS if kind in said)


def _spare(path: Sequence[str]) -> bool:
    return any(name.startswith("+") for name in path)
