"""Marks, judgements, FR.AK.01 and FR.AK.02 as commands of the room."""

import uuid

import pytest

from ajj.assessment import selectors
from ajj.assessment.models import Ak01, Evidence, Mark, Recommendation
from ajj.live import services
from ajj.live.models import LogEntry
from ajj.live.ops import Reject
from ajj.live.rules import SessionRole
from tests.factories.live import kuk_of as kuk_pks
from tests.factories.live import room, skema_of

pytestmark = pytest.mark.django_db
YA = {"value": "ya", "note": ""}


def evidence_in(made, owner=None) -> str:
    key = str(uuid.uuid4())
    data = {
        "evidence": key,
        "filename": "foto.jpg",
        "filetype": "image/jpeg",
        "bytes": 10,
        "sha256": "a" * 64,
        "kuk": made.kuk[:1],
        "taken_ms": 4000,
    }
    actor = str((owner or made.asesi).pk)
    services.record(made.id, kind="evidence.received", actor=actor, data=data, now=made.at(4))
    return key


def refused(made, user, kind, data, why, *, seconds=5) -> None:
    before = LogEntry.objects.filter(session_id=made.id).count()
    answer = made.op(user, kind, data, seconds=seconds)
    assert isinstance(answer, Reject)
    assert (answer.code, answer.status) == why
    assert LogEntry.objects.filter(session_id=made.id).count() == before


def test_both_marks_of_two_asesor_stand_and_each_ones_last_counts():
    made = room().go_live().agree()
    kuk = made.kuk[0]
    made.do(made.asesor, "mark", {"kuk": kuk, "value": "tidak", "note": "ragu"}, seconds=6)
    made.do(made.asesor, "mark", {"kuk": kuk, **YA}, seconds=7)
    made.do(made.pendamping, "mark", {"kuk": kuk, "value": "lanjut"}, seconds=8)
    state = selectors.marks_state(made.session)[kuk]
    assert [mark.value for mark in state.marks] == ["tidak", "ya", "lanjut"]
    assert [mark.value for mark in state.current] == ["ya", "lanjut"]
    assert state.disputed
    assert state.value == ""
    then = selectors.marks_state(made.session, at_ms=6_500)[kuk]
    assert (then.value, then.disputed) == ("tidak", False)
    assert Mark.objects.count() == 3


def test_a_mark_is_taken_back_by_its_author_once():
    made = room().go_live().agree()
    kuk = made.kuk[0]
    first = made.do(made.asesor, "mark", {"kuk": kuk, "value": "tidak"})
    second = made.do(made.asesor, "mark", {"kuk": kuk, **YA})
    refused(made, made.pendamping, "mark.undo", {"mark": second}, ("not_author", 403))
    made.do(made.asesor, "mark.undo", {"mark": second})
    refused(made, made.asesor, "mark.undo", {"mark": second}, ("already_undone", 409))
    refused(made, made.asesor, "mark.undo", {"mark": 999}, ("mark_not_found", 404))
    state = selectors.marks_state(made.session)[kuk]
    assert [mark.seq for mark in state.current] == [first]
    assert len(state.marks) == 2


def test_a_kuk_outside_the_skema_is_no_kuk_here():
    made = room().go_live().agree()
    foreign = kuk_pks(skema_of())[0]
    for kuk in (foreign, 2**40):
        refused(made, made.asesor, "mark", {"kuk": kuk, **YA}, ("kuk_outside_skema", 400))
    assert Mark.objects.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        {"kuk": "1", "value": "ya"},
        {"kuk": 1, "value": "kompeten"},
        {"kuk": 1.5, "value": "ya"},
        {"kuk": True, "value": "ya"},
        {"kuk": -1, "value": "ya"},
        {"kuk": 2**60, "value": "ya"},
        {"value": "ya"},
        {"kuk": 1, "value": "ya", "note": "x" * 2001},
    ],
)
def test_a_misshapen_mark_is_invalid(data):
    made = room().go_live().agree()
    refused(made, made.asesor, "mark", data, ("invalid", 400))


def test_marks_wait_for_the_session_and_for_ak01():
    made = room()
    mark = {"kuk": made.kuk[0], **YA}
    refused(made, made.asesor, "mark", mark, ("not_open", 409))
    made.enter(made.asesor, seconds=0)
    refused(made, made.asesor, "mark", mark, ("not_live", 409))
    made.enter(made.asesi, seconds=1)
    refused(made, made.asesor, "mark", mark, ("ak01_required", 409))
    made.agree()
    for user in (made.asesi, made.pengamat, made.admin):
        refused(made, user, "mark", mark, ("wrong_role", 403))
    made.do(made.asesor, "mark", mark)
    made.do(made.asesor, "session.end", seconds=60)
    refused(made, made.asesor, "mark", mark, ("session_ended", 409), seconds=61)


def test_ak01_of_the_pra_asesmen_opens_the_checklist_of_the_asesmen():
    pra = room("pra_asesmen").go_live()
    refused(pra, pra.asesor, "mark", {"kuk": pra.kuk[0], **YA}, ("no_checklist", 409))
    main = room(permohonan=pra.permohonan).go_live()
    facts = selectors.room_facts(main.session, SessionRole.ASESOR)
    assert facts == {"ak01_required": True, "pra_url": f"/sesi/{pra.id}/"}
    pra.agree()
    assert not selectors.room_facts(main.session, SessionRole.ASESOR)["ak01_required"]
    main.do(main.asesor, "mark", {"kuk": main.kuk[0], **YA})


def test_ak01_is_signed_on_the_text_that_was_read():
    made = room("pra_asesmen").go_live()
    plan = {
        "bukti": ["observasi", "Studi kasus"],
        "hari": "2026-03-05",
        "waktu": "09.00",
        "tuk": "S",
    }
    refused(made, made.asesi, "ak01.propose", plan, ("wrong_role", 403))
    refused(made, made.asesi, "ak01.sign", {}, ("ak01_not_proposed", 409))
    refused(made, made.asesor, "ak01.propose", {**plan, "bukti": []}, ("invalid", 400))
    first = made.do(made.asesor, "ak01.propose", plan)
    made.do(made.asesi, "ak01.sign", {"proposed": first})
    refused(made, made.asesi, "ak01.sign", {}, ("ak01_already_signed", 409))
    made.do(made.asesor, "ak01.propose", {**plan, "waktu": "13.00"})
    assert Ak01.objects.get().asesi_signed_seq is None
    refused(made, made.asesi, "ak01.sign", {"proposed": first}, ("ak01_changed", 409))
    refused(made, made.pengamat, "ak01.sign", {}, ("wrong_role", 403))
    made.do(made.asesi, "ak01.sign")
    made.do(made.asesor, "ak01.sign")
    assert Ak01.objects.get().complete
    refused(made, made.asesor, "ak01.propose", plan, ("ak01_signed", 409))


def test_evidence_is_judged_and_every_judgement_kept():
    made = room().go_live()
    key = evidence_in(made)
    verdict = {
        "evidence": key,
        "kuk": made.kuk[:2],
        "valid": True,
        "asli": True,
        "terkini": True,
        "memadai": False,
        "accepted": False,
        "note": "kurang jelas",
    }
    refused(made, made.asesi, "evidence.judge", verdict, ("wrong_role", 403))
    refused(
        made, made.asesor, "evidence.judge", {**verdict, "kuk": [2**40]}, ("kuk_outside_skema", 400)
    )
    for wrong in (str(uuid.uuid4()), "bukan-uuid"):
        refused(
            made,
            made.asesor,
            "evidence.judge",
            {**verdict, "evidence": wrong},
            ("evidence_not_found", 404),
        )
    made.do(made.asesor, "evidence.judge", verdict)
    made.do(made.pendamping, "evidence.judge", {**verdict, "memadai": True, "accepted": True})
    [row] = selectors.evidence_list(made.session)
    assert row["judgement"]["accepted"]
    assert row["judgement"]["kuk"] == sorted(made.kuk[:2])
    assert Evidence.objects.get().judgements.count() == 2


def test_ak02_is_the_asesors_word_and_can_change_until_the_decision():
    made = room().go_live().agree()
    units = [row["id"] for row in selectors.checklist(made.session)["units"]]
    full = {
        "result": "K",
        "note": "Baik",
        "units": [{"unit": u, "bukti": ["observasi"]} for u in units],
    }
    made.do(made.asesor, "session.end", seconds=60)
    refused(made, made.pendamping, "ak02.recommend", full, ("wrong_role", 403), seconds=70)
    refused(
        made,
        made.asesor,
        "ak02.recommend",
        {**full, "units": full["units"][:1]},
        ("evidence_missing", 400),
        seconds=70,
    )
    refused(
        made,
        made.asesor,
        "ak02.recommend",
        {**full, "units": [{"unit": 2**40, "bukti": []}]},
        ("unit_outside_skema", 400),
        seconds=70,
    )
    refused(
        made,
        made.asesor,
        "ak02.recommend",
        {**full, "units": [{"unit": units[0], "bukti": ["mimpi"]}]},
        ("unknown_evidence", 400),
        seconds=70,
    )
    made.do(made.asesor, "ak02.recommend", full, seconds=80)
    made.do(made.asesor, "ak02.recommend", {"result": "BK", "units": []}, seconds=90)
    last = selectors.recommendation(made.session)
    assert last is not None
    assert last.result == "BK"
    assert Recommendation.objects.count() == 2
    services.record(
        made.id,
        kind="decision",
        actor="system",
        data={"result": "BK", "pleno": "1", "sha256": "b" * 64},
        now=made.at(99),
    )
    refused(made, made.asesor, "ak02.recommend", full, ("decided", 409), seconds=100)
