"""A ujian from being given to FR.IA.05C: who may, what counts, and what an outage costs."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from ajj.assessment import ujian as reading
from ajj.assessment.models import Ujian, UjianEntry
from ajj.assessment.services import log_concluded
from ajj.assessment.services import ujian as services
from ajj.assessment.sheet import MINUTE_MS, Kind
from ajj.assessment.states import UjianState
from ajj.assessment.ujianrecord import record_of
from ajj.kernel.chain import GENESIS, verify
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.live.acted import Claim
from ajj.live.rules import SessionRole, may_see
from ajj.skema.models import Butir, Muk
from ajj.skema.states import MukState
from tests.factories.live import room
from tests.factories.ujian import butir_of, concluded, instrument, op, taken
from tests.integration.assessment.test_papers import BACKEND, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return room().go_live().agree()


@pytest.fixture
def ujian(made) -> Ujian:
    return services.give(
        made.permohonan, instrument(made.skema), actor=made.asesor, now=made.at(60)
    )


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def standing(ujian: Ujian, now):
    return reading.standing(reading.tests().get(pk=ujian.pk), now)


def test_it_is_given_once_and_locks_its_muk(made, ujian):
    again = services.give(made.permohonan, ujian.muk, actor=made.asesor, now=made.at(70))
    assert again.pk == ujian.pk
    assert Muk.objects.get(pk=ujian.muk_id).state == MukState.USED
    with pytest.raises(Forbidden):
        services.give(made.permohonan, ujian.muk, actor=made.asesi, now=made.at(70))
    with pytest.raises(Invalid, match="dasar tambahan waktu"):
        services.give(
            made.permohonan, instrument(made.skema, Muk.Jenis.ESAI), extra_minutes=10,
            actor=made.asesor, now=made.at(70),
        )  # fmt: skip


def test_nothing_is_given_before_ak01_is_signed():
    fresh = room().go_live()
    with pytest.raises(Conflict) as refused:
        services.give(
            fresh.permohonan, instrument(fresh.skema), actor=fresh.asesor, now=fresh.at(60)
        )
    assert refused.value.code == "ak01_required"


def test_the_same_op_is_one_entry_and_the_chain_holds(made, ujian):
    services.start(ujian, actor=made.asesi, now=made.at(100))
    butir = butir_of(ujian)[0]
    first = op(Kind.ANSWER, butir=butir, value="b")
    for _again in range(3):
        (answered,) = services.store(ujian, [first], actor=made.asesi, now=made.at(110))
        assert answered.seq == 1
    services.store(
        ujian, [op(Kind.ANSWER, butir=butir, value="c")], actor=made.asesi, now=made.at(120)
    )
    rows = UjianEntry.objects.filter(ujian=ujian)
    linked = [
        {
            "session": str(ujian.pk), "seq": row.seq, "at_ms": row.at_ms, "kind": row.kind,
            "actor": str(row.actor_id), "data": row.data, "hash": row.hash,
        }
        for row in rows
    ]  # fmt: skip
    head = Ujian.objects.get(pk=ujian.pk).head_hash
    assert head != GENESIS
    assert verify(linked, head=head) == []
    linked[0]["data"] = {"butir": butir, "value": "a"}
    assert verify(linked, head=head), "an altered answer shows"
    assert standing(ujian, made.at(130)).sheet.answers[butir].value == "c"
    with pytest.raises(IntegrityError), transaction.atomic():
        UjianEntry.objects.create(
            ujian=ujian, seq=1, op=uuid4(), kind="answer", actor=made.asesi, at_ms=0,
            received_ms=0, hash="",
        )  # fmt: skip


def test_what_was_done_offline_counts_when_it_was_done_and_not_when_it_came(made, ujian):
    start = made.at(100)
    services.start(ujian, actor=made.asesi, now=start)
    one, two = butir_of(ujian)[:2]
    total = 30 * MINUTE_MS

    def claim(at_ms: int, n: int) -> Claim:
        return Claim(at_ms, 40, "ponsel", n)

    offline = [
        op(Kind.ANSWER, claim(total - 60_000, 1), butir=one, value="a"),
        op(Kind.HERE, claim(total + 60_000, 2), ms=total + 60_000),
        op(Kind.ANSWER, claim(total + 60_000, 3), butir=two, value="b"),
    ]
    back = start + timedelta(minutes=50)
    answered = services.store(ujian, offline, actor=made.asesi, now=back)
    assert [each.late for each in answered] == [False, False, True]
    held = standing(ujian, back)
    assert held.sheet.answers[one].at_ms == total - 60_000
    assert two not in held.sheet.answers
    assert held.sheet.late[two].value == "b", "kept, shown to the asesor, not counted"
    assert Ujian.objects.get(pk=ujian.pk).state == UjianState.DONE


def test_another_device_goes_on_and_the_time_between_is_given_back(made, ujian):
    start = made.at(100)
    services.start(ujian, actor=made.asesi, now=start)
    butir = butir_of(ujian)[0]
    ten = 10 * MINUTE_MS
    services.store(
        ujian,
        [op(Kind.HERE, Claim(ten, 20, "ponsel", 1), ms=ten)],
        actor=made.asesi,
        now=start + timedelta(minutes=10),
    )
    now = start + timedelta(minutes=18)
    ops = [op(Kind.ANSWER, Claim(18 * MINUTE_MS, 20, "laptop", 1), butir=butir, value="d")]
    services.store(ujian, ops, actor=made.asesi, now=now)
    held = standing(ujian, now)
    assert held.returned_ms == 8 * MINUTE_MS
    assert held.left_ms == 20 * MINUTE_MS
    assert standing(ujian, start + timedelta(hours=1)).left_ms == 0


def test_the_asesor_gives_time_back_with_a_reason(made, ujian):
    start = made.at(100)
    services.start(ujian, actor=made.asesi, now=start)
    services.give_back(ujian, 5, "Listrik padam", actor=made.asesor, now=start)
    assert standing(ujian, start).left_ms == 35 * MINUTE_MS
    assert UjianEntry.objects.get(ujian=ujian, kind="give").data["reason"] == "Listrik padam"
    with pytest.raises(Forbidden):
        services.give_back(ujian, 5, "Saya", actor=made.asesi, now=start)


def test_the_asesi_takes_it_with_plain_buttons(made, ujian):
    client, url = signed_in(made.asesi), f"/ujian/{ujian.pk}/"
    assert "Sebelum Anda mulai" in client.get(url).content.decode()
    page = client.post(url, {"mulai": "1"}, follow=True).content.decode()
    assert "Pertanyaan pilihan_ganda nomor 1?" in page
    assert "kunci" not in page.lower(), "no key reaches the asesi"
    first, second, *_rest = butir_of(ujian)
    page = client.post(
        url, {"simpan": "1", f"butir-{first}": "a", f"butir-{second}": "z"}, follow=True
    ).content.decode()
    assert "Pilihan ini tidak ada." in page
    assert f'name="butir-{first}" value="a" checked' in page
    over = client.post(url, {"kumpulkan": "1", f"butir-{second}": "b"}, follow=True)
    assert "2 dari 4 butir dijawab" in over.content.decode()
    assert client.get(f"{url}nilai/", headers={"accept": "text/html"}).status_code == 403


def test_the_api_answers_each_op_and_tells_what_other_devices_did(made, ujian):
    services.start(ujian, actor=made.asesi, now=timezone.now())
    butir = butir_of(ujian)[0]
    url = f"/api/v1/ujian/{ujian.pk}/ops"
    phone, laptop = signed_in(made.asesi), signed_in(made.asesi)

    def send(client: Client, body: dict[str, object]):
        return client.post(url, json.dumps(body), content_type="application/json")

    good = {"op_id": str(uuid4()), "kind": "answer", "data": {"butir": butir, "value": "c"}}
    bad = {"op_id": str(uuid4()), "kind": "answer", "data": {"butir": 10**9, "value": "c"}}
    answer = send(phone, {"after": 0, "ops": [good, bad]}).json()
    assert answer["acks"][0]["seq"] == 1
    assert answer["acks"][1]["code"] == "unknown_butir"
    heard = send(laptop, {"after": 0}).json()
    assert heard["answers"] == [
        {"butir": butir, "value": "c", "at_ms": heard["answers"][0]["at_ms"], "seq": 1}
    ]
    assert send(laptop, {"after": 1}).json()["answers"] == []
    assert send(signed_in(made.stranger), {}).status_code == 404
    assert send(signed_in(made.asesor), {}).status_code == 403
    assert send(Client(), {}).status_code == 401


def test_what_is_concluded_stands_on_the_forms_and_nothing_before(made, ujian):
    asesor = signed_in(made.asesor)

    def printed(label: str) -> str:
        return text_of(
            asesor.get(f"/permohonan/{made.permohonan.nomor}/formulir/{label}.pdf").content
        )

    assert "Pertanyaan pilihan_ganda" not in printed("FR.IA.05A@2023"), "not to be read beforehand"
    done = taken(ujian, ["a", "b", "a"], by=made.asesi, at=made.at(100))
    url = f"/ujian/{done.pk}/nilai/"
    page = asesor.get(url).content.decode()
    assert "2 benar, 2 salah" in page
    form = {f"hasil-{pk}": "ya" for pk in butir_of(done)}
    refused = asesor.post(url, {**form, "capaian": "belum"})
    assert refused.status_code == 422
    assert "Tulis unit, elemen atau KUK yang belum tercapai." in refused.content.decode()
    *_others, last = butir_of(done)
    form |= {f"hasil-{last}": "tidak", "capaian": "belum", "belum_tercapai": "U.1 elemen 1"}
    assert asesor.post(url, form).status_code == 302
    assert "Pertanyaan pilihan_ganda nomor 1?" in printed("FR.IA.05A@2023")
    sheet = printed("FR.IA.05C@2023")
    assert "tidak dijawab" in sheet
    assert "U.1 elemen 1" in sheet
    form_screen = f"/permohonan/{made.permohonan.nomor}/formulir/FR.IA.05C@2023/isi/"
    typed = asesor.get(form_screen, headers={"accept": "text/html"}).content.decode()
    assert 'name="jawaban' not in typed, "nothing is typed twice"
    assert asesor.post(url, form).status_code in {409, 422}, "concluded once"


def test_an_essay_is_judged_by_the_asesor_alone(made):
    essay = services.give(
        made.permohonan, instrument(made.skema, Muk.Jenis.ESAI), actor=made.asesor, now=made.at(60)
    )
    assert reading.collected(made.permohonan) == {}
    done = taken(essay, ["Karena aman", "Sebab rapi"], by=made.asesi, at=made.at(100))
    asked = set(Butir.objects.filter(muk=essay.muk)[:2].values_list("unit", flat=True))
    assert reading.collected(made.permohonan) == {unit: ["tertulis"] for unit in asked}
    units = signed_in(made.asesor).get(f"/api/v1/sessions/{made.id}/checklist").json()["units"]
    assert {unit["id"] for unit in units if unit["collected"] == ["tertulis"]} == asked
    assert reading.standing(done, made.at(900)).proposal is None
    with pytest.raises(Invalid) as refused:
        services.conclude(
            done, {}, tercapai=True, belum_tercapai="", actor=made.asesor, now=made.at(900)
        )
    assert refused.value.code == "unjudged"
    concluded(done, by=made.asesor, at=made.at(900))
    asesor = signed_in(made.asesor)
    text = text_of(
        asesor.get(f"/permohonan/{made.permohonan.nomor}/formulir/FR.IA.06C@2023.pdf").content
    )
    assert "Karena aman" in text


def test_the_list_shows_what_was_given_and_what_may_be(made, ujian):
    url = f"/permohonan/{made.permohonan.nomor}/ujian/"
    instrument(made.skema, Muk.Jenis.ESAI)
    asesor, asesi = signed_in(made.asesor), signed_in(made.asesi)
    page = asesor.get(url).content.decode()
    assert "Instrumen pilihan_ganda" in page
    assert "FR.IA.06 Esai: Instrumen esai v1, 30 menit" in page
    chosen = Muk.objects.get(jenis=Muk.Jenis.ESAI)
    refused = asesor.post(url, {"muk": chosen.pk, "extra_minutes": "15"})
    assert refused.status_code == 422
    form = {"muk": chosen.pk, "extra_minutes": "15", "extra_reason": "FR.AK.07 butir 4"}
    assert asesor.post(url, form).status_code == 302
    assert Ujian.objects.get(muk=chosen).time.total_ms == 45 * MINUTE_MS
    page = asesi.get(url).content.decode()
    assert page.count('data-testid="ujian-row"') == 2
    assert "Berikan instrumen" not in page
    services.cancel(ujian, actor=made.asesor, now=made.at(80))
    assert asesi.get(url).content.decode().count('data-testid="ujian-row"') == 1


def test_questions_are_asked_aloud_and_their_moment_is_kept(made):
    spoken = services.give(
        made.permohonan, instrument(made.skema, Muk.Jenis.LISAN), actor=made.asesor, now=made.at(60)
    )
    asesor, url = signed_in(made.asesor), f"/ujian/{spoken.pk}/tanya/"
    assert signed_in(made.asesi).get(url, headers={"accept": "text/html"}).status_code == 404
    asesor.post(url, {"mulai": "1"})
    first, second = butir_of(spoken)[:2]
    assert "Pertanyaan lisan nomor 1?" in asesor.get(url).content.decode()
    ops = [op(Kind.ASKED, butir=first), op(Kind.RESULT, butir=first, value="ya")]
    services.store(spoken, ops, actor=made.asesor, now=timezone.now())
    with pytest.raises(Forbidden):
        services.store(spoken, ops, actor=made.asesi, now=timezone.now())
    asesor.post(url, {"simpan": "1", f"butir-{first}": "Menutup katup", f"hasil-{second}": "tidak"})
    page = asesor.post(url, {"kumpulkan": "1"}, follow=True).content.decode()
    assert "Menutup katup" in page
    held = standing(spoken, timezone.now())
    assert held.sheet.asked[first] >= 0
    assert held.sheet.results == {first: "ya", second: "tidak"}
    form = {f"hasil-{pk}": "ya" for pk in butir_of(spoken)}
    assert (
        asesor.post(f"/ujian/{spoken.pk}/nilai/", {**form, "capaian": "tercapai"}).status_code
        == 302
    )
    address = f"/permohonan/{made.permohonan.nomor}/formulir/FR.IA.07@2023.pdf"
    assert "Menutup katup" in text_of(asesor.get(address).content)


def test_the_sessions_log_says_when_it_ran_and_what_it_came_to(made):
    muk = instrument(made.skema, Muk.Jenis.LISAN, items=2)
    ujian = services.give(made.permohonan, muk, actor=made.asesor, now=made.at(60))
    services.start(ujian, actor=made.asesor, now=made.at(100))
    first, second = muk.butir.values_list("pk", flat=True)
    # Asked at 110 s without a network, told at 130 s.
    offline = Claim(ms=10_000, error_ms=40, device="tablet", n=1)
    services.store(
        ujian, [op(Kind.ASKED, offline, butir=second)], actor=made.asesor, now=made.at(130)
    )
    services.store(ujian, [op(Kind.FINISH)], actor=made.asesor, now=made.at(150))
    concluded(ujian, by=made.asesor, at=made.at(160))
    told = {entry.kind: entry for entry in made.session.log.filter(kind__startswith="ujian.")}
    assert list(told) == ["ujian.started", "ujian.asked", "ujian.finished", "ujian.concluded"]
    asked = told["ujian.asked"]
    assert (asked.data["no"], asked.data["jenis"]) == (2, muk.jenis)
    assert (asked.at_ms, asked.data["acted"]["ms"]) == (130_000, 110_000)
    held = Ujian.objects.get(pk=ujian.pk)
    said = told["ujian.concluded"].data
    record = record_of(held, said["seq"])
    assert (said["head"], said["seq"]) == (held.head_hash, held.head_seq)
    assert hashlib.sha256(record).hexdigest() == said["sha256"]
    assert held.logged_seq == told["ujian.concluded"].seq
    # What comes afterwards is kept and changes nothing of what was concluded.
    late = op(Kind.ANSWER, butir=first, value="terlambat")
    services.store(held, [late], actor=made.asesor, now=made.at(170))
    assert record_of(Ujian.objects.get(pk=ujian.pk), said["seq"]) == record


def test_what_was_taken_outside_a_room_is_named_once_a_room_was_opened(made):
    ujian = services.give(
        made.permohonan, instrument(made.skema), actor=made.asesor, now=made.at(60)
    )
    made.do(made.asesor, "session.end", {"reason": "asesor"}, seconds=70)
    taken(ujian, list("abcd"), by=made.asesi, at=made.at(1000))
    assert not made.session.log.filter(kind__startswith="ujian.").exists()
    concluded(ujian, by=made.asesor, at=made.at(3000))
    entry = made.session.log.get(kind__startswith="ujian.")
    assert entry.kind == "ujian.concluded"
    assert log_concluded(made.at(4000)) == 0, "once"


def test_the_asesi_does_not_see_what_the_asesor_concluded():
    assert not may_see(SessionRole.ASESI, "ujian.concluded")
    assert may_see(SessionRole.ASESI, "ujian.asked")
