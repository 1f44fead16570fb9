"""Items into rows, many at once: an import may hold up nobody else's write."""

from collections.abc import Sequence

from ajj.skema.butir import Item
from ajj.skema.models import Butir, Kuk, Muk
from ajj.skema.tugas import TASKS, placed


def write_items(muk: Muk, items: Sequence[Item], *, first: int) -> None:
    """Whole ``items`` as numbers ``first`` onwards of ``muk``, in four queries."""
    found = found_kuk(items, muk.jenis)
    rows = Butir.objects.bulk_create(
        Butir(
            muk=muk,
            no=no,
            unit=kuk[0].elemen.unit,
            dimensi=list(item.dimensi),
            pertanyaan=item.pertanyaan,
            pilihan=list(item.pilihan),
            kunci=item.kunci,
            tugas=item.tugas.as_data() if muk.task else {},
        )
        for no, (item, kuk) in enumerate(zip(items, found, strict=True), start=first)
    )
    link = Butir.kuk.through
    link.objects.bulk_create(
        link(butir_id=row.pk, kuk_id=each.pk)
        for row, kuk in zip(rows, found, strict=True)
        for each in kuk
    )


def found_kuk(items: Sequence[Item], jenis: str) -> list[list[Kuk]]:
    """The KUK that each of ``items`` names, in its order, with their units; one query."""
    named = [_named(item, jenis) for item in items]
    codes = {code for kuk in named for code, _no in kuk}
    rows = Kuk.objects.filter(elemen__unit__kode__in=codes).select_related("elemen__unit")
    held = {(row.elemen.unit.kode, row.no): row for row in rows}
    return [[held[place] for place in kuk] for kuk in named]


def _named(item: Item, jenis: str) -> list[tuple[str, str]]:
    """Unit and number of each KUK of ``item``."""
    if jenis in TASKS:
        return [placed(kuk) for kuk in item.kuk]
    return [(item.unit, no) for no in item.kuk]
