"""The coverage map, for any scheme and any set of items."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ajj.skema.coverage import Asked, reached, unreached_only
from ajj.skema.rules import DIMENSI

KINDS = ["pendukung_observasi", "pilihan_ganda", "esai", "lisan"]


def scheme(shape: list[list[int]]) -> list[dict[str, Any]]:
    """Units of elemen of so many KUK; ids count up from 1."""
    ids = iter(range(1, 10_000))
    return [
        {
            "kode": f"U.{u}",
            "judul": f"Unit {u}",
            "elemen": [
                {
                    "no": e,
                    "judul": "Elemen",
                    "kuk": [
                        {"id": next(ids), "no": f"{e}.{k}", "teks": "Kriteria"}
                        for k in range(1, count + 1)
                    ],
                }
                for e, count in enumerate(elemen, start=1)
            ],
        }
        for u, elemen in enumerate(shape, start=1)
    ]


shapes = st.lists(st.lists(st.integers(0, 4), max_size=3), max_size=4)
asked = st.lists(
    st.builds(
        Asked,
        jenis=st.sampled_from(KINDS),
        no=st.integers(1, 40),
        kuk=st.frozensets(st.integers(1, 20), max_size=4),
        dimensi=st.lists(st.sampled_from(list(DIMENSI)), max_size=2).map(tuple),
    ),
    max_size=12,
)


@given(shapes, asked)
def test_a_kuk_is_reached_exactly_when_an_item_names_it(shape, items):
    units = scheme(shape)
    wanted = {pk for item in items for pk in item.kuk}
    ids = [kuk["id"] for unit in units for part in unit["elemen"] for kuk in part["kuk"]]
    mapped = [kuk for unit in reached(units, items) for part in unit.elemen for kuk in part.kuk]
    assert [kuk.reached for kuk in mapped] == [pk in wanted for pk in ids]
    for pk, kuk in zip(ids, mapped, strict=True):
        for jenis in KINDS:
            numbers = sorted(item.no for item in items if pk in item.kuk and item.jenis == jenis)
            assert list(kuk.items.get(jenis, ())) == numbers


@given(shapes, asked)
def test_counts_and_the_filter_agree(shape, items):
    units = reached(scheme(shape), items)
    left = unreached_only(units)
    assert sum(unit.total for unit in left) == sum(unit.total - unit.reached for unit in units)
    assert all(unit.reached == 0 and unit.total for unit in left)


def test_the_dimensi_of_a_unit_are_those_of_its_items_in_order():
    (unit,) = reached(scheme([[1]]), [Asked("esai", 1, frozenset({1}), ("cms", "ts"))])
    assert unit.dimensi == ("ts", "cms")
