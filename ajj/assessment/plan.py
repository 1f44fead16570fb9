"""What FR.MAPA.01 and FR.MAPA.02 decide: which instruments must exist for one asesi. Pure.

FR.MAPA.02 is the map (rows of instruments, columns of potensi asesi); FR.MAPA.01 says which
potensi this asesi has, and which methods reach each unit. Both are read through the entries of
their own form files: a row that begins with ``FR.IA.05`` stands for the forms of that code in the
set, so a new edition needs no code here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ajj.documents.entries import Entry, Line, Part, parts
from ajj.documents.schema import FormTemplate

PLAN, MAP = "rencana", "peta_instrumen"
POTENSI = "potensi_asesi"
CODE = re.compile(r"(FR\.IA\.\d+[A-Z]?)\b")
METHOD = re.compile(r"^(?P<name>.*?)\s*\[(?P<short>[A-Z/]+)\]$")
# Which slots an abbreviation of FR.MAPA.01 (MUK 2020 and 2023) may be answered by.
INSTRUMENTS: Mapping[str, frozenset[str]] = {
    "CL": frozenset({"ceklis_observasi"}),
    "PMO": frozenset({"pertanyaan_observasi"}),
    "DIT": frozenset({"instruksi_terstruktur", "penilaian_terstruktur"}),
    "DPT": frozenset({"pilihan_ganda", "esai"}),
    "DPL": frozenset({"pertanyaan_lisan"}),
    "PW": frozenset({"pertanyaan_wawancara"}),
    "VP": frozenset({"verifikasi_portofolio"}),
    "CVP": frozenset({"verifikasi_portofolio"}),
    "CUP": frozenset({"reviu_produk"}),
    "CRP": frozenset({"reviu_produk"}),
    "VPK": frozenset({"pihak_ketiga"}),
}


class Verdict(StrEnum):
    """What the plan says of one form. ``FREE``: the map has no row for it."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"
    UNDECIDED = "undecided"
    FREE = "free"


class Gap(StrEnum):
    """What the plan still lacks, or where its two forms disagree."""

    NO_POTENSI = "no_potensi"
    NO_MAP = "no_map"
    NOTHING_TICKED = "nothing_ticked"
    NO_MATRIX = "no_matrix"
    METHOD_UNTICKED = "method_unticked"
    UNIT_WITHOUT_METHOD = "unit_without_method"


@dataclass(frozen=True)
class Hint:
    """One ``gap``; ``label`` is the form to open, ``about`` the method or the unit it is about."""

    gap: Gap
    label: str
    about: str = ""


@dataclass(frozen=True)
class Plan:
    """``planned`` and ``governed`` hold labels; ``potensi`` the ticked options (``1`` to ``5``)."""

    potensi: frozenset[str] = frozenset()
    planned: frozenset[str] = frozenset()
    governed: frozenset[str] = frozenset()
    hints: tuple[Hint, ...] = ()

    @property
    def decided(self) -> bool:
        """The map names at least one instrument for the potensi of this asesi."""
        return bool(self.planned)

    def says_of(self, label: str) -> Verdict:
        """What the plan says of the form ``label``."""
        if label not in self.governed:
            return Verdict.FREE
        if not self.decided:
            return Verdict.UNDECIDED
        return Verdict.PLANNED if label in self.planned else Verdict.UNPLANNED


def decide(
    forms: Sequence[FormTemplate], scheme: Mapping[str, Any], isi: Mapping[str, Mapping[str, Any]]
) -> Plan:
    """The plan of one asesi: ``forms`` in force, the ``scheme`` tree, and ``isi`` by label.

    ``planned`` grows with every tick and does not depend on the order of ticks.
    """
    by_slot = {form.slot: form for form in forms}
    plan, chart = by_slot.get(PLAN), by_slot.get(MAP)
    if plan is None or chart is None:
        return Plan()
    matrix = parts(plan, {**scheme, "isi": isi.get(plan.label, {})})
    rows = list(_rows(parts(chart, {**scheme, "isi": isi.get(chart.label, {})})))
    potensi = _potensi(plan, matrix)
    covered = {code: _forms_of(code, chart.version, forms) for code, _ticks in rows}
    planned = frozenset(label for code, ticks in rows if ticks & potensi for label in covered[code])
    governed = frozenset(label for labels in covered.values() for label in labels)
    ticked = any(ticks for _code, ticks in rows)
    slots = {form.slot for form in forms if form.label in planned}
    hints = (
        *_of_map(plan, chart, potensi, ticked=ticked, planned=bool(planned)),
        *_of_matrix(plan, chart, matrix, slots),
    )
    return Plan(potensi, planned, governed, hints)


def _rows(found: Sequence[Part]) -> Iterator[tuple[str, frozenset[str]]]:
    """Every row of the map: the code it names and the potensi ticked in it."""
    for part in found:
        for line in part.lines:
            code = next((hit[1] for text in line.known if (hit := CODE.match(text))), "")
            if code:
                ticks = (value for entry in line.entries for value in entry.value)
                yield code, frozenset(ticks)


def _forms_of(code: str, version: str, forms: Sequence[FormTemplate]) -> frozenset[str]:
    """The forms that a row stands for: FR.IA.05 is 05A, 05B and 05C.

    Of a code in two editions (FR.IA.11 of 2020 reviews instruments) that of the map counts.
    """
    found: dict[str, list[FormTemplate]] = {}
    for form in forms:
        if form.code == code or (form.code[:-1] == code and form.code[-1].isalpha()):
            found.setdefault(form.code, []).append(form)
    same = [
        next((form for form in editions if form.version == version), editions[0])
        for editions in found.values()
    ]
    return frozenset(form.label for form in same)


def _potensi(plan: FormTemplate, matrix: Sequence[Part]) -> frozenset[str]:
    options = plan.options.get(POTENSI, ())
    entries = (entry for part in matrix for entry in part.entries if entry.options == options)
    return frozenset(value for entry in entries for value in entry.value)


def _of_map(
    plan: FormTemplate,
    chart: FormTemplate,
    potensi: frozenset[str],
    *,
    ticked: bool,
    planned: bool,
) -> Iterator[Hint]:
    if not potensi:
        yield Hint(Gap.NO_POTENSI, plan.label)
    if not ticked:
        yield Hint(Gap.NO_MAP, chart.label)
    elif potensi and not planned:
        yield Hint(Gap.NOTHING_TICKED, chart.label, ", ".join(sorted(potensi)))


def _of_matrix(
    plan: FormTemplate, chart: FormTemplate, matrix: Sequence[Part], slots: set[str]
) -> Iterator[Hint]:
    """What the matrix lacks per unit, and its methods that no planned instrument answers."""
    lines = [(part, line) for part in matrix for line in part.lines if _methods(line)]
    used = {
        name: short for _part, line in lines for name, short, entry in _methods(line) if entry.value
    }
    if lines and not used:
        yield Hint(Gap.NO_MATRIX, plan.label)
        return
    for part, line in lines:
        if not any(entry.value for _name, _short, entry in _methods(line)):
            about = f"{part.place}: {', '.join(line.known)}"
            yield Hint(Gap.UNIT_WITHOUT_METHOD, plan.label, about)
    for name, short in used.items() if slots else ():
        answers = [INSTRUMENTS.get(each, frozenset()) for each in short.split("/")]
        if not any(each & slots for each in answers):
            yield Hint(Gap.METHOD_UNTICKED, chart.label, f"{name} [{short}]")


def _methods(line: Line) -> list[tuple[str, str, Entry]]:
    """The cells of a row of the matrix that name a method, by the abbreviation in their head."""
    hits = ((METHOD.match(entry.label), entry) for entry in line.entries)
    return [(hit["name"], hit["short"], entry) for hit, entry in hits if hit]
