"""Example instruments from ``data/muk/KUNCI.json``, signed as real ones are and marked as examples.

A file holds ``{"muk": [{"jenis", "judul", "minutes", "butir": [{"unit", "kuk", "dimensi",
"pertanyaan", "pilihan"?, "kunci", "tugas"?}]}]}``: KUK by number (of a task ``KODE 1.1``, and no
unit where the scheme is one kelompok), dimensi by key, the right choice by letter, ``tugas`` as
``ajj.skema.tugas.Tugas``.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ajj.kernel.errors import Invalid
from ajj.people.models import User
from ajj.skema.butir import Item
from ajj.skema.models import Muk, Skema
from ajj.skema.services.items import import_items
from ajj.skema.services.loading import DATA
from ajj.skema.services.muk import start_muk, submit_muk, validate_muk
from ajj.skema.tugas import Tugas

EXAMPLES = DATA / "muk"


@transaction.atomic
def load_muk(skema: Skema, *, penyusun: User, validator: User, now: datetime) -> list[Muk]:
    """The scheme's example instruments as valid ones; kinds that it has already are left alone.

    Empty when there is no file for the scheme. Raises ``Invalid`` naming what is wrong with one.
    """
    path = EXAMPLES / f"{skema.kunci}.json"
    if not path.exists():
        return []
    there = set(Muk.objects.filter(skema=skema).values_list("jenis", flat=True))
    try:
        rows = [
            (row, [_item(butir, skema) for butir in row["butir"]])
            for row in json.loads(path.read_text())["muk"]
            if row["jenis"] not in there
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path.name} tidak lengkap: {error!r}", code="bad_muk_file") from error
    return [
        _signed(skema, row, items, penyusun=penyusun, validator=validator, now=now)
        for row, items in rows
    ]


def _item(row: Mapping[str, Any], skema: Skema) -> Item:
    return Item(
        unit=row.get("unit", skema.judul),
        kuk=tuple(row["kuk"]),
        dimensi=tuple(row["dimensi"]),
        pertanyaan=row["pertanyaan"],
        pilihan=tuple(row.get("pilihan", ())),
        kunci=row["kunci"],
        tugas=Tugas.of(row.get("tugas", {})),
    )


def _signed(
    skema: Skema,
    row: Mapping[str, Any],
    items: list[Item],
    *,
    penyusun: User,
    validator: User,
    now: datetime,
) -> Muk:
    muk = start_muk(
        skema,
        jenis=row["jenis"],
        judul=row["judul"],
        minutes=row.get("minutes"),
        shuffled=True,
        contoh=True,
        actor=penyusun,
        now=now,
    )
    import_items(muk, items, replace=False, actor=penyusun, now=now)
    submitted = submit_muk(muk, actor=penyusun, now=now)
    return validate_muk(submitted, seen=now.isoformat(), actor=validator, now=now)
