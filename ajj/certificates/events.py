"""What certificates tell the rest of the house."""

from dataclasses import dataclass

from ajj.events.event import Event


@dataclass(frozen=True)
class CertificateIssued(Event):
    """The holder may download it; strangers may verify it."""

    certificate_id: int


@dataclass(frozen=True)
class CertificateChanged(Event):
    """Suspended, restored, withdrawn or expired."""

    certificate_id: int
