"""Portfolio evidence by the rules of evidence (FR.IA.08), and what follows from it. Pure.

A piece shows some KUK. Judged valid, asli, terkini and memadai it reaches them; judged otherwise
they are clarified in the interview (FR.IA.09); a KUK that no piece shows needs more evidence. What
was judged is a log of entries: the last word on each rule of a piece stands, all are kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

RULES: Final = ("valid", "asli", "terkini", "memadai")
NUMBERED: Final = re.compile(r"(^|; )\d+(?:\.\d+)+ ")
ANSWERS: Final = frozenset({"ya", "tidak"})


class Kind(StrEnum):
    """What an entry says of the piece ``bukti``: ``rule`` judged ``value``; a ``note``; which
    ``elemen`` it shows. Or of the whole: the ``rows`` to be clarified; more evidence needed
    (``text``); the recommendation.
    """

    JUDGED = "judged"
    NOTED = "noted"
    SHOWS = "shows"
    FOLLOWED = "followed"
    EXTRA = "extra"
    ADVISED = "advised"


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``at_ms`` on the wall clock (epoch), ``by`` the name of who said it."""

    seq: int
    kind: Kind
    at_ms: int
    by: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """A word that stands: by whom and when."""

    value: str
    by: str
    at_ms: int


@dataclass
class Review:
    """What the log says. ``judged``: by piece and rule; ``shows``: elemen ids by piece."""

    judged: dict[str, dict[str, Said]] = field(default_factory=dict)
    notes: dict[str, Said] = field(default_factory=dict)
    shows: dict[str, frozenset[int]] = field(default_factory=dict)
    followed: Entry | None = None
    extra: Said | None = None
    advised: Entry | None = None

    def take(self, entry: Entry) -> None:
        """Follow the log by its next entry."""
        data, piece = entry.data, str(entry.data.get("bukti", ""))
        match entry.kind:
            case Kind.JUDGED:
                said = Said(str(data["value"]), entry.by, entry.at_ms)
                self.judged.setdefault(piece, {})[str(data["rule"])] = said
            case Kind.NOTED:
                self.notes[piece] = Said(str(data["note"]), entry.by, entry.at_ms)
            case Kind.SHOWS:
                self.shows[piece] = frozenset(data["elemen"])
            case Kind.FOLLOWED:
                self.followed = entry
            case Kind.EXTRA:
                self.extra = Said(str(data["text"]), entry.by, entry.at_ms)
            case Kind.ADVISED:
                self.advised = entry

    def answers(self, piece: str) -> dict[str, str]:
        """What stands for ``piece`` by rule; rules without a word are left out."""
        return {rule: said.value for rule, said in self.judged.get(piece, {}).items()}


def read(entries: Iterable[Entry]) -> Review:
    """The review that ``entries`` make, in whatever order they are handed over.

    Judgements given in a session come with ``seq`` 0: the later word stands, wherever it was said.
    """
    review = Review()
    for entry in sorted(entries, key=lambda each: (each.at_ms, each.seq)):
        review.take(entry)
    return review


class Verdict(StrEnum):
    """How one piece stands: ``open`` while a rule is unanswered and none is broken."""

    MEETS = "meets"
    OPEN = "open"
    FAILS = "fails"


def verdict(answers: Mapping[str, str]) -> Verdict:
    """The verdict on a piece with these answers by rule."""
    given = [answers.get(rule) for rule in RULES]
    if "tidak" in given:
        return Verdict.FAILS
    return Verdict.MEETS if all(answer == "ya" for answer in given) else Verdict.OPEN


@dataclass(frozen=True)
class Criterion:
    """A KUK."""

    id: int
    no: str
    teks: str


@dataclass(frozen=True)
class Part:
    """An elemen with its KUK; ``unit`` is the number of its unit in the skema."""

    id: int
    unit: str
    kode: str
    no: str
    judul: str
    kuk: tuple[Criterion, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence by its number on FR.IA.08, with the KUK it shows and its verdict."""

    no: int
    kuk: frozenset[int]
    verdict: Verdict


class Reach(StrEnum):
    """How the evidence stands to a KUK."""

    MEETS = "meets"
    OPEN = "open"
    CLARIFY = "clarify"
    NONE = "none"


@dataclass(frozen=True)
class KukReach:
    """A KUK, how it is reached, and the numbers of the pieces that decide it."""

    kuk: Criterion
    reach: Reach
    by: tuple[int, ...] = ()


@dataclass(frozen=True)
class PartReach:
    """An elemen with each of its KUK."""

    part: Part
    kuk: tuple[KukReach, ...]

    def of(self, reach: Reach) -> tuple[KukReach, ...]:
        return tuple(each for each in self.kuk if each.reach is reach)

    @property
    def counts(self) -> dict[str, int]:
        """How many KUK stand how; nothing for what no KUK is."""
        found = {reach.value: len(self.of(reach)) for reach in Reach}
        return {name: count for name, count in found.items() if count}


def reached(parts: Sequence[Part], pieces: Sequence[Piece]) -> list[PartReach]:
    """Every KUK of ``parts`` with exactly one standing.

    One piece that meets every rule is enough. While a piece that shows it is not judged yet,
    nothing is asked about it.
    """
    shown: dict[int, list[Piece]] = {}
    for piece in sorted(pieces, key=lambda each: each.no):
        for kuk in piece.kuk:
            shown.setdefault(kuk, []).append(piece)
    return [PartReach(part, tuple(_kuk(kuk, shown.get(kuk.id, [])) for kuk in part.kuk))
            for part in parts]  # fmt: skip


def _kuk(kuk: Criterion, pieces: Sequence[Piece]) -> KukReach:
    order = (
        (Verdict.MEETS, Reach.MEETS),
        (Verdict.OPEN, Reach.OPEN),
        (Verdict.FAILS, Reach.CLARIFY),
    )
    for wanted, reach in order:
        by = tuple(piece.no for piece in pieces if piece.verdict is wanted)
        if by:
            return KukReach(kuk, reach, by)
    return KukReach(kuk, Reach.NONE)


@dataclass(frozen=True)
class FollowUp:
    """A row of "Sebagai tindak lanjut …": what the interview clarifies, and on which pieces."""

    part: Part
    kuk: tuple[Criterion, ...]
    bukti: tuple[int, ...]

    @property
    def materi(self) -> str:
        """The substance as proposed: each KUK with its text."""
        return "; ".join(f"{kuk.no} {kuk.teks.rstrip(' .')}" for kuk in self.kuk)


def follow_ups(found: Iterable[PartReach]) -> list[FollowUp]:
    """One row for each elemen with a KUK that only failing evidence shows."""
    rows = []
    for each in found:
        lacking = each.of(Reach.CLARIFY)
        if lacking:
            bukti = sorted({no for one in lacking for no in one.by})
            rows.append(FollowUp(each.part, tuple(one.kuk for one in lacking), tuple(bukti)))
    return rows


def unshown(found: Iterable[PartReach]) -> list[PartReach]:
    """The elemen with a KUK that no evidence shows."""
    return [each for each in found if each.of(Reach.NONE)]


def lacking_text(found: Iterable[PartReach]) -> str:
    """Where more evidence is needed, as FR.IA.08 says it: unit, elemen and KUK, a line per unit."""
    units: dict[str, list[str]] = {}
    for each in unshown(found):
        kuk = ", ".join(one.kuk.no for one in each.of(Reach.NONE))
        units.setdefault(each.part.kode, []).append(f"elemen {each.part.no} (KUK {kuk})")
    return "\n".join(f"{kode}: {', '.join(parts)}" for kode, parts in units.items())


def numbers_text(numbers: Sequence[int]) -> str:
    """``1``, ``1 dan 3``, ``1, 3 dan 4``."""
    *before, last = map(str, numbers)
    return f"{', '.join(before)} dan {last}" if before else last


def question(bukti: Sequence[int], materi: str) -> str:
    """A question in the wording of FR.IA.09 on the pieces ``bukti`` (at least one).

    It is read aloud: the numbers before the KUK of ``materi`` are left out.
    """
    asked = NUMBERED.sub(r"\1", materi).rstrip(" .")
    return (
        f"Sesuai dengan bukti no {numbers_text(bukti)} yang Anda ajukan,"
        f" jelaskan bagaimana Anda memastikan: {asked}."
    )


def doubted(answers: Mapping[int, Mapping[str, str]]) -> list[int]:
    """Numbers of the pieces that are not found to be the asesi's own: FR.IA.10 can settle that."""
    return sorted(no for no, given in answers.items() if given.get("asli") == "tidak")
