"""The scheme: its units, elemen and KUK, as every form of it begins."""

from typing import Any

from ajj.skema.models import Skema, SkemaUnit
from ajj.skema.selectors import units_of

Row = dict[str, Any]


def of_scheme(skema: Skema) -> dict[str, Any]:
    """``skema``, and the same units where checklist, record and self-assessment expect them."""
    rows = list(units_of(skema))
    units = [unit(row) for row in rows]
    groups = grouped(skema, rows, units)
    return {
        "skema": {
            "jenis": skema.jenis,
            "judul": skema.judul,
            "nomor": skema.nomor,
            "jenjang": str(skema.jenjang or ""),
            "standar": str(skema.standar),
            "units": units,
            "kelompok": groups,
            "persyaratan_dasar": [
                {"no": str(row.no), "teks": row.teks} for row in skema.persyaratan_dasar.all()
            ],
            "bukti_administratif": [
                {"no": str(row.no), "teks": row.teks} for row in skema.bukti_administratif.all()
            ],
        },
        "permohonan": {
            "syarat_dasar": [{"teks": row.teks} for row in skema.persyaratan_dasar.all()],
            "syarat_administratif": [{"teks": row.teks} for row in skema.bukti_administratif.all()],
        },
        "asesmen_mandiri": {"units": units},
        "ceklis": {"kelompok": groups, "units": units},
        "rekaman": {"units": units},
    }


def grouped(skema: Skema, rows: list[SkemaUnit], units: list[Row]) -> list[Row]:
    """``units`` by kelompok pekerjaan in order; one named after the scheme when it has none."""
    groups: dict[str, list[Row]] = {}
    for row, made in zip(rows, units, strict=True):
        held = groups.setdefault(row.kelompok or skema.judul, [])
        held.append({**made, "no": str(len(held) + 1)})
    return [
        {"no": str(number), "nama": name, "units": held}
        for number, (name, held) in enumerate(groups.items(), start=1)
    ]


def unit(row: SkemaUnit) -> Row:
    """``UNIT`` of the vocabulary, without any answer."""
    return {
        "no": str(row.order),
        "kode": row.unit.kode,
        "judul": row.unit.judul,
        "standar": str(row.unit.standar),
        "elemen": [
            {
                "no": str(elemen.no),
                "judul": elemen.judul,
                "kuk": [{"no": kuk.no, "teks": kuk.teks} for kuk in elemen.kuk.all()],
            }
            for elemen in row.unit.elemen.all()
        ],
    }
