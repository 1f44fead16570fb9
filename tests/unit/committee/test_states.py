import pytest

from ajj.committee.states import (
    CaseEvent,
    CaseState,
    PlenoEvent,
    PlenoState,
    case_machine,
    pleno_machine,
)
from ajj.kernel.errors import Conflict

ALLOWED = {
    ("waiting", "assign"): "review",
    ("review", "last_vote"): "ready",
    ("ready", "decide"): "decided",
    ("ready", "ask"): "clarification",
    ("clarification", "resume"): "review",
    ("decided", "sign"): "signed",
}


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("event", list(CaseEvent))
def test_a_berkas_moves_only_as_the_table_says(state, event):
    target = ALLOWED.get((state.value, event.value))
    if target:
        assert case_machine.after(state, event) == target
    else:
        with pytest.raises(Conflict):
            case_machine.after(state, event)


def test_an_sk_is_signed_once():
    assert pleno_machine.after(PlenoState.CLOSED, PlenoEvent.SIGN) is PlenoState.SIGNED
    with pytest.raises(Conflict):
        pleno_machine.after(PlenoState.SIGNED, PlenoEvent.SIGN)
