import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ajj.committee import selectors, services
from ajj.committee.models import Case, CasePart, Vote
from ajj.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from ajj.people.models import Role, RoleGrant
from tests.factories.committee import case_of, komite, komite_member, recommended, vote
from tests.factories.live import person, room

pytestmark = pytest.mark.django_db


def seats(case: Case) -> set[int]:
    parts = CasePart.objects.filter(case=case, part__in=("ketua", "anggota"))
    return set(parts.values_list("user_id", flat=True))


def test_a_recommendation_becomes_a_berkas_of_a_tim_once():
    people = komite()
    found = recommended()
    case = case_of(found)
    assert case_of(found).pk == case.pk
    case.refresh_from_db()
    assert case.state == "review"
    assert case.recommendation == "K"
    assert seats(case) == {user.pk for user in people.members}


def test_a_session_without_recommendation_has_no_berkas():
    with pytest.raises(NotFound):
        services.open_case(room().go_live().id, now=timezone.now())


def test_an_asesor_of_this_asesi_is_never_its_komite():
    people = komite()
    found = recommended()
    RoleGrant.objects.create(user=found.asesor, role=Role.KOMITE)
    tainted = services.appoint(
        ketua=people.ketua,
        anggota=[people.satu, found.asesor],
        actor=people.admin,
        now=timezone.now(),
    )
    case = case_of(found)
    case.refresh_from_db()
    assert case.tim_id == people.tim.pk
    Case.objects.filter(pk=case.pk).update(state="waiting")
    with pytest.raises(Forbidden) as refused:
        services.assign(case.pk, tainted, actor=people.admin, now=timezone.now())
    assert refused.value.code == "conflict_of_interest"
    assert found.asesor.name in refused.value.message


def test_without_an_untainted_tim_the_berkas_waits():
    people = komite()
    found = recommended()
    CasePart.objects.all().delete()
    people.tim.anggota.filter(user=people.dua).update(user=found.asesor)
    case = case_of(found)
    case.refresh_from_db()
    assert case.state == "waiting"
    assert seats(case) == set()


def test_the_database_itself_gives_a_person_one_part():
    komite()
    found = recommended()
    case = case_of(found)
    with pytest.raises(IntegrityError), transaction.atomic():
        CasePart.objects.create(case=case, user=found.asesor, part="anggota")


def test_a_tim_is_odd_three_or_more_different_komite_people():
    people = komite()
    outsider = person("Bukan Komite", Role.ASESOR)
    for anggota, code in (
        ([people.satu], "tim_size"),
        ([people.satu, people.dua, komite_member("Keempat")], "tim_size"),
        ([people.satu, people.ketua], "tim_twice"),
        ([people.satu, outsider], "tim_role"),
    ):
        with pytest.raises(Invalid) as refused:
            services.appoint(
                ketua=people.ketua, anggota=anggota, actor=people.admin, now=timezone.now()
            )
        assert refused.value.code == code


def test_votes_of_others_stay_hidden_until_ones_own_is_cast():
    people = komite()
    case = case_of(recommended())
    vote(case, people.satu, "BK", "Belum tampak.")
    before = selectors.review_state(selectors.case_for(case.pk, people.dua), people.dua)
    assert [member["vote"] for member in before["members"]] == [None, None, None]
    assert sum(member["voted"] for member in before["members"]) == 1
    vote(case, people.dua, "K")
    after = selectors.review_state(selectors.case_for(case.pk, people.dua), people.dua)
    assert {member["vote"]["value"] for member in after["members"] if member["vote"]} == {"K", "BK"}
    overseer = selectors.review_state(selectors.case_for(case.pk, people.admin), people.admin)
    assert [member["vote"] for member in overseer["members"]] == [None, None, None]


@pytest.mark.parametrize(
    ("value", "reason", "declared", "code"),
    [
        ("X", "alasan", True, "vote_value"),
        ("K", "  ", True, "vote_reason"),
        ("K", "alasan", False, "undeclared"),
    ],
)
def test_a_vote_is_whole_or_nothing(value, reason, declared, code):
    people = komite()
    case = case_of(recommended())
    with pytest.raises(Invalid) as refused:
        services.cast_vote(
            case.pk,
            user=people.ketua,
            value=value,
            reason=reason,
            no_conflict=declared,
            now=timezone.now(),
        )
    assert refused.value.code == code
    assert not Vote.objects.exists()


def test_only_assigned_members_vote_and_only_while_it_is_reviewed():
    people = komite()
    case = case_of(recommended())
    stranger = komite_member("Anggota Lain")
    with pytest.raises(Forbidden):
        vote(case, stranger)
    for user in people.members:
        vote(case, user)
    case.refresh_from_db()
    assert case.state == "ready"
    Case.objects.filter(pk=case.pk).update(state="clarification")
    with pytest.raises(Conflict):
        vote(case, people.ketua)


def test_watched_spans_are_kept_merged_and_within_the_session():
    people = komite()
    case = case_of(recommended())
    services.note_watched(case.pk, user=people.ketua, spans=[(0, 4_000), (3_000, 9_000)])
    kept = services.note_watched(case.pk, user=people.ketua, spans=[(9_500, 10**9)])
    assert kept == [[0, 61_000]]


def test_comments_carry_their_second():
    people = komite()
    case = case_of(recommended())
    services.comment(
        case.pk, user=people.satu, at_ms=12_000, text="Lihat layar.", now=timezone.now()
    )
    state = selectors.review_state(selectors.case_for(case.pk, people.ketua), people.ketua)
    assert [(c["at_ms"], c["text"]) for c in state["comments"]] == [(12_000, "Lihat layar.")]


def test_dashboards_learn_what_waits():
    people = komite()
    case = case_of(recommended())
    assert selectors.waiting_for(people.ketua)[0]["count"] == 1
    vote(case, people.ketua)
    assert selectors.waiting_for(people.ketua) == []
