"""Instruments with items, as people make them: through the services."""

from ajj.people.models import User
from ajj.skema.butir import Item
from ajj.skema.models import Muk, Skema
from ajj.skema.selectors import units_map
from ajj.skema.services import add_butir, start_muk, submit_muk, validate_muk
from tests.factories import people
from tests.factories.people import NOW


def draft(skema: Skema, *, jenis: str = Muk.Jenis.PILIHAN_GANDA, actor: User | None = None) -> Muk:
    return start_muk(
        skema,
        jenis=jenis,
        judul="Pengetahuan dasar",
        minutes=30,
        shuffled=True,
        actor=actor or people.asesor(),
        now=NOW,
    )


def item(muk: Muk, *, unit: int = 0, kuk: tuple[int, ...] = (0,), **changes) -> Item:
    """A whole item for ``muk``: the unit and its KUK by their place."""
    units = units_map(muk.skema, muk.jenis)
    code = list(units)[unit]
    chosen = muk.jenis == Muk.Jenis.PILIHAN_GANDA
    values = {
        "unit": code,
        "kuk": tuple(units[code][place] for place in kuk),
        "dimensi": ("ts",),
        "pertanyaan": "Apa langkah pertama?",
        "pilihan": ("Menyiapkan", "Menutup", "Mencetak", "Membuang") if chosen else (),
        "kunci": "a" if chosen else "Menyiapkan alat sesuai petunjuk.",
    }
    return Item(**{**values, **changes})


def filled(skema: Skema, count: int = 3, *, jenis: str = Muk.Jenis.PILIHAN_GANDA) -> Muk:
    actor = people.asesor()
    muk = draft(skema, jenis=jenis, actor=actor)
    for number in range(1, count + 1):
        add_butir(muk, item(muk, pertanyaan=f"Pertanyaan {number}?"), actor=actor, now=NOW)
    return muk


def valid(skema: Skema, count: int = 3, *, jenis: str = Muk.Jenis.PILIHAN_GANDA) -> Muk:
    muk = submit_muk(filled(skema, count, jenis=jenis), actor=people.asesor(), now=NOW)
    return validate_muk(muk, seen=NOW.isoformat(), actor=people.asesor(), now=NOW)
