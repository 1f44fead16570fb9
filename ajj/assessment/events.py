"""What the assessment tells the rest of the house."""

from dataclasses import dataclass
from uuid import UUID

from ajj.events.event import Event


@dataclass(frozen=True)
class Ak01Completed(Event):
    """Asesor and asesi have both signed FR.AK.01 in this session."""

    session_id: UUID


@dataclass(frozen=True)
class EvidenceReceived(Event):
    """A file has arrived whole and is logged."""

    session_id: UUID
    evidence_id: UUID


@dataclass(frozen=True)
class RecommendationSubmitted(Event):
    """The asesor recommends (FR.AK.02); ``seq`` is the log entry. A later one replaces it."""

    session_id: UUID
    seq: int


@dataclass(frozen=True)
class ReportSubmitted(Event):
    """The asesor handed in the report package, or its next revision."""

    report_id: int
    revision: int


@dataclass(frozen=True)
class ReportAnswered(Event):
    """The LSP received this revision of a report, or returned it with notes."""

    report_id: int
    revision: int


@dataclass(frozen=True)
class PihakInvited(Event):
    """A third party got link number ``link_no``: invited, reminded with a new one, or asked again.

    With an e-mail address it is to be sent there.
    """

    pihak_id: UUID
    link_no: int


@dataclass(frozen=True)
class PihakAnswered(Event):
    """A third party signed answer ``number`` of FR.IA.10."""

    pihak_id: UUID
    number: int
