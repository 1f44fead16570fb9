"""Loading schemes, the real ones and broken ones."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from ajj.kernel.errors import Invalid
from ajj.skema.models import Elemen, Kuk, Skema, UnitKompetensi
from ajj.skema.selectors import checklist, kuk_ids, openness
from ajj.skema.services import approve_ajj, load_files, load_skema
from tests.factories import skema as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db

COUNTS = {
    "junior-web-programmer": (8, 25, 70),
    "pemrogram-junior": (8, 28, 75),
    "akuntansi-keuangan-lembaga-2": (7, 27, 88),
    "operator-komputer-madya": (12, 58, 197),
    "asesor-kompetensi": (3, 13, 41),
    "pelaksana-lapangan-pekerjaan-gedung": (0, 0, 0),
}


def counts(skema: Skema) -> tuple[int, int, int]:
    units = checklist(skema)
    elemen = [row for unit in units for row in unit["elemen"]]
    return len(units), len(elemen), sum(len(row["kuk"]) for row in elemen)


def test_the_six_schemes_load_with_every_unit_elemen_and_kuk():
    loaded = {skema.kunci: counts(skema) for skema in load_files(actor=None, now=NOW)}
    assert loaded == COUNTS


def test_loading_again_changes_nothing_and_keeps_the_keys_that_marks_point_at():
    load_files(actor=None, now=NOW)
    before = list(Kuk.objects.order_by("pk").values_list("pk", "elemen", "no", "teks", "urutan"))
    call_command("load_skema", verbosity=0)
    after = list(Kuk.objects.order_by("pk").values_list("pk", "elemen", "no", "teks", "urutan"))
    assert before == after
    assert Skema.objects.count() == 6


def test_jwp_has_its_english_titles_and_marks_what_is_an_example():
    jwp = factory.real("junior-web-programmer")
    assert all(row.judul_en for row in jwp.units.all())
    assert "biaya" in jwp.contoh
    assert "kbli" in jwp.contoh
    assert "judul" not in jwp.contoh
    assert jwp.bukti_administratif.get(no=1).jenis == "ktp"


def test_schemes_without_all_units_take_no_applications():
    empty = factory.real("pelaksana-lapangan-pekerjaan-gedung")
    partly = factory.real("asesor-kompetensi")
    whole = factory.real("junior-web-programmer")
    assert not openness(empty).open
    assert "belum dimuat" in openness(empty).reason
    assert not openness(partly).open
    assert openness(whole).open


def test_kuk_are_in_their_natural_order():
    data = factory.data(units=1, elemen=1, kuk=12)
    skema = load_skema("banyak", data, actor=None, now=NOW)
    numbers = [row["no"] for row in checklist(skema)[0]["elemen"][0]["kuk"]]
    assert numbers[8:11] == ["1.9", "1.10", "1.11"]
    assert len(kuk_ids(skema)) == 12


def test_a_broken_file_writes_nothing(tmp_path):
    data = factory.data()
    del data["units"][1]["elemen"][1]["kuk"][0]["teks"]
    with pytest.raises(Invalid):
        load_skema("rusak", data, actor=None, now=NOW)
    assert not Skema.objects.filter(kunci="rusak").exists()
    assert not UnitKompetensi.objects.exists()
    assert not Elemen.objects.exists()
    path = tmp_path / "rusak.json"
    path.write_text("{bukan json")
    with pytest.raises(CommandError):
        call_command("load_skema", str(path))


def test_a_file_named_on_the_command_line_is_loaded(tmp_path, capsys):
    path = tmp_path / "skema-saya.json"
    path.write_text(json.dumps(factory.data()))
    call_command("load_skema", str(path))
    assert Skema.objects.filter(kunci="skema-saya").exists()
    assert "open" in capsys.readouterr().out


def test_a_letter_counts_within_its_term():
    skema = factory.small(ajj=False)
    today = localdate()
    assert skema.ajj_on(today) is None
    factory.letter(skema)
    skema = Skema.objects.get(pk=skema.pk)
    assert skema.ajj_on(NOW.date())
    assert skema.ajj_on(NOW.date().replace(year=2031)) is None
    with pytest.raises(Invalid):
        approve_ajj(
            skema,
            nomor_surat="B.1",
            tanggal=NOW.date(),
            berlaku_sampai=NOW.date().replace(year=2020),
            actor=None,
            now=NOW,
        )
