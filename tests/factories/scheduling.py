"""Sessions in the calendar."""

from datetime import timedelta

from ajj.scheduling import services
from ajj.scheduling.models import Jadwal
from tests.factories import applications
from tests.factories.applications import Case
from tests.factories.people import NOW


def fixed(case: Case | None = None, *, kind: str = "pra_asesmen", hours: float = 24, **fields):
    """A session ``hours`` from NOW, one hour long; returns (jadwal, case)."""
    case = case or applications.verified()
    starts_at = NOW + timedelta(hours=hours)
    jadwal: Jadwal = services.schedule(
        case.permohonan,
        kind=kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        asesor=fields.pop("asesor", case.asesor),
        actor=case.admin,
        now=NOW,
        **fields,
    )
    return jadwal, case
