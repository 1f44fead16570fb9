import pytest

from ajj.kernel.errors import Conflict
from ajj.skema.states import MukEvent, MukState, muk_machine

ALLOWED = {
    ("draft", "submit"): "submitted",
    ("submitted", "validate"): "valid",
    ("submitted", "return"): "draft",
    ("submitted", "cosign"): "submitted",
    ("valid", "cosign"): "valid",
    ("used", "cosign"): "used",
    ("valid", "reopen"): "draft",
    ("valid", "use"): "used",
    ("used", "use"): "used",
    ("draft", "withdraw"): "withdrawn",
    ("valid", "withdraw"): "withdrawn",
    ("used", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("state", list(MukState))
@pytest.mark.parametrize("event", list(MukEvent))
def test_a_muk_moves_only_as_the_table_says(state, event):
    target = ALLOWED.get((state.value, event.value))
    if target:
        assert muk_machine.after(state, event) == target
    else:
        with pytest.raises(Conflict):
            muk_machine.after(state, event)


def test_what_was_used_never_becomes_a_draft_again():
    reachable, waiting = set(), [MukState.USED]
    while waiting:
        state = waiting.pop()
        reachable.add(state)
        steps = [to for (start, _event), to in muk_machine.table.items() if start is state]
        waiting += [to for to in steps if to not in reachable]
    assert reachable == {MukState.USED, MukState.WITHDRAWN}
