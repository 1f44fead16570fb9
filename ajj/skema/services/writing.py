"""Items into rows, many at once: an import may hold up nobody else's write."""

from collections.abc import Sequence

from ajj.skema.butir import Item
from ajj.skema.models import Butir, Kuk, Muk, UnitKompetensi


def write_items(muk: Muk, items: Sequence[Item], *, first: int) -> None:
    """Whole ``items`` as numbers ``first`` onwards of ``muk``, in five queries."""
    units = {row.kode: row for row in UnitKompetensi.objects.filter(kode__in=_codes(items))}
    kuk = {
        (code, no): pk
        for code, no, pk in Kuk.objects.filter(elemen__unit__in=units.values()).values_list(
            "elemen__unit__kode", "no", "pk"
        )
    }
    rows = Butir.objects.bulk_create(
        Butir(
            muk=muk,
            no=no,
            unit=units[item.unit],
            dimensi=list(item.dimensi),
            pertanyaan=item.pertanyaan,
            pilihan=list(item.pilihan),
            kunci=item.kunci,
        )
        for no, item in enumerate(items, start=first)
    )
    link = Butir.kuk.through
    link.objects.bulk_create(
        link(butir_id=row.pk, kuk_id=kuk[item.unit, no])
        for row, item in zip(rows, items, strict=True)
        for no in item.kuk
    )


def _codes(items: Sequence[Item]) -> set[str]:
    return {item.unit for item in items}
