"""The life of a MUK through its services: who may, in which state, and what is written."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ajj.audit.models import AuditEntry
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import Role
from ajj.skema import services
from ajj.skema.butir import MAX_ITEMS
from ajj.skema.models import Butir, Muk
from ajj.skema.selectors import butir_of, coverage, item_of
from ajj.skema.states import MukState
from tests.factories import muk as made
from tests.factories import people
from tests.factories import skema as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def questions(muk: Muk) -> list[tuple[int, str]]:
    return list(muk.butir.order_by("no").values_list("no", "pertanyaan"))


def seen(muk: Muk) -> str:
    muk.refresh_from_db()
    return muk.penyusun_signed_at.isoformat() if muk.penyusun_signed_at else ""


def test_versions_count_up_by_kind():
    skema = factory.small()
    numbers = [made.draft(skema, jenis=jenis).version for jenis in ("esai", "esai", "lisan")]
    assert numbers == [1, 2, 1]
    assert made.draft(skema, jenis="lisan").minutes is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"jenis": "sulap"}, "jenis"), ({"judul": " "}, "judul"), ({"minutes": None}, "minutes")],
)
def test_a_muk_needs_kind_title_and_time(changes, field):
    values = {"jenis": "esai", "judul": "Esai", "minutes": 30, "shuffled": False, **changes}
    with pytest.raises(Invalid) as refused:
        services.start_muk(factory.small(), **values, actor=people.asesor(), now=NOW)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("role", [Role.ASESI, Role.KOMITE, Role.PENGUSUL, Role.DIREKTUR])
def test_others_do_not_write_instruments(role):
    muk = made.filled(factory.small(), 1)
    outsider = people.person(role)
    for command in (
        lambda: made.draft(muk.skema, actor=outsider),
        lambda: services.add_butir(muk, made.item(muk), actor=outsider, now=NOW),
        lambda: services.submit_muk(muk, actor=outsider, now=NOW),
        lambda: services.copy_muk(muk, actor=outsider, now=NOW),
        lambda: services.withdraw_muk(muk, actor=outsider, now=NOW),
    ):
        with pytest.raises(Forbidden):
            command()
    assert Muk.objects.count() == 1


def test_an_item_keeps_its_kuk_its_dimensi_and_its_key():
    muk = made.draft(factory.small())
    item = made.item(muk, kuk=(1, 0), dimensi=("cms", "ts"), pilihan=("x", "y", ""), kunci="B")
    services.add_butir(muk, item, actor=people.admin(), now=NOW)
    (row,) = butir_of(muk)
    stored = item_of(row)
    assert stored.kuk == ("1.1", "1.2")
    assert (stored.dimensi, stored.pilihan, stored.kunci) == (("ts", "cms"), ("x", "y"), "b")
    assert AuditEntry.objects.get(action="muk.add_item").data == {"no": 1}


def test_an_item_that_is_not_whole_is_refused_by_field_and_not_written():
    muk = made.draft(factory.small())
    item = made.item(muk, pilihan=("satu",), kunci="d", pertanyaan="")
    with pytest.raises(Invalid) as refused:
        services.add_butir(muk, item, actor=people.asesor(), now=NOW)
    assert set(refused.value.fields) == {"pertanyaan", "b", "kunci"}
    assert not Butir.objects.exists()


def test_a_kuk_of_another_unit_is_refused():
    muk = made.draft(factory.small(kuk=2))
    item = replace(made.item(muk), kuk=("9.1",))
    with pytest.raises(Invalid) as refused:
        services.add_butir(muk, item, actor=people.asesor(), now=NOW)
    assert list(refused.value.fields) == ["kuk"]


def test_items_move_and_leave_without_holes():
    muk, actor = made.filled(factory.small(), 4), people.asesor()
    rows = {row.no: row.pk for row in muk.butir.all()}
    services.move_butir(muk, rows[3], up=True, actor=actor, now=NOW)
    services.move_butir(muk, rows[1], up=True, actor=actor, now=NOW)
    services.move_butir(muk, rows[4], up=False, actor=actor, now=NOW)
    assert [text[-2] for _no, text in questions(muk)] == ["1", "3", "2", "4"]
    assert services.delete_butir(muk, rows[3], actor=actor, now=NOW) == 2
    assert questions(muk) == [(1, "Pertanyaan 1?"), (2, "Pertanyaan 2?"), (3, "Pertanyaan 4?")]
    with pytest.raises(NotFound):
        services.delete_butir(muk, rows[3], actor=actor, now=NOW)
    assert AuditEntry.objects.filter(action="muk.move_item").count() == 1


def test_an_import_is_all_or_nothing():
    muk, actor = made.filled(factory.small(), 1), people.asesor()
    good = [made.item(muk, pertanyaan=f"Baru {number}?") for number in range(3)]
    bad = [*good, made.item(muk, dimensi=())]
    with pytest.raises(Invalid, match="Butir ke-4"):
        services.import_items(muk, bad, replace=True, actor=actor, now=NOW)
    assert len(questions(muk)) == 1
    services.import_items(muk, good, replace=False, actor=actor, now=NOW)
    assert [no for no, _text in questions(muk)] == [1, 2, 3, 4]
    with pytest.raises(Invalid) as refused:
        services.import_items(muk, good, replace=False, actor=actor, now=NOW)
    assert refused.value.code == "twice"
    services.import_items(muk, good, replace=True, actor=actor, now=NOW)
    assert questions(muk) == [(1, "Baru 0?"), (2, "Baru 1?"), (3, "Baru 2?")]


def test_an_import_of_any_length_takes_the_same_few_queries(django_assert_max_num_queries):
    skema, actor = factory.small(), people.asesor()
    muk = made.draft(skema)
    for count in (2, MAX_ITEMS):
        items = [made.item(muk, pertanyaan=f"Soal {number}?") for number in range(count)]
        with django_assert_max_num_queries(20):
            services.import_items(muk, items, replace=True, actor=actor, now=NOW)
    with pytest.raises(Invalid) as refused:
        services.add_butir(muk, made.item(muk), actor=actor, now=NOW)
    assert refused.value.code == "too_many_items"


def test_two_people_sign_and_then_nothing_changes():
    muk, penyusun, validator = made.filled(factory.small()), people.admin(), people.asesor()
    services.submit_muk(muk, actor=penyusun, now=NOW)
    with pytest.raises(Conflict):
        services.add_butir(muk, made.item(muk), actor=penyusun, now=NOW)
    services.validate_muk(muk, seen=seen(muk), actor=validator, now=NOW)
    muk.refresh_from_db()
    assert (muk.state, muk.penyusun, muk.validator) == (MukState.VALID, penyusun, validator)
    for command in (
        lambda: services.change_muk(
            muk, judul="Lain", minutes=5, shuffled=False, actor=penyusun, now=NOW
        ),
        lambda: services.delete_butir(muk, muk.butir.get(no=1).pk, actor=penyusun, now=NOW),
        lambda: services.import_items(muk, [], replace=True, actor=penyusun, now=NOW),
    ):
        with pytest.raises(Conflict) as refused:
            command()
        assert refused.value.code == "muk_not_draft"
    mine = AuditEntry.objects.filter(object_type="skema.muk", object_id=str(muk.pk))
    actions = mine.values_list("action", flat=True)
    assert {"muk.start", "muk.add_item", "muk.submit", "muk.validate"} == set(actions)


def test_nobody_validates_their_own_work_nor_without_the_role():
    both = people.person(Role.MANAJER, Role.ASESOR)
    muk = services.submit_muk(made.filled(factory.small()), actor=both, now=NOW)
    for actor, code in ((both, "own_muk"), (people.admin(), "wrong_role")):
        with pytest.raises(Forbidden) as refused:
            services.validate_muk(muk, seen=seen(muk), actor=actor, now=NOW)
        assert refused.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        Muk.objects.filter(pk=muk.pk).update(validator=both)


def test_a_validator_signs_what_was_read():
    muk, penyusun, validator = made.filled(factory.small()), people.asesor(), people.asesor()
    services.submit_muk(muk, actor=penyusun, now=NOW)
    read = seen(muk)
    other = people.person(Role.MANAJER)
    services.return_muk(muk, note="Butir 2 kurang jelas.", actor=other, now=NOW)
    later = NOW + timedelta(hours=1)
    services.submit_muk(muk, actor=penyusun, now=later)
    with pytest.raises(Conflict) as refused:
        services.validate_muk(muk, seen=read, actor=validator, now=later)
    assert refused.value.code == "muk_changed"


def test_returning_needs_a_note_and_drops_the_signature():
    muk = services.submit_muk(made.filled(factory.small()), actor=people.asesor(), now=NOW)
    validator = people.asesor()
    with pytest.raises(Invalid) as refused:
        services.return_muk(muk, note="  ", actor=validator, now=NOW)
    assert list(refused.value.fields) == ["note"]
    services.return_muk(muk, note="Kunci butir 1 keliru.", actor=validator, now=NOW)
    muk.refresh_from_db()
    assert (muk.state, muk.penyusun, muk.penyusun_signed_at) == (MukState.DRAFT, None, None)
    assert muk.catatan == "Kunci butir 1 keliru."


def test_an_empty_or_broken_muk_cannot_be_submitted():
    muk = made.draft(factory.small())
    with pytest.raises(Invalid, match="belum mempunyai butir"):
        services.submit_muk(muk, actor=people.asesor(), now=NOW)
    muk = made.filled(factory.small(), 3)
    Butir.objects.filter(muk=muk, no=2).update(dimensi=[])
    with pytest.raises(Invalid, match="Butir 2 belum lengkap"):
        services.submit_muk(muk, actor=people.asesor(), now=NOW)


def test_a_valid_version_reopens_until_it_is_used():
    muk, actor = made.valid(factory.small()), people.asesor()
    services.reopen_muk(muk, actor=actor, now=NOW)
    muk.refresh_from_db()
    assert (muk.state, muk.penyusun, muk.validator) == (MukState.DRAFT, None, None)
    used = services.use_muk(made.valid(muk.skema), actor=None, now=NOW)
    with pytest.raises(Conflict) as refused:
        services.reopen_muk(used, actor=actor, now=NOW)
    assert refused.value.code == "muk_used"


def test_a_used_version_is_copied_not_changed():
    used = services.use_muk(made.valid(factory.small()), actor=None, now=NOW)
    copy = services.copy_muk(used, actor=people.asesor(), now=NOW)
    assert (copy.version, copy.state, copy.penyusun, copy.contoh) == (2, "draft", None, False)
    assert [item_of(row) for row in butir_of(copy)] == [item_of(row) for row in butir_of(used)]
    first = copy.butir.get(no=1)
    services.delete_butir(copy, first.pk, actor=people.asesor(), now=NOW)
    assert (used.butir.count(), copy.butir.count()) == (3, 2)


def test_the_office_withdraws():
    muk = made.valid(factory.small())
    with pytest.raises(Forbidden):
        services.withdraw_muk(muk, actor=people.asesor(), now=NOW)
    services.withdraw_muk(muk, actor=people.admin(), now=NOW)
    muk.refresh_from_db()
    assert muk.state == MukState.WITHDRAWN
    with pytest.raises(Conflict):
        services.use_muk(muk, actor=None, now=NOW)


def test_the_map_counts_the_version_in_force_of_each_kind():
    skema = factory.small(units=2, elemen=1, kuk=3)
    made.valid(skema)  # reaches KUK 1.1 of the first unit
    newer = made.draft(skema)
    services.add_butir(newer, made.item(newer, kuk=(1,)), actor=people.asesor(), now=NOW)
    oral = made.draft(skema, jenis="lisan")
    item = made.item(oral, unit=1, kuk=(0, 2), dimensi=("jres",))
    services.add_butir(oral, item, actor=people.asesor(), now=NOW)
    first, second = coverage(skema)
    assert [(unit.reached, unit.total) for unit in (first, second)] == [(1, 3), (2, 3)]
    assert first.elemen[0].kuk[0].items == {"pilihan_ganda": (1, 2, 3)}
    assert second.elemen[0].kuk[2].items == {"lisan": (1,)}
    assert second.dimensi == ("jres",)
