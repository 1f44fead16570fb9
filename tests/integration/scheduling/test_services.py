"""Fixing sessions and every reason to refuse."""

from datetime import timedelta

import pytest

from ajj.kernel.errors import Conflict, Forbidden, Invalid
from ajj.people.models import Role
from ajj.scheduling import selectors, services
from ajj.scheduling.models import Jadwal
from tests.factories import applications, people, skema
from tests.factories import scheduling as factory
from tests.factories.people import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_session_is_fixed_with_its_people():
    second = people.asesor()
    jadwal, case = factory.fixed(asesor_pendamping=second)
    assert [(row.user, row.role) for row in jadwal.penugasan.all()] == [
        (case.asesor, "asesor"),
        (second, "asesor_pendamping"),
    ]
    assert jadwal.tuk == "Sewaktu, Asesmen Jarak Jauh"
    assert jadwal.starts_at - jadwal.opens_at == timedelta(minutes=15)
    for user in (case.asesi, case.asesor, second):
        assert list(selectors.upcoming_for(user, NOW)) == [jadwal]
    assert list(selectors.upcoming_for(case.admin, NOW)) == []
    assert list(selectors.visible_jadwal(case.admin)) == [jadwal]
    assert list(selectors.visible_jadwal(people.asesi())) == []


@pytest.mark.parametrize("stage", ["submitted", "accepted", "apl02_submitted"])
def test_only_a_verified_application_is_scheduled(stage):
    case = getattr(applications, stage)()
    with pytest.raises(Conflict) as refused:
        factory.fixed(case)
    assert refused.value.code == "not_ready"


def test_only_planners_schedule():
    case = applications.verified()
    for user in (case.asesor, case.asesi):
        with pytest.raises(Forbidden):
            services.schedule(
                case.permohonan,
                kind="asesmen",
                starts_at=NOW + HOUR,
                ends_at=NOW + 2 * HOUR,
                asesor=case.asesor,
                actor=user,
                now=NOW,
            )


def test_no_remote_session_without_bnsp_approval_on_that_day():
    case = applications.verified(chosen=skema.small(ajj=False))
    with pytest.raises(Conflict) as refused:
        factory.fixed(case)
    assert refused.value.code == "no_ajj_approval"
    skema.letter(case.skema, until=(NOW + timedelta(days=5)).date())
    with pytest.raises(Conflict):
        factory.fixed(case, hours=24 * 7)
    assert factory.fixed(case, hours=24)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (5, 5, "ends_before_start"),
        (5, 4, "ends_before_start"),
        (-3, -2, "in_the_past"),
        (5, 20, "too_long"),
    ],
)
def test_times_must_make_sense(start, end, code):
    case = applications.verified()
    with pytest.raises(Invalid) as refused:
        services.schedule(
            case.permohonan,
            kind="asesmen",
            starts_at=NOW + start * HOUR,
            ends_at=NOW + end * HOUR,
            asesor=case.asesor,
            actor=case.admin,
            now=NOW,
        )
    assert refused.value.code == code
    assert not Jadwal.objects.exists()


def test_pra_asesmen_comes_first_whichever_is_fixed_first():
    case = applications.verified()
    factory.fixed(case, kind="asesmen", hours=10)
    with pytest.raises(Invalid) as refused:
        factory.fixed(case, kind="pra_asesmen", hours=11)
    assert refused.value.code == "after_asesmen"
    factory.fixed(case, kind="pra_asesmen", hours=9)
    other = applications.verified()
    factory.fixed(other, kind="pra_asesmen", hours=30)
    with pytest.raises(Invalid) as refused_too:
        factory.fixed(other, kind="asesmen", hours=29)
    assert refused_too.value.code == "before_pra"


def test_each_kind_stands_once():
    case = applications.verified()
    factory.fixed(case)
    with pytest.raises(Conflict) as refused:
        factory.fixed(case, hours=48)
    assert refused.value.code == "already_scheduled"


def test_nobody_is_in_two_sessions_at_once():
    first = applications.verified()
    factory.fixed(first, hours=24)
    second = applications.verified()
    with pytest.raises(Conflict) as refused:
        factory.fixed(second, hours=24.5, asesor=first.asesor)
    assert refused.value.code == "overlap"
    assert "bersamaan" in refused.value.message
    factory.fixed(second, hours=25, asesor=first.asesor)
    third = applications.verified(asesi=first.asesi)
    with pytest.raises(Conflict):
        factory.fixed(third, hours=24)
    assert factory.fixed(third, hours=24, may_overlap=True)


def test_the_asesor_holds_a_met_that_is_valid_then_and_is_not_the_asesi():
    case = applications.verified()
    expired = people.asesor(met_until=NOW.date())
    with pytest.raises(Invalid) as refused:
        factory.fixed(case, hours=48, asesor=expired)
    assert refused.value.code == "met_expired"
    both = people.person(Role.ASESI, Role.ASESOR, name=applications.FILLED["name"])
    own = applications.verified(asesi=both)
    with pytest.raises(Invalid) as refused_own:
        factory.fixed(own, asesor=both)
    assert refused_own.value.code == "own_asesi"
    for wrong, code in ((case.admin, "not_asesor"), (case.asesor, "twice")):
        with pytest.raises(Invalid) as refused_other:
            factory.fixed(case, asesor=wrong, asesor_pendamping=case.asesor)
        assert refused_other.value.code == code


def test_a_move_counts_up_and_is_closed_once_the_room_opens():
    jadwal, case = factory.fixed()
    moved = services.reschedule(
        jadwal, starts_at=NOW + 30 * HOUR, ends_at=NOW + 31 * HOUR, actor=case.admin, now=NOW
    )
    assert moved.sequence == 1
    with pytest.raises(Conflict) as refused:
        services.reschedule(
            moved,
            starts_at=NOW + 40 * HOUR,
            ends_at=NOW + 41 * HOUR,
            actor=case.admin,
            now=moved.opens_at,
        )
    assert refused.value.code == "room_open"


def test_a_cancelled_session_frees_the_people_and_the_kind():
    jadwal, case = factory.fixed()
    with pytest.raises(Invalid):
        services.cancel(jadwal, reason=" ", actor=case.admin, now=NOW)
    services.cancel(jadwal, reason="Listrik padam", actor=case.admin, now=NOW)
    assert list(selectors.upcoming_for(case.asesi, NOW)) == []
    assert factory.fixed(case)


def test_what_still_waits_for_a_date():
    case = applications.verified()
    (row,) = selectors.to_schedule()
    assert [str(kind) for kind in row.kinds] == ["pra_asesmen", "asesmen"]
    factory.fixed(case)
    assert [str(kind) for kind in selectors.to_schedule()[0].kinds] == ["asesmen"]
    factory.fixed(case, kind="asesmen", hours=30)
    assert selectors.to_schedule() == []
