"""What the komite tells the rest of the house."""

from dataclasses import dataclass

from ajj.events.event import Event


@dataclass(frozen=True)
class CaseAssigned(Event):
    """Three members may now review the berkas."""

    case_id: int


@dataclass(frozen=True)
class PlenoClosed(Event):
    """The komite has decided; the direktur signs next."""

    pleno_id: int


@dataclass(frozen=True)
class SkSigned(Event):
    """The decision is in force: certificates may be issued."""

    pleno_id: int
