"""Facts about applications that others act upon."""

from dataclasses import dataclass

from ajj.events.event import Event


@dataclass(frozen=True)
class PermohonanBerubah(Event):
    """A permohonan entered ``state`` (a value of ``states.State``)."""

    permohonan_id: int
    state: str
