"""A written or spoken ujian: the order of its items, its clock, and the answers its log says. Pure.

Moments are milliseconds since the ujian began, on the server's clock. The log is append-only:
answers are never changed, a later one counts. Replaying the entries gives exactly what is stored.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from ajj.assessment.work import Work
from ajj.kernel.spans import Span, merged

MINUTE_MS: Final = 60_000
LATE_GRACE_MS: Final = 5_000
"""What is pressed in the last moment may be placed this much later."""
LETTERS: Final = "abcde"
MOST_ANSWER_CHARS: Final = 10_000


class Kind(StrEnum):
    """What an entry says.

    ``here``: somebody worked from ``from_ms`` to ``to_ms`` (the test was open before their eyes).
    ``answer``: ``butir`` was answered with ``value`` (empty takes it back). ``asked``: the asesor
    put the question. ``result``: the asesor's Ya or Tidak for ``butir``. ``give``: time given back
    with a reason. ``finish``: handed in. ``question``: what ``butir`` asks, for this asesi alone
    (FR.IA.09, FR.IA.04B); a later one changes its words, empty words take it back. ``file`` and
    ``drop``: a result of a task was attached, or taken back. ``admit``: the asesor lets the late
    entry ``seq`` count, with a reason.
    """

    HERE = "here"
    ANSWER = "answer"
    ASKED = "asked"
    RESULT = "result"
    GIVE = "give"
    FINISH = "finish"
    QUESTION = "question"
    FILE = "file"
    DROP = "drop"
    ADMIT = "admit"


@dataclass(frozen=True)
class Entry:
    """One line of the log. ``late``: it was done when the time was over; kept, not counted."""

    seq: int
    kind: Kind
    at_ms: int
    data: Mapping[str, Any]
    late: bool = False


@dataclass(frozen=True)
class Said:
    """An answer that stands: when it was given and by which entry."""

    value: str
    at_ms: int
    seq: int


@dataclass
class Sheet:
    """What the log says. ``worked`` are the spans in which somebody could work."""

    answers: dict[int, Said] = field(default_factory=dict)
    late: dict[int, Said] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    questions: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    worked: list[Span] = field(default_factory=list)
    given_ms: int = 0
    finished_ms: int | None = None

    def take(self, entry: Entry) -> None:
        """Follow the log by its next entry."""
        data = entry.data
        match entry.kind:
            case Kind.HERE:
                span = Span(int(data["from_ms"]), int(data["to_ms"]))
                self.worked = merged([*self.worked, span])
            case Kind.ANSWER:
                _say(self.late if entry.late else self.answers, entry)
            case Kind.ASKED:
                self.asked.setdefault(int(data["butir"]), entry.at_ms)
            case Kind.RESULT:
                self.results[int(data["butir"])] = str(data["value"])
            case Kind.GIVE:
                self.given_ms += int(data["ms"])
            case Kind.QUESTION:
                self.questions[int(data["butir"])] = data
            case Kind.FILE:
                self.work.attach(entry)
            case Kind.DROP:
                self.work.drop(entry)
            case Kind.ADMIT:
                self._admit(int(data["seq"]))
            case Kind.FINISH:
                done = self.finished_ms
                self.finished_ms = entry.at_ms if done is None else min(done, entry.at_ms)

    def _admit(self, seq: int) -> None:
        """A late answer stands from now on, whatever was answered in time."""
        self.work.admitted.add(seq)
        for butir, said in self.late.items():
            if said.seq == seq:
                self.answers[butir] = said


def read(entries: Iterable[Entry]) -> Sheet:
    """The sheet that ``entries`` make, in whatever order they are handed over."""
    sheet = Sheet()
    for entry in sorted(entries, key=lambda entry: entry.seq):
        sheet.take(entry)
    return sheet


def _say(answers: dict[int, Said], entry: Entry) -> None:
    """The answer that was given last stands, not the one that arrived last."""
    said = Said(str(entry.data["value"]), entry.at_ms, entry.seq)
    held = answers.get(int(entry.data["butir"]))
    if held is None or (held.at_ms, held.seq) <= (said.at_ms, said.seq):
        answers[int(entry.data["butir"])] = said


@dataclass(frozen=True)
class Time:
    """How long a ujian lasts: ``total_ms`` of work, and at most ``allowance_ms`` of being away.

    Whoever is cut off from the test (battery, broken tab, another device) gets that time back, up
    to the allowance; who works on without a network is not cut off: the test stays before them.
    """

    total_ms: int
    allowance_ms: int

    def used_ms(self, worked: Sequence[Span], now_ms: int) -> int:
        """Time that counts at ``now_ms``."""
        here = sum(min(span.end_ms, now_ms) - span.start_ms for span in worked
                   if span.start_ms < now_ms)  # fmt: skip
        return min(now_ms, max(here, now_ms - self.allowance_ms))

    def returned_ms(self, worked: Sequence[Span], now_ms: int) -> int:
        """How much of being away was given back so far."""
        return now_ms - self.used_ms(worked, now_ms)

    def left_ms(self, worked: Sequence[Span], now_ms: int) -> int:
        """What is left for who works on from now."""
        return max(0, self.total_ms - self.used_ms(worked, now_ms))

    def in_time(self, worked: Sequence[Span], at_ms: int) -> bool:
        """Whether what was done at ``at_ms`` counts."""
        return self.used_ms(worked, at_ms) <= self.total_ms + LATE_GRACE_MS

    def latest_ms(self) -> int:
        """The moment from which nothing can count any more."""
        return self.total_ms + self.allowance_ms + LATE_GRACE_MS


def shuffled(seed: str, items: Sequence[int]) -> list[int]:
    """``items`` in the order of this seed: the same on every device and after every reload."""
    return sorted(items, key=lambda item: (_rank(seed, item), item))


def _rank(seed: str, item: int) -> bytes:
    return hashlib.sha256(f"{seed}:{item}".encode()).digest()


def choice_order(seed: str, butir: int, count: int) -> str:
    """The letters of ``count`` choices in the order in which this asesi sees them."""
    places = shuffled(f"{seed}:{butir}", range(count))
    return "".join(LETTERS[place] for place in places)


@dataclass(frozen=True)
class Score:
    """A proposal: the asesor concludes. ``right``: per butir; unanswered ones are wrong."""

    right: Mapping[int, bool]

    @property
    def correct(self) -> int:
        return sum(self.right.values())

    @property
    def wrong(self) -> int:
        return len(self.right) - self.correct


def score(keys: Mapping[int, str], answers: Mapping[int, Said]) -> Score:
    """``keys`` of a pilihan ganda against what was chosen."""
    given = {butir: said.value for butir, said in answers.items()}
    return Score({butir: given.get(butir, "") == key for butir, key in keys.items()})
