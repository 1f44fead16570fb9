from enum import Enum

import pytest

from ajj.kernel.errors import Conflict
from ajj.kernel.machine import Machine


class Door(Enum):
    OPEN = "open"
    SHUT = "shut"


class Push(Enum):
    PUSH = "push"
    PULL = "pull"


MACHINE = Machine("Pintu", Door.SHUT, {(Door.SHUT, Push.PUSH): Door.OPEN})


def test_a_transition_of_the_table_is_taken() -> None:
    assert MACHINE.after(Door.SHUT, Push.PUSH) is Door.OPEN


def test_any_other_is_refused_with_its_reason() -> None:
    assert not MACHINE.allows(Door.OPEN, Push.PULL)
    with pytest.raises(Conflict) as refusal:
        MACHINE.after(Door.OPEN, Push.PULL)
    assert refusal.value.code == "wrong_state"
    assert refusal.value.status == 409


def test_the_diagram_is_the_table() -> None:
    assert "shut --> open: push" in MACHINE.mermaid()
