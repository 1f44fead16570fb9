"""Instruments that may be given, and a ujian that was taken."""

from datetime import datetime, timedelta
from uuid import uuid4

from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian
from ajj.assessment.services import presentation
from ajj.assessment.services import ujian as services
from ajj.assessment.sheet import Kind
from ajj.people.models import User
from ajj.skema.models import Butir, Kuk, Muk, Skema
from ajj.skema.states import MukState
from ajj.skema.tugas import Tugas, only
from tests.factories.people import NOW

CHOICES = ["Pilihan satu", "Pilihan dua", "Pilihan tiga", "Pilihan empat"]


def instrument(
    skema: Skema,
    jenis: str = Muk.Jenis.PILIHAN_GANDA,
    *,
    items: int = 4,
    minutes: int = 30,
    version: int = 1,
) -> Muk:
    """A valid MUK whose items go round the units of ``skema``; the key of item n is its letter."""
    muk = Muk.objects.create(
        skema=skema,
        jenis=jenis,
        version=version,
        judul=f"Instrumen {jenis}",
        minutes=minutes if jenis in Muk.TIMED else None,
        state=MukState.VALID.value,
        created_at=NOW,
    )
    units = [row.unit for row in skema.skema_units.select_related("unit")]
    for no in range(1, items + 1):
        chosen = jenis == Muk.Jenis.PILIHAN_GANDA
        butir = Butir.objects.create(
            muk=muk,
            no=no,
            unit=units[(no - 1) % len(units)],
            dimensi=["ts"],
            pertanyaan=f"Pertanyaan {jenis} nomor {no}?",
            pilihan=CHOICES if chosen else [],
            tugas=_task(jenis, no, minutes),
            kunci="abcd"[(no - 1) % 4] if chosen else f"Jawaban yang diharapkan {no}",
        )
        butir.kuk.add(Kuk.objects.filter(elemen__unit=butir.unit)[0])
    return muk


def _task(jenis: str, no: int, minutes: int) -> dict[str, object]:
    if jenis not in Muk.TASKS:
        return {}
    said = Tugas(
        rincian=f"Instruksi {no}",
        perlengkapan=f"Perlengkapan {no}",
        minutes=minutes,
        hasil=f"Hasil {no}",
        hasil_minutes=10,
    )
    return only(said, jenis).as_data()


def op(kind: Kind, claim=None, /, **data: object) -> services.UjianOp:
    return services.UjianOp(uuid4(), kind, data, claim)


def butir_of(ujian: Ujian) -> list[int]:
    """The pks of its items, in the order of the MUK."""
    return [each.pk for each in reading.questions(ujian, reading.sheet_of(ujian))]


def taken(ujian: Ujian, answers: list[str], *, by: User, at: datetime) -> Ujian:
    """Begun, answered in the order of the items, handed in after ten minutes."""
    services.start(ujian, actor=by, now=at)
    butir = butir_of(ujian)
    ops = [op(Kind.ANSWER, butir=pk, value=v) for pk, v in zip(butir, answers, strict=False)]
    done = at + timedelta(minutes=10)
    services.store(ujian, [*ops, op(Kind.FINISH)], actor=by, now=done)
    return reading.tests().get(pk=ujian.pk)


def asked_about(ujian: Ujian, *, by: User, at: datetime) -> Ujian:
    """One question on a project that was handed in, answered and judged Ya."""
    kuk = Kuk.objects.filter(butir__in=butir_of(ujian)[:1]).values_list("pk", flat=True)
    probe = presentation.Probe("Tabel perbandingan", "Mengapa tabel ini?", list(kuk))
    number = presentation.put(ujian, probe, op=uuid4(), actor=by, now=at)
    ops = [
        op(Kind.ASKED, butir=-number),
        op(Kind.ANSWER, butir=-number, value="Karena rinci"),
        op(Kind.RESULT, butir=-number, value="ya"),
    ]
    assert all(each.seq for each in services.store(ujian, ops, actor=by, now=at))
    return ujian


def concluded(ujian: Ujian, *, by: User, at: datetime) -> Ujian:
    """Judged as the key proposes; where there is no key, every item Ya but the last."""
    held = reading.standing(ujian, at)
    last = max(item.butir.no for item in held.items)
    proposed = {item.butir.pk: "tidak" if item.butir.no == last else "ya" for item in held.in_order}
    results = proposed | held.proposed
    whole = all(value == "ya" for value in results.values())
    return services.conclude(
        ujian,
        results,
        tercapai=whole,
        belum_tercapai="" if whole else "Elemen 1",
        umpan_balik="Rapi dan runtut." if ujian.task else "",
        actor=by,
        now=at,
    )
