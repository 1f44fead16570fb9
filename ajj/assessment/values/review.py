"""FR.AK.06 is filled once for a group: who is in it, and what its evidence speaks of."""

from typing import Any

from ajj.applications.models import Permohonan
from ajj.assessment import selectors, ujian
from ajj.assessment.dimensions import Answer, Collected, Reach, advice, reaches
from ajj.assessment.values.words import local_day
from ajj.live.models import Session
from ajj.live.states import SessionKind
from ajj.scheduling.models import Jadwal, Penugasan
from ajj.skema.models import Butir
from ajj.skema.rules import DIMENSI

SLOT = "tinjau_proses"


def reviewed_with(permohonan: Permohonan) -> list[Permohonan]:
    """The permohonan whose asesmen the same asesor leads, of the same skema on the same day.

    As they stand in the calendar (day of the LSP's zone), in its order, ``permohonan`` among them;
    itself alone before it has an asesmen.
    """
    own = _asesmen().filter(permohonan=permohonan).first()
    lead = own and own.penugasan.filter(role=Penugasan.Role.ASESOR.value).first()
    if own is None or lead is None:
        return [permohonan]
    rows = _asesmen().filter(
        permohonan__skema_id=permohonan.skema_id,
        penugasan__user_id=lead.user_id,
        penugasan__role=Penugasan.Role.ASESOR.value,
    )
    day = local_day(own.starts_at)
    held = rows.select_related("permohonan__asesi").order_by("starts_at", "pk")
    return [row.permohonan for row in held if local_day(row.starts_at) == day]


def _asesmen() -> Any:
    return Jadwal.objects.filter(kind=Jadwal.Kind.ASESMEN.value, cancelled_at=None)


def of_review(permohonan: Permohonan) -> dict[str, Any]:
    """``tinjauan`` of the vocabulary; nothing before anything was collected."""
    group = reviewed_with(permohonan)
    found = reaches(DIMENSI, [collected(each) for each in group])
    if not any(row.asesi for row in found):
        return {}
    names = ", ".join(each.asesi.name for each in group)
    return {
        "tinjauan": {
            "asesi": names if len(group) > 1 else "",
            "usulan": advice(DIMENSI, found, len(group)),
            "dimensi": [_row(row, len(group)) for row in found],
        }
    }


def _row(row: Reach, size: int) -> dict[str, str]:
    return {
        "teks": DIMENSI[row.key],
        "butir": f"{row.answered} dijawab, {row.met} tercapai" if row.answered else "",
        "kuk": f"{row.observed} KUK" if row.observed else "",
        "asesi": f"{row.asesi} dari {size}",
    }


def collected(permohonan: Permohonan) -> Collected:
    """What was answered by, and observed of, the asesi of ``permohonan``."""
    answers = []
    rows = ujian.of_permohonan(permohonan).filter(state__in=ujian.OVER)
    for row in rows:
        held = ujian.standing(row, row.finished_at or row.given_at)
        answers += [
            Answer(tuple(item.butir.dimensi), held.sheet.results.get(item.butir.pk) == "ya")
            for item in held.items
            if held.done(item) and isinstance(item.butir, Butir)  # an interview names no dimensi
        ]
    session = Session.objects.filter(
        jadwal__permohonan=permohonan,
        jadwal__cancelled_at=None,
        kind=SessionKind.ASESMEN.value,
        opened_at__isnull=False,
    ).first()
    marks = selectors.marks_state(session) if session else {}
    return Collected(tuple(answers), sum(bool(state.current) for state in marks.values()))
