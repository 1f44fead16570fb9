"""Tables that others rely on: who sees what, how a session moves, what each agenda holds."""

import pytest

from ajj.kernel.errors import Conflict
from ajj.live.agenda import AGENDA, steps_of
from ajj.live.rules import AUDIENCE, SessionRole, may_see
from ajj.live.states import (
    AFTER_ENDED,
    LATE,
    SessionEvent,
    SessionKind,
    SessionState,
    session_machine,
)


@pytest.mark.parametrize(
    "kind", ["mark", "mark.undone", "evidence.judged", "incident", "ak02.recommended", "decision"]
)
def test_the_asesi_never_sees(kind):
    assert not may_see(SessionRole.ASESI, kind)
    assert may_see(SessionRole.ADMIN, kind)


def test_before_the_sk_only_those_who_decide_see_the_decision():
    seen = {role for role in SessionRole if may_see(role, "decision")}
    assert seen == {
        SessionRole.KOMITE, SessionRole.ADMIN, SessionRole.MANAJER, SessionRole.DIREKTUR,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["chat", "joined", "evidence.received", "ak01.signed", "gap"])
def test_everybody_sees_the_rest(kind):
    assert kind not in AUDIENCE
    assert all(may_see(role, kind) for role in SessionRole)


def test_a_session_never_goes_back():
    order = list(SessionState)
    for (state, _event), target in session_machine.table.items():
        assert order.index(target) >= order.index(state)
    with pytest.raises(Conflict):
        session_machine.after(SessionState.ENDED, SessionEvent.OPEN)
    with pytest.raises(Conflict):
        session_machine.after(SessionState.SCHEDULED, SessionEvent.END)


def test_nothing_is_assessed_after_the_end():
    assert not {"mark", "evidence.judged", "chat", "ak01.signed", "joined"} & AFTER_ENDED
    assert not LATE & AFTER_ENDED


def test_the_pra_asesmen_has_the_six_steps_of_the_sop():
    assert [step.step for step in steps_of("pra_asesmen")] == [
        "bukti_pendukung", "mapa", "keterbatasan", "hak_banding", "tata_tertib", "jadwal",
    ]  # fmt: skip
    assert set(AGENDA) == set(SessionKind)
