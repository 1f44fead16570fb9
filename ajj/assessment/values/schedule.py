"""When and by whom: the standing jadwal of a permohonan."""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment.values import words
from ajj.people.models import User
from ajj.scheduling.models import Jadwal, Penugasan


def of_schedule(permohonan: Permohonan) -> dict[str, Any]:
    """``asesmen`` of the vocabulary as it was planned."""
    rows = permohonan.jadwal.filter(cancelled_at=None).prefetch_related("penugasan__user__asesor")
    by_kind = {row.kind: row for row in rows}
    pra = by_kind.get(Jadwal.Kind.PRA_ASESMEN.value)
    main = by_kind.get(Jadwal.Kind.ASESMEN.value)
    values: dict[str, Any] = {
        "asesi": words.person(permohonan.asesi),
        "asesor": words.person(_lead(main or pra) or permohonan.asesor),
        "asesi_daftar": [
            {"no": "1", "nama": permohonan.asesi.name, "organisasi": _organisation(permohonan)}
        ],
        "jumlah_asesi": "1",
    }
    if main is not None:
        values |= {
            "tuk": main.tuk,
            "tanggal": words.day(main.starts_at),
            "pukul": words.hours(main.starts_at, main.ends_at),
        }
    if pra is not None:
        values |= {
            "pra_tanggal": words.day(pra.starts_at),
            "pra_pukul": words.hours(pra.starts_at, pra.ends_at),
        }
    return values


def named_asesor(permohonan: Permohonan) -> User | None:
    """The asesor whom the forms name: the lead of the planned asesmen, else who was appointed."""
    rows = permohonan.jadwal.filter(cancelled_at=None).prefetch_related("penugasan__user__asesor")
    by_kind = {row.kind: row for row in rows}
    kinds = (Jadwal.Kind.ASESMEN.value, Jadwal.Kind.PRA_ASESMEN.value)
    planned = next((by_kind[kind] for kind in kinds if kind in by_kind), None)
    return _lead(planned) or permohonan.asesor


def _lead(jadwal: Jadwal | None) -> User | None:
    if jadwal is None:
        return None
    leads = (row.user for row in jadwal.penugasan.all() if row.role == Penugasan.Role.ASESOR)
    return next(leads, None)


def _organisation(permohonan: Permohonan) -> str:
    form = getattr(permohonan, "apl01", None)
    return str(form.data.get("institution", "")) if form else ""
