"""What makes a task whole, for tasks of any shape."""

from hypothesis import given
from hypothesis import strategies as st

from ajj.skema.butir import Item, faults, tidy
from ajj.skema.tugas import MAX_MINUTES, PRACTICE, PROJECT, TASKS, Tugas, placed

PLACES = {"Pembuatan": ("A.1.001.02 1.1", "A.1.001.02 1.2", "A.1.002.02 1.1")}
words = st.text(max_size=20)
minutes = st.none() | st.integers(-5, 400)
tasks = st.builds(
    Tugas, rincian=words, perlengkapan=words, minutes=minutes, hasil=words, hasil_minutes=minutes
)
items = st.builds(
    Item,
    unit=st.sampled_from(["Pembuatan", "Lain", ""]),
    kuk=st.lists(st.sampled_from([*PLACES["Pembuatan"], "1.1"]), max_size=3).map(tuple),
    dimensi=st.just(("ts",)),
    pertanyaan=words,
    kunci=words,
    tugas=tasks,
)
WHOLE = Tugas(perlengkapan="Obeng", minutes=30, hasil="Laporan", hasil_minutes=10)


def item(tugas: Tugas) -> Item:
    return Item("Pembuatan", PLACES["Pembuatan"][:1], ("ts",), "Rakit.", tugas=tugas)


@given(items, st.sampled_from(sorted(TASKS)))
def test_a_task_without_faults_has_all_that_its_form_prints(one, jenis):
    one = tidy(one, jenis=jenis, units=PLACES)
    assert tidy(one, jenis=jenis, units=PLACES) == one
    if faults(one, jenis=jenis, units=PLACES):
        return
    assert one.pertanyaan
    assert one.kuk
    assert one.tugas.minutes in range(1, MAX_MINUTES + 1)
    if jenis == PRACTICE:
        assert one.tugas.perlengkapan
        assert one.tugas.hasil_minutes is None
    else:
        assert one.tugas.hasil
        assert one.tugas.hasil_minutes in range(1, MAX_MINUTES + 1)


@given(tasks)
def test_what_is_stored_is_what_was_written(tugas):
    assert Tugas.of(tugas.as_data()) == tugas
    assert Tugas.of({}) == Tugas()


def test_each_kind_keeps_what_is_its_own():
    practice = tidy(item(WHOLE), jenis=PRACTICE, units=PLACES).tugas
    assert practice == Tugas(perlengkapan="Obeng", minutes=30)
    project = tidy(item(WHOLE), jenis=PROJECT, units=PLACES).tugas
    assert project == Tugas(minutes=30, hasil="Laporan", hasil_minutes=10)
    assert tidy(item(WHOLE), jenis="esai", units=PLACES).tugas == Tugas()


def test_each_fault_is_said_beside_its_field():
    empty = item(Tugas(rincian="x" * 4001))
    assert set(faults(empty, jenis=PRACTICE, units=PLACES)) == {
        "perlengkapan", "rincian", "minutes",
    }  # fmt: skip
    assert set(faults(empty, jenis=PROJECT, units=PLACES)) == {
        "hasil", "rincian", "minutes", "hasil_minutes",
    }  # fmt: skip


def test_a_kuk_of_a_task_names_its_unit():
    assert placed("J.620100.004.02 1.10") == ("J.620100.004.02", "1.10")
