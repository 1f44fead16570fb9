"""The example instruments: every scheme that has units has them, whole, valid and marked."""

from collections import Counter

import pytest

from ajj.skema.models import Muk, Skema
from ajj.skema.selectors import coverage, usable_muk
from ajj.skema.services import load_files, load_muk
from ajj.skema.services.examples import EXAMPLES
from tests.factories import people
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def test_every_scheme_with_units_has_its_instruments():
    load_files(actor=None, now=NOW)
    penyusun, validator = people.asesor(), people.asesor()
    with_units = {skema.kunci for skema in Skema.objects.all() if skema.units.exists()}
    assert {path.stem for path in EXAMPLES.glob("*.json")} == with_units
    for skema in Skema.objects.all():
        made = load_muk(skema, penyusun=penyusun, validator=validator, now=NOW)
        if skema.kunci not in with_units:
            assert made == []
            continue
        assert all(muk.contoh and muk.penyusun != muk.validator for muk in made)
        choice = usable_muk(skema, Muk.Jenis.PILIHAN_GANDA)
        essay, oral = usable_muk(skema, Muk.Jenis.ESAI), usable_muk(skema, Muk.Jenis.LISAN)
        assert choice
        assert essay
        assert oral
        assert (choice.minutes, essay.minutes, oral.minutes) == (30, 30, None)
        assert (essay.butir.count(), oral.butir.count()) == (3, 4)
        keys = Counter(choice.butir.values_list("kunci", flat=True))
        assert keys.total() >= 10
        assert set(keys) == set("abcd")
        assert max(keys.values()) <= 4
        assert all(len(row.pilihan) == 4 for row in choice.butir.all())
        assert sum(unit.reached > 0 for unit in coverage(skema)) >= 3
        practice = usable_muk(skema, Muk.Jenis.TUGAS_PRAKTIK)
        project = usable_muk(skema, Muk.Jenis.TERSTRUKTUR)
        assert practice
        assert project
        for task in (practice, project):
            (row,) = task.butir.all()
            assert task.minutes == row.tugas["minutes"] >= 60
            assert row.kuk.values("elemen__unit").distinct().count() >= 1
        assert load_muk(skema, penyusun=penyusun, validator=validator, now=NOW) == []
    assert Muk.objects.filter(state="valid").count() == 5 * len(with_units)
