"""Reading schemes: the catalogue, one scheme in full, its letters, its instruments (MUK)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ajj.kernel.errors import Conflict, NotFound
from ajj.people.models import User
from ajj.skema.butir import Item
from ajj.skema.coverage import Asked, UnitReach, reached
from ajj.skema.models import (
    SIGNERS,
    Butir,
    Elemen,
    Kuk,
    Muk,
    Skema,
    SkemaAJJApproval,
    SkemaUnit,
    UnitKompetensi,
)
from ajj.skema.rules import closed_reason, require_editor
from ajj.skema.states import MukState
from ajj.skema.tugas import TASKS, Tugas

USABLE = (MukState.VALID.value, MukState.USED.value)


def in_force(day: date) -> Q:
    """Approval letters in force on ``day``, as a filter on ``SkemaAJJApproval``."""
    return Q(tanggal__lte=day) & (Q(berlaku_sampai__isnull=True) | Q(berlaku_sampai__gte=day))


def catalogue(
    *, query: str = "", jenis: str = "", ajj_only: bool = False, day: date
) -> QuerySet[Skema]:
    """Schemes by title, with ``unit_count``, ``kuk_count`` and their letters in force."""
    rows = (
        Skema.objects.select_related("standar")
        .prefetch_related("approvals")
        .annotate(
            unit_count=Count("skema_units", distinct=True),
            kuk_count=Count("skema_units__unit__elemen__kuk", distinct=True),
        )
        .order_by("judul")
    )
    if query:
        rows = rows.filter(
            Q(judul__icontains=query)
            | Q(judul_en__icontains=query)
            | Q(nomor__icontains=query)
            | Q(bidang__icontains=query)
            | Q(units__judul__icontains=query)
            | Q(units__kode__iexact=query)
        ).distinct()
    if jenis:
        rows = rows.filter(jenis=jenis)
    if ajj_only:
        letters = SkemaAJJApproval.objects.filter(in_force(day))
        rows = rows.filter(pk__in=letters.values("skema"))
    return rows


def units_of(skema: Skema) -> QuerySet[SkemaUnit]:
    """The units in packaging order with elemen and KUK, in three queries."""
    kuk = Prefetch("kuk", queryset=Kuk.objects.order_by("urutan"))
    elemen = Prefetch("unit__elemen", queryset=Elemen.objects.order_by("no").prefetch_related(kuk))
    return (
        SkemaUnit.objects.filter(skema=skema)
        .select_related("unit", "unit__standar")
        .prefetch_related(elemen)
        .order_by("order")
    )


def elemen_of(skema: Skema) -> QuerySet[Elemen]:
    """Every elemen of the scheme in packaging order."""
    return (
        Elemen.objects.filter(unit__skema_units__skema=skema)
        .select_related("unit")
        .order_by("unit__skema_units__order", "no")
    )


def kuk_ids(skema: Skema) -> frozenset[int]:
    """The KUK that belong to the scheme: marks for any other are refused."""
    return frozenset(
        Kuk.objects.filter(elemen__unit__skema_units__skema=skema).values_list("pk", flat=True)
    )


def checklist(skema: Skema) -> list[dict[str, Any]]:
    """Units, elemen and KUK as plain JSON data for the room's checklist."""
    return [
        {
            "id": row.unit.pk,
            "kode": row.unit.kode,
            "judul": row.unit.judul,
            "elemen": [
                {
                    "id": elemen.pk,
                    "no": elemen.no,
                    "judul": elemen.judul,
                    "kuk": [
                        {"id": kuk.pk, "no": kuk.no, "teks": kuk.teks} for kuk in elemen.kuk.all()
                    ],
                }
                for elemen in row.unit.elemen.all()
            ],
        }
        for row in units_of(skema)
    ]


@dataclass(frozen=True)
class Openness:
    """Whether one can apply; ``reason`` says why not."""

    open: bool
    reason: str


def openness(skema: Skema) -> Openness:
    """Whether ``skema`` takes applications now."""
    reason = closed_reason(skema, UnitKompetensi.objects.filter(skema=skema).count())
    return Openness(not reason, reason)


@dataclass(frozen=True)
class CatalogueRow:
    """A scheme with what a register line shows."""

    skema: Skema
    units: int
    kuk: int
    approval: SkemaAJJApproval | None
    closed: str


def catalogue_rows(rows: QuerySet[Skema], day: date) -> list[CatalogueRow]:
    """The lines of ``catalogue``: those open to remote assessment first, then by title."""
    lines = []
    for row in rows:
        units, kuk = getattr(row, "unit_count", 0), getattr(row, "kuk_count", 0)
        lines.append(CatalogueRow(row, units, kuk, row.ajj_on(day), closed_reason(row, units)))
    return sorted(lines, key=lambda line: (bool(line.closed), line.approval is None))


def detail(skema: Skema, day: date) -> dict[str, Any]:
    """All that the detail page of ``skema`` shows on ``day``."""
    units = list(units_of(skema))
    elemen = [part for row in units for part in row.unit.elemen.all()]
    return {
        "skema": skema,
        "units": units,
        "elemen_count": len(elemen),
        "kuk_count": sum(len(part.kuk.all()) for part in elemen),
        "approval": skema.ajj_on(day),
        "closed": closed_reason(skema, len(units)),
        "persyaratan": skema.persyaratan_dasar.all(),
        "bukti": skema.bukti_administratif.all(),
    }


def require_open(skema: Skema) -> None:
    """Raise ``Conflict`` (``skema_closed``) when the scheme takes no applications."""
    state = openness(skema)
    if not state.open:
        raise Conflict(state.reason, code="skema_closed")


def usable_muk(skema: Skema, jenis: str) -> Muk | None:
    """The newest version of the instrument ``jenis`` that may be given to an asesi, if any."""
    rows = Muk.objects.filter(skema=skema, jenis=jenis, state__in=USABLE)
    return rows.order_by("-version").first()


def places(skema: Skema, jenis: str) -> list[dict[str, Any]]:
    """Where an item of ``jenis`` may hang, as ``checklist`` gives units.

    For a task its kelompok pekerjaan under ``kode``; elemen name their ``unit``, KUK are named with
    its code.
    """
    if jenis not in TASKS:
        return checklist(skema)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in units_of(skema):
        groups.setdefault(row.kelompok or skema.judul, []).extend(_named_elemen(row))
    return [{"kode": name, "judul": "", "elemen": found} for name, found in groups.items()]


def _named_elemen(row: SkemaUnit) -> list[dict[str, Any]]:
    code = row.unit.kode
    return [
        {
            "unit": f"{row.unit.judul} ({code})",
            "no": str(elemen.no),
            "judul": elemen.judul,
            "kuk": [{"no": f"{code} {kuk.no}", "teks": kuk.teks} for kuk in elemen.kuk.all()],
        }
        for elemen in row.unit.elemen.all()
    ]


def units_map(skema: Skema, jenis: str) -> dict[str, tuple[str, ...]]:
    """``places`` for ``ajj.skema.butir``: name to KUK, both in their order."""
    return {
        row["kode"]: tuple(kuk["no"] for elemen in row["elemen"] for kuk in elemen["kuk"])
        for row in places(skema, jenis)
    }


def butir_of(muk: Muk) -> QuerySet[Butir]:
    """The items of ``muk`` in order, with unit, and KUK in theirs."""
    order = ("elemen__unit", "elemen__no", "urutan")
    kuk = Kuk.objects.select_related("elemen__unit").order_by(*order)
    rows = muk.butir.select_related("unit").prefetch_related(Prefetch("kuk", queryset=kuk))
    return rows.order_by("no")


def item_of(row: Butir) -> Item:
    """An item of ``butir_of`` as it is written."""
    unit, kuk = row.unit.kode, [kuk.no for kuk in row.kuk.all()]
    if row.muk.task:
        held = SkemaUnit.objects.filter(skema=row.muk.skema, unit=row.unit).first()
        unit = (held.kelompok if held else "") or row.muk.skema.judul
        kuk = [f"{kuk.elemen.unit.kode} {kuk.no}" for kuk in row.kuk.all()]
    return Item(
        unit=unit,
        kuk=tuple(kuk),
        dimensi=tuple(row.dimensi),
        pertanyaan=row.pertanyaan,
        pilihan=tuple(row.pilihan),
        kunci=row.kunci,
        tugas=Tugas.of(row.tugas),
    )


def every_muk() -> QuerySet[Muk]:
    """The instruments of all schemes by scheme and kind, newest version first, with ``items``."""
    return (
        Muk.objects.select_related("skema", "penyusun", "validator", "penyusun2", "validator2")
        .annotate(items=Count("butir"))
        .order_by("skema__judul", "jenis", "-version")
    )


def muk_of(skema: Skema) -> QuerySet[Muk]:
    """``every_muk`` of one scheme."""
    return every_muk().filter(skema=skema)


def counted_muk(skema: Skema) -> dict[str, Muk]:
    """Of each kind the version that the coverage map counts: the usable one, else the newest."""
    chosen: dict[str, Muk] = {}
    for muk in muk_of(skema).exclude(state=MukState.WITHDRAWN):
        before = chosen.get(muk.jenis)
        if before is None or (before.state not in USABLE and muk.state in USABLE):
            chosen[muk.jenis] = muk
    return chosen


def coverage(skema: Skema) -> list[UnitReach]:
    """Which KUK the items of ``counted_muk`` reach, in packaging order."""
    asked = [
        Asked(
            jenis=jenis,
            no=row.no,
            kuk=frozenset(kuk.pk for kuk in row.kuk.all()),
            dimensi=tuple(row.dimensi),
        )
        for jenis, muk in counted_muk(skema).items()
        for row in muk.butir.prefetch_related("kuk").order_by("no")
    ]
    return reached(checklist(skema), asked)


def muk_for(user: User, pk: int) -> Muk:
    """``pk`` for somebody who may see its keys. Raises ``Forbidden``, ``NotFound``."""
    require_editor(user)
    rows = Muk.objects.select_related("skema", *(f"{line}__asesor" for line in SIGNERS))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("Instrumen ini tidak ada."), code="no_muk")
    return found
