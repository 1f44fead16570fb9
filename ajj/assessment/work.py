"""What an asesi hands in with a task: files that are attached or taken back. Pure.

As with answers, what was done last stands, not what arrived last; what was done when the time was
over is kept beside it and counts only where the asesor admits it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Entered(Protocol):
    """What is read of an entry of the log here."""

    @property
    def seq(self) -> int: ...
    @property
    def at_ms(self) -> int: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def late(self) -> bool: ...


@dataclass(frozen=True)
class Filed:
    """A file that the log names for ``butir``; ``sha256`` is of the file as the device had it.

    ``evidence`` is the id under which its bytes come in, before or after this entry.
    """

    evidence: str
    butir: int
    at_ms: int
    seq: int
    late: bool
    name: str
    filetype: str
    bytes: int
    sha256: str


@dataclass
class Work:
    """``acts``: by file, and whether it was late, what was done with it last (None: taken back)."""

    acts: dict[tuple[str, bool], tuple[int, int, Filed | None]] = field(default_factory=dict)
    admitted: set[int] = field(default_factory=set)

    def attach(self, entry: Entered) -> None:
        data = entry.data
        filed = Filed(
            evidence=str(data["evidence"]),
            butir=int(data["butir"]),
            at_ms=entry.at_ms,
            seq=entry.seq,
            late=entry.late,
            name=str(data["name"]),
            filetype=str(data["type"]),
            bytes=int(data["bytes"]),
            sha256=str(data["sha256"]),
        )
        self._act(entry, filed)

    def drop(self, entry: Entered) -> None:
        self._act(entry, None)

    def _act(self, entry: Entered, filed: Filed | None) -> None:
        key = (str(entry.data["evidence"]), entry.late)
        held = self.acts.get(key)
        if entry.late and held and held[2] and held[2].seq in self.admitted:
            return  # what the asesor admitted stays
        if held is None or held[:2] <= (entry.at_ms, entry.seq):
            self.acts[key] = (entry.at_ms, entry.seq, filed)

    @property
    def attached(self) -> list[Filed]:
        """Every file that is attached now, late ones too, in the order in which that was done."""
        found = [filed for _at, _seq, filed in self.acts.values() if filed is not None]
        in_time = {filed.evidence for filed in found if not filed.late}
        kept = [each for each in found if not each.late or each.evidence not in in_time]
        return sorted(kept, key=lambda filed: (filed.at_ms, filed.seq))

    @property
    def counting(self) -> list[Filed]:
        """Those that count: attached in time, or admitted by the asesor."""
        return [each for each in self.attached if not each.late or each.seq in self.admitted]
