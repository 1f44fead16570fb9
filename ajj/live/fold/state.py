"""What the log says, as plain values. Persons are user pks as text, KUK pks as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ajj.kernel.chain import GENESIS
from ajj.live.fold.workplace import WorkplaceState
from ajj.live.pauses import Pause


@dataclass(frozen=True)
class Mark:
    """One mark; ``undone_seq`` is the entry that took it back."""

    seq: int
    at_ms: int
    author: str
    kuk: int
    value: str
    note: str = ""
    undone_seq: int | None = None


@dataclass(frozen=True)
class Resolution:
    """The lead asesor's word where two marks of one KUK differ; ``settles`` are those marks."""

    seq: int
    at_ms: int
    author: str
    kuk: int
    value: str
    note: str
    settles: tuple[int, ...]


@dataclass(frozen=True)
class Judgement:
    seq: int
    at_ms: int
    author: str
    kuk: tuple[int, ...]
    valid: bool
    asli: bool
    terkini: bool
    memadai: bool
    accepted: bool
    note: str


@dataclass(frozen=True)
class Evidence:
    id: str
    seq: int
    at_ms: int
    owner: str
    filename: str
    filetype: str
    bytes: int
    sha256: str
    kuk: tuple[int, ...]
    taken_ms: int | None
    judgements: tuple[Judgement, ...] = ()
    capture: Mapping[str, Any] = field(default_factory=dict)
    original: Mapping[str, Any] = field(default_factory=dict)
    original_of: str | None = None
    asked_seq: int | None = None


@dataclass(frozen=True)
class Connection:
    user: str
    role: str
    joined_ms: int
    left_ms: int | None = None
    left_reason: str = ""


@dataclass(frozen=True)
class Tick:
    seq: int
    at_ms: int
    actor: str
    done: bool
    note: str


@dataclass(frozen=True)
class Line:
    """Something said or noted: chat (``code`` empty) or an incident with its catalogue name."""

    seq: int
    at_ms: int
    actor: str
    text: str
    code: str = ""
    judul: str = ""


@dataclass(frozen=True)
class Signature:
    seq: int
    at_ms: int
    actor: str


@dataclass(frozen=True)
class Ak01:
    """The last proposal and the signatures under that very text (``asesor``, ``asesi``)."""

    seq: int
    actor: str
    bukti: tuple[str, ...]
    hari: str
    waktu: str
    tuk: str
    signatures: Mapping[str, Signature] = field(default_factory=dict)


@dataclass(frozen=True)
class Recommendation:
    seq: int
    at_ms: int
    actor: str
    result: str
    note: str
    tindak_lanjut: str
    units: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Stream:
    kind: str
    owner: str
    codecs: Any
    started_ms: int
    live: bool
    segments: int = 0
    recorded_ms: int = 0


@dataclass(frozen=True)
class Camera:
    """A phone as second camera; ``reason`` says who ended it."""

    device: str
    paired_ms: int
    ended_ms: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sweep:
    """A room sweep, seen from ``start_ms`` to ``end_ms``; ``result`` is empty until judged."""

    seq: int
    asked_ms: int
    actor: str
    start_ms: int | None = None
    end_ms: int | None = None
    result: str = ""
    note: str = ""


@dataclass(frozen=True)
class Limit:
    """How large a picture may be at most; an empty ``rung`` is no limit."""

    seq: int
    at_ms: int
    rung: str


@dataclass(frozen=True)
class Rescue:
    """From ``started_ms`` on the session went without live media; ``until`` is epoch ms."""

    started_ms: int
    actor: str
    reason: str
    until: int


@dataclass(frozen=True)
class Turn:
    """One task of a rescue and its answer, as ``live.models.Turn`` has it."""

    seq: int
    asked_ms: int
    actor: str
    how: str
    answer_s: int
    step: str
    kuk: tuple[int, ...]
    state: str = "asked"
    text: str = ""
    opened_ms: int | None = None
    due_ms: int | None = None
    answered_ms: int | None = None
    answer: str = ""
    sha256: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    late_ms: int | None = None


@dataclass
class SessionState(WorkplaceState):
    """Everything the log says."""

    phase: str = "scheduled"
    t0: int | None = None
    ended_ms: int | None = None
    end_reason: str = ""
    head_seq: int = 0
    head_ms: int = 0
    head_hash: str = GENESIS
    names: dict[str, str] = field(default_factory=dict)
    connections: dict[str, Connection] = field(default_factory=dict)
    consents: dict[tuple[str, str], Signature] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    hands: dict[str, int] = field(default_factory=dict)
    limits: dict[tuple[str, str], Limit] = field(default_factory=dict)
    """By whose picture it is and who said so."""
    agenda: dict[str, Tick] = field(default_factory=dict)
    chat: list[Line] = field(default_factory=list)
    incidents: list[Line] = field(default_factory=list)
    marks: dict[int, Mark] = field(default_factory=dict)
    resolutions: list[Resolution] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    ak01: Ak01 | None = None
    recommendations: list[Recommendation] = field(default_factory=list)
    forms: list[Mapping[str, Any]] = field(default_factory=list)
    cameras: dict[str, Camera] = field(default_factory=dict)
    sweeps: dict[int, Sweep] = field(default_factory=dict)
    rescue: Rescue | None = None
    turns: dict[int, Turn] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)
    gaps: list[Mapping[str, Any]] = field(default_factory=list)
    fills: list[Mapping[str, Any]] = field(default_factory=list)
    seals: list[Mapping[str, Any]] = field(default_factory=list)
    decision: Mapping[str, Any] | None = None

    def present(self) -> set[str]:
        """Who is connected."""
        return {each.user for each in self.connections.values() if each.left_ms is None}
