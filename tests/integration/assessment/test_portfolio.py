"""A portfolio from FR.APL.02 to FR.IA.08 and FR.IA.09: judged, clarified, asked, printed."""

import pytest
from django.test import Client

from ajj.applications import services as applying
from ajj.assessment import portfolio, selectors, vatm
from ajj.assessment import ujian as reading
from ajj.assessment.models import Evidence, PortfolioEntry, PortfolioReview, Ujian, UjianEntry
from ajj.assessment.services import interview, signatures
from ajj.assessment.services import portfolio as services
from ajj.assessment.services import ujian as asking
from ajj.assessment.sheet import Kind
from ajj.assessment.states import UjianState
from ajj.assessment.values.file import completeness_of
from ajj.kernel.chain import verify
from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.skema.models import UnitKompetensi
from tests.factories import applications, people
from tests.factories.live import room
from tests.factories.people import NOW
from tests.factories.portfolio import followed, judged, planned
from tests.factories.ujian import op
from tests.integration.assessment.test_papers import BACKEND, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """FR.APL.02 with one file for the first elemen and words for every one; a room with AK.01."""
    case = applications.accepted()
    file = applying.add_portofolio(case.permohonan, people.png(), actor=case.asesi, now=NOW)
    answers = case.answers()
    first = next(iter(answers))
    answers[first] |= {"portofolio": str(file.pk), "evidence": ""}
    applying.save_apl02(case.permohonan, answers, actor=case.asesi, now=NOW)
    applying.submit_apl02(
        case.permohonan, signed_name=case.asesi.name, consent=True, actor=case.asesi, now=NOW
    )
    applying.verify_apl02(case.permohonan, can_continue=True, actor=case.asesor, now=NOW)
    return room(permohonan=case.fresh()).go_live().agree()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def home(made) -> str:
    return f"/permohonan/{made.permohonan.nomor}/portofolio/"


def row_of(made, code):
    return completeness_of(made.permohonan).of(f"{code}@2023")


def test_nobody_lists_evidence_again_and_its_numbers_stay(made):
    found = portfolio.folder(made.permohonan)
    assert [each.given.origin for each in found.pieces] == ["FR.APL.02", "FR.APL.02"]
    file, words = found.pieces
    assert len(file.shows) == 1
    assert words.given.text == "Proyek", "the same words for many elemen are one piece"
    assert len(words.shows) == len(found.parts) - 1
    assert not file.shows & words.shows
    assert all(each.reach is vatm.Reach.OPEN for part in found.reached for each in part.kuk)


def test_buttons_store_each_word_at_once_and_the_log_keeps_all(made):
    asesor = signed_in(made.asesor)
    page = asesor.get(home(made)).content.decode()
    assert "Proyek" in page
    file = portfolio.folder(made.permohonan).pieces[0].given.key
    for value in ("ya", "tidak", "tidak", "ya"):
        answer = asesor.post(f"{home(made)}nilai/", {"bukti": file, "asli": value, "note": "Cek"})
        assert answer["Location"] == f"{home(made)}?bukti=1#bukti"
    said = PortfolioEntry.objects.filter(kind=vatm.Kind.JUDGED.value)
    assert [row.data["value"] for row in said] == ["ya", "tidak", "ya"], "the same again is nothing"
    piece = portfolio.folder(made.permohonan).pieces[0]
    assert piece.answers["asli"].by == made.asesor.name
    assert piece.note is not None
    assert piece.note.value == "Cek"
    rows = PortfolioEntry.objects.order_by("seq")
    review = PortfolioReview.objects.get(permohonan=made.permohonan)
    linked = [
        {
            "session": f"portofolio:{made.permohonan.pk}", "seq": row.seq, "at_ms": row.at_ms,
            "kind": row.kind, "actor": str(row.actor_id), "data": row.data, "hash": row.hash,
        }
        for row in rows
    ]  # fmt: skip
    assert verify(linked, head=review.head_hash) == []
    linked[0]["data"] = {**linked[0]["data"], "value": "tidak"}
    assert verify(linked, head=review.head_hash), "an altered judgement shows"
    made.do(made.asesor, "session.end", seconds=60)
    komite = signed_in(made.komite).get(f"{home(made)}?bukti=1").content.decode()
    assert "Riwayat penilaian" in komite
    assert 'name="asli"' not in komite, "the komite reads"


def test_who_may_look_and_judge(made):
    key = portfolio.folder(made.permohonan).pieces[0].given.key
    for user in (made.asesi, made.admin, made.komite, made.stranger):
        with pytest.raises(Forbidden):
            services.judge(made.permohonan, key, {"valid": "ya"}, actor=user, now=made.at(9))
    services.judge(made.permohonan, key, {"valid": "tidak"}, actor=made.asesor, now=made.at(9))
    own = signed_in(made.asesi).get(home(made)).content.decode()
    assert "Proyek" in own
    assert "Riwayat" not in own
    assert "tindak-lanjut" not in own, "no judgement reaches the asesi"
    made.do(made.asesor, "session.end", seconds=60)
    file = signed_in(made.komite).get(f"{home(made)}berkas/{key}/")
    assert file["Content-Type"] == "image/png"
    headers = {"accept": "text/html"}
    assert signed_in(made.stranger).get(home(made), headers=headers).status_code == 404
    assert (
        signed_in(made.stranger).get(f"{home(made)}berkas/{key}/", headers=headers).status_code
        == 404
    )


def test_evidence_that_meets_every_rule_leaves_nothing_to_ask(made):
    found = judged(made.permohonan, {}, by=made.asesor, at=made.at(10))
    assert vatm.follow_ups(found.reached) == []
    assert found.nothing_to_ask
    assert row_of(made, "FR.IA.09").why == "moot"
    units = selectors.checklist(made.session)["units"]
    assert all(unit["collected"] == ["portofolio"] for unit in units)
    with pytest.raises(Invalid):
        planned(made.permohonan, by=made.asesor, at=made.at(11))


def test_what_fails_is_clarified_and_asked_aloud_and_printed(made):
    found = judged(made.permohonan, {1: "memadai"}, by=made.asesor, at=made.at(10))
    (proposal,) = vatm.follow_ups(found.reached)
    other = next(part.id for part in found.parts if part.id != proposal.part.id)
    with pytest.raises(Invalid, match="berubah"):
        services.follow_up(
            made.permohonan, [services.Confirmed(other, "")], actor=made.asesor, now=made.at(11)
        )
    asesor = signed_in(made.asesor)
    kept = {"elemen": proposal.part.id, f"materi-{proposal.part.id}": "Cara memilih alat"}
    assert asesor.post(f"{home(made)}tindak-lanjut/", kept).status_code == 302
    page = asesor.get(home(made)).content.decode()
    assert "Sesuai dengan bukti no 1 yang Anda ajukan" in page
    words = "Sesuai dengan bukti no 1 yang Anda ajukan, alat apa yang Anda pilih?"
    own = "Sesuai dengan bukti no 2 yang Anda ajukan, siapa yang memeriksa?"
    *_others, unit = UnitKompetensi.objects.filter(skema=made.skema)
    asked = {
        "elemen": proposal.part.id, f"tanya-{proposal.part.id}": words,
        "tanya-baru": own, "unit": unit.pk,
    }  # fmt: skip
    assert asesor.post(f"{home(made)}wawancara/", asked).status_code == 302
    held = Ujian.objects.get(muk=None)
    assert "alat apa" not in asesor.get(f"/ujian/{held.pk}/tanya/").content.decode()
    asesor.post(f"/ujian/{held.pk}/tanya/", {"mulai": "1"})
    paper = asesor.get(f"/ujian/{held.pk}/tanya/").content.decode()
    assert "Saya tanyakan sekarang" in paper
    assert "alat apa yang Anda pilih?" in paper
    assert signed_in(made.asesi).get(
        f"/ujian/{held.pk}/", headers={"accept": "text/html"}
    ).status_code == 404  # fmt: skip
    answers = {"butir-1": "Obeng, karena pas", "hasil-1": "ya", "butir-2": "Tidak tahu"}
    asesor.post(f"/ujian/{held.pk}/tanya/", answers | {"hasil-2": "tidak", "kumpulkan": "1"})
    done = asesor.post(f"/ujian/{held.pk}/nilai/", {"hasil-1": "ya", "hasil-2": "tidak"})
    assert done.status_code == 302
    held.refresh_from_db()
    assert (held.state, held.tercapai) == (UjianState.CONCLUDED.value, False)
    where = {"unit": unit.kode, "elemen": "1", "kuk": "1.1", "value": "observasi"}
    asesor.post(f"{home(made)}rekomendasi/", where | {"extra": "Surat keterangan atasan"})
    first = text_of(asesor.get(url(made.permohonan, "FR.IA.08@2023")).content)
    for said in ("Cara memilih alat", "Surat keterangan atasan", "OBSERVASI LANGSUNG", "Proyek"):
        assert said in first
    second = text_of(asesor.get(url(made.permohonan, "FR.IA.09@2023")).content)
    for said in (words, own, "Obeng, karena pas", "Tidak tahu"):
        assert said in second
    assert row_of(made, "FR.IA.08").present
    assert row_of(made, "FR.IA.09").present
    collected = {u["kode"]: u["collected"] for u in selectors.checklist(made.session)["units"]}
    assert collected[unit.kode] == ["portofolio", "wawancara"]


def test_a_recommendation_waits_for_every_judgement(made):
    with pytest.raises(Invalid, match="belum dipilih"):
        services.advise(made.permohonan, "kompeten", {}, "", actor=made.asesor, now=made.at(9))
    judged(made.permohonan, {1: "asli"}, by=made.asesor, at=made.at(10))
    lacking = row_of(made, "FR.IA.08")
    assert (lacking.missing, lacking.unanswered) == (True, 1), "the recommendation"
    with pytest.raises(Invalid, match="pada unit"):
        services.advise(made.permohonan, "observasi", {}, "", actor=made.asesor, now=made.at(11))
    services.advise(made.permohonan, "kompeten", {}, "", actor=made.asesor, now=made.at(12))
    assert row_of(made, "FR.IA.08").present, "the choice is the asesor's own"
    assert portfolio.folder(made.permohonan).doubted == [1]


def test_what_is_signed_is_closed(made):
    label = "FR.IA.08@2023"
    judged(made.permohonan, {}, by=made.asesor, at=made.at(10))
    with pytest.raises(Conflict) as refused:
        signatures.prepare(made.permohonan, label, actor=made.asesor, now=made.at(11))
    assert refused.value.code == "not_filled", "the recommendation is lacking"
    services.advise(made.permohonan, "kompeten", {}, "", actor=made.asesor, now=made.at(12))
    for who in (made.asesor, made.asesi):
        laid = signatures.prepare(made.permohonan, label, actor=who, now=made.at(13))
        signatures.note_opened(laid, actor=who, now=made.at(13))
        sha256 = laid.document.sha256
        signatures.sign(made.permohonan, label, actor=who, sha256=sha256, now=made.at(14))
    key = portfolio.folder(made.permohonan).pieces[0].given.key
    with pytest.raises(Conflict) as refused:
        services.judge(made.permohonan, key, {"asli": "tidak"}, actor=made.asesor, now=made.at(20))
    assert refused.value.code == "form_issued"
    page = signed_in(made.asesor).get(home(made)).content.decode()
    assert "Penilaian tidak dapat diubah lagi" in page
    assert 'name="asli"' not in page


def test_a_question_stays_as_it_was_asked_and_its_log_is_one_chain(made):
    judged(made.permohonan, {1: "valid", 2: "asli"}, by=made.asesor, at=made.at(10))
    followed(made.permohonan, by=made.asesor, at=made.at(11))
    held = planned(made.permohonan, by=made.asesor, at=made.at(12))
    again = interview.put(
        made.permohonan,
        [],
        {1: "Sesuai dengan bukti no 1, apa?"},
        actor=made.asesor,
        now=made.at(13),
    )
    assert again.pk == held.pk, "one interview at a time"
    assert reading.standing(again, made.at(13)).items[0].butir.pertanyaan.endswith("apa?")
    asking.start(held, actor=made.asesor, now=made.at(20))
    asking.store(held, [op(Kind.ASKED, butir=1)], actor=made.asesor, now=made.at(30))
    with pytest.raises(Conflict) as refused:
        interview.put(made.permohonan, [], {1: "Lain"}, actor=made.asesor, now=made.at(31))
    assert refused.value.code == "already_asked"
    interview.put(made.permohonan, [], {2: ""}, actor=made.asesor, now=made.at(32))
    (answered,) = asking.store(
        held, [op(Kind.ANSWER, butir=2, value="x")], actor=made.asesor, now=made.at(33)
    )
    assert answered.refusal is not None
    assert answered.refusal.code == "unknown_butir", "taken back"
    item = reading.standing(reading.tests().get(pk=held.pk), made.at(34)).items[0]
    assert item.recorded is not None
    assert item.recorded.ms == 30_000, "asked at that moment of the recording"
    rows = [
        {
            "session": str(held.pk), "seq": row.seq, "at_ms": row.at_ms, "kind": row.kind,
            "actor": str(row.actor_id), "data": row.data, "hash": row.hash,
        }
        for row in UjianEntry.objects.filter(ujian=held)
    ]  # fmt: skip
    assert verify(rows, head=Ujian.objects.get(pk=held.pk).head_hash) == []


def handed_in(made) -> Evidence:
    """A picture that was handed in during the session."""
    return Evidence.objects.create(
        session=made.session, owner=made.asesi, filename="panel.jpg", filetype="image/jpeg",
        bytes=10, sha256="1" * 64, storage_name=f"uji/{made.id}", at_ms=20_000, seq=900,
    )  # fmt: skip


def test_evidence_of_the_room_comes_last_and_the_later_word_on_it_counts(made):
    file = handed_in(made)
    said = dict.fromkeys(vatm.RULES, True) | {"accepted": True, "kuk": made.kuk[:1]}
    made.do(made.asesor, "evidence.judge", {"evidence": str(file.pk), **said}, seconds=30)
    pieces = portfolio.folder(made.permohonan).pieces
    assert [each.given.name for each in pieces][2:] == ["panel.jpg"]
    assert pieces[2].verdict is vatm.Verdict.MEETS, "judged in the room, nothing is judged again"
    key = pieces[2].given.key
    services.judge(made.permohonan, key, {"terkini": "tidak"}, actor=made.asesor, now=made.at(40))
    assert portfolio.folder(made.permohonan).pieces[2].verdict is vatm.Verdict.FAILS
    made.do(made.asesor, "evidence.judge", {"evidence": str(file.pk), **said}, seconds=50)
    piece = portfolio.folder(made.permohonan).pieces[2]
    assert piece.verdict is vatm.Verdict.MEETS
    assert len(piece.history) == 9, "every word is kept"


def test_a_confirmed_follow_up_says_when_it_no_longer_fits(made):
    found = judged(made.permohonan, {2: "terkini"}, by=made.asesor, at=made.at(10))
    followed(made.permohonan, by=made.asesor, at=made.at(11))
    assert not portfolio.folder(made.permohonan).stale
    key = found.pieces[1].given.key
    services.judge(made.permohonan, key, {"terkini": "ya"}, actor=made.asesor, now=made.at(12))
    assert portfolio.folder(made.permohonan).stale
    services.follow_up(made.permohonan, [], actor=made.asesor, now=made.at(13))
    assert portfolio.folder(made.permohonan).nothing_to_ask
