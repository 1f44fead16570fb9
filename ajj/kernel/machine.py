"""State machines as one table each.

A feature's ``states.py`` holds an enum of states, an enum of events and one ``Machine``. The table
is the documentation: ``docs/states.md`` is generated from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from ajj.kernel.errors import Conflict

S = TypeVar("S", bound=Enum)
E = TypeVar("E", bound=Enum)


@dataclass(frozen=True)
class Machine(Generic[S, E]):
    """A deterministic transition table.

    ``table`` maps (state, event) to the next state; a pair that is missing is refused.
    """

    name: str
    initial: S
    table: Mapping[tuple[S, E], S]

    def after(self, state: S, event: E) -> S:
        """The state after ``event``; raises ``Conflict`` (409, ``wrong_state``) if refused."""
        try:
            return self.table[state, event]
        except KeyError:
            raise Conflict(
                f"{self.name}: “{event.value}” tidak dapat dilakukan saat “{state.value}”.",
                code="wrong_state",
            ) from None

    def allows(self, state: S, event: E) -> bool:
        """Whether ``event`` has a transition out of ``state``."""
        return (state, event) in self.table

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, in the table's own order."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        lines += [
            f"    {state.value} --> {target.value}: {event.value}"
            for (state, event), target in self.table.items()
        ]
        return "\n".join(lines)
