"""The track follows a real permohonan through the services, and speaks to whoever looks."""

from datetime import timedelta

import pytest

from ajj.applications import services
from ajj.live import services as live
from ajj.live.models import Session
from ajj.portal import selectors
from ajj.portal.rules import StepState
from ajj.portal.selectors.nextstep import next_step
from ajj.scheduling.models import Jadwal
from tests.factories import applications, people
from tests.factories.scheduling import fixed

pytestmark = pytest.mark.django_db


def at_hand(case: applications.Case, viewer=None) -> tuple[str, str]:
    """The step at hand and who must act, as ``viewer`` reads it."""
    steps = selectors.track(case.fresh(), viewer)
    step = next(step for step in steps if step.state is not StepState.DONE)
    return step.key, step.actor


def session_of(jadwal: Jadwal) -> Session:
    """The session that live makes when the calendar's transaction commits."""
    return live.create_for(jadwal.pk)


def test_each_service_moves_the_file_to_the_next_hands() -> None:
    assert at_hand(applications.draft()) == ("apl01", "Asesi")
    assert at_hand(applications.submitted()) == ("check", "Admin LSP")
    assert at_hand(applications.accepted()) == ("apl02", "Asesi")
    assert at_hand(applications.apl02_submitted()) == ("apl02", "Asesor")
    assert at_hand(applications.verified()) == ("pra_asesmen", "Admin LSP")
    _jadwal, case = fixed()
    assert at_hand(case) == ("pra_asesmen", "Asesi dan asesor")


def test_a_returned_permohonan_comes_back_to_the_asesi() -> None:
    case = applications.submitted()
    services.return_permohonan(case.permohonan, note="Foto buram", actor=case.admin, now=people.NOW)
    assert at_hand(case) == ("apl01", "Asesi")


def test_the_same_track_is_worded_for_the_reader() -> None:
    case = applications.apl02_submitted()
    assert at_hand(case, case.asesor) == ("apl02", "Giliran Anda")
    assert at_hand(case, case.asesi) == ("apl02", "Asesor")
    assert at_hand(case, people.admin()) == ("apl02", "Asesor")


def test_a_held_session_is_done_and_the_next_one_is_due() -> None:
    jadwal, case = fixed()
    session = session_of(jadwal)
    session.state, session.opened_at, session.ended_ms = "ended", jadwal.starts_at, 1
    session.save()
    assert at_hand(case) == ("asesmen", "Admin LSP")
    later, case = fixed(case, kind="asesmen", hours=72)
    steps = {step.key: step for step in selectors.track(case.fresh(), case.asesi)}
    assert steps["pra_asesmen"].at == jadwal.starts_at
    assert steps["asesmen"].due == later.starts_at
    assert steps["asesmen"].actor == "Sesi Anda"


def test_many_tracks_take_as_many_queries_as_one(django_assert_num_queries) -> None:
    cases = [applications.verified() for _ in range(3)]
    with django_assert_num_queries(3):
        selectors.tracks([case.permohonan for case in cases])


def test_an_asesi_is_told_what_to_do_at_every_stage() -> None:
    for make in (
        applications.draft,
        applications.submitted,
        applications.accepted,
        applications.apl02_submitted,
        applications.verified,
    ):
        case = make()
        steps = selectors.track(case.fresh(), case.asesi)
        step = next(step for step in steps if step.state is not StepState.DONE)
        told = next_step(case.permohonan.status, step)
        assert str(told.title)
        assert bool(told.link) == step.mine


def test_the_desk_of_an_asesor_holds_what_waits_for_them_only() -> None:
    mine = applications.apl02_submitted()
    applications.apl02_submitted()
    desk = selectors.desk(mine.asesor, people.NOW)
    assert [row.pk for row in desk.to_verify] == [mine.permohonan.pk]


def test_the_room_opens_for_the_asesi_a_quarter_of_an_hour_early() -> None:
    jadwal, case = fixed()
    session_of(jadwal)
    rooms = {
        minutes: selectors.desk(case.asesi, jadwal.starts_at + timedelta(minutes=minutes))
        .files[0]
        .open_room
        for minutes in (-16, -15, 89)
    }
    assert rooms[-16] is None
    assert rooms[-15] is not None
    assert rooms[89] is not None
