"""A permohonan from draft to verified, and everything that must be refused on the way."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ajj.applications import selectors, services
from ajj.applications.models import Permohonan, Portofolio, Syarat
from ajj.applications.states import State
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import AsesiProfile
from tests.factories import applications as factory
from tests.factories import people, skema
from tests.factories.applications import FILLED
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db


def test_the_whole_way_with_signatures_of_all_three():
    case = factory.verified()
    row = case.permohonan
    assert row.status is State.APL02_VERIFIED
    assert row.apl01.signed_name == FILLED["name"]
    assert row.apl01.admin == case.admin
    assert row.apl02.asesor == case.asesor
    assert row.apl02.dapat_dilanjutkan is True
    assert row.nomor.startswith("2026-")


def test_numbers_run_without_a_gap_through_the_year():
    numbers = [factory.draft().permohonan.nomor for _ in range(3)]
    assert numbers == ["2026-0001", "2026-0002", "2026-0003"]


def test_an_unfinished_draft_is_continued_not_doubled():
    case = factory.draft()
    assert services.open_permohonan(case.asesi, case.skema, now=NOW) == case.permohonan
    assert Permohonan.objects.count() == 1


def test_only_asesi_apply_and_only_for_open_schemes():
    with pytest.raises(Forbidden):
        services.open_permohonan(people.admin(), skema.small(), now=NOW)
    empty = skema.real("pelaksana-lapangan-pekerjaan-gedung")
    with pytest.raises(Conflict) as refused:
        services.open_permohonan(people.asesi(), empty, now=NOW)
    assert refused.value.code == "skema_closed"


def test_the_second_form_starts_with_what_is_known_from_the_first():
    first = factory.submitted()
    second = services.open_permohonan(first.asesi, skema.small(), now=NOW)
    values = selectors.form_values(second.apl01)
    assert values["nik"] == FILLED["nik"]
    assert values["address"] == FILLED["address"]
    assert second.syarat.get(jenis="ktp").document is not None
    assert AsesiProfile.objects.get(user=first.asesi).birth_date == date(2000, 7, 5)


def test_a_draft_keeps_wrong_and_partial_input():
    case = factory.draft()
    services.save_apl01(
        case.permohonan, {"nik": "12", "phone": "x", "is_admin": "1"}, actor=case.asesi, now=NOW
    )
    values = selectors.form_values(case.fresh().apl01)
    assert values["nik"] == "12"
    assert values["phone"] == "x"
    assert "is_admin" not in values


def test_an_incomplete_form_is_refused_per_field_and_stays_a_draft():
    case = factory.draft()
    with pytest.raises(Invalid) as refused:
        services.submit(case.permohonan, signed_name="", consent=False, actor=case.asesi, now=NOW)
    assert {"nik", "syarat", "signed_name", "consent"} <= set(refused.value.fields)
    assert case.fresh().status is State.DRAFT


def test_the_signature_must_be_the_name_on_the_form():
    case = factory.filled()
    with pytest.raises(Invalid) as refused:
        services.submit(
            case.permohonan, signed_name="Orang Lain", consent=True, actor=case.asesi, now=NOW
        )
    assert set(refused.value.fields) == {"signed_name"}


def test_nobody_else_fills_the_form():
    case = factory.filled()
    for stranger in (people.asesi(), case.admin, case.asesor):
        with pytest.raises(Conflict):
            services.save_apl01(case.permohonan, {"name": "x"}, actor=stranger, now=NOW)


def test_a_handed_in_form_is_closed_and_a_second_submission_refused():
    case = factory.submitted()
    with pytest.raises(Conflict):
        services.save_apl01(case.permohonan, {"name": "x"}, actor=case.asesi, now=NOW)
    with pytest.raises(Conflict):
        services.submit(
            case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
        )


def test_a_document_of_another_permohonan_is_refused():
    case, other = factory.draft(), factory.draft()
    row = other.permohonan.syarat.get(jenis="ktp")
    with pytest.raises(NotFound):
        services.attach_document(case.permohonan, row.pk, people.png(), actor=case.asesi, now=NOW)


def test_a_wrong_file_leaves_the_requirement_as_it_was():
    case = factory.filled()
    row = case.permohonan.syarat.get(jenis="ktp")
    before = row.document_id
    with pytest.raises(Invalid):
        services.attach_document(
            case.permohonan,
            row.pk,
            SimpleUploadedFile("a.pdf", b"bukan pdf"),
            actor=case.asesi,
            now=NOW,
        )
    row.refresh_from_db()
    assert row.document_id == before


def test_a_returned_document_has_a_reason_and_must_be_replaced():
    case = factory.submitted()
    row = case.permohonan.syarat.get(jenis="ktp")
    with pytest.raises(Invalid):
        services.judge_syarat(case.permohonan, row.pk, accepted=False, actor=case.admin, now=NOW)
    services.judge_syarat(
        case.permohonan, row.pk, accepted=False, reason="Buram", actor=case.admin, now=NOW
    )
    with pytest.raises(Conflict) as refused:
        services.accept(case.permohonan, asesor=case.asesor, actor=case.admin, now=NOW)
    assert refused.value.code == "documents_open"
    services.return_permohonan(case.permohonan, note="", actor=case.admin, now=NOW)
    case.fresh()

    def submit():
        services.submit(
            case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
        )

    with pytest.raises(Invalid) as refused_again:
        submit()
    assert "syarat" in refused_again.value.fields
    services.attach_document(
        case.permohonan, row.pk, people.png(salt=b"baru"), actor=case.asesi, now=NOW
    )
    submit()
    row.refresh_from_db()
    assert row.verdict == Syarat.Verdict.OPEN
    assert case.fresh().status is State.SUBMITTED


def test_a_return_needs_a_reason_and_a_rejection_too():
    case = factory.submitted()
    with pytest.raises(Invalid):
        services.return_permohonan(case.permohonan, note=" ", actor=case.admin, now=NOW)
    with pytest.raises(Invalid):
        services.reject(case.permohonan, note="", actor=case.admin, now=NOW)
    services.reject(case.permohonan, note="Syarat dasar tidak ada", actor=case.admin, now=NOW)
    assert case.fresh().status is State.REJECTED


def test_only_the_office_reviews():
    case = factory.submitted()
    for stranger in (case.asesi, case.asesor):
        with pytest.raises(Forbidden):
            services.accept(case.permohonan, asesor=case.asesor, actor=stranger, now=NOW)
        with pytest.raises(Forbidden):
            services.reject(case.permohonan, note="x", actor=stranger, now=NOW)


def test_the_appointed_asesor_is_an_asesor_and_not_the_asesi():
    case = factory.submitted()
    row = case.permohonan.syarat.get(jenis="ktp")
    services.judge_syarat(case.permohonan, row.pk, accepted=True, actor=case.admin, now=NOW)
    for wrong in (case.admin, case.asesi):
        with pytest.raises(Invalid):
            services.accept(case.permohonan, asesor=wrong, actor=case.admin, now=NOW)


def test_apl02_needs_an_answer_for_each_elemen_and_evidence_for_each_k():
    case = factory.accepted()
    answers = case.answers()
    first, second, *_rest = answers
    answers[first] = {"claim": ""}
    answers[second] = {"claim": "K", "evidence": "  "}
    services.save_apl02(case.permohonan, answers, actor=case.asesi, now=NOW)
    with pytest.raises(Invalid) as refused:
        services.submit_apl02(
            case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
        )
    assert set(refused.value.fields) == {f"elemen-{first}", f"elemen-{second}"}
    services.save_apl02(
        case.permohonan,
        {first: {"claim": "BK"}, second: {"claim": "BK"}},
        actor=case.asesi,
        now=NOW,
    )
    services.submit_apl02(
        case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
    )
    assert case.fresh().status is State.APL02_SUBMITTED


def test_apl02_refuses_foreign_elemen_files_and_claims():
    case, other = factory.accepted(), factory.accepted()
    theirs = services.add_portofolio(other.permohonan, people.pdf(), actor=other.asesi, now=NOW)
    mine = next(iter(case.answers()))
    for answers in (
        {next(iter(other.answers())): {"claim": "K"}},
        {mine: {"claim": "KK"}},
        {mine: {"portofolio": str(theirs.pk)}},
    ):
        with pytest.raises(Invalid):
            services.save_apl02(case.permohonan, answers, actor=case.asesi, now=NOW)


def test_one_evidence_file_serves_many_elemen_and_is_kept_once():
    case = factory.accepted()
    file = services.add_portofolio(case.permohonan, people.pdf(), actor=case.asesi, now=NOW)
    services.add_portofolio(case.permohonan, people.pdf(), actor=case.asesi, now=NOW)
    assert Portofolio.objects.count() == 1
    answers = {pk: {"claim": "K", "portofolio": str(file.pk)} for pk in case.answers()}
    services.save_apl02(case.permohonan, answers, actor=case.asesi, now=NOW)
    assert selectors.apl02_problems(case.permohonan) == {}


def test_only_the_appointed_asesor_verifies_and_a_refusal_needs_its_reason():
    case = factory.apl02_submitted()
    for stranger in (people.asesor(), case.admin, case.asesi):
        with pytest.raises(Forbidden):
            services.verify_apl02(case.permohonan, can_continue=True, actor=stranger, now=NOW)
    with pytest.raises(Invalid):
        services.verify_apl02(case.permohonan, can_continue=False, actor=case.asesor, now=NOW)
    services.verify_apl02(
        case.permohonan, can_continue=False, note="Bukti kurang", actor=case.asesor, now=NOW
    )
    assert case.fresh().status is State.REJECTED
    assert case.permohonan.apl02.dapat_dilanjutkan is False


def test_the_asesor_can_ask_for_more():
    case = factory.apl02_submitted()
    services.return_apl02(case.permohonan, note="Lampirkan proyek", actor=case.asesor, now=NOW)
    services.save_apl02(case.fresh(), case.answers(), actor=case.asesi, now=NOW)
    services.submit_apl02(
        case.permohonan, signed_name=FILLED["name"], consent=True, actor=case.asesi, now=NOW
    )
    assert case.fresh().status is State.APL02_SUBMITTED


def test_who_sees_which_rows():
    draft, handed_in = factory.draft(), factory.apl02_submitted()
    stranger = people.asesor()

    def seen(user):
        return set(selectors.visible_permohonan(user))

    assert seen(draft.asesi) == {draft.permohonan}
    assert seen(handed_in.admin) == {handed_in.permohonan}
    assert seen(handed_in.asesor) == {handed_in.permohonan}
    assert seen(stranger) == set()
    with pytest.raises(NotFound):
        selectors.permohonan_for(stranger, handed_in.permohonan.nomor)


def test_whose_turn_it_is():
    submitted, second = factory.submitted(), factory.apl02_submitted()
    assert list(selectors.waiting_for(submitted.admin)) == [submitted.permohonan]
    assert list(selectors.waiting_for(second.asesor)) == [second.permohonan]
    assert list(selectors.waiting_for(submitted.asesi)) == []
    draft = factory.draft()
    assert list(selectors.waiting_for(draft.asesi)) == [draft.permohonan]
